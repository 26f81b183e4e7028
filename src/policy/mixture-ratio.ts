/**
 * The ratio π̂/π_ref of SpannerSampling's output, accumulated component by component: exact, and incremental, so that a run's
 * checkpoints cost no more than its last one.
 *
 * Component t at prompt x: Σ_{y′} π_ref(y′)·e^{f_t(y,y′)/β}/Ẑ_t(y′). Where no pair of the prompt is truncated and no reward clipped, f_t(y,y′) = g(y) − g(y′)
 * and the sum over y′ collapses: O(R·d) instead of O(R²).
 *
 * Where β is large beside the clip every ratio is next to 1, and what is accumulated is ratio − 1: β times its logarithm is in units of reward, and
 * must not be a rounding error of 1's.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import { type EllipticTest, passTable } from "./elliptic-test.ts"

export class MixtureRatio {
  /** Components accumulated so far. */
  count = 0
  private readonly exact: FiniteInstance
  private readonly clip: number
  /** Σ of the components' ratios by row, or of ratio − 1 where the mixture is {@link nearReference}. */
  private readonly sums: Float64Array
  /** Every log-ratio lies within ±¼. */
  private readonly nearReference: boolean
  private readonly tables: ReadonlyArray<Uint8Array>
  private readonly clear: ReadonlyArray<boolean>
  private readonly scores: Float64Array
  private readonly logits: Float64Array

  /** O(Σ R_x²) memory for the truncation tables. */
  constructor(exact: FiniteInstance, truncation: EllipticTest, clip: number) {
    this.exact = exact
    this.clip = clip
    this.nearReference = 8 * clip <= exact.beta
    this.sums = new Float64Array(exact.reference.length)
    const tables: Array<Uint8Array> = []
    const clear: Array<boolean> = []
    let widest = 0
    for (let x = 0; x < exact.promptProbabilities.length; x++) {
      const size = exact.offsets[x + 1] - exact.offsets[x]
      const table = new Uint8Array(size * size)
      passTable(truncation, exact.features, exact.offsets[x], exact.offsets[x + 1], table)
      tables.push(table)
      clear.push(table.every((bad) => bad === 0))
      widest = Math.max(widest, size)
    }
    this.tables = tables
    this.clear = clear
    this.scores = new Float64Array(widest)
    this.logits = new Float64Array(widest)
  }

  /** Adds components `this.count` … `count−1` of `thetas` (rows of length d). */
  extend(thetas: Float64Array, count: number): void {
    const { exact, scores } = this
    const { dimension: d, features, offsets } = exact
    const X = exact.promptProbabilities.length
    for (let x = 0; x < X; x++) {
      const start = offsets[x]
      const size = offsets[x + 1] - start
      const clear = this.clear[x]
      for (let t = this.count; t < count; t++) {
        let low = Infinity
        let high = -Infinity
        for (let i = 0; i < size; i++) {
          let s = 0
          for (let j = 0; j < d; j++) s += thetas[t * d + j] * features[(start + i) * d + j]
          scores[i] = s
          if (s < low) low = s
          if (s > high) high = s
        }
        if (clear && high - low <= this.clip) this.addUntruncated(start, size, high)
        else this.addTruncated(x, start, size)
      }
    }
    this.count = Math.max(this.count, count)
  }

  /** log π̂/π_ref by row, length N. */
  logRatio(): Float64Array {
    const logCount = Math.log(this.count)
    return this.sums.map((s) => (this.nearReference ? Math.log1p(s / this.count) : Math.log(s) - logCount))
  }

  /** Adds one law's ratios, e^{(values − top)/β}/z, `weight` times. */
  private addNearReference(start: number, size: number, values: Float64Array, top: number, weight: number): void {
    const { beta, reference } = this.exact
    const excess = logTiltedMean(reference, start, values, 0, size, top, beta)
    for (let i = 0; i < size; i++) this.sums[start + i] += weight * Math.expm1((values[i] - top) / beta - excess)
  }

  private addUntruncated(start: number, size: number, high: number): void {
    const { scores, logits, sums } = this
    const { beta, reference } = this.exact
    if (this.nearReference) return this.addNearReference(start, size, scores, high, 1)
    let z = 0
    for (let i = 0; i < size; i++) {
      logits[i] = Math.exp((scores[i] - high) / beta)
      z += reference[start + i] * logits[i]
    }
    if (z > 0) for (let i = 0; i < size; i++) sums[start + i] += logits[i] / z
    else this.addByLogs(start, size)
  }

  /** All mass below the top score underflowed (the top row has π_ref = 0): shift by the best row of positive mass. */
  private addByLogs(start: number, size: number): void {
    const { scores, sums } = this
    const { beta, reference } = this.exact
    let top = -Infinity
    for (let i = 0; i < size; i++) if (reference[start + i] > 0 && scores[i] > top) top = scores[i]
    let z = 0
    for (let i = 0; i < size; i++)
      if (reference[start + i] > 0) z += reference[start + i] * Math.exp((scores[i] - top) / beta)
    for (let i = 0; i < size; i++)
      if (reference[start + i] > 0) sums[start + i] += Math.exp((scores[i] - top) / beta) / z
  }

  private addTruncated(x: number, start: number, size: number): void {
    const { scores, logits, sums, clip } = this
    const { beta, reference } = this.exact
    const table = this.tables[x]
    for (let a = 0; a < size; a++) {
      if (reference[start + a] === 0) continue
      let top = -Infinity
      for (let i = 0; i < size; i++) {
        logits[i] = table[a * size + i] === 1 ? 0 : Math.max(-clip, Math.min(clip, scores[i] - scores[a]))
        if (reference[start + i] > 0 && logits[i] > top) top = logits[i]
      }
      if (this.nearReference) {
        this.addNearReference(start, size, logits, top, reference[start + a])
        continue
      }
      let z = 0
      for (let i = 0; i < size; i++)
        if (reference[start + i] > 0) z += reference[start + i] * Math.exp((logits[i] - top) / beta)
      const weight = reference[start + a] / z
      for (let i = 0; i < size; i++)
        if (reference[start + i] > 0) sums[start + i] += weight * Math.exp((logits[i] - top) / beta)
    }
  }
}
