/**
 * What `verify` holds against the laws: an algorithm together with the oracles, the sampler and the seeding it runs on. The built-in candidate is
 * the suite itself; the fault catalogue replaces one part at a time.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import { softmaxSampler } from "../algorithm/softmax-sampler.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import type { Instance } from "../instance/instance.ts"
import { type Interpreter, openOracles, type OracleServices, problemOf } from "../oracle/interpreter.ts"
import { Journal } from "../oracle/journal.ts"
import type { Budget, BudgetExhausted } from "../oracle/ledger.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import type { Policy } from "../policy/policy.ts"
import { SuboptimalityMeter } from "../policy/suboptimality.ts"
import type { RunRecord } from "../run/run-record.ts"
import { trialStream } from "../run/run-trial.ts"
import { LayersLog } from "../run/layers-log.ts"
import type { OracleEvent } from "./oracle-event.ts"
import { record, type RecordingOptions } from "./recording.ts"

export interface Candidate {
  readonly name: string
  readonly algorithm: AnyAlgorithm<OracleServices>
  readonly openOracles: typeof openOracles
  /** SoftmaxSampler as a program over plain draws. */
  readonly softmaxSampler: typeof softmaxSampler
  /** The stream of a trial. */
  readonly trialStream: typeof trialStream
}

/** The suite's own oracles, sampler and seeds under an algorithm. */
export const candidateOf = (algorithm: AnyAlgorithm<OracleServices> = spannerSampling): Candidate => ({
  name: algorithm.name,
  algorithm,
  openOracles,
  softmaxSampler,
  trialStream
})

export interface ObserveOptions extends RecordingOptions {
  readonly instance: Instance
  readonly parameters: ParameterRecord
  readonly interpreter: Interpreter
  readonly seed: number
  readonly trial?: number
  readonly budget?: Budget
  readonly batch?: number
  /** Tells instances apart where several are judged together. Default: none. */
  readonly digest?: string
  readonly best?: Optimum
}

/** One observed run: its record, its output policy in full, and the tape. */
export interface Observation {
  readonly instance: Instance
  readonly record: RunRecord
  readonly policy: Policy
  readonly events: ReadonlyArray<OracleEvent>
  /** The error that ended it, when a budget did. */
  readonly exhausted: BudgetExhausted | undefined
}

type Ended = Pick<Observation, "policy" | "exhausted">

const REFERENCE: Policy = { kind: "reference" }

/** Runs the candidate once, recorded. Checkpoints are not taken. */
export const observe = Effect.fnUntraced(function* (
  candidate: Candidate,
  options: ObserveOptions
): Effect.fn.Return<Observation> {
  const { instance, parameters, interpreter, seed, trial = 0, budget = {} } = options
  const { exact } = instance
  const root = candidate.trialStream(seed, trial)
  const session = candidate.openOracles(instance, {
    interpreter,
    stream: root.split("oracle"),
    budget,
    ...(options.batch === undefined ? {} : { batch: options.batch })
  })
  const { services, events, accepted } = record(session, options)
  const problem = problemOf(instance)
  const layers = new LayersLog(instance.tokens?.dimension ?? 1)
  const { policy, exhausted } = yield* candidate.algorithm.run(problem, parameters).pipe(
    Effect.map((policy: Policy): Ended => ({ policy, exhausted: undefined })),
    Effect.catchTag("BudgetExhausted", (error) =>
      Effect.succeed<Ended>({ policy: error.learned ?? REFERENCE, exhausted: error })
    ),
    Effect.provideContext(services),
    Effect.provideService(Journal, {
      checkpoint: () => "continue",
      accepted: (phi, layer) => {
        accepted(phi, layer)
        if (layer !== undefined) layers.accept(phi, layer)
      },
      pass: (prefixes, fired) => layers.pass(prefixes, fired),
      progress: () => {}
    })
  )
  const best = options.best ?? optimum(exact)
  const plans = session.plans()
  const spanner = events.flatMap((e) => (e.kind === "accepted" && e.layer === undefined ? [e.phi] : []))
  return {
    instance,
    policy,
    events,
    exhausted,
    record: {
      algorithm: candidate.algorithm.name,
      oracle: interpreter,
      backend: session.backend(),
      instance: instance.spec,
      digest: options.digest ?? "",
      problem,
      parameters,
      seed,
      trial,
      budget,
      outcome: exhausted === undefined ? "completed" : "budget-exhausted",
      ledger: session.ledger.snapshot(),
      policy,
      suboptimality: new SuboptimalityMeter(exact, best, root.split("meter"), 64, instance.tokens).measure(policy),
      checkpoints: [],
      spanner: { count: spanner.length, accepted: Float64Array.from(spanner.flatMap((phi) => [...phi])) },
      sampler: { ...session.tally },
      rewardedFeatures: session.rewardedFeatures(),
      ...(plans === undefined ? {} : { plans }),
      ...layers.record(),
      transcript: session.transcript.digest()
    }
  }
})
