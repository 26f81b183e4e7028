/**
 * Anytime-valid confidence sequences for a proportion, by inverting beta-binomial mixtures.
 *
 * A confidence sequence holds at every sample size at once: P(∃n: p ∉ C_n) ≤ α, so it may be looked at after every trial
 * and the run stopped when it pleases.
 *
 * *Two-sided.* M_n(p) = B(k+½, n−k+½) / (π p^k (1−p)^{n−k}) is a martingale under the rate p (the Beta(½,½) mixture
 * against it) and C_n = {p : M_n(p) < 1/α}. ln M_n is convex in p with its minimum (≤ 0) at k/n, so C_n is an interval.
 *
 * *Upper.* U_n = sup{p : E⁻_n(p) < 1/α} with E⁻_n of `bernoulli-e-process.ts`, the mixture restricted to rates below p.
 * It is sharper for "the failure rate is small" (no mass is spent on large rates) and it is exactly dual to the e-value:
 * U_n ≤ δ₀ iff E⁻_n(δ₀) ≥ 1/α. That {p : E⁻_n(p) < 1/α} is an interval [0, U_n) needs an argument:
 * d/dp ln E⁻_n = (w/W)(1/E⁻_n − 1) + (np − k)/(p(1−p)) with w the mixing density and W its mass below p, and
 * w/W ≤ 1/(2p√(1−p)); so ln E⁻_n increases wherever np − k ≥ ½. Where np − k < ½, E⁻_n ≤ exp(n·KL(k/n‖p)) ≤ e, so for
 * α < 1/e the value 1/α is reached only where ln E⁻_n increases.
 *
 * H. Robbins, doi:10.1214/aoms/1177696786; S. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform,
 * nonparametric, nonasymptotic confidence sequences", doi:10.1214/20-AOS1991.
 */
import { logMixtureAbove } from "./bernoulli-e-process.ts"
import { lastRejected } from "./bisection.ts"
import { requireBetween, requireLevel, requireSuccesses, requireWithin } from "./domain.ts"
import { deviance, logBetaPrefix, logBinomialProbability } from "./saddle-point.ts"

/** A closed interval. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

/** Logit coordinates keep both p and 1 − p accurate; ±745 covers every double in (0, 1). */
const LOGIT_END = 745
/** Absolute in the logit, so relative in p and in 1 − p. */
const LOGIT_RESOLUTION = 1e-14
const expit = (t: number): number => 1 / (1 + Math.exp(-t))

/** ln M_n(k/n) ≤ 0: what the mixture pays for not knowing the rate, about ½ ln(πn/2) below zero. n ≥ 1. */
const logMixtureAtPeak = (k: number, n: number): number => {
  // k = 0 or n: B(½, n+½)/π = C(2n,n)/4ⁿ.
  if (k === 0 || k === n) return logBinomialProbability(n, 2 * n, 0.5, 0.5)
  const p = k / n
  const q = (n - k) / n
  return 0.5 * Math.log(p * q) - Math.log(Math.PI) - logBetaPrefix(k + 0.5, n - k + 0.5, p, q)
}

const logMixture = (k: number, n: number, p: number, q: number): number =>
  logMixtureAtPeak(k, n) + deviance(k, n * p) + deviance(n - k, n * q)

/**
 * ln M_n(p): log evidence against the rate being exactly p; p ∈ C_n iff it is below ln(1/α). Peek with this where a
 * whole interval is not needed.
 *
 * @param successes k, integer in [0, trials]
 * @param trials n, integer ≥ 0 (0 gives 0)
 * @param p a rate in (0, 1)
 * @throws RangeError outside these domains (NaN included)
 */
export const logProportionMixture = (successes: number, trials: number, p: number): number => {
  requireSuccesses("successes", successes, trials)
  requireBetween("p", p, 0, 1)
  return trials === 0 ? 0 : logMixture(successes, trials, p, 1 - p)
}

/**
 * Two-sided confidence sequence C_n for a proportion: P(∃n: p ∉ C_n) ≤ level. Width about 2√(p(1−p)(2 ln(1/α) + ln n)/n).
 *
 * @param successes k, integer in [0, trials]
 * @param trials n, integer ≥ 0 (0 gives [0, 1])
 * @param level α in (0, 1)
 * @returns an interval rounded outwards, within [0, 1]
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { proportionConfidenceSequence } from "coverbound/statistics"
 *
 * const { lower, upper } = proportionConfidenceSequence(30, 100, 0.05)
 * console.log(lower.toFixed(3), upper.toFixed(3)) // => 0.166 0.463
 * ```
 */
export const proportionConfidenceSequence = (successes: number, trials: number, level: number): Interval => {
  requireSuccesses("successes", successes, trials)
  requireLevel("level", level)
  if (trials === 0) return { lower: 0, upper: 1 }
  const peak = logMixtureAtPeak(successes, trials)
  const threshold = -Math.log(level)
  const rejects = (t: number): boolean =>
    peak + deviance(successes, trials * expit(t)) + deviance(trials - successes, trials * expit(-t)) >= threshold
  const centre = Math.log(successes) - Math.log(trials - successes)
  return {
    lower:
      successes === 0 ? 0 : expit(lastRejected(-LOGIT_END, Math.min(centre, LOGIT_END), LOGIT_RESOLUTION, rejects)),
    upper:
      successes === trials ? 1 : expit(lastRejected(LOGIT_END, Math.max(centre, -LOGIT_END), LOGIT_RESOLUTION, rejects))
  }
}

/**
 * Anytime-valid upper bound U_n for a proportion: P(∃n: p > U_n) ≤ level, with U_n ≤ δ₀ iff `logEFor(k, n, δ₀)` ≥ ln(1/level).
 *
 * @param successes k, integer in [0, trials]
 * @param trials n, integer ≥ 0 (0 gives 1)
 * @param level α in (0, 1/e]
 * @returns a number in [0, 1], rounded upwards
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { proportionUpperBound } from "coverbound/statistics"
 *
 * console.log(proportionUpperBound(0, 53, 0.01).toFixed(4)) // => 0.0999
 * ```
 */
export const proportionUpperBound = (successes: number, trials: number, level: number): number => {
  requireSuccesses("successes", successes, trials)
  requireWithin("level", level, Number.MIN_VALUE, 1 / Math.E)
  if (successes === trials) return 1
  const threshold = -Math.log(level)
  const rejects = (t: number): boolean => logMixtureAbove(trials - successes, trials, expit(-t), expit(t)) >= threshold
  // Below k/n the evidence E⁻_n is at most 1, so the search may start there (logit of 0 is −∞: the far end).
  const centre = Math.max(-LOGIT_END, Math.log(successes) - Math.log(trials - successes))
  return expit(lastRejected(LOGIT_END, centre, LOGIT_RESOLUTION, rejects))
}
