/** Width-k DNF formulas. L2 (proper-exploration/statement.md) needs all terms of one width k and no variable twice in a term; a term may be repeated. */
import { refuse } from "../invalid-instance.ts"

export interface DnfFormula {
  /** n ≥ 1. */
  readonly variables: number
  /** k in [1, n]: literals per term. */
  readonly width: number
  /** m×k row-major, m ≥ 1: ±j for variable j in [1, n]. */
  readonly literals: Int32Array
}

/** m. */
export const termCount = ({ literals, width }: DnfFormula): number => literals.length / width

/** Term i as text: `x1 ∧ ¬x2`. */
export const describeTerm = ({ literals, width }: DnfFormula, i: number): string =>
  Array.from(literals.subarray(i * width, (i + 1) * width), (l) => (l < 0 ? `¬x${-l}` : `x${l}`)).join(" ∧ ")

/** Checks one term; `field` is where to point. */
const checkTerm = (term: ReadonlyArray<number>, variables: number, width: number, field: string): void => {
  if (term.length === 0) refuse(field, "an empty term", "at least one literal")
  const seen = new Set<number>()
  for (const literal of term) {
    if (!Number.isInteger(literal) || literal === 0 || Math.abs(literal) > variables) {
      refuse(field, `literal ${literal}`, `an integer in [1, ${variables}] or its negative`)
    }
    if (seen.has(Math.abs(literal)))
      refuse(field, `variable ${Math.abs(literal)} twice in a term`, "distinct variables")
    seen.add(Math.abs(literal))
  }
  if (term.length !== width) refuse(field, `a term of ${term.length} literals`, `${width}, as in the first term`)
}

/** A formula from its terms. @throws InvalidInstance naming `terms[i]` */
export const dnfFormula = (variables: number, terms: ReadonlyArray<ReadonlyArray<number>>): DnfFormula => {
  if (!(Number.isSafeInteger(variables) && variables >= 1)) refuse("variables", variables, "an integer of at least 1")
  if (terms.length === 0) refuse("terms", "none", "at least one")
  terms.forEach((term, i) => checkTerm(term, variables, terms[0].length, `terms[${i}]`))
  return { variables, width: terms[0].length, literals: Int32Array.from(terms.flat()) }
}
