/**
 * What it costs to come within a target of the optimum: one run to it, on an instance that many runs share, and the exponent of such runs' queries in whatever differs
 * between instances (theory §7). The sweeps over coverage, dimension, horizon and width of terms are made of these; what they vary, what else they keep of a run and what
 * they hold it to is theirs.
 *
 * Practical parameters, exact suboptimality. A run is stopped at the first checkpoint that meets the target; what a run that misses it has asked is a lower bound.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import { instanceDigest } from "../instance/digest.ts"
import type { Instance } from "../instance/instance.ts"
import { type OracleServices, problemOf } from "../oracle/interpreter.ts"
import type { Problem } from "../oracle/services.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import type { RunRecord } from "./run-record.ts"
import { type ExponentEstimate, fitExponents } from "../statistics/exponent-fit.ts"
import { goalFor } from "./goal.ts"
import { type RunOptions, runTrial } from "./run-trial.ts"

/** An instance, and what all runs on it ask of it. */
export interface Ground {
  readonly instance: Instance
  readonly digest: string
  readonly best: Optimum
  readonly problem: Problem
}

export const groundOf = (instance: Instance, digest = instanceDigest(instance)): Ground => ({
  instance,
  digest,
  best: optimum(instance.exact),
  problem: problemOf(instance)
})

/** δ told to every run. */
const DELTA = 0.02

/** What a run is told: ε (units of reward), δ = 0.02, and the instance's own coverage. */
export const goalOnGround = ({ best, instance }: Ground, epsilon: number): Goal =>
  goalFor(instance, best, epsilon, DELTA)

export interface TargetOptions extends Pick<RunOptions, "budget" | "interpreter" | "seed" | "trial"> {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** Suboptimality to reach, in units of reward. */
  readonly target: number
  /** Default: ε is the target. */
  readonly goal?: Goal
  /** Default: the algorithm's practical ones for the goal. */
  readonly parameters?: ParameterRecord
  /** False: the run goes on to its own end. Default true. */
  readonly stop?: boolean
}

export interface TargetRun {
  readonly record: RunRecord
  /** Whether it ended at or below the target. */
  readonly reached: boolean
}

/** Runs one trial to the target. */
export const runToTarget = Effect.fnUntraced(function* (
  ground: Ground,
  { algorithm, goal, parameters, stop = true, target, ...trial }: TargetOptions
): Effect.fn.Return<TargetRun> {
  const record = yield* runTrial({
    ...trial,
    algorithm,
    instance: ground.instance,
    digest: ground.digest,
    best: ground.best,
    parameters: parameters ?? algorithm.practical(ground.problem, goal ?? goalOnGround(ground, target)),
    ...(stop ? { target } : {})
  })
  return { record, reached: record.suboptimality.value <= target }
})

/** T_data or T_comp of what was charged. */
export const queriesOf = (
  { rewardQueries, samplingQueries }: Pick<RunRecord["ledger"], "rewardQueries" | "samplingQueries">,
  quantity: "T_data" | "T_comp"
): number => Number(quantity === "T_data" ? rewardQueries : samplingQueries)

/** Where a run stood, and what it took. */
export interface Counted {
  /** Of what varies; > 0. */
  readonly value: number
  /** Queries; undefined where the run did not get there. */
  readonly count: number | undefined
}

const LEAST_RUNS = 3

/**
 * The exponent of the runs' counts in what varies; the replication unit is the run. undefined where a run did not get there (its count is a lower bound), and where runs
 * are fewer than three or stand at fewer than `least` values.
 *
 * @param name of what varies
 * @param level of the interval, in (0, 1)
 * @param least ≥ 2
 */
export const exponentOf = (
  name: string,
  runs: ReadonlyArray<Counted>,
  level: number,
  least: number
): ExponentEstimate | undefined => {
  const response = runs.flatMap(({ count }) => (count === undefined ? [] : [count]))
  const predictor = runs.map(({ value }) => value)
  if (runs.length < LEAST_RUNS || response.length < runs.length || new Set(predictor).size < least) return undefined
  return fitExponents({ response, predictors: { [name]: predictor } }, level).exponents[0]
}
