/**
 * What one observed reward may be, given its mean m: `high` with probability `chance`, else `low`. Both lie in [0, R].
 *
 * `bernoulli`: R or 0. `two-point`: m + h or m − h with probability 1/2 each, h = min(m, R − m), the widest that stays within [0, R]; a reward is then h-sub-Gaussian and
 * no better (E e^{s(r−m)} = cosh sh ≤ e^{s²h²/2}, with equality of variances), h ≤ R/2, so that a difference of two is R/√2-sub-Gaussian as T7 asks of all rewards in
 * [0, R]. Unlike bernoulli it gives rewards that are neither 0 nor R: a learner that rounds, signs or counts them goes wrong on it.
 */
import type { Noise } from "./instance.ts"

export interface RewardLaw {
  readonly high: number
  readonly low: number
  /** P(high). */
  readonly chance: number
}

export const noiseLaw = ({ kind }: Noise, mean: number, rewardRange: number): RewardLaw => {
  if (kind === "none") return { high: mean, low: mean, chance: 1 }
  if (kind === "bernoulli") return { high: rewardRange, low: 0, chance: mean / rewardRange }
  const half = Math.min(mean, rewardRange - mean)
  return { high: mean + half, low: mean - half, chance: 0.5 }
}
