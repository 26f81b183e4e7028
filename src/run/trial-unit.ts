/** A trial as a unit of work: any thread makes it, and its record is the same. */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import { instanceOfShare, shareOf } from "../instance/shared-instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import { SearchBackend, type SearchChoice } from "../search/session-search.ts"
import type { Unit, UnitContext } from "../work/workshop.ts"
import { given } from "./given.ts"
import type { RunRecord } from "./run-record.ts"
import { type RunOptions, runTrial } from "./run-trial.ts"

export const TRIAL = "trial"

/** Names an algorithm where it is made: a built-in one's name, or what else a thread knows to make one of. */
export type AlgorithmReference = string | { readonly planner: string; readonly formula: unknown }

type Plain = Omit<RunOptions, "algorithm" | "instance" | "progress" | "best">

/** What a thread is told of a trial. */
export interface TrialData extends Plain {
  readonly algorithm: AlgorithmReference
  /** What makes the instance again: used where nothing is shared. */
  readonly spec: string
  /** What the record says of it. */
  readonly named: string
  readonly shared: string | undefined
  readonly searches: SearchChoice
}

/** A value as text, whatever the order of its fields; undefined fields do not count. */
export const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return `${inner}n`
    if (ArrayBuffer.isView(inner)) return Array.from(inner as Float64Array)
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })

/**
 * The unit of a trial.
 *
 * @param spec what makes the instance again in another thread, as a person would name it
 * @param algorithm where its name alone does not say which it is
 */
export const trialUnit = (
  options: RunOptions,
  searches: SearchChoice,
  spec = options.instance.spec,
  algorithm: AlgorithmReference = options.algorithm.name
): Unit => {
  const { digest, instance, interpreter, parameters, seed, trial } = options
  const shared = shareOf(instance, digest)
  const { batch, budget, checkpoints, target } = options
  const says = {
    algorithm,
    spec,
    named: instance.spec,
    digest,
    parameters,
    interpreter,
    seed,
    trial,
    ...given({ budget, checkpoints, target })
  }
  const data: TrialData = { ...says, searches, shared: shared?.id, ...given({ batch }) }
  return {
    kind: TRIAL,
    key: canonicalText({ kind: TRIAL, ...says }),
    data,
    group: spec,
    ...given({ shared })
  }
}

/** How a thread finds what a trial names. */
export interface TrialNames {
  readonly algorithm: (reference: AlgorithmReference) => AnyAlgorithm<OracleServices>
  readonly instance: (spec: string) => Instance
}

/** Instances that a thread keeps: sweeps go over some, again and again. */
const KEPT = 32

/** Makes trials. */
export const trialMaker = (names: TrialNames) => {
  const known = new Map<string, { readonly instance: Instance; readonly best: Optimum }>()
  const instanceOf = ({ shared, spec }: TrialData, context: UnitContext) => {
    const id = shared ?? spec
    const found = known.get(id)
    if (found !== undefined) return found
    const instance = shared === undefined ? names.instance(spec) : instanceOfShare(context.shared(shared))
    const made = { instance, best: optimum(instance.exact) }
    if (known.size >= KEPT) known.delete(known.keys().next().value!)
    known.set(id, made)
    return made
  }
  return (data: unknown, context: UnitContext): Effect.Effect<RunRecord> =>
    Effect.suspend(() => {
      const { algorithm, named: spec, searches, shared: _, spec: __, ...plain } = data as TrialData
      const { best, instance } = instanceOf(data as TrialData, context)
      return runTrial({
        ...plain,
        best,
        instance: instance.spec === spec ? instance : { ...instance, spec },
        algorithm: names.algorithm(algorithm),
        progress: context.progress
      }).pipe(Effect.provideService(SearchBackend, searches))
    })
}
