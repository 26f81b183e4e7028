/** Ridge regression of rewarded differences along a tape, by elimination: what laws of runs hold estimates, searches and tilts to. */
import { addOuter, eliminate, gramOf } from "./algebra.ts"
import type { Observation } from "./candidate.ts"
import type { Datum } from "./reward-pairs.ts"

/** Σ = λI + Σφφᵀ and Σ Δr·φ of the differences before a place on the tape, which may only move on. */
export class Regression {
  readonly sigma: Float64Array
  readonly moment: Float64Array
  /** Pairs so far. */
  pairs = 0
  private readonly data: ReadonlyArray<Datum>
  private next = 0

  constructor({ record }: Observation, data: ReadonlyArray<Datum>) {
    const { lambda } = record.parameters
    const d = record.problem.dimension
    this.data = data
    this.sigma = gramOf([], d, lambda)
    this.moment = new Float64Array(d)
  }

  until(at: number): this {
    for (; this.next < this.data.length && this.data[this.next].at < at; this.next++) {
      const { count, difference, phi } = this.data[this.next]
      addOuter(this.sigma, phi, count)
      phi.forEach((v, j) => (this.moment[j] += difference * v))
      this.pairs += count
    }
    return this
  }

  /** The minimiser over ℝ^d. */
  solve(): Float64Array {
    return eliminate(this.sigma, this.moment, this.moment.length).x
  }
}
