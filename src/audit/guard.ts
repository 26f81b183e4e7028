/**
 * What stands between the audit and an algorithm that was not written here: its inputs and the oracles' answers are frozen, its requests are held to what the
 * oracles' types promise (JavaScript keeps no promise of a type), and what it returns must be a policy. Nothing that a well-behaved algorithm does is changed.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { asWhole, roundOracles, type RoundOracles, wholeRound } from "../oracle/comparison-rounds.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { Journal } from "../oracle/journal.ts"
import { BudgetExhausted } from "../oracle/ledger.ts"
import { dimensionOf, type Operation, ROUND } from "../oracle/operations.ts"
import { Prompts, Rewards, type TiltRequest, WeakSampling } from "../oracle/services.ts"
import { accepted, acceptedPolicy, describe, Misbehaved, type Node, TILT } from "../oracle/shape.ts"
import { tapped } from "../oracle/tap.ts"

/** An answer that its asker cannot write to. Handles cannot be written to as they are. */
const frozenAs = (node: Node, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value
  if (node.kind === "optional") return frozenAs(node.of, value)
  if (node.kind === "list") {
    if (node.of.kind !== "handle") for (const one of value as ReadonlyArray<unknown>) frozenAs(node.of, one)
    return Object.freeze(value)
  }
  if (node.kind !== "record") return value
  for (const name in node.fields) frozenAs(node.fields[name], (value as Record<string, unknown>)[name])
  return Object.freeze(value)
}

const frozen = <A>(value: A): A => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** A frozen copy of plain data. */
const copyOf = <A>(value: A): A => frozen(structuredClone(value))

export interface GuardOptions {
  /** Called before every oracle call that may be charged, with its name and how many handles it is answered with, at least; may throw to give the run up. */
  readonly onCall?: (operation: string, handles: number) => void
  /** True where requests come from another process, held to their shapes, and answers go there as copies. Default false. */
  readonly remote?: boolean
}

/** Operations that answer as many handles as their last argument says. */
const AS_MANY = new Set(["Prompts.draw", "ProperRewards.explore"])

/** One a listed prompt, or as many as are asked for; an operation that searches answers one, whatever it is asked. */
const handlesOf = ({ name }: Operation, request: ReadonlyArray<unknown>): number => {
  const last = request.at(-1)
  if (Array.isArray(last)) return last.length
  return AS_MANY.has(name) ? Number(last) : 1
}

const roundsOf = (context: Context.Context<OracleServices>): RoundOracles | undefined =>
  roundOracles(
    Context.getOrUndefined(context, Prompts),
    Context.getOrUndefined(context, WeakSampling),
    Context.getOrUndefined(context, Rewards)
  )

/** The algorithm under guard: the same program where it keeps to the framework; where it does not, its run dies with {@link Misbehaved} or what it threw. */
export const guarded = (
  algorithm: AnyAlgorithm<OracleServices>,
  { onCall, remote = false }: GuardOptions = {}
): AnyAlgorithm<OracleServices> => ({
  ...algorithm,
  run: Effect.fnUntraced(function* (problem, parameters) {
    const d = problem.dimension
    const context = Context.add(yield* Effect.context<OracleServices>(), Journal, yield* Journal)
    const services = tapped(context, (operation, request) => {
      if (operation.charges.length > 0) onCall?.(operation.name, handlesOf(operation, request))
      if (remote) return undefined
      const features = dimensionOf(operation, request, problem)
      const looked = operation.request.map(([field, shape], i) =>
        accepted(shape, request[i], operation.name, field, features)
      )
      return { request: looked, answer: (given) => frozenAs(operation.answer, given) }
    })
    // Only oracles elsewhere are asked a round as one, so that requests are looked at here.
    const inner = roundsOf(context)
    const [seen, round] = [roundsOf(services), inner && wholeRound(inner)]
    if (seen !== undefined && round !== undefined)
      asWhole(seen, (tilt) => {
        const [, { name, request }] = ROUND
        for (const operation of ROUND) onCall?.(operation.name, 1)
        const { difference, pair } = round(accepted(TILT, tilt, name, request[1][0], d) as TiltRequest)
        return { pair: Object.freeze(pair), difference }
      })
    const program: unknown = algorithm.run(copyOf(problem), copyOf(parameters))
    if (!Effect.isEffect(program))
      throw new Misbehaved({ what: "result", detail: `run returned ${describe(program)}, expected an Effect` })
    const policy = yield* (program as ReturnType<typeof algorithm.run>).pipe(
      // The journal is in the context already: what is provided nearest to the program wins.
      Effect.provideContext(services),
      // An Effect made without types may fail with anything.
      Effect.catch((error: unknown) => {
        if (!(error instanceof BudgetExhausted)) return Effect.die(error)
        if (error.learned !== undefined) acceptedPolicy(error.learned, d)
        return Effect.fail(error)
      })
    )
    return acceptedPolicy(policy, d)
  })
})
