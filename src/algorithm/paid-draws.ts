/** Draws of π_ref at one prompt that a learner has paid for, kept as distinct features with their multiplicity: what a normaliser is estimated from. */
import { innerProduct } from "../numeric/inner-product.ts"
import { features, type Response } from "../oracle/handle.ts"

const hash = (words: Int32Array): number => {
  let h = 0
  for (const word of words) {
    h = Math.imul(h ^ word, 0x9e3779b1)
    h ^= h >>> 15
  }
  return h
}

/** Draws of π_ref at one prompt as a multiset of features (length d), from which log Z_θ is estimated. */
export class PaidDraws {
  readonly dimension: number
  /** Draws in all. */
  total = 0
  private readonly rows: Array<Float64Array> = []
  private readonly weights: Array<number> = []
  private readonly buckets = new Map<number, Array<number>>()
  private scores = new Float64Array(0)

  constructor(dimension: number) {
    this.dimension = dimension
  }

  /** Distinct features, in order of first draw. */
  get distinct(): ReadonlyArray<Float64Array> {
    return this.rows
  }

  add(response: Response): void {
    const phi = features(response)
    const key = hash(new Int32Array(phi.buffer))
    let bucket = this.buckets.get(key)
    if (bucket === undefined) this.buckets.set(key, (bucket = []))
    this.total++
    for (const k of bucket) {
      if (!this.rows[k].every((v, j) => v === phi[j])) continue
      this.weights[k]++
      return
    }
    bucket.push(this.rows.length)
    this.rows.push(phi)
    this.weights.push(1)
  }

  /**
   * log Ẑ_θ = log mean exp(⟨θ,φ⟩/β) over the draws, and Ê_θ φ, their mean under the weights exp(⟨θ,φ⟩/β), the gradient of β·log Ẑ_θ, added `times` over to
   * `mean`. O(distinct·d).
   */
  logNormaliser(theta: Float64Array, beta: number, mean?: Float64Array, times = 1): number {
    const { rows, weights, dimension: d } = this
    if (this.scores.length < rows.length) this.scores = new Float64Array(2 * rows.length)
    const { scores } = this
    let top = -Infinity
    for (let k = 0; k < rows.length; k++) {
      scores[k] = innerProduct(theta, 0, rows[k], 0, d) / beta
      if (scores[k] > top) top = scores[k]
    }
    let z = 0
    for (let k = 0; k < rows.length; k++) z += scores[k] = weights[k] * Math.exp(scores[k] - top)
    if (mean !== undefined) {
      for (let k = 0; k < rows.length; k++) {
        const share = (times * scores[k]) / z
        for (let j = 0; j < d; j++) mean[j] += share * rows[k][j]
      }
    }
    return top + Math.log(z / this.total)
  }
}
