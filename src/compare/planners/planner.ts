/**
 * A proper planner for DnfPrompts: from a formula to a parameter θ ∈ [−1,1]ⁿ under which many of its terms show their probe. The formula is known to it: what L2
 * says is hard is computing θ, not learning F. By L2 a planner sees probes no oftener than the assignments it could be rounded to satisfy terms.
 */
import type { Stream } from "../../numeric/stream.ts"
import type { DnfFormula } from "../../instance/families/dnf-formula.ts"

export interface Planner {
  readonly name: string
  /** Whether its time is polynomial in n, m and k. */
  readonly polynomial: boolean
  /** Whether the same terms give the same plan, whatever the stream: then nothing is gained by planning again. */
  readonly fixed: boolean
  /**
   * @param formula the terms worth seeing: at least one. @param c sharpness, so that a term of τ shows its probe with chance σ(c(1−τ)).
   * @param stream of this plan alone; a fixed planner does not use it.
   */
  readonly plan: (formula: DnfFormula, c: number, stream: Stream) => Float64Array
}

/** Fair ±1 signs. */
export const fairAssignment = (variables: number, stream: Stream): Float64Array =>
  Float64Array.from({ length: variables }, () => (stream.next() < 0.5 ? -1 : 1))

/** Some of a formula's terms, as a formula. @param terms indices, at least one. */
export const termsOf = ({ variables, width, literals }: DnfFormula, terms: ReadonlyArray<number>): DnfFormula => {
  const chosen = new Int32Array(terms.length * width)
  terms.forEach((i, at) => chosen.set(literals.subarray(i * width, (i + 1) * width), at * width))
  return { variables, width, literals: chosen }
}
