/** `--model 'a + b*N'` as a model that is linear in its coefficients. */
import { shown } from "../../instance/invalid-instance.ts"
import type { CostModel, TimedCase } from "../../statistics/scaling-study.ts"
import { InvalidFormula, parseFreeFormula } from "../../theorem/formula.ts"
import { InvalidCall } from "../invalid-call.ts"

/** Coefficients at which linearity is tried. */
const TRIED: ReadonlyArray<number> = [1.25, -0.5, 2.75, 0.375, -1.5, 3.125]
const ROUNDING = 1e-9

/** @throws InvalidCall where it is no formula, has no coefficient, or one that does not enter linearly */
export const claimedModel = (
  text: string,
  sizes: ReadonlyArray<string>,
  cases: ReadonlyArray<TimedCase>
): CostModel => {
  const refuse = (value: string, expectation: string): never => {
    throw new InvalidCall({ field: "--model", value, expectation })
  }
  const formula = (() => {
    try {
      return parseFreeFormula(text)
    } catch (error) {
      if (error instanceof InvalidFormula)
        return refuse(`${shown(text)}, column ${error.column}: ${error.found}`, error.expectation)
      throw error
    }
  })()
  const coefficients = formula.names.filter((name) => !sizes.includes(name))
  if (coefficients.length === 0)
    refuse(shown(text), `a coefficient to fit, such as 'a + b*${sizes[0]}'; the sizes here are ${sizes.join(", ")}`)
  if (coefficients.length > cases.length - 1)
    refuse(`${coefficients.length} coefficients`, `fewer than the ${cases.length} measurements`)
  const at = (values: ReadonlyArray<number>, of: Readonly<Record<string, number>>): number =>
    formula.value({ ...of, ...Object.fromEntries(coefficients.map((name, j) => [name, values[j]])) })
  const zero = coefficients.map(() => 0)
  const terms = (of: Readonly<Record<string, number>>): ReadonlyArray<number> =>
    coefficients.map((_, j) => at(zero.with(j, 1), of))
  for (const { sizes: of } of cases) {
    const f = terms(of)
    const where = Object.entries(of)
      .map(([name, value]) => `${name} = ${value}`)
      .join(", ")
    const strange = f.findIndex((value) => !Number.isFinite(value))
    if (strange >= 0) refuse(`${shown(text)} at ${where}`, `a finite number for ${coefficients[strange]} = 1`)
    const tried = coefficients.map((_, j) => TRIED[j % TRIED.length])
    const linear = f.reduce((sum, term, j) => sum + term * tried[j], 0)
    const scale = f.reduce((sum, term, j) => sum + Math.abs(term * tried[j]), 0)
    if (!(Math.abs(at(tried, of) - linear) <= ROUNDING * scale) || Math.abs(at(zero, of)) > ROUNDING * scale)
      refuse(
        shown(text),
        `a sum in which ${coefficients.join(", ")} each enter once, linearly, and nothing stands without one (the sizes here are ${sizes.join(", ")})`
      )
  }
  return { text, coefficients, terms }
}
