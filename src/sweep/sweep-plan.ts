/** A plan of a sweep: algorithms × instances × goals × seeds × trials, each a job. Checkpoints of a model are instances like others (`arithmetic:checkpoint=2.7M`). */
import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { firstProblem } from "../instance/schema-problem.ts"
import { parseStrictJson } from "../instance/strict-json.ts"
import { given } from "../run/given.ts"
import { canonicalText } from "../run/trial-unit.ts"

const Positive = Schema.Finite.check(Schema.isGreaterThan(0))
const Whole = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))

/** Trials of one audit, as of `coverbound audit --trials`. */
const Trials = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

const GoalOfPlan = Schema.Struct({
  /** ε in units of R. */
  epsilon: Positive,
  /** δ in (0, 1). */
  delta: Positive.check(Schema.isLessThan(1))
})

const SweepPlan = Schema.Struct({
  format: Schema.Literal("coverbound-sweep"),
  version: Schema.Literal(1),
  algorithms: Schema.NonEmptyArray(Schema.String),
  /** SPECs, or paths that every worker has. */
  instances: Schema.NonEmptyArray(Schema.String),
  /** Default: ε = 0.1 R, δ = 0.02. */
  goals: Schema.optionalKey(Schema.NonEmptyArray(GoalOfPlan)),
  /** Default: 1. */
  seeds: Schema.optionalKey(Schema.NonEmptyArray(Whole)),
  /** Independent runs for each; default 3. */
  trials: Schema.optionalKey(Trials),
  oracle: Schema.optionalKey(Schema.Literals(["exact-law", "literal"])),
  /** Default: practical. */
  parameters: Schema.optionalKey(Schema.Literals(["practical", "theory"])),
  /** Parameters that differ from those. */
  changes: Schema.optionalKey(Schema.Record(Schema.String, Schema.Finite)),
  /** Reward and sampling queries after which a run is stopped. */
  budget: Schema.optionalKey(
    Schema.Struct({ rewardQueries: Schema.optionalKey(Count), samplingQueries: Schema.optionalKey(Count) })
  ),
  /** Level of each probabilistic verdict; default 0.01. */
  level: Schema.optionalKey(Positive.check(Schema.isLessThan(0.36)))
})

export type SweepPlan = typeof SweepPlan.Type

/** One run to make, as data that names all it needs: what a store holds. */
export interface SweepTask extends Pick<SweepPlan, "budget" | "changes" | "oracle"> {
  readonly algorithm: string
  readonly instance: string
  /** SHA-256 of an instance that is read from a file: what the plan was added for, whatever is in the file when the run is made. */
  readonly sha256?: string
  /** ε in units of R. */
  readonly epsilon: number
  readonly delta: number
  readonly seed: number
  readonly trial: number
  readonly parameters: "practical" | "theory"
  /** Of the verdicts on the runs together: no run depends on it. */
  readonly level: number
}

/** The plan in a JSON text. @throws InvalidInstance that names the field */
export const sweepPlanOf = (text: string): SweepPlan => {
  const value = parseStrictJson(text)
  const decoded = Schema.decodeUnknownResult(SweepPlan)(value, { onExcessProperty: "error" })
  if (Result.isSuccess(decoded)) return decoded.success
  throw firstProblem(decoded.failure.issue, value)
}

/** How many jobs a plan has. */
export const sizeOf = ({ algorithms, goals, instances, seeds, trials = 3 }: SweepPlan): number =>
  algorithms.length * instances.length * (goals?.length ?? 1) * (seeds?.length ?? 1) * trials

/**
 * The jobs of a plan, trial by trial last: the first of every kind come early, so that what cannot be run is seen early.
 *
 * @param digests of the instances that are read from files
 */
export function* tasksOf(plan: SweepPlan, digests: ReadonlyMap<string, string> = new Map()): Generator<SweepTask> {
  const { algorithms, budget, changes, instances, level = 0.01, oracle, parameters = "practical" } = plan
  for (let trial = 0; trial < (plan.trials ?? 3); trial++)
    for (const seed of plan.seeds ?? [1])
      for (const { delta, epsilon } of plan.goals ?? [{ epsilon: 0.1, delta: 0.02 }])
        for (const instance of instances)
          for (const algorithm of algorithms)
            yield {
              algorithm,
              instance,
              ...given({ sha256: digests.get(instance) }),
              epsilon,
              delta,
              seed,
              trial,
              parameters,
              level,
              ...given({ oracle, changes, budget })
            }
}

const digestOf = (value: unknown): string => createHash("sha256").update(canonicalText(value)).digest("base64url")

/** What tells a job from every other: a plan that is added again adds what is new in it. */
export const idOf = (task: SweepTask): string => digestOf(task).slice(0, 22)

/** What all trials of one audit share. */
export const groupOf = (task: SweepTask): string => digestOf({ ...task, trial: undefined }).slice(0, 12)
