/** The exponent of runs' counts in whatever differs between them; the replication unit is the run. */
import { type ExponentEstimate, fitExponents } from "./exponent-fit.ts"

/** Where a run stood, and what it took. */
export interface Counted {
  /** Of what varies; > 0. */
  readonly value: number
  /** Queries; undefined where the run did not get there. */
  readonly count: number | undefined
}

const LEAST_RUNS = 3

/**
 * Fits count ≈ constant · value^e. undefined where a run did not get there (its count is a lower bound), and where runs are fewer than three or stand at fewer than
 * `least` values.
 *
 * @param name of what varies
 * @param level of the interval, in (0, 1)
 * @param least ≥ 2
 */
export const exponentOf = (
  name: string,
  runs: ReadonlyArray<Counted>,
  level: number,
  least: number
): ExponentEstimate | undefined => {
  const response = runs.flatMap(({ count }) => (count === undefined ? [] : [count]))
  const predictor = runs.map(({ value }) => value)
  if (runs.length < LEAST_RUNS || response.length < runs.length || new Set(predictor).size < least) return undefined
  return fitExponents({ response, predictors: { [name]: predictor } }, level).exponents[0]
}
