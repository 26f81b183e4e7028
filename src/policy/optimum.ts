/**
 * The exact optimum of a finite instance: π*_β ∝ π_ref·exp(r_star/β), its normaliser, J*, and what coverage costs (framework.md, T1, T2). All in log space.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import { klTerm } from "./kl-term.ts"

/** π*_β, exactly. */
export interface Optimum {
  /** log Z(x) = log E_{π_ref} exp(r_star/β), length X. */
  readonly logNormaliser: Float64Array
  /** log π*_β/π_ref = r_star/β − log Z(x), length N; stated also where π_ref = 0. */
  readonly logRatio: Float64Array
  /** J* = J_β(π*_β) = β·E_ρ log Z(x) (T1), in units of reward. */
  readonly objective: number
  /** J_β(π_ref) = E r_star. */
  readonly referenceObjective: number
  /** C_cov(π*_β) = sup π*_β/π_ref over responses of positive π_ref-mass and prompts of positive ρ-mass; ≥ 1. */
  readonly coverage: number
}

/**
 * π*_β ∝ π_ref·exp(r_star/β) of an instance, exactly: log Z(x), log π*_β/π_ref, J*, J_β(π_ref) and C_cov(π*_β). In log space: large R/β and tiny π_ref keep their digits. O(N).
 *
 * @example
 * ```ts
 * import { namedInstance, optimum, referenceSuboptimality } from "coverbound/instance"
 *
 * const { exact } = namedInstance("rare-good:C=1e4,d=2")
 * const best = optimum(exact)
 * console.log(best.coverage.toFixed(0), best.objective.toFixed(4), referenceSuboptimality(exact, best).toFixed(4)) // => 9564 0.3034 0.2533
 * ```
 */
export const optimum = (exact: FiniteInstance): Optimum => {
  const { beta, meanReward, offsets, promptProbabilities, reference } = exact
  const X = promptProbabilities.length
  const logNormaliser = new Float64Array(X)
  const logRatio = new Float64Array(reference.length)
  let objective = 0
  let referenceObjective = 0
  let logCoverage = 0
  for (let x = 0; x < X; x++) {
    const [start, end] = [offsets[x], offsets[x + 1]]
    let top = -Infinity
    for (let y = start; y < end; y++) if (reference[y] > 0) top = Math.max(top, meanReward[y])
    let mean = 0
    for (let y = start; y < end; y++) if (reference[y] > 0) mean += reference[y] * meanReward[y]
    // log Z as an excess over the best reward: β·log Z keeps its digits, whether R/β or β/R is large.
    const excess = logTiltedMean(reference, start, meanReward, start, end - start, top, beta)
    logNormaliser[x] = top / beta + excess
    objective += promptProbabilities[x] * (top + beta * excess)
    referenceObjective += promptProbabilities[x] * mean
    if (promptProbabilities[x] > 0) logCoverage = Math.max(logCoverage, -excess)
    for (let y = start; y < end; y++) logRatio[y] = (meanReward[y] - top) / beta - excess
  }
  return { logNormaliser, logRatio, objective, referenceObjective, coverage: Math.exp(logCoverage) }
}

/** J* − J_β(π_ref) = β·KL(π_ref‖π*_β) (T1), computed as the KL from non-negative terms, so that it is neither negative nor lost where β is large. */
export const referenceSuboptimality = (exact: FiniteInstance, best: Optimum): number => {
  let s = 0
  for (let x = 0; x < exact.promptProbabilities.length; x++) {
    let kl = 0
    for (let y = exact.offsets[x]; y < exact.offsets[x + 1]; y++) {
      const p = exact.reference[y]
      if (p > 0) kl += klTerm(p, p * Math.exp(best.logRatio[y]), -best.logRatio[y])
    }
    s += exact.promptProbabilities[x] * kl
  }
  return exact.beta * s
}
