/** What runs had paid when they first met a target, from their checkpoints. */
import type { RunRecord } from "../../run/run-record.ts"

/** Queries charged at each run's first checkpoint of suboptimality ≤ target; undefined unless every run has one. */
export const queriesToTarget = (
  runs: ReadonlyArray<RunRecord>,
  target: number
): { readonly T_data: ReadonlyArray<number>; readonly T_comp: ReadonlyArray<number> } | undefined => {
  const met = runs.flatMap(
    ({ checkpoints }) => checkpoints.find(({ suboptimality }) => suboptimality.value <= target) ?? []
  )
  if (met.length < runs.length || runs.length === 0) return undefined
  return {
    T_data: met.map(({ rewardQueries }) => Number(rewardQueries)),
    T_comp: met.map(({ samplingQueries }) => Number(samplingQueries))
  }
}
