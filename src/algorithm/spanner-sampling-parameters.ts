/**
 * How theory sets SpannerSampling's parameters (t7-spanner-sampling.md): L, b, ν, n_max and T_exp depend on one another; the least fixed point is found by monotone iteration.
 */
import * as Schema from "effect/Schema"
import type { Problem, ProblemConstants } from "../oracle/services.ts"
import { spannerSize } from "../policy/spanner-size.ts"
import type { Goal } from "./algorithm.ts"
import { count, ellipticScale, practicalRidge, samplerLevel, samplerPromise } from "./parameter-ranges.ts"

/** Parameters of SpannerSampling as JSON. */
export const SpannerSamplingParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: ellipticScale,
  /** ν > 0: elliptic threshold of the spanner and of the truncation. */
  nu: ellipticScale,
  /** T_prompt: prompts visited in phase 1. */
  prompts: count,
  /** T_span: pairs drawn at most per prompt. */
  pairsPerPrompt: count,
  /** T_exp: exploration rounds. */
  rounds: count,
  /** M ≥ 1: promise of SoftmaxSampler. */
  promise: samplerPromise,
  /** δ_rej: failure level of one SoftmaxSampler call. */
  rejectionLevel: samplerLevel
})
export type SpannerSamplingParameters = typeof SpannerSamplingParameters.Type

/** The quantities of T7's fixed point, for reports and for the theorem. */
export interface SpannerSamplingConstants {
  /** σ = R/√2. */
  readonly sigma: number
  /** L = d·log(1+4(n_max+T_exp)/(dλ)). */
  readonly logDeterminant: number
  /** b = σ√(2 log(1/δ)+L) + √λ·B. */
  readonly confidenceRadius: number
  readonly nu: number
  readonly spannerSize: number
  readonly rounds: number
}

const E1 = Math.E / (Math.E - 1)

/** Solves the fixed point of L, b, ν, n_max and T_exp. Each map is monotone in the others, so iterating from below finds the least solution. */
export const spannerSamplingConstants = (
  problem: ProblemConstants,
  goal: Goal,
  lambda = 1
): SpannerSamplingConstants => {
  const { dimension: d, beta, rewardRange: R, parameterRadius: B } = problem
  const { epsilon, delta } = goal
  const sigma = R / Math.SQRT2
  const log = Math.log(1 / delta)
  let size = 1
  let rounds = 1
  for (;;) {
    const L = d * Math.log1p((4 * (size + rounds)) / (d * lambda))
    const b = sigma * Math.sqrt(2 * log + L) + Math.sqrt(lambda) * B
    const nu = Math.min(1, beta / b)
    const kappa = (nu * nu) / Math.log1p(nu * nu)
    const nextSize = spannerSize(d, nu, lambda)
    const nextRounds = Math.ceil((3 / epsilon) * (Math.E - 2) * E1 * ((kappa * b * b * L) / beta + beta * log))
    // Past 2^53 no run can follow, and where ν² underflows the iteration would not end.
    if (!(nextSize <= Number.MAX_SAFE_INTEGER))
      throw new RangeError(`parameters.nu: ${nu}, expected a spanner of at most 2^53 pairs (T3 allows ${nextSize})`)
    if (!(nextRounds <= Number.MAX_SAFE_INTEGER))
      throw new RangeError(`parameters.rounds: ${nextRounds}, expected at most 2^53`)
    if (nextSize <= size && nextRounds <= rounds) {
      return { sigma, logDeterminant: L, confidenceRadius: b, nu, spannerSize: size, rounds }
    }
    size = Math.max(size, nextSize)
    rounds = Math.max(rounds, nextRounds)
  }
}

/**
 * T7's parameters for a goal: ε-suboptimal with probability at least 1 − 5δ where C_cov(π*_β) ≤ `goal.coverage` (t7-spanner-sampling.md; FMR25 Theorem 3.1).
 *
 * @param lambda λ > 0, the ridge
 * @throws RangeError naming the count that passes 2⁵³
 */
export const theoryParameters = (problem: ProblemConstants, goal: Goal, lambda = 1): SpannerSamplingParameters => {
  const { beta, rewardRange: R } = problem
  const { epsilon, delta, coverage } = goal
  const { nu, spannerSize: size, rounds } = spannerSamplingConstants(problem, goal, lambda)
  const prompts = Math.ceil((E1 * (size + Math.log(1 / delta)) * 9 * R) / epsilon)
  const pairsPerPrompt = Math.ceil(
    (3 / epsilon) * coverage * (6 * R + 2 * Math.E * Math.max(beta, R)) * Math.log(prompts / delta)
  )
  for (const [name, value] of Object.entries({ rounds, prompts, pairsPerPrompt })) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`parameters.${name}: ${value}, expected at most 2^53`)
  }
  return {
    lambda,
    nu,
    prompts,
    pairsPerPrompt,
    rounds,
    promise: 2 * Math.E ** 2 * coverage,
    rejectionLevel: delta / rounds
  }
}

/**
 * Practical parameters: the same program, with constants a person would choose. T_span and M stay proportional to C_cov, since that is what L1 says cannot be
 * saved; everything else is of the order of d.
 */
export const practicalParameters = (problem: Problem, goal: Goal): SpannerSamplingParameters => {
  const { dimension: d, rewardRange: R, parameterRadius: B } = problem
  const nu = 0.3
  const lambda = practicalRidge(R, B)
  return {
    lambda,
    nu,
    prompts: 40 * d,
    pairsPerPrompt: Math.ceil(3 * goal.coverage),
    rounds: Math.ceil((40 * d * R) / goal.epsilon),
    promise: Math.max(1, 2 * goal.coverage),
    rejectionLevel: 0.05
  }
}
