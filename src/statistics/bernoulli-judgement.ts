/**
 * Judging a probabilistic claim P(bad) ≤ δ₀ from seeded trials: supported, refuted or undecided (evidence.md).
 *
 * Not refuting is never support. Each verdict can be wrong with probability at most `level`, whenever the run stops:
 * a false *refuted* needs P(bad) ≤ δ₀ and is bounded by Ville for E_n; a false *supported* needs P(bad) > δ₀ and is
 * bounded by Ville for E⁻_n (J. Ville's inequality; references in bernoulli-e-process.ts). Only one of the two can happen for a given truth, so the level is not split.
 */
import { logEAgainst, logEFor } from "./bernoulli-e-process.ts"
import { proportionUpperBound } from "./confidence-sequence.ts"
import { requireSuccesses, requireWithin } from "./domain.ts"

/** The three outcomes of every judgement of a claim. */
export type Verdict = "supported" | "refuted" | "undecided"

/** What was judged, the verdict, and the evidence it rests on. */
export interface BernoulliJudgement {
  readonly verdict: Verdict
  /** k of n trials were bad. */
  readonly bad: number
  readonly trials: number
  /** δ₀, the claimed bound on P(bad). */
  readonly delta0: number
  /** α: each verdict errs with at most this probability. */
  readonly level: number
  /** ln E_n; refuted iff ≥ ln(1/level). */
  readonly logEAgainst: number
  /** ln E⁻_n; supported iff ≥ ln(1/level), equivalently iff `upperBound` ≤ δ₀. */
  readonly logEFor: number
  /** U_n: anytime-valid upper confidence bound on P(bad) at `level`. */
  readonly upperBound: number
}

/**
 * Judges P(bad) ≤ δ₀ at one (stopping) time.
 *
 * Corners: δ₀ ≥ 1 is supported without data (a probability cannot exceed it). δ₀ = 0 is refuted by one bad trial and
 * otherwise undecided: no number of good trials shows that something never happens.
 *
 * @param counts `bad` k, an integer in [0, trials]; `trials` n, an integer ≥ 0; `delta0` δ₀ ≥ 0; `level` α in (0, 1/e], in tests taken from the α ledger
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { judgeBernoulli } from "coverbound/statistics"
 *
 * for (const [bad, trials] of [[0, 10], [0, 60], [30, 60]] as const)
 *   console.log(judgeBernoulli({ bad, trials, delta0: 0.1, level: 0.01 }).verdict) // => undecided
 * // => supported
 * // => refuted
 * ```
 */
export const judgeBernoulli = ({
  bad,
  trials,
  delta0,
  level
}: {
  readonly bad: number
  readonly trials: number
  readonly delta0: number
  readonly level: number
}): BernoulliJudgement => {
  requireSuccesses("bad", bad, trials)
  requireWithin("delta0", delta0, 0, Infinity)
  requireWithin("level", level, Number.MIN_VALUE, 1 / Math.E)
  const threshold = -Math.log(level)
  const against = logEAgainst(bad, trials, delta0)
  const support = logEFor(bad, trials, delta0)
  return {
    verdict: against >= threshold ? "refuted" : support >= threshold ? "supported" : "undecided",
    bad,
    trials,
    delta0,
    level,
    logEAgainst: against,
    logEFor: support,
    upperBound: proportionUpperBound(bad, trials, level)
  }
}
