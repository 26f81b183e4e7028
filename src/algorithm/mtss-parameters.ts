/** Parameters of MTSS: theory's (t9-mtss-is-pac.md), which give ε and δ, and practical ones, whose guarantee is measured. */
import * as Schema from "effect/Schema"
import type { Problem, TokenConstants } from "../oracle/services.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import type { Goal } from "./algorithm.ts"
import { count, ellipticScale, layerRidge, samplerPromise } from "./parameter-ranges.ts"

/** Parameters of MTSS as JSON. */
export const MtssParameters = Schema.Struct({
  /** λ > 0: ridge of every layer. */
  lambda: layerRidge,
  /** ν > 0: elliptic threshold of Check and of the truncation. */
  nu: ellipticScale,
  /** T_span: tokens that a Check draws against its anchor, and that estimate the normaliser. */
  tokensPerPrefix: count,
  /** n_roll: rollouts per target; at most, where `precision` ends it earlier. */
  rollouts: count,
  /** n_rew: rewards of a rollout's response that are averaged. */
  rewardsPerRollout: count,
  /** A target is settled once its standard error is at most this (after 4 rollouts, when a standard error is believed), in units of reward; 0: never before n_roll, which T9 asks. */
  precision: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  /** T_cert: full rollouts that end a pass. */
  certifyingRollouts: count,
  /** M ≥ 1: promise of the trials at a prefix. */
  promise: samplerPromise,
  /** N₂: trials that a token takes at most. */
  trials: count
})
export type MtssParameters = typeof MtssParameters.Type

/** Rollouts after which a standard error is believed. */
export const LEAST_ROLLOUTS = 4

/** @throws RangeError where the problem has no tokens */
export const tokensOf = ({ tokens }: Problem): TokenConstants => {
  if (tokens === undefined) throw new RangeError("problem.tokens: missing, expected an instance with tokens")
  return tokens
}

/** H, d and C_cond. @throws RangeError where the problem has no tokens or the goal no C_cond */
const told = (problem: Problem, { conditionalCoverage: C }: Goal): TokenConstants & { readonly C: number } => {
  const tokens = tokensOf(problem)
  if (C === undefined || !(C >= 1))
    throw new RangeError(`goal.conditionalCoverage: ${C ?? "missing"}, expected C_cond of at least 1`)
  return { ...tokens, C }
}

/** The quantities of T9's fixed points that are no parameters themselves. */
export interface MtssConstants {
  /** n: the pairs of a layer, at most. */
  readonly spannerSize: number
  /** b: what ‖θ_h − θ*_h‖_{Σ_h} stays below, in units of reward. */
  readonly confidenceRadius: number
  /** μ: the mass that C_cond may make of a direction that Checks miss. */
  readonly missed: number
  /** w: a bound of ∣log p̂/π*∣ of a token. */
  readonly deviation: number
  /** L = d·log(1+4n/(dλ)). */
  readonly logDeterminant: number
  /** N_ep: epochs of all layers, at most. */
  readonly epochs: number
  /** N_vis: prefixes visited in all passes, at most. */
  readonly visits: bigint
  /** ℒ = log(2N/δ). */
  readonly logVisits: number
}

/**
 * T9's parameters and constants. n and T_span are least fixed points: each map is monotone and grows by logarithms, so iteration from below ends at them.
 * @throws RangeError where the problem has no tokens or the goal no C_cond, or naming the count that passes 2⁵³
 */
export const mtssConstants = (
  problem: Problem,
  goal: Goal
): { readonly parameters: MtssParameters; readonly constants: MtssConstants } => {
  const { beta, rewardRange: R } = problem
  const { delta, epsilon } = goal
  const { C, dimension: d, horizon: H, noiseFree, parameterRadius } = told(problem, goal)
  // T9 asks B > 0: where every θ* is 0 any B will do.
  const B = parameterRadius > 0 ? parameterRadius : R
  const sigma = noiseFree ? 0 : R / 2
  const nu = 1

  let n = 1
  let b: number
  let lambda: number
  for (;;) {
    b = Math.min(beta / 2, beta / (H * Math.sqrt(n)), Math.sqrt((2 * epsilon * beta) / (3 * H)))
    lambda = (b / (16 * B)) ** 2
    const size = spannerSize(d, nu, lambda)
    if (size <= n) break
    n = size
  }
  const L = d * Math.log1p((4 * n) / (d * lambda))
  const epochs = H + (n * H * (H - 1)) / 2
  const mu = Math.min(1 / 40, b / (26 * beta * H * Math.sqrt(n)), epsilon / (6 * H * (R + beta)))
  const w = (2 * b) / beta + 3 * Math.sqrt(mu) + 2 * mu
  const spread = H * (beta * w) ** 2
  const rewardsPerRollout = Math.max(1, Math.ceil(sigma ** 2 / spread))
  const proxy = sigma ** 2 / rewardsPerRollout + spread
  const rollouts = Math.ceil(2 * proxy * (2 * Math.log(epochs / delta) + L) * (16 / (5 * b)) ** 2)
  const certifyingRollouts = Math.ceil(((9 * H * R) / epsilon) * Math.log((H * n + 1) / delta))
  for (const [name, value] of Object.entries({ rewardsPerRollout, rollouts, certifyingRollouts })) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`parameters.${name}: ${value}, expected at most 2^53`)
  }
  const [horizon, size] = [BigInt(H), BigInt(n)]
  const visits =
    2n *
      BigInt(rollouts) *
      size *
      ((horizon * (horizon - 1n)) / 2n + (size * horizon * (horizon - 1n) * (2n * horizon - 1n)) / 6n) +
    (horizon * size + 1n) * horizon * BigInt(certifyingRollouts)

  let tokensPerPrefix = 1
  let logVisits: number
  for (;;) {
    logVisits = Math.log((2 * Math.max(Number(visits), tokensPerPrefix)) / delta)
    const next = Math.ceil((C * logVisits) / mu)
    if (!Number.isSafeInteger(next)) throw new RangeError(`parameters.tokensPerPrefix: ${next}, expected at most 2^53`)
    if (next <= tokensPerPrefix) break
    tokensPerPrefix = next
  }
  const promise = 3 * C
  return {
    parameters: {
      lambda,
      nu,
      tokensPerPrefix,
      rollouts,
      rewardsPerRollout,
      precision: 0,
      certifyingRollouts,
      promise,
      trials: Math.ceil(4 * promise * logVisits)
    },
    constants: {
      spannerSize: n,
      confidenceRadius: b,
      missed: mu,
      deviation: w,
      logDeterminant: L,
      epochs,
      visits,
      logVisits
    }
  }
}

/** T9's parameters for a goal. @throws RangeError as {@link mtssConstants} */
export const mtssParameters = (problem: Problem, goal: Goal): MtssParameters => mtssConstants(problem, goal).parameters

/**
 * Practical parameters, made of how errors enter ε.
 *
 * A layer whose tilt is off by e costs at most β·(e/β)²/2 (the KL of two tilts), so H layers may each be off by e = √(2εβ/H)·½, half of ε being left to what
 * truncation hides. A rollout's value has the variance of the reward (at most R²/4; none where rewards are noise-free) and of H normalisers, each estimated from T_span draws
 * with relative variance (C_cond−1)/T_span; the normalisers' bias, H·(C_cond−1)/(2T_span) in units of β, must stay below e as well, which with 80·C_cond sets T_span.
 *
 * @throws RangeError where the problem has no tokens or the goal no C_cond.
 */
export const practicalMtssParameters = (problem: Problem, goal: Goal): MtssParameters => {
  const { beta, parameterRadius: B, rewardRange: R } = problem
  const { delta, epsilon } = goal
  const { C, horizon: H, noiseFree } = told(problem, goal)
  const error = Math.sqrt((2 * epsilon * beta) / H) / 2
  const promise = 2 * C
  const draws = Math.ceil(Math.max(40 * promise, (H * (C - 1) * beta) / error))
  const variance = (noiseFree ? 0 : (R * R) / 4) + (beta * beta * H * (C - 1)) / draws
  return {
    lambda: Math.max(1e-6, Math.min(1, (error / (2 * Math.max(R, B))) ** 2)),
    nu: 1,
    tokensPerPrefix: draws,
    rollouts: Math.max(LEAST_ROLLOUTS, Math.ceil((2 * variance) / error ** 2)),
    rewardsPerRollout: 1,
    precision: noiseFree ? error / Math.SQRT2 : 0,
    certifyingRollouts: Math.ceil((R / epsilon) * Math.log(1 / delta)),
    promise,
    trials: Math.ceil(draws / 2)
  }
}
