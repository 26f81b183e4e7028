/**
 * What coverage costs, measured: the queries an algorithm needs to reach a target suboptimality on RareGood as C_cov grows (theory §7). Practical parameters, exact
 * suboptimality; the experimenter stops a run at the first checkpoint that meets the target.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { Interpreter, OracleServices } from "../oracle/interpreter.ts"
import type { ExponentEstimate } from "../statistics/exponent-fit.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import { judgedExponent } from "../compare/predictions.ts"
import { exponentOf, groundOf, queriesOf, runToTarget } from "./target-run.ts"

export interface SweepPlan {
  readonly algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>>
  /** C, one instance each. */
  readonly coverages: ReadonlyArray<number>
  /** RareGood at C. */
  readonly instance: (coverage: number) => { readonly instance: Instance; readonly digest: string }
  /** Target suboptimality in units of R. */
  readonly target: number
  /** Runs per algorithm and C. */
  readonly trials: number
  readonly seed: number
  readonly interpreter: Interpreter
  readonly progress?: (done: number, total: number, what: string) => void
}

/** One run to the target. */
export interface SweepPoint {
  readonly algorithm: string
  /** The family's C. */
  readonly rarity: number
  /** C_cov(π*_β), exact. */
  readonly coverage: number
  /** What a certificate says of the instance, and of how it was run. */
  readonly spec: string
  readonly digest: string
  readonly parameters: ParameterRecord
  /** R. */
  readonly rewardRange: number
  readonly trial: number
  /** As the run's record says. */
  readonly backend: string
  /** False: the run ended above the target, and its counts are lower bounds. */
  readonly reached: boolean
  readonly rewardQueries: bigint
  readonly samplingQueries: bigint
  readonly suboptimality: number
  /** T_data → suboptimality along the run. */
  readonly curve: ReadonlyArray<{ readonly rewardQueries: number; readonly suboptimality: number }>
}

/** A slope of queries in C_cov beside theory's. */
export interface SweepSlope {
  readonly algorithm: string
  readonly quantity: "T_data" | "T_comp"
  readonly fit: ExponentEstimate
  /** Predicted slope (theory §7), where there is one. */
  readonly predicted: number | undefined
  readonly judgement: ExponentJudgement | undefined
}

export interface Sweep {
  readonly plan: SweepPlan
  readonly points: ReadonlyArray<SweepPoint>
  readonly slopes: ReadonlyArray<SweepSlope>
}

/** Level of the slope judgements (reports, not assertions: tests take theirs from the α ledger). */
const LEVEL = 0.01

/** Runs the sweep: algorithms × coverages × trials. */
export const coverageSweep = Effect.fnUntraced(function* (plan: SweepPlan): Effect.fn.Return<Sweep> {
  const points: Array<SweepPoint> = []
  const total = plan.algorithms.length * plan.coverages.length * plan.trials
  for (const rarity of plan.coverages) {
    const { instance, digest } = plan.instance(rarity)
    const ground = groundOf(instance, digest)
    const { rewardRange } = ground.problem
    for (const algorithm of plan.algorithms) {
      for (let trial = 0; trial < plan.trials; trial++) {
        const { reached, record } = yield* runToTarget(ground, {
          algorithm,
          interpreter: plan.interpreter,
          seed: plan.seed,
          trial,
          target: plan.target * rewardRange
        })
        points.push({
          algorithm: algorithm.name,
          rarity,
          coverage: ground.best.coverage,
          spec: instance.spec,
          digest,
          parameters: record.parameters,
          rewardRange,
          trial,
          backend: record.backend,
          reached,
          rewardQueries: record.ledger.rewardQueries,
          samplingQueries: record.ledger.samplingQueries,
          suboptimality: record.suboptimality.value,
          curve: record.checkpoints.map((c) => ({
            rewardQueries: Number(c.rewardQueries),
            suboptimality: c.suboptimality.value
          }))
        })
        plan.progress?.(points.length, total, `${algorithm.name} at C = ${rarity}`)
      }
    }
  }
  return { plan, points, slopes: slopes(points, LEVEL) }
})

/** Two values of C say which way it goes; theory's verdicts rest on more. */
const LEAST_COVERAGES = 2

/** Fitted slopes in log C_cov of every algorithm whose runs all reached the target. */
export const slopes = (points: ReadonlyArray<SweepPoint>, level: number): ReadonlyArray<SweepSlope> =>
  [...new Set(points.map((p) => p.algorithm))].flatMap((algorithm) => {
    const runs = points.filter((p) => p.algorithm === algorithm)
    return (["T_data", "T_comp"] as const).flatMap((quantity): ReadonlyArray<SweepSlope> => {
      const counts = runs.map((p) => ({ value: p.coverage, count: p.reached ? queriesOf(p, quantity) : undefined }))
      const fit = exponentOf("C_cov", counts, level, LEAST_COVERAGES)
      if (fit === undefined) return []
      const judgement = judgedExponent(algorithm, { quantity, variable: "C_cov" }, fit, level)
      return [{ algorithm, quantity, fit, predicted: judgement?.predicted, judgement }]
    })
  })
