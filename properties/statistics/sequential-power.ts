/**
 * What a sequential judgement of P(bad) ≤ δ₀ will say, exactly: for planning how many trials a claim needs, and for holding the
 * judgement to its promise without simulation.
 *
 * Looking after every trial and stopping at the first verdict, the run is a walk of (k, n) absorbed at two boundaries: refuted once
 * E_n ≥ 1/α, supported once E⁻_n ≥ 1/α. Both evidences are monotone (a good trial lowers E and raises E⁻, a bad one the reverse), so each
 * boundary is one count per n and never falls; the walk's law is propagated by dynamic programming in O(n·k): the recursion of P. Armitage,
 * C. McPherson and B. Rowe, doi:10.2307/2343787.
 */
import { logEAgainst, logEFor } from "../../src/statistics/bernoulli-e-process.ts"
import { requireBetween, requireInteger, requireLevel, requireWithin } from "../../src/statistics/domain.ts"

/** Counts at which a sequential judgement is decided; arrays of length trials + 1, indexed by n. */
export interface DecisionBoundaries {
  /** Refuted at n iff k ≥ refuteFrom[n]; n + 1 where no count refutes. Non-decreasing up to that. */
  readonly refuteFrom: Int32Array
  /** Supported at n iff k ≤ supportTo[n]; −1 where no count supports. Non-decreasing. */
  readonly supportTo: Int32Array
}

/**
 * Boundaries of `judgeBernoulli` for n = 0 … trials.
 *
 * @param options δ₀ in (0, 1); level α in (0, 1); trials, integer ≥ 0
 * @throws RangeError outside these domains (NaN included)
 */
export const decisionBoundaries = ({
  delta0,
  level,
  trials
}: {
  readonly delta0: number
  readonly level: number
  readonly trials: number
}): DecisionBoundaries => {
  requireBetween("delta0", delta0, 0, 1)
  requireLevel("level", level)
  requireInteger("trials", trials, 0)
  const threshold = -Math.log(level)
  const refuteFrom = new Int32Array(trials + 1)
  const supportTo = new Int32Array(trials + 1)
  let refute = 0
  let support = -1
  for (let n = 0; n <= trials; n++) {
    while (refute <= n && logEAgainst(refute, n, delta0) < threshold) refute++
    while (support < n && logEFor(support + 1, n, delta0) >= threshold) support++
    refuteFrom[n] = refute
    supportTo[n] = support
  }
  return { refuteFrom, supportTo }
}

/** Probability of each verdict of a sequential judgement. */
export interface VerdictProbabilities {
  readonly supported: number
  readonly refuted: number
  readonly undecided: number
  /** E[trials used], counting `trials` for undecided runs. */
  readonly expectedTrials: number
}

/**
 * Exact probabilities of the verdicts when trials are independent and bad with probability `rate`, looking after every one.
 *
 * @param boundaries from {@link decisionBoundaries}; their length sets the largest number of trials
 * @param rate true P(bad) in [0, 1]
 * @throws RangeError when `rate` is outside (NaN included)
 */
export const verdictProbabilities = (
  { refuteFrom, supportTo }: DecisionBoundaries,
  rate: number
): VerdictProbabilities => {
  requireWithin("rate", rate, 0, 1)
  const trials = refuteFrom.length - 1
  // mass[k]: probability of k bad so far and no verdict yet; only counts strictly between the boundaries are alive.
  const mass = new Float64Array(trials + 2)
  mass[0] = 1
  let supported = 0
  let refuted = 0
  let undecided = 1
  let expectedTrials = 0
  for (let n = 1; n <= trials; n++) {
    expectedTrials += undecided
    undecided = 0
    const top = Math.min(n, refuteFrom[n - 1])
    for (let k = top; k >= 0; k--) {
      const here = mass[k] * (1 - rate) + (k > 0 ? mass[k - 1] * rate : 0)
      if (k >= refuteFrom[n]) refuted += here
      else if (k <= supportTo[n]) supported += here
      else undecided += here
      mass[k] = k >= refuteFrom[n] || k <= supportTo[n] ? 0 : here
    }
  }
  return { supported, refuted, undecided, expectedTrials }
}
