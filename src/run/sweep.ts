/**
 * One sweep for every command, benchmark and audit: runs to a target over a grid of instances, algorithms and seeds, each a point. What varies, and what is fitted to the
 * points, is the caller's.
 *
 * A job is plain data and names what it needs; a point is its job and what came of it, plain data too. So jobs can be made elsewhere (a worker thread, another process), kept
 * under their {@link keyOf} and made once.
 *
 * Practical parameters, exact suboptimality. A run is stopped at the first checkpoint that meets the target; what a run that misses it has asked is a lower bound.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, Goal, ParameterRecord } from "../algorithm/algorithm.ts"
import { instanceDigest } from "../instance/digest.ts"
import type { Instance } from "../instance/instance.ts"
import { type Interpreter, type OracleServices, problemOf } from "../oracle/interpreter.ts"
import type { Budget } from "../oracle/ledger.ts"
import type { Problem } from "../oracle/services.ts"
import type { ProperPlans } from "../oracle/strong.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import { given } from "./given.ts"
import { conditionalCoverageOf } from "./goal.ts"
import { SearchBackend, type SearchChoice } from "../search/session-search.ts"
import { type Unit, Workshop } from "../work/workshop.ts"
import type { RunRecord } from "./run-record.ts"
import { type RunOptions, runTrial } from "./run-trial.ts"
import { type AlgorithmReference, trialUnit } from "./trial-unit.ts"

/** An instance, and what all runs on it ask of it. */
export interface Ground {
  readonly instance: Instance
  readonly digest: string
  readonly best: Optimum
  readonly problem: Problem
  /** C_cov, and C_cond where there are tokens. */
  readonly coverage: Pick<Goal, "coverage" | "conditionalCoverage">
}

/**
 * The ground of an instance: its digest, its optimum, what a learner is told about it, and its coverage. O(N).
 *
 * @param digest SHA-256 of the instance, hex, if already at hand
 */
export const groundOf = (instance: Instance, digest = instanceDigest(instance)): Ground => {
  const best = optimum(instance.exact)
  const coverage = { coverage: best.coverage, ...conditionalCoverageOf(instance) }
  return { instance, digest, best, problem: problemOf(instance), coverage }
}

/** δ told to every run, unless a caller has its own. */
const DELTA = 0.02

/** What a run is told: ε (units of reward), δ, and the instance's own coverage. */
export const goalOnGround = ({ coverage }: Ground, epsilon: number, delta = DELTA): Goal => ({
  epsilon,
  delta,
  ...coverage
})

/** One run to make. */
export interface SweepJob {
  /** Name of the algorithm. */
  readonly algorithm: string
  /** SPEC of the instance. */
  readonly spec: string
  /** Value of what varies over the sweep. */
  readonly at: number
  /** Suboptimality to reach, in units of reward. */
  readonly target: number
  /** ε that the run is told. Default: the target. */
  readonly epsilon?: number
  /** Default: the algorithm's practical ones. */
  readonly parameters?: ParameterRecord
  readonly interpreter: Interpreter
  readonly seed: number
  readonly trial: number
  readonly budget?: Budget
  /** False: the run goes on to its own end. Default true. */
  readonly stop?: boolean
}

/** One run, made. */
export interface SweepPoint extends SweepJob {
  readonly parameters: ParameterRecord
  readonly digest: string
  /** C_cov(π*_β), exact; C_cond(π*_β) where there are tokens. */
  readonly coverage: number
  readonly conditionalCoverage?: number
  /** R. */
  readonly rewardRange: number
  /** As the run's record says. */
  readonly backend: string
  /** False: the run ended above the target, and its counts are lower bounds. */
  readonly reached: boolean
  readonly suboptimality: number
  readonly rewardQueries: bigint
  readonly samplingQueries: bigint
  /** T_data → suboptimality along the run. */
  readonly curve: ReadonlyArray<{ readonly rewardQueries: number; readonly suboptimality: number }>
  /** Reward queries at responses with φ ≠ 0, and sampling queries charged when the first of those was made. */
  readonly rewardedFeatures: bigint
  readonly firstFeatureAt: bigint | undefined
  /** What a proper learner committed to. */
  readonly plans?: ProperPlans
}

/** What tells a job from every other of any sweep. */
export const keyOf = (job: SweepJob): string =>
  JSON.stringify(
    Object.entries(job)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)
  )

/** A point of a job and the record of its run. */
export const pointOf = (job: SweepJob, { coverage, digest }: Ground, record: RunRecord): SweepPoint => ({
  ...job,
  ...coverage,
  parameters: record.parameters,
  digest,
  rewardRange: record.problem.rewardRange,
  backend: record.backend,
  reached: record.suboptimality.value <= job.target,
  suboptimality: record.suboptimality.value,
  rewardQueries: record.ledger.rewardQueries,
  samplingQueries: record.ledger.samplingQueries,
  curve: record.checkpoints.map((c) => ({
    rewardQueries: Number(c.rewardQueries),
    suboptimality: c.suboptimality.value
  })),
  rewardedFeatures: record.rewardedFeatures,
  firstFeatureAt: record.firstFeatureAt,
  ...given({ plans: record.plans })
})

/** Makes a job's run; undefined where there is none, and whoever makes it says why. */
export interface MakeRun {
  (job: SweepJob, ground: Ground): Effect.Effect<RunRecord | undefined>
  /** The run as a unit of work, where other threads may make it. */
  readonly unit?: (job: SweepJob, ground: Ground, searches: SearchChoice) => Unit
}

/** How the names of jobs are read, and who hears of them. */
export interface SweepParts {
  readonly ground: (spec: string) => Ground
  readonly make: MakeRun
  /** Called before each run. @param done points made so far */
  readonly onStart?: (job: SweepJob, done: number) => void
  /** Called with each point and its record, which is not kept; false ends the sweep. */
  readonly onPoint?: (point: SweepPoint, record: RunRecord, done: number) => boolean | void
}

/**
 * Makes jobs one after another; where there is a `Workshop`, its threads make those of an array beforehand, and the points are the same. A job without a run ends the sweep: what follows would say no more.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { groundOf, inThisProcess, spannerSampling, sweep } from "coverbound"
 * import { namedInstance } from "coverbound/instance"
 * import { fitExponents } from "coverbound/statistics"
 *
 * const jobs = [10, 100, 1000].map((C) => ({
 *   algorithm: "spanner-sampling",
 *   spec: `rare-good:C=${C},d=2`,
 *   at: C,
 *   target: 0.1,
 *   interpreter: "exact-law" as const,
 *   seed: 1,
 *   trial: 0
 * }))
 * const points = await Effect.runPromise(
 *   sweep(jobs, { ground: (spec) => groundOf(namedInstance(spec)), make: inThisProcess(() => spannerSampling) })
 * )
 * const coverage = points.map((point) => point.coverage)
 * const T_data = points.map(({ rewardQueries }) => Number(rewardQueries))
 * const [{ estimate }] = fitExponents({ response: T_data, predictors: { coverage } }, 0.05).exponents
 * console.log(points.every(({ reached }) => reached), Math.abs(estimate) < 0.05) // => true true
 * ```
 */
export const sweep = Effect.fnUntraced(function* (
  jobs: Iterable<SweepJob>,
  { ground, make, onPoint, onStart }: SweepParts
): Effect.fn.Return<ReadonlyArray<SweepPoint>> {
  const points: Array<SweepPoint> = []
  const [workshop, searches] = [yield* Workshop, yield* SearchBackend]
  const { unit } = make
  const callOff =
    unit !== undefined && Array.isArray(jobs)
      ? workshop?.ahead(unitsOf(jobs, (job: SweepJob) => unit(job, ground(job.spec), searches)))
      : undefined
  for (const job of jobs) {
    const on = ground(job.spec)
    onStart?.(job, points.length)
    const record = yield* make(job, on)
    if (record === undefined) break
    const point = pointOf(job, on, record)
    points.push(point)
    if (onPoint?.(point, record, points.length) === false) break
  }
  callOff?.()
  return points
})

/** Units of jobs, made as they are read. */
function* unitsOf<Job>(jobs: Iterable<Job>, unit: (job: Job) => Unit): Generator<Unit> {
  for (const job of jobs) yield unit(job)
}

/** What a job's run is made of: the job's parameters, or the algorithm's practical ones for the job's ε and the instance's exact coverage. */
export const runOptionsOf = (job: SweepJob, ground: Ground, algorithm: AnyAlgorithm<OracleServices>): RunOptions => {
  const { best, digest, instance, problem } = ground
  const { budget, epsilon = job.target, interpreter, seed, stop = true, target, trial } = job
  return {
    algorithm,
    instance,
    digest,
    best,
    parameters: job.parameters ?? algorithm.practical(problem, goalOnGround(ground, epsilon)),
    interpreter,
    seed,
    trial,
    ...given({ budget, target: stop ? target : undefined })
  }
}

/**
 * Makes the runs of a {@link sweep} in this process, or in the threads of its `Workshop`: at the job's parameters, or at the algorithm's practical ones for the job's ε and the instance's exact coverage.
 *
 * @param named the algorithm of a job
 * @param reference how another thread finds it, where it is not a built-in one
 */
export const inThisProcess = (
  named: (job: SweepJob) => AnyAlgorithm<OracleServices>,
  reference: (job: SweepJob) => AlgorithmReference = ({ algorithm }) => algorithm
): MakeRun => {
  const unit = (job: SweepJob, ground: Ground, searches: SearchChoice): Unit =>
    trialUnit(runOptionsOf(job, ground, named(job)), searches, ground.instance.spec, reference(job))
  const make = Effect.fnUntraced(function* (job: SweepJob, ground: Ground): Effect.fn.Return<RunRecord> {
    const workshop = yield* Workshop
    if (workshop === undefined) return yield* runTrial(runOptionsOf(job, ground, named(job)))
    return (yield* workshop.make(unit(job, ground, yield* SearchBackend))) as RunRecord
  })
  return Object.assign(make, { unit })
}

/** A function of a SPEC that computes each ground once. */
export const groundsBy = (make: (spec: string) => Ground): ((spec: string) => Ground) => {
  const known = new Map<string, Ground>()
  return (spec) => {
    const ground = known.get(spec) ?? make(spec)
    known.set(spec, ground)
    return ground
  }
}

/** The algorithm of that name. Throws RangeError where there is none. */
export const byName =
  (algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>>) =>
  ({ algorithm }: Pick<SweepJob, "algorithm">): AnyAlgorithm<OracleServices> => {
    const found = algorithms.find(({ name }) => name === algorithm)
    if (found === undefined)
      throw new RangeError(`algorithm: ${algorithm}, expected one of ${algorithms.map(({ name }) => name).join(", ")}`)
    return found
  }

/** Trials 0 … n−1. */
export const trialsOf = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, trial) => trial)

/** T_data or T_comp of what was charged. */
export const queriesOf = (
  { rewardQueries, samplingQueries }: Pick<SweepPoint, "rewardQueries" | "samplingQueries">,
  quantity: "T_data" | "T_comp"
): number => Number(quantity === "T_data" ? rewardQueries : samplingQueries)
