/**
 * Coverage from p(right): the profile P_x[1/p_x > M], the share of prompts that need more than M draws, and the coverage of the optimal policy of a 0/1 reward,
 * C_x = e^{R/β}/(1 − p_x + p_x·e^{R/β}), whose largest value over prompts is C_cov(π*_β).
 *
 * C_x falls in p_x: after draws without a success there is an upper bound on p_x only, hence a *lower* bound on C_x. From above only the trivial e^{R/β} is
 * known then, however many draws were made.
 */
import type { Interval } from "../statistics/confidence-sequence.ts"
import { type Population, rateIntervals } from "./population.ts"

export interface ProfilePoint {
  readonly M: number
  /** Share of prompts with 1/p > M; from counts, with p̂ = c/n. */
  readonly estimate: number
  readonly band: Interval
}

const share = (flags: ReadonlyArray<boolean>): number => flags.filter(Boolean).length / flags.length

/** The profile at each M > 0, the bands all at once at level α. */
export const coverageProfile = (
  population: Population,
  Ms: ReadonlyArray<number>,
  level: number
): ReadonlyArray<ProfilePoint> => {
  const rates = rateIntervals(population, level)
  const needs = (p: number, M: number): boolean => p * M < 1
  return Ms.map((M) => ({
    M,
    estimate: share(population.prompts.map((one) => needs("p" in one ? one.p : one.successes / one.draws, M))),
    band: {
      lower: share(rates.map(({ upper }) => needs(upper, M))),
      upper: share(rates.map(({ lower }) => needs(lower, M)))
    }
  }))
}

/** C_x at p, for `ratio` = R/β. Exactly 1 at p = 1, e^{R/β} at p = 0. */
export const promptCoverage = (p: number, ratio: number): number => 1 / (p + (1 - p) * Math.exp(-ratio))

export interface CoverageBound {
  /** Undefined where a prompt saw no success: its p̂ = 0 says nothing. */
  readonly estimate: number | undefined
  readonly interval: Interval
  /** Whether the upper end is e^{R/β}, which holds of any model: draws gave a lower bound only. */
  readonly onlyLower: boolean
}

/** C_x of each prompt and C_cov, all at once at level α. @param ratio R/β > 0 */
export const coverageBounds = (
  population: Population,
  ratio: number,
  level: number
): { readonly prompts: ReadonlyArray<CoverageBound>; readonly overall: CoverageBound } => {
  const rates = rateIntervals(population, level)
  const prompts = population.prompts.map((one, x): CoverageBound => {
    const p = "p" in one ? one.p : one.successes === 0 ? undefined : one.successes / one.draws
    return {
      estimate: p === undefined ? undefined : promptCoverage(p, ratio),
      interval: { lower: promptCoverage(rates[x].upper, ratio), upper: promptCoverage(rates[x].lower, ratio) },
      onlyLower: p === undefined
    }
  })
  const largest = (of: (bound: CoverageBound) => number): number =>
    prompts.reduce((most, bound) => Math.max(most, of(bound)), 1)
  const open = prompts.some(({ onlyLower }) => onlyLower)
  return {
    prompts,
    overall: {
      estimate: open ? undefined : largest(({ estimate }) => estimate!),
      interval: { lower: largest(({ interval }) => interval.lower), upper: largest(({ interval }) => interval.upper) },
      onlyLower: open
    }
  }
}
