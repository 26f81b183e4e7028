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

/**
 * What adds one component's ratios at prompt x to `sums`, all anchors together; false, and nothing added, where the best rows have no mass.
 * @param widest rows of the widest prompt
 */
export const anchoredRatios = ({ beta, offsets, reference }: Rows, widest: number) => {
  const weights = new Float64Array(widest)
  const shares = new Float64Array(widest)
  /** Place of each row in a prompt's list of truncated rows, or −1. */
  const listed = new Int32Array(widest)
  const out = new Uint8Array(widest)
  const partners = new Int32Array(widest)
  const factors = new Float64Array(widest)

  return (
    x: number,
    pairs: TruncatedPairs,
    scores: Float64Array,
    low: number,
    high: number,
    clip: number,
    sums: Float64Array
  ): boolean => {
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
    const up = Math.exp(clip / beta)

    /** Rows that anchor a is cut off from or clipped against, into `partners`, their weights into `factors`; how many. */
    const outOf = (a: number): number => {
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
    const within = (count: number, term: (row: number) => number): number => {
      for (let k = 0; k < count; k++) out[partners[k]] = 1
      let sum = 0
      for (let i = 0; i < size; i++) if (out[i] === 0) sum += term(i)
      for (let k = 0; k < count; k++) out[partners[k]] = 0
      return sum
    }

    // Where nothing is clipped, rows without truncated pairs are alike: one share for all, one ratio each.
    const clipped = high - low > clip
    let total = clipped ? 0 : pairs.free / z
    const share = (a: number): void => {
      const count = outOf(a)
      let lost = 0
      let gained = 0
      for (let k = 0; k < count; k++) {
        const i = partners[k]
        lost += reference[start + i] * weights[i]
        gained += reference[start + i] * factors[k]
      }
      const rest = lost > z / 2 ? within(count, (i) => reference[start + i] * weights[i]) : z - lost
      shares[a] = reference[start + a] / (rest + weights[a] * gained)
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
        const a = partners[k]
        lost += shares[a]
        // Seen from the anchor the pair is the other way round.
        gained += shares[a] * weights[a] * (1 / factors[k])
      }
      const rest = lost > total / 2 ? within(count, (a) => shares[a]) : total - lost
      sums[start + i] += weights[i] * rest + gained
    }
    return true
  }
}
