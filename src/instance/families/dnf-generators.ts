/** Random width-k DNF formulas, from a seeded stream. Terms are independent unless said otherwise; a term may come twice. */
import { refuse } from "../invalid-instance.ts"
import type { Stream } from "../../numeric/stream.ts"
import { type DnfFormula, dnfFormula } from "./dnf-formula.ts"

export interface DnfSize {
  /** n ≥ 1. */
  readonly variables: number
  /** m ≥ 1. */
  readonly terms: number
  /** k in [1, n]. */
  readonly width: number
}

const checkSize = ({ variables, terms, width }: DnfSize): void => {
  if (!(Number.isSafeInteger(variables) && variables >= 1)) refuse("variables", variables, "an integer of at least 1")
  if (!(Number.isSafeInteger(terms) && terms >= 1)) refuse("terms", terms, "an integer of at least 1")
  if (!(Number.isInteger(width) && width >= 1 && width <= variables))
    refuse("width", width, `an integer in [1, variables ${variables}]`)
}

/** Moves a uniformly drawn subset of size `count` to the front of `items` (partial Fisher–Yates). */
const drawToFront = (stream: Stream, items: Array<unknown>, count: number): void => {
  for (let i = 0; i < count; i++) {
    const j = i + stream.nextInteger(items.length - i)
    ;[items[i], items[j]] = [items[j], items[i]]
  }
}

const coin = (stream: Stream): 1 | -1 => (stream.next() < 0.5 ? 1 : -1)

const randomTerm = (
  stream: Stream,
  variables: Array<number>,
  width: number,
  sign: (j: number) => number
): ReadonlyArray<number> => {
  drawToFront(stream, variables, width)
  return variables.slice(0, width).map((j) => sign(j) * j)
}

const upTo = (n: number): Array<number> => Array.from({ length: n }, (_, i) => i + 1)

/** Uniform terms: k distinct variables, fair signs. An assignment satisfies 2^{−k} of them on average. */
export const randomDnf = (size: DnfSize, stream: Stream): DnfFormula => {
  checkSize(size)
  const variables = upTo(size.variables)
  return dnfFormula(
    size.variables,
    upTo(size.terms).map(() => randomTerm(stream, variables, size.width, () => coin(stream)))
  )
}

export interface PlantedDnf {
  readonly formula: DnfFormula
  /** The planted assignment, ±1, length n. */
  readonly assignment: Int8Array
}

/** A hidden assignment satisfies each term with probability `fraction` by design (and by chance else): OPT is about `fraction` or more. */
export const plantedDnf = (size: DnfSize, fraction: number, stream: Stream): PlantedDnf => {
  checkSize(size)
  if (!(fraction >= 0 && fraction <= 1)) refuse("fraction", fraction, "a number in [0, 1]")
  const assignment = Int8Array.from({ length: size.variables }, () => coin(stream))
  const variables = upTo(size.variables)
  const terms = upTo(size.terms).map(() => {
    const planted = stream.next() < fraction
    return randomTerm(stream, variables, size.width, (j) => (planted ? assignment[j - 1] : coin(stream)))
  })
  return { formula: dnfFormula(size.variables, terms), assignment }
}

/**
 * Every variable in ⌊mk/n⌋ or ⌈mk/n⌉ terms, and as often negated as not (to one): neither degrees nor majorities tell anything about a good assignment.
 * Terms are dependent.
 */
export const balancedDnf = (size: DnfSize, stream: Stream): DnfFormula => {
  checkSize(size)
  const { variables: n, terms: m, width: k } = size
  const need = new Int32Array(n).fill(Math.floor((m * k) / n))
  const order = upTo(n)
  const extra = (m * k) % n
  drawToFront(stream, order, extra)
  for (let i = 0; i < extra; i++) need[order[i] - 1]++
  const signs = Array.from(need, (count) => {
    const first = coin(stream)
    const list = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? first : -first))
    drawToFront(stream, list, count)
    return list
  })
  // Term by term; with r terms left, Σ need = r·k and need ≤ r, so a variable needed r times must be taken and at least k can be.
  const terms = upTo(m).map((_, i) => {
    const r = m - i
    const must = order.filter((j) => need[j - 1] === r)
    const may = order.filter((j) => need[j - 1] > 0 && need[j - 1] < r)
    drawToFront(stream, may, k - must.length)
    return [...must, ...may.slice(0, k - must.length)].map((j) => {
      need[j - 1]--
      return signs[j - 1][need[j - 1]] * j
    })
  })
  drawToFront(stream, terms, m)
  return dnfFormula(n, terms)
}
