/** When a run first met a target, from its checkpoints. */
import type { RunRecord } from "../../run/run-record.ts"

export interface QueriesToTarget {
  readonly rewardQueries: number
  readonly samplingQueries: number
}

/** Queries charged at the first checkpoint of suboptimality ≤ target, or undefined if no checkpoint met it. */
export const queriesToTarget = (run: RunRecord, target: number): QueriesToTarget | undefined => {
  const met = run.checkpoints.find((checkpoint) => checkpoint.suboptimality.value <= target)
  return met === undefined
    ? undefined
    : { rewardQueries: Number(met.rewardQueries), samplingQueries: Number(met.samplingQueries) }
}

/** The means over runs; undefined unless every run met the target. */
export const meanQueriesToTarget = (runs: ReadonlyArray<RunRecord>, target: number): QueriesToTarget | undefined => {
  const all = runs.map((run) => queriesToTarget(run, target))
  if (all.length === 0 || !all.every((one) => one !== undefined)) return undefined
  const mean = (pick: (one: QueriesToTarget) => number) => all.reduce((sum, one) => sum + pick(one), 0) / all.length
  return { rewardQueries: mean((one) => one.rewardQueries), samplingQueries: mean((one) => one.samplingQueries) }
}
