/**
 * Exact fixed-sample confidence bounds for a proportion.
 *
 * C. J. Clopper and E. S. Pearson, doi:10.1093/biomet/26.4.404. The lower end is the α₁-quantile of Beta(k, n−k+1), the upper
 * the (1−α₂)-quantile of Beta(k+1, n−k): the rates at which the observed count has one-sided tail α₁ (α₂). Coverage is at
 * least nominal for every rate and every n. Valid at **one** sample size fixed in advance: for peeking use
 * `confidence-sequence.ts`.
 *
 * Quantiles by `@stdlib`'s `kernel-betaincinv`, which takes the tail and its complement separately, so a level of 10⁻⁹ keeps its
 * digits; relative error below 1e-14 against exact binomial tails (fixtures).
 */
import betaQuantile from "@stdlib/math-base-special-kernel-betaincinv"
import type { Interval } from "./confidence-sequence.ts"
import { requireLevel, requireSuccesses } from "./domain.ts"

/**
 * One-sided lower bound: P(p < bound) ≤ level.
 *
 * @param successes k, integer in [0, trials]; 0 gives 0
 * @param trials n, integer ≥ 0
 * @param level α in (0, 1)
 * @throws RangeError outside these domains (NaN included)
 */
export const clopperPearsonLower = (successes: number, trials: number, level: number): number => {
  requireSuccesses("successes", successes, trials)
  requireLevel("level", level)
  return successes === 0 ? 0 : betaQuantile(successes, trials - successes + 1, level, 1 - level)[0]
}

/**
 * One-sided upper bound: P(p > bound) ≤ level.
 *
 * @param successes k, integer in [0, trials]; k = n gives 1
 * @param trials n, integer ≥ 0
 * @param level α in (0, 1)
 * @throws RangeError outside these domains (NaN included)
 */
export const clopperPearsonUpper = (successes: number, trials: number, level: number): number => {
  requireSuccesses("successes", successes, trials)
  requireLevel("level", level)
  return successes === trials ? 1 : betaQuantile(successes + 1, trials - successes, 1 - level, level)[0]
}

/**
 * Two-sided interval: P(p outside) ≤ level, half of it at each end.
 *
 * @param successes k, integer in [0, trials]
 * @param trials n, integer ≥ 0 (0 gives [0, 1])
 * @param level α in (0, 1)
 * @throws RangeError outside these domains (NaN included)
 */
export const clopperPearson = (successes: number, trials: number, level: number): Interval => {
  requireLevel("level", level)
  return {
    lower: clopperPearsonLower(successes, trials, level / 2),
    upper: clopperPearsonUpper(successes, trials, level / 2)
  }
}
