/**
 * Exact fixed-sample confidence bounds for a proportion.
 *
 * C. J. Clopper and E. S. Pearson, doi:10.1093/biomet/26.4.404. The lower end is the α₁-quantile of Beta(k, n−k+1), the upper
 * the (1−α₂)-quantile of Beta(k+1, n−k): the rates at which the observed count has one-sided tail α₁ (α₂). Coverage is at
 * least nominal for every rate and every n. Valid at **one** sample size fixed in advance: for peeking use
 * `confidence-sequence.ts`.
 *
 * Solved in t = log(p/q) from the logarithm of the binomial tail (`incomplete-beta.ts`), so that p and q, and levels far below the smallest double's
 * square, keep their digits. log P(X ≥ k) is increasing and concave in t (the log of the distribution function of a log-concave density), with slope
 * D/P(X ≥ k), D the power prefix: Newton's iteration is below the root after its first step and climbs to it. Relative error of a bound below
 * 1e-13 (fixtures/tails.py: levels to 1e-300, n to 10¹²) and below 1e-14 at levels above 1e-12 (fixtures/proportions.py).
 */
import type { Interval } from "./confidence-sequence.ts"
import { requireLevel, requireSuccesses } from "./domain.ts"
import { betaTails } from "./incomplete-beta.ts"

/** 1/(1 + e^{−t}), accurate for every t. */
const logistic = (t: number): number => (t < 0 ? Math.exp(t) / (1 + Math.exp(t)) : 1 / (1 + Math.exp(-t)))

/** e^{−708} is next to the smallest normal double: a lower bound beneath it is given as 0. */
const LEAST_LOGIT = -708

/** Steps that Newton's iteration may take; it took 9 at most on the fixtures. */
const STEPS = 200

/** The t = log(p/q) at which P(Binomial(n, p) ≥ k) = level, 1 ≤ k ≤ n. */
const logitAtTail = (k: number, n: number, level: number): number => {
  const target = Math.log(level)
  let t = Math.log(k / (n - k + 1))
  for (let i = 0; i < STEPS; i++) {
    const { logLower, logLowerOverPrefix } = betaTails(k, n - k + 1, logistic(t), logistic(-t))
    const step = (target - logLower) * Math.exp(logLowerOverPrefix)
    if (t === LEAST_LOGIT && step < 0) return -Infinity
    const next = Math.max(t + step, LEAST_LOGIT)
    // After the first step the iteration climbs: one that no longer does has met rounding.
    if (next === t || (i > 1 && step <= 0)) return t
    t = next
  }
  throw new RangeError(`successes, trials, level: ${k}, ${n}, ${level}, expected a bound that ${STEPS} steps reach`)
}

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
  return successes === 0 ? 0 : logistic(logitAtTail(successes, trials, level))
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
  return successes === trials ? 1 : logistic(-logitAtTail(trials - successes, trials, level))
}

/**
 * Two-sided interval: P(p outside) ≤ level, half of it at each end.
 *
 * @param successes k, integer in [0, trials]
 * @param trials n, integer ≥ 0 (0 gives [0, 1])
 * @param level α in (0, 1)
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { clopperPearson } from "coverbound/statistics"
 *
 * const { lower, upper } = clopperPearson(0, 30, 0.05)
 * console.log(lower, upper.toFixed(4)) // => 0 0.1157
 * ```
 */
export const clopperPearson = (successes: number, trials: number, level: number): Interval => {
  requireLevel("level", level)
  return {
    lower: clopperPearsonLower(successes, trials, level / 2),
    upper: clopperPearsonUpper(successes, trials, level / 2)
  }
}
