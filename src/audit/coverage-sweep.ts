/**
 * What coverage costs, measured: the queries an algorithm needs to reach a target suboptimality on RareGood as C_cov grows (theory §7). Practical parameters, exact
 * suboptimality; the experimenter stops a run at the first checkpoint that meets the target.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { type Interpreter, type OracleServices, problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import { type ExponentEstimate, fitExponents } from "../statistics/exponent-fit.ts"
import { type ExponentJudgement, judgeExponent } from "../statistics/exponent-judgement.ts"
import { predictions } from "./compare/predictions.ts"
import { runTrial } from "./run.ts"

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
    const best = optimum(instance.exact)
    const problem = problemOf(instance)
    const target = plan.target * problem.rewardRange
    const goal = { epsilon: target, delta: 0.02, coverage: best.coverage }
    for (const algorithm of plan.algorithms) {
      const parameters = algorithm.practical(problem, goal) as ParameterRecord
      for (let trial = 0; trial < plan.trials; trial++) {
        const record = yield* runTrial({
          algorithm,
          instance,
          digest,
          best,
          parameters,
          interpreter: plan.interpreter,
          seed: plan.seed,
          trial,
          target
        })
        points.push({
          algorithm: algorithm.name,
          rarity,
          coverage: best.coverage,
          spec: instance.spec,
          digest,
          parameters,
          rewardRange: problem.rewardRange,
          trial,
          backend: record.backend,
          reached: record.suboptimality.value <= target,
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

/** Fitted slopes in log C_cov of every algorithm whose runs all reached the target. The replication unit is the run. */
export const slopes = (points: ReadonlyArray<SweepPoint>, level: number): ReadonlyArray<SweepSlope> => {
  const out: Array<SweepSlope> = []
  for (const algorithm of new Set(points.map((p) => p.algorithm))) {
    const runs = points.filter((p) => p.algorithm === algorithm)
    if (runs.length < 3 || runs.some((p) => !p.reached)) continue
    for (const quantity of ["T_data", "T_comp"] as const) {
      const response = runs.map((p) => Number(quantity === "T_data" ? p.rewardQueries : p.samplingQueries))
      const [fit] = fitExponents({ response, predictors: { C_cov: runs.map((p) => p.coverage) } }, level).exponents
      const claim = predictions[algorithm]?.find((p) => p.variable === "C_cov" && p.quantity === quantity)
      out.push({
        algorithm,
        quantity,
        fit,
        predicted: claim?.predicted,
        judgement: claim === undefined ? undefined : judgeExponent(fit, { ...claim, level })
      })
    }
  }
  return out
}
