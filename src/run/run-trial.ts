/** One run: an algorithm, an instance, an interpreter and a seed give a record. Records are assembled here and nowhere else. */
import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { GrowingRows } from "../numeric/growing-rows.ts"
import { Stream } from "../numeric/stream.ts"
import * as Context from "effect/Context"
import { type Interpreter, openOracles, type OracleServices, problemOf } from "../oracle/interpreter.ts"
import { Journal, type JournalShape } from "../oracle/journal.ts"
import { Randomness, randomnessOf } from "../oracle/randomness.ts"
import type { Budget, BudgetExhausted, Ledger } from "../oracle/ledger.ts"
import { TokenSideMissing } from "../oracle/tokens.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import type { Policy } from "../policy/policy.ts"
import { suboptimalityMeter } from "../policy/suboptimality.ts"
import { exactKernels } from "../search/exact-kernels.ts"
import { SearchBackend, SessionSearch } from "../search/session-search.ts"
import { acceptedParameters } from "./accepted-parameters.ts"
import { given } from "./given.ts"
import { LayersLog } from "./layers-log.ts"
import { type Checkpoint, KEPT_COMPONENTS, type RunRecord } from "./run-record.ts"

/** One run to make: the same options give the same record, timings apart. */
export interface RunOptions {
  readonly algorithm: AnyAlgorithm<OracleServices>
  readonly instance: Instance
  /** SHA-256 of the instance, hex. */
  readonly digest: string
  readonly parameters: ParameterRecord
  readonly interpreter: Interpreter
  readonly seed: number
  readonly trial: number
  readonly budget?: Budget
  /** Batch of the literal interpreter; changes no result. */
  readonly batch?: number
  /** Measure checkpoints (exact suboptimality on a geometric schedule). Default true. */
  readonly checkpoints?: boolean
  /** Stop the experiment at the first checkpoint whose suboptimality is at most this. */
  readonly target?: number
  readonly progress?: JournalShape["progress"]
  /** The instance's optimum, if already at hand. */
  readonly best?: Optimum
}

/** What a run stands on besides its algorithm, and who listens: the suite's own unless `verify` puts something else there. */
export interface TrialParts {
  readonly openOracles?: typeof openOracles
  readonly trialStream?: typeof trialStream
  /** What the algorithm is run on, from the session's services and the run's journal. */
  readonly tap?: (context: Context.Context<OracleServices>, ledger: Ledger) => Context.Context<OracleServices>
  /** Mixture components sampled for the output policy, where its exact sum is out of reach. Default 512. */
  readonly samples?: number
}

/** A run, and what its record leaves out. */
export interface Trial {
  readonly record: RunRecord
  /** The output policy in full. */
  readonly policy: Policy
  /** The error that ended it, when a budget did. */
  readonly exhausted: BudgetExhausted | undefined
}

/** Mixture components sampled per checkpoint and for the final policy, where the exact sum is out of reach. */
const CHECKPOINT_SAMPLES = 48
const FINAL_SAMPLES = 512

/**
 * The stream of a trial on an instance: no two of (seed, trial, instance) share draws, so that the runs of a sweep over instances are as many independent runs as there
 * are. @param digest of the instance
 */
export const trialStream = (seed: number, trial: number, digest = ""): Stream =>
  Stream.fromSeed(seed).split("trial", trial).split(digest.slice(0, 32)).split(digest.slice(32))

const REFERENCE: Policy = { kind: "reference" }

/**
 * Runs one trial. A spent budget is an outcome, not a failure.
 * Its oracles search with what the reference `SearchBackend` (src/search/session-search.ts) says, `auto` where nobody said.
 * Dies with InvalidInstance where a parameter is outside of its Schema, with ExactLawUnavailable when the interpreter cannot serve the instance, with TokenSideMissing when a token algorithm
 * meets one without tokens.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { problemOf, runTrial, spannerSampling } from "coverbound"
 * import { instanceDigest, namedInstance, optimum } from "coverbound/instance"
 *
 * const instance = namedInstance("rare-good:C=100,d=2")
 * const goal = { epsilon: 0.1, delta: 0.1, coverage: optimum(instance.exact).coverage }
 * const record = await Effect.runPromise(
 *   runTrial({
 *     algorithm: spannerSampling,
 *     instance,
 *     digest: instanceDigest(instance),
 *     parameters: spannerSampling.practical(problemOf(instance), goal),
 *     interpreter: "literal",
 *     seed: 1,
 *     trial: 0,
 *     budget: { rewardQueries: 40n }
 *   })
 * )
 * console.log(record.outcome, record.ledger.rewardQueries) // => budget-exhausted 40
 * ```
 */
export const runTrial = (options: RunOptions): Effect.Effect<RunRecord> =>
  Effect.map(wholeTrial(options), ({ record }) => record)

/** {@link runTrial} with the output policy in full, on other parts where some are given. */
export const wholeTrial = Effect.fnUntraced(function* (
  options: RunOptions,
  parts: TrialParts = {}
): Effect.fn.Return<Trial> {
  const { algorithm, instance, interpreter, parameters, seed, trial } = options
  const { exact } = instance
  if (!(Number.isSafeInteger(trial) && trial >= 0))
    return yield* Effect.die(new RangeError(`trial: ${trial}, expected an integer, at least 0`))
  const taken = acceptedParameters(algorithm, parameters)
  if (Result.isFailure(taken)) return yield* Effect.die(taken.failure)
  if (algorithm.oracle === "token" && instance.tokens === undefined)
    return yield* Effect.die(new TokenSideMissing({ instance: instance.spec }))
  const best = options.best ?? optimum(exact)
  const root = (parts.trialStream ?? trialStream)(seed, trial, options.digest)
  const budget = options.budget ?? {}
  const searches = yield* SearchBackend
  const session = (parts.openOracles ?? openOracles)(instance, {
    interpreter,
    stream: root.split("oracle"),
    budget,
    searches,
    ...given({ batch: options.batch })
  })
  const measuring = new SessionSearch(searches)
  const kernels = exactKernels(measuring)
  const meter = suboptimalityMeter(exact, best, root.split("meter"), CHECKPOINT_SAMPLES, instance.tokens, kernels)
  const checkpoints: Array<Checkpoint> = []
  const accepted = new GrowingRows(exact.dimension)
  const layers = new LayersLog(instance.tokens?.dimension ?? 1)
  let stopped = false
  const checkpoint = (policy: () => Policy) => {
    if (options.checkpoints === false) return "continue" as const
    const suboptimality = meter.measure(policy())
    const { rewardQueries, samplingQueries } = session.ledger.snapshot()
    checkpoints.push({ rewardQueries, samplingQueries, suboptimality })
    stopped = options.target !== undefined && suboptimality.value <= options.target
    return stopped ? ("stop" as const) : ("continue" as const)
  }
  const journal: JournalShape = {
    checkpoint,
    accepted: (phi, layer) => (layer === undefined ? accepted.push(phi) : layers.accept(phi, layer)),
    pass: (prefixes, fired) => layers.pass(prefixes, fired),
    progress: options.progress ?? (() => {})
  }
  const problem = problemOf(instance)
  const context = Context.add(session.services, Journal, journal)
  const chance = randomnessOf(root.split("learner"))
  const { policy, exhausted } = yield* algorithm.run(problem, parameters).pipe(
    Effect.map((policy: Policy): Omit<Trial, "record"> => ({ policy, exhausted: undefined })),
    Effect.catchTag("BudgetExhausted", (exhausted) =>
      Effect.succeed<Omit<Trial, "record">>({ policy: exhausted.learned ?? REFERENCE, exhausted })
    ),
    Effect.provideContext(parts.tap?.(context, session.ledger) ?? context),
    Effect.provideService(Randomness, chance),
    Effect.ensuring(Effect.sync(session.close))
  )
  const record: RunRecord = {
    algorithm: algorithm.name,
    oracle: interpreter,
    backend: session.backend(),
    instance: instance.spec,
    digest: options.digest,
    problem,
    parameters,
    seed,
    trial,
    budget,
    outcome: exhausted !== undefined ? "budget-exhausted" : stopped ? "stopped" : "completed",
    ledger: session.ledger.snapshot(),
    policy: kept(policy, exact.dimension),
    suboptimality: meter.measure(policy, parts.samples ?? FINAL_SAMPLES),
    checkpoints,
    spanner: { count: accepted.count, accepted: accepted.rows() },
    sampler: { ...session.tally },
    rewardedFeatures: session.rewardedFeatures(),
    ...given({ firstFeatureAt: session.firstFeatureAt(), plans: session.plans() }),
    ...layers.record(),
    transcript: session.transcript.digest()
  }
  measuring.close()
  return { record, policy, exhausted }
})

const kept = (policy: Policy, d: number): RunRecord["policy"] => {
  if (policy.kind !== "truncated-mixture" || policy.count <= KEPT_COMPONENTS) return policy
  const { count, thetas } = policy
  const bytes = new Uint8Array(thetas.buffer, thetas.byteOffset, count * d * 8)
  return {
    kind: "mixture-digest",
    count,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    last: thetas.slice((count - 1) * d, count * d)
  }
}
