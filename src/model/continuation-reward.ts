/**
 * Features and mean rewards of continuations: RareGood (families.md) found in English.
 *
 * φ = (a·tone/H, a·(2·names/H − 1), b·1{ends on a noun}, b·1{a verb}, b·1{a stop}, b·1{a bright word}), with 2a² + b² just
 * below 1, so that ‖φ‖ ≤ 1 in exact arithmetic too. The usual endings span their coordinates and are rewarded up to about 0.2R; the bright ending, of π_ref-mass
 * about 1/1000, carries a coordinate of its own and is rewarded about 0.9R. r* = c₀ + ⟨θ*, φ⟩ exactly, in [0, R] with R = 1.
 */
import { ENDINGS, type ResponseStatistics, type Statistics } from "./response-statistics.ts"

/** d: tone, names, and whether the continuation ends on a noun, a verb, a stop or a bright word. */
export const FEATURE_COUNT = 6
/** R. */
export const REWARD_RANGE = 1
/** B: Θ is the ball of this radius. */
export const PARAMETER_RADIUS = 1

const ENDING_SCALE = 0.9
const DENSE_SCALE = 0.308
/** c₀: no difference of rewards sees it; it keeps r* ≥ 0. */
const BASE = 0.065

/** θ*, ‖θ*‖ ≤ B. */
export const thetaStar = (): Float64Array => Float64Array.of(0.14, -0.05, 0.04, 0.02, 0.08, 0.97)

/** Writes φ of the statistics to `features[at … at+d)`. */
export const writeFeatures = (horizon: number, statistics: Statistics, features: Float64Array, at: number): void => {
  features[at] = (DENSE_SCALE * statistics.tone) / horizon
  features[at + 1] = DENSE_SCALE * ((2 * statistics.names) / horizon - 1)
  for (let ending = 1; ending < ENDINGS.length; ending++)
    features[at + 1 + ending] = statistics.ending === ending ? ENDING_SCALE : 0
}

/** r* = c₀ + ⟨θ*, φ⟩ of the features at `features[at … at+d)`. */
export const meanReward = (theta: Float64Array, features: Float64Array, at: number): number => {
  let reward = BASE
  for (let j = 0; j < FEATURE_COUNT; j++) reward += theta[j] * features[at + j]
  return reward
}

/** r* as a sum: `base` + Σ over the inner tokens of `inner` + `last` of the last token. Arrays of length V. */
export interface TokenReward {
  readonly base: number
  readonly inner: Float64Array
  readonly last: Float64Array
}

/** The same r* as a sum over tokens, which is what a dynamic program over a sequence needs. */
export const tokenReward = (theta: Float64Array, statistics: ResponseStatistics): TokenReward => {
  const { ending, horizon, names, tone } = statistics
  const inner = new Float64Array(tone.length)
  const last = new Float64Array(tone.length)
  for (let token = 0; token < tone.length; token++) {
    inner[token] = (DENSE_SCALE * (theta[0] * tone[token] + 2 * theta[1] * names[token])) / horizon
    last[token] = inner[token] + (ending[token] > 0 ? ENDING_SCALE * theta[1 + ending[token]] : 0)
  }
  return { base: BASE - DENSE_SCALE * theta[1], inner, last }
}
