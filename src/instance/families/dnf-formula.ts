/**
 * Width-k DNF formulas and their text form, after DIMACS:
 *
 *     c a comment
 *     p dnf 4 2
 *     1 -2 3 0
 *     -1 2 4 0
 *
 * `p dnf n m` announces n variables and m terms; a term is a list of literals (j for x_j, −j for its negation) that ends in 0 and may
 * run over several lines. L2 (proper-exploration/statement.md) needs all terms of one width k and no variable twice in a term; a term may be repeated.
 */
import { refuse, shown } from "../invalid-instance.ts"

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
const checkTerm = (term: ReadonlyArray<number>, variables: number, width: number | undefined, field: string): void => {
  if (term.length === 0) refuse(field, "an empty term", "at least one literal before the 0")
  const seen = new Set<number>()
  for (const literal of term) {
    if (!Number.isInteger(literal) || literal === 0 || Math.abs(literal) > variables) {
      refuse(field, `literal ${literal}`, `an integer in [1, ${variables}] or its negative`)
    }
    if (seen.has(Math.abs(literal)))
      refuse(field, `variable ${Math.abs(literal)} twice in a term`, "distinct variables")
    seen.add(Math.abs(literal))
  }
  if (width !== undefined && term.length !== width)
    refuse(field, `a term of ${term.length} literals`, `${width}, as in the first term`)
}

/** A formula from its terms. @throws InvalidInstance naming `terms[i]` */
export const dnfFormula = (variables: number, terms: ReadonlyArray<ReadonlyArray<number>>): DnfFormula => {
  if (!(Number.isSafeInteger(variables) && variables >= 1)) refuse("variables", variables, "an integer of at least 1")
  if (terms.length === 0) refuse("terms", "none", "at least one")
  terms.forEach((term, i) => checkTerm(term, variables, terms[0].length, `terms[${i}]`))
  return { variables, width: terms[0].length, literals: Int32Array.from(terms.flat()) }
}

const INTEGER = /^-?\d{1,9}$/

interface Header {
  readonly variables: number
  readonly terms: number
}

const parseHeader = (words: ReadonlyArray<string>, field: string): Header => {
  const [variables, terms] = words.slice(2).map(Number)
  const wellFormed =
    words.length === 4 &&
    words[1] === "dnf" &&
    words.slice(2).every((w) => INTEGER.test(w)) &&
    variables >= 1 &&
    terms >= 1
  if (!wellFormed) refuse(field, shown(words.join(" ")), "p dnf VARIABLES TERMS, both at least 1")
  return { variables, terms }
}

/** Reads the text form. @throws InvalidInstance for the first problem; its field is `line …` */
export const parseDnf = (text: string): DnfFormula => {
  let header: Header | undefined
  let term: Array<number> = []
  const terms: Array<ReadonlyArray<number>> = []
  const lines = text.split(/\r\n|\n|\r/)
  lines.forEach((line, i) => {
    const field = `line ${i + 1}`
    const words = line.trim().split(/\s+/)
    if (words[0] === "" || words[0] === "c") return
    if (words[0] === "p") {
      if (header !== undefined) refuse(field, "a second header", "one p dnf line")
      header = parseHeader(words, field)
      return
    }
    for (const word of words) {
      if (header === undefined) return refuse(field, shown(word), "the header p dnf VARIABLES TERMS before any term")
      if (!INTEGER.test(word)) refuse(field, shown(word), "an integer")
      const literal = Number(word)
      if (literal !== 0) {
        // The same checks again at the term's end would point at the wrong line where a term runs over several.
        checkTerm([...term, literal], header.variables, undefined, field)
        term.push(literal)
        continue
      }
      checkTerm(term, header.variables, terms[0]?.length, field)
      if (terms.length === header.terms)
        refuse(field, `term ${terms.length + 1}`, `${header.terms} terms, as the header says`)
      terms.push(term)
      term = []
    }
  })
  const end = `line ${lines.length}`
  const announced: Header = header ?? refuse(end, "the end of the text", "the header p dnf VARIABLES TERMS")
  if (term.length > 0) refuse(end, "the end of the text", "the 0 that ends the last term")
  if (terms.length !== announced.terms) refuse(end, `${terms.length} terms`, `${announced.terms}, as the header says`)
  return dnfFormula(announced.variables, terms)
}

/** The text form: `parseDnf(formatDnf(f))` is f. */
export const formatDnf = (formula: DnfFormula): string => {
  const { variables, width, literals } = formula
  const m = termCount(formula)
  const lines = Array.from(
    { length: m },
    (_, i) => `${Array.from(literals.subarray(i * width, (i + 1) * width)).join(" ")} 0`
  )
  return `p dnf ${variables} ${m}\n${lines.join("\n")}\n`
}
