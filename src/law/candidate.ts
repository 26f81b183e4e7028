/**
 * What `verify` holds against the laws: an algorithm together with the oracles, the sampler and the seeding it runs on. The built-in candidate is
 * the suite itself; the fault catalogue replaces one part at a time.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { softmaxSampler } from "../algorithm/softmax-sampler.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import type { Instance } from "../instance/instance.ts"
import { openOracles, type OracleServices } from "../oracle/interpreter.ts"
import type { BudgetExhausted, Ledger } from "../oracle/ledger.ts"
import type { Policy } from "../policy/policy.ts"
import type { RunRecord } from "../run/run-record.ts"
import { type RunOptions, trialStream, wholeTrial } from "../run/run-trial.ts"
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

export interface ObserveOptions
  extends
    RecordingOptions,
    Pick<RunOptions, "instance" | "parameters" | "interpreter" | "seed" | "budget" | "batch" | "best"> {
  readonly trial?: number
  /** Tells instances apart where several are judged together. Default: none. */
  readonly digest?: string
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

/** Mixture components sampled for an output policy: laws look at policies, not at how good they are. */
const SAMPLES = 64

/** Runs the candidate once, recorded: the record of {@link runTrial}, the policy in full, without checkpoints. */
export const observe = Effect.fnUntraced(function* (
  { algorithm, openOracles, trialStream }: Candidate,
  { digest = "", guard, immediate, taped, trial = 0, ...options }: ObserveOptions
): Effect.fn.Return<Observation> {
  let events: ReadonlyArray<OracleEvent> = []
  const tap = (context: Context.Context<OracleServices>, ledger: Ledger) => {
    const recording = record(context, ledger, { guard, immediate, taped })
    events = recording.events
    return recording.services
  }
  const run = yield* wholeTrial(
    { ...options, algorithm, digest, trial, checkpoints: false },
    { openOracles, trialStream, tap, samples: SAMPLES }
  )
  return { ...run, instance: options.instance, record: { ...run.record, policy: run.policy }, events }
})
