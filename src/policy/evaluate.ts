/**
 * Exact evaluation of policies on a finite instance: J_β, suboptimality (as β·KL, T1), KL to π_ref and C_cov(π).
 *
 * A policy is evaluated through its ratio w = π/π_ref per class. Suboptimality is β·E_ρ E_{π_ref}[w log w − w + 1 …] written as the KL to π*_β with
 * non-negative summands, so that 10⁻¹² is as meaningful as 10⁻¹.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { innerProduct } from "../numeric/inner-product.ts"
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import { type Optimum, optimum } from "./optimum.ts"
import { klTerm } from "./kl-term.ts"
import { mixtureRatio } from "./mixture-ratio.ts"
import type { LinearSoftmaxPolicy, Policy } from "./policy.ts"
import { policyProblem } from "./policy-problem.ts"

/** A policy's exact value. */
export interface Evaluation {
  /** J_β(π), units of reward. */
  readonly objective: number
  /** J* − J_β(π) = β·E_ρ KL(π‖π*_β) ≥ 0 (T1). */
  readonly suboptimality: number
  /** E_ρ KL(π‖π_ref), nats. */
  readonly klToReference: number
  /** E_ρ E_π r_star. */
  readonly meanReward: number
  /** C_cov(π) = sup π/π_ref. */
  readonly coverage: number
}

/** log π_θ/π_ref by row, length N. O(N·d). */
export const linearSoftmaxLogRatio = (exact: FiniteInstance, policy: LinearSoftmaxPolicy): Float64Array => {
  const { beta, dimension: d, features, offsets, reference } = exact
  const out = new Float64Array(reference.length)
  for (let x = 0; x < exact.promptProbabilities.length; x++) {
    const [start, end] = [offsets[x], offsets[x + 1]]
    let top = -Infinity
    for (let y = start; y < end; y++) {
      const s = innerProduct(policy.theta, 0, features, y * d, d)
      out[y] = s
      if (reference[y] > 0 && s > top) top = s
    }
    // Differences of rewards before the division: what is near the top is exact however small β is.
    const excess = logTiltedMean(reference, start, out, start, end - start, top, beta)
    for (let y = start; y < end; y++) out[y] = (out[y] - top) / beta - excess
  }
  return out
}

/**
 * π/π_ref by row in log space. Exact, mixtures included: O(T·Σ R_x²) there.
 * @throws TypeError for a token policy, whose ratio differs within a class of responses: see token-evaluate.ts.
 */
export const logRatio = (exact: FiniteInstance, policy: Policy): Float64Array => {
  switch (policy.kind) {
    case "reference":
      return new Float64Array(exact.reference.length)
    case "linear-softmax":
      return linearSoftmaxLogRatio(exact, policy)
    case "truncated-mixture": {
      const mixture = mixtureRatio(exact, policy.truncation, policy.clip)
      mixture.extend(policy.thetas, policy.count)
      return mixture.logRatio()
    }
    case "token-tilted":
      throw new TypeError(`policy: ${policy.kind}, expected one that is a function of whole responses`)
  }
}

/** Evaluates a policy given by its log ratio to π_ref (length N). @param best the optimum, if already at hand. */
export const evaluateLogRatio = (
  exact: FiniteInstance,
  ratio: Float64Array,
  best: Optimum = optimum(exact)
): Evaluation => {
  const { beta, meanReward, offsets, promptProbabilities, reference } = exact
  let kl = 0
  let reward = 0
  let gap = 0
  let logCoverage = -Infinity
  for (let x = 0; x < promptProbabilities.length; x++) {
    const rho = promptProbabilities[x]
    if (rho === 0) continue
    for (let y = offsets[x]; y < offsets[x + 1]; y++) {
      if (reference[y] === 0) continue
      const p = reference[y] * Math.exp(ratio[y])
      // Where a component's mass underflows the ratio is −∞, and 0·log 0 = 0.
      if (p > 0) kl += rho * p * ratio[y]
      reward += rho * p * meanReward[y]
      gap += rho * klTerm(p, reference[y] * Math.exp(best.logRatio[y]), ratio[y] - best.logRatio[y])
      if (ratio[y] > logCoverage) logCoverage = ratio[y]
    }
  }
  return {
    objective: reward - beta * kl,
    suboptimality: beta * gap,
    klToReference: kl,
    meanReward: reward,
    coverage: Math.exp(logCoverage)
  }
}

/**
 * Exact evaluation of a policy of whole responses: J_β, suboptimality as β·KL to π*_β (T1), KL to π_ref, mean reward, C_cov(π). O(N·d); O(T·Σ R_x²) for a mixture of T
 * components, R_x responses at a prompt.
 *
 * @param best the optimum, if already at hand
 * @throws TypeError for what is no policy over d features (a θ of another length, NaN), and for a token policy, whose ratio differs within a class of responses:
 * {@link evaluateOn} takes those
 *
 * @example
 * ```ts
 * import { evaluate, namedInstance } from "coverbound/instance"
 *
 * const { exact } = namedInstance("rare-good:C=100,d=2")
 * const { suboptimality, coverage } = evaluate(exact, { kind: "linear-softmax", theta: exact.thetaStar })
 * console.log(suboptimality < 1e-12, coverage.toFixed(1)) // => true 83.2
 * ```
 */
export const evaluate = (exact: FiniteInstance, policy: Policy, best: Optimum = optimum(exact)): Evaluation => {
  const problem = policyProblem(policy, exact.dimension)
  if (problem !== undefined) throw new TypeError(problem)
  return evaluateLogRatio(exact, logRatio(exact, policy), best)
}
