/**
 * One component of a truncated mixture at one prompt, all its anchors together.
 *
 * Anchored at a, the law is π_ref(i)·e^{f(i,a)/β}/Ẑ(a), and where f(i,a) = g(i) − g(a) its weights are E(i)/E(a) with E(i) = e^{(g(i) − max g)/β}: one law for all anchors.
 * A pair that is truncated or clipped has another weight, c(i,a) = e^{0}, e^{±clip/β}. So with Z = Σ π_ref·E,
 *
 *     Ẑ(a)·E(a) = Z − Σ_{i out} π_ref(i)·E(i) + E(a)·Σ_{i out} π_ref(i)·c(i,a),    w(a) = π_ref(a)/(Ẑ(a)·E(a)),
 *     ratio(i)  = E(i)·(Σ_a w(a) − Σ_{a out} w(a)) + Σ_{a out} w(a)·E(a)·c(i,a),
 *
 * O(R) and what pairs are out. A difference that would cancel (more than half is out) is summed from what is in instead. Pairs are out symmetrically.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { TruncatedPairs } from "./truncated-pairs.ts"

type Rows = Pick<FiniteInstance, "beta" | "offsets" | "reference">

export class Anchors {
  private readonly exact: Rows
  private readonly weights: Float64Array
  private readonly shares: Float64Array
  /** Place of each row in a prompt's list of truncated rows, or −1. */
  private readonly listed: Int32Array
  private readonly out: Uint8Array
  private readonly partners: Int32Array
  private readonly factors: Float64Array

  constructor(exact: Rows, widest: number) {
    this.exact = exact
    this.weights = new Float64Array(widest)
    this.shares = new Float64Array(widest)
    this.listed = new Int32Array(widest)
    this.out = new Uint8Array(widest)
    this.partners = new Int32Array(widest)
    this.factors = new Float64Array(widest)
  }

  /** Adds the component's ratios at prompt x to `sums`; false, and nothing added, where the best rows have no mass. */
  add(
    x: number,
    pairs: TruncatedPairs,
    scores: Float64Array,
    low: number,
    high: number,
    clip: number,
    sums: Float64Array
  ): boolean {
    const { listed, shares, weights } = this
    const { beta, offsets, reference } = this.exact
    const start = offsets[x]
    const size = offsets[x + 1] - start
    let z = 0
    for (let i = 0; i < size; i++) {
      weights[i] = Math.exp((scores[i] - high) / beta)
      z += reference[start + i] * weights[i]
    }
    if (!(z > 0)) return false
    listed.fill(-1, 0, size)
    pairs.rows.forEach((row, k) => {
      listed[row] = k
    })
    const outOf = (a: number): number => this.outOf(a, size, pairs, scores, low, high, clip)
    // Where nothing is clipped, rows without truncated pairs are alike: one share for all, one ratio each.
    const clipped = high - low > clip
    let total = clipped ? 0 : pairs.free / z
    const share = (a: number): void => {
      const mass = reference[start + a]
      const count = outOf(a)
      let lost = 0
      let gained = 0
      for (let k = 0; k < count; k++) {
        const i = this.partners[k]
        lost += reference[start + i] * weights[i]
        gained += reference[start + i] * this.factors[k]
      }
      const rest = lost > z / 2 ? this.within(count, size, (i) => reference[start + i] * weights[i]) : z - lost
      shares[a] = mass / (rest + weights[a] * gained)
      total += shares[a]
    }
    if (clipped) for (let a = 0; a < size; a++) share(a)
    else {
      for (let a = 0; a < size; a++) shares[a] = reference[start + a] / z
      pairs.rows.forEach(share)
    }
    for (let i = 0; i < size; i++) {
      if (!clipped && listed[i] < 0) {
        sums[start + i] += weights[i] * total
        continue
      }
      const count = outOf(i)
      let lost = 0
      let gained = 0
      for (let k = 0; k < count; k++) {
        const a = this.partners[k]
        lost += shares[a]
        // Seen from the anchor the pair is the other way round.
        gained += shares[a] * weights[a] * (1 / this.factors[k])
      }
      const rest = lost > total / 2 ? this.within(count, size, (a) => shares[a]) : total - lost
      sums[start + i] += weights[i] * rest + gained
    }
    return true
  }

  /** Rows that anchor a is cut off from or clipped against, into `partners`, their weights into `factors`; how many. */
  private outOf(
    a: number,
    size: number,
    pairs: TruncatedPairs,
    scores: Float64Array,
    low: number,
    high: number,
    clip: number
  ): number {
    const { factors, listed, out, partners } = this
    let count = 0
    const k = listed[a]
    const [from, to] = k < 0 ? [0, 0] : [pairs.from[k], pairs.from[k + 1]]
    for (let p = from; p < to; p++) {
      partners[count] = pairs.partners[p]
      factors[count++] = 1
    }
    const own = scores[a]
    if (own >= high - clip && own <= low + clip) return count
    for (let p = from; p < to; p++) out[pairs.partners[p]] = 1
    const up = Math.exp(clip / this.exact.beta)
    for (let i = 0; i < size; i++) {
      const gap = scores[i] - own
      if ((gap <= clip && gap >= -clip) || out[i] === 1) continue
      partners[count] = i
      factors[count++] = gap > 0 ? up : 1 / up
    }
    for (let p = from; p < to; p++) out[pairs.partners[p]] = 0
    return count
  }

  /** Sum over the rows that are not among the first `count` partners. */
  private within(count: number, size: number, term: (row: number) => number): number {
    const { out, partners } = this
    for (let k = 0; k < count; k++) out[partners[k]] = 1
    let sum = 0
    for (let i = 0; i < size; i++) if (out[i] === 0) sum += term(i)
    for (let k = 0; k < count; k++) out[partners[k]] = 0
    return sum
  }
}
