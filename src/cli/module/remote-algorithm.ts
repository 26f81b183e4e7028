/** An algorithm whose program is in a sandbox, as one of this process: its oracles, ledger and meters are here, and what it returns is data that is held to a policy's shape. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AnyAlgorithm, algorithm, type Goal, type ParameterRecord } from "../../algorithm/algorithm.ts"
import { Failed, type Failure, FAILURES, oneLine, type ParameterChoice } from "../../audit/outcome.ts"
import type { AlgorithmDescription, ChosenParameters } from "../../audit/runner.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { BudgetExhausted } from "../../oracle/ledger.ts"
import { LinkClosed } from "../../oracle/link.ts"
import { NotFinished } from "../../oracle/not-finished.ts"
import { Randomness } from "../../oracle/randomness.ts"
import { servedRun } from "../../oracle/served-run.ts"
import type { Problem } from "../../oracle/services.ts"
import { MessageBroken } from "../../oracle/wire.ts"
import { onlyPolicy } from "../../policy/policy-problem.ts"
import type { Policy } from "../../policy/policy.ts"
import type { Sandbox } from "./sandbox.ts"

type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (said: unknown): Fields => (typeof said === "object" && said !== null ? (said as Fields) : {})

/** What a sandbox says of a failure. */
export const failureSaid = (said: unknown): Failure => {
  const { kind, note } = fieldsOf(said)
  return {
    kind: FAILURES.find((one) => one === kind) ?? "threw",
    note: typeof note === "string" ? oneLine(note) : "said nothing of why"
  }
}

/** Parameters as data: finite numbers under names. */
const chosenSaid = (said: unknown): ChosenParameters => {
  const { failure, parameters, skipped } = fieldsOf(said)
  if (typeof skipped === "string") return { skipped: oneLine(skipped) }
  if (failure !== undefined) return { failure: failureSaid(failure) }
  const entries = Object.entries(fieldsOf(parameters))
  const wrong = entries.find(([name, value]) => !/^\w{1,60}$/.test(name) || !Number.isFinite(value))
  if (wrong !== undefined || entries.length > MOST_PARAMETERS)
    return {
      failure: {
        kind: "parameters",
        note: oneLine(
          `parameters: ${wrong === undefined ? entries.length : `${wrong[0]}: ${String(wrong[1])}`}, expected finite numbers`
        )
      }
    }
  return { parameters: Object.fromEntries(entries) as ParameterRecord }
}
const MOST_PARAMETERS = 100

/** The parameters a module sets itself, or takes. @throws Failed where its process ends over it */
export const remoteParameters =
  (sandbox: Sandbox) =>
  (choice: ParameterChoice, problem: Problem, goal: Goal): ChosenParameters =>
    chosenSaid(sandbox.ask({ kind: "parameters", choice, problem, goal }))

/** The algorithm of a sandbox. */
export const remoteAlgorithm = (sandbox: Sandbox, description: AlgorithmDescription): AnyAlgorithm<OracleServices> => {
  const parameters = remoteParameters(sandbox)
  const sized =
    (choice: "theory" | "practical") =>
    (problem: Problem, goal: Goal): ParameterRecord => {
      const chosen = parameters(choice, problem, goal)
      if ("parameters" in chosen) return chosen.parameters
      if ("skipped" in chosen) throw new RangeError(chosen.skipped)
      throw new Failed(chosen.failure)
    }
  const run = Effect.fnUntraced(function* (
    problem: Problem,
    given: ParameterRecord
  ): Effect.fn.Return<Policy, BudgetExhausted, OracleServices> {
    let ended = false
    // Of the trial's own seed, and nothing of that can be read from it.
    const chance = (yield* Randomness).integer(2 ** 31)
    const { said, spent } = yield* Effect.suspend(() =>
      servedRun({
        link: sandbox.link,
        problem,
        begin: (offers) =>
          sandbox.command({ kind: "run", problem, parameters: given, offers, clock: sandbox.clock, chance })
      })
    ).pipe(
      Effect.tap((end) => Effect.sync(() => (ended = sandbox.heard(end.said) === end.said))),
      Effect.catchDefect((defect) => Effect.flatMap(sandbox.whyGone(defect), Effect.die)),
      // A program in the middle of its run is of no more use.
      Effect.ensuring(Effect.sync(() => (ended ? undefined : sandbox.kill())))
    )
    const { failure, kind, policy, unfinished } = fieldsOf(said)
    if (typeof unfinished === "string") {
      sandbox.kill()
      return yield* Effect.die(new NotFinished(oneLine(unfinished)))
    }
    if (failure !== undefined || (kind !== "returned" && kind !== "spent")) {
      sandbox.kill()
      return yield* Effect.die(new Failed(failureSaid(failure)))
    }
    if (kind === "returned") return onlyPolicy(policy) as Policy
    if (spent === undefined)
      return yield* Effect.die(new Failed({ kind: "result", note: "ended by a budget that was not spent" }))
    const { limit, requested, resource } = spent
    const learned = policy === undefined ? undefined : (onlyPolicy(policy) as Policy)
    return yield* new BudgetExhausted({ limit, requested, resource, learned })
  })
  return algorithm<ParameterRecord, OracleServices>({
    ...description,
    parameters: Schema.Record(Schema.String, Schema.Finite),
    fromTheory: sized("theory"),
    practical: sized("practical"),
    run
  })
}

/** What a defect of a sandbox is to people. */
export const brokenFailure = (defect: unknown): Failure | undefined =>
  defect instanceof MessageBroken
    ? { kind: "request", note: oneLine(`sent what no oracle understands: ${defect.message}`) }
    : defect instanceof LinkClosed
      ? { kind: "exited", note: "ended its process" }
      : undefined
