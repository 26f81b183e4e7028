/** What exploring would cost at a given coverage: T_data and T_comp that each weak-oracle algorithm sets aside for itself by its practical parameters. */
import { bestOfNElliptic } from "../algorithm/best-of-n-elliptic.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import type { Problem } from "../oracle/services.ts"
import { computationBound, dataBound } from "../theorem/t7-spanner-sampling.ts"

export interface PredictedCost {
  readonly algorithm: string
  readonly T_data: bigint
  readonly T_comp: bigint
}

export interface CostSetting {
  /** d of the features that a learner would be given. */
  readonly dimension: number
  readonly beta: number
  readonly rewardRange: number
  /** Suboptimality to reach, in units of reward. */
  readonly epsilon: number
  readonly delta: number
}

/** @param coverage C_cov ≥ 1 that the algorithms are told */
export const predictedCosts = (
  coverage: number,
  { beta, delta, dimension, epsilon, rewardRange }: CostSetting
): ReadonlyArray<PredictedCost> => {
  const problem: Problem = {
    dimension,
    beta,
    rewardRange,
    parameterRadius: rewardRange,
    parameterSet: { kind: "ball", radius: rewardRange }
  }
  const goal = { epsilon, delta, coverage }
  const spanner = { ...spannerSampling.practical(problem, goal) }
  const { draws, rounds } = bestOfNElliptic.practical(problem, goal)
  const { pairs } = passive.practical(problem, goal)
  return [
    { algorithm: spannerSampling.name, T_data: dataBound(dimension, spanner), T_comp: computationBound(spanner) },
    // Of a round, the n draws and the response they are compared with; two of them are rewarded.
    { algorithm: bestOfNElliptic.name, T_data: 2n * BigInt(rounds), T_comp: BigInt(rounds) * BigInt(draws + 1) },
    { algorithm: passive.name, T_data: 2n * BigInt(pairs), T_comp: 2n * BigInt(pairs) }
  ]
}
