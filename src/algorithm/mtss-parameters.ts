/**
 * Parameters of MTSS (t8-mtss.md). Theory gives counts (T8) but no constants for ε: FMR25 has a PAC statement up to Õ(·), and here the guarantee is measured.
 * The same parameters therefore serve as theory's and as practice's.
 */
import * as Schema from "effect/Schema"
import type { Problem } from "../oracle/services.ts"
import type { Goal } from "./algorithm.ts"
import { count, ellipticScale, samplerLevel, samplerPromise } from "./parameter-ranges.ts"

/** Parameters of MTSS as JSON. */
export const MtssParameters = Schema.Struct({
  /** λ > 0: ridge of every layer. */
  lambda: ellipticScale,
  /** ν > 0: elliptic threshold of Check and of the truncation. */
  nu: ellipticScale,
  /** T_span: token pairs that a Check draws. */
  pairsPerPrefix: count,
  /** n_roll: rollouts per target, at most. */
  rollouts: count,
  /** A target is settled once its standard error is at most this (after 4 rollouts, when a standard error is believed), in units of reward; 0: never before n_roll. */
  precision: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  /** T_cert: full rollouts that end a pass. */
  certifyingRollouts: count,
  /** M ≥ 1: promise of SoftmaxSampler at a prefix. */
  promise: samplerPromise,
  /** δ_rej: failure level of one SoftmaxSampler call. */
  rejectionLevel: samplerLevel
})
export type MtssParameters = typeof MtssParameters.Type

/** Rollouts after which a standard error is believed. */
export const LEAST_ROLLOUTS = 4

/**
 * Parameters for a goal, made of how errors enter ε.
 *
 * A layer whose tilt is off by e costs at most β·(e/β)²/2 (the KL of two tilts), so H layers may each be off by e = √(2εβ/H)·½, half of ε being left to what
 * truncation hides. A rollout's value has the variance of the reward (at most R²/4; none where rewards are noise-free) and of H normalisers, each estimated from N₁ draws
 * with relative variance (C_cond−1)/N₁; the normalisers' bias, H·(C_cond−1)/(2N₁) in units of β, must stay below e as well, which sets δ_rej by N₁ = 8M log(4/δ_rej).
 *
 * @throws RangeError where the problem has no tokens or the goal no C_cond.
 */
export const mtssParameters = (problem: Problem, goal: Goal): MtssParameters => {
  const { beta, parameterRadius: B, rewardRange: R, tokens } = problem
  const { conditionalCoverage: C, delta, epsilon } = goal
  if (tokens === undefined) throw new RangeError("problem.tokens: missing, expected an instance with tokens")
  if (C === undefined || !(C >= 1))
    throw new RangeError(`goal.conditionalCoverage: ${C ?? "missing"}, expected C_cond of at least 1`)
  const H = tokens.horizon
  const error = Math.sqrt((2 * epsilon * beta) / H) / 2
  const promise = 2 * C
  const draws = Math.max(40 * promise, (H * (C - 1) * beta) / error)
  const variance = (tokens.noiseFree ? 0 : (R * R) / 4) + (beta * beta * H * (C - 1)) / draws
  return {
    lambda: Math.max(1e-6, Math.min(1, (error / (2 * Math.max(R, B))) ** 2)),
    nu: 1,
    pairsPerPrefix: Math.ceil(4 * C),
    rollouts: Math.max(LEAST_ROLLOUTS, Math.ceil((2 * variance) / error ** 2)),
    precision: tokens.noiseFree ? error / Math.SQRT2 : 0,
    certifyingRollouts: Math.ceil((R / epsilon) * Math.log(1 / delta)),
    promise,
    // 4·exp(−N₁/(8M)), and never so small that it leaves float64.
    rejectionLevel: Math.max(1e-300, Math.min(0.05, 4 * Math.exp(-draws / (8 * promise))))
  }
}
