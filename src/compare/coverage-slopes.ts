/** What coverage costs, measured: the queries an algorithm needs to reach a target suboptimality on RareGood as C_cov grows, as slopes beside theory's (predictions.md). */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { Interpreter, OracleServices } from "../oracle/interpreter.ts"
import {
  byName,
  groundOf,
  groundsBy,
  inThisProcess,
  queriesOf,
  sweep,
  type SweepJob,
  type SweepPoint,
  trialsOf
} from "../run/sweep.ts"
import type { ExponentInterval } from "../statistics/exponent-fit.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import { medianExponent } from "../statistics/median-exponent.ts"
import { judgedExponent } from "./predictions.ts"

export interface CoveragePlan {
  readonly algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>>
  /** C, one instance each. */
  readonly coverages: ReadonlyArray<number>
  /** RareGood at C. */
  readonly instance: (coverage: number) => Instance
  /** Target suboptimality in units of R. */
  readonly target: number
  /** Runs per algorithm and C. */
  readonly trials: number
  readonly seed: number
  readonly interpreter: Interpreter
  readonly progress?: (done: number, total: number, what: string) => void
}

/** A slope of queries in C_cov beside theory's. */
export interface CoverageSlope {
  readonly algorithm: string
  readonly quantity: "T_data" | "T_comp"
  readonly fit: ExponentInterval
  /** Predicted slope (predictions.md), where there is one. */
  readonly predicted: number | undefined
  readonly judgement: ExponentJudgement | undefined
}

export interface CoverageSweep {
  readonly plan: CoveragePlan
  /** `at` is the family's C. */
  readonly points: ReadonlyArray<SweepPoint>
  readonly slopes: ReadonlyArray<CoverageSlope>
}

/** Level of the slope judgements (reports, not assertions: tests take theirs from the α ledger). */
const LEVEL = 0.01

/** Runs algorithms × coverages × trials. */
export const coverageSweep = Effect.fnUntraced(function* (plan: CoveragePlan): Effect.fn.Return<CoverageSweep> {
  const { algorithms, coverages, interpreter, progress, seed, target, trials } = plan
  const instances = coverages.map((C) => ({ C, instance: plan.instance(C) }))
  const ground = groundsBy((spec) => groundOf(instances.find(({ instance }) => instance.spec === spec)!.instance))
  const jobs = instances.flatMap(({ C, instance }) =>
    algorithms.flatMap(({ name }) =>
      trialsOf(trials).map((trial): SweepJob => {
        const reach = target * instance.exact.rewardRange
        return { algorithm: name, spec: instance.spec, at: C, target: reach, interpreter, seed, trial }
      })
    )
  )
  const points = yield* sweep(jobs, {
    ground,
    make: inThisProcess(byName(algorithms)),
    onPoint: ({ algorithm, at }, _, done) => progress?.(done, jobs.length, `${algorithm} at C = ${at}`)
  })
  return { plan, points, slopes: slopes(points, LEVEL) }
})

/** Slopes of log medians in log C_cov of every algorithm whose runs all reached the target. */
export const slopes = (points: ReadonlyArray<SweepPoint>, level: number): ReadonlyArray<CoverageSlope> =>
  [...new Set(points.map((p) => p.algorithm))].flatMap((algorithm) => {
    const runs = points.filter((p) => p.algorithm === algorithm)
    return (["T_data", "T_comp"] as const).flatMap((quantity): ReadonlyArray<CoverageSlope> => {
      const counts = runs.map((p) => ({ value: p.coverage, count: p.reached ? queriesOf(p, quantity) : undefined }))
      const fit = medianExponent("C_cov", counts, level)
      if (fit === undefined) return []
      const judgement = judgedExponent(algorithm, { quantity, variable: "C_cov" }, fit, level)
      return [{ algorithm, quantity, fit, predicted: judgement?.predicted, judgement }]
    })
  })
