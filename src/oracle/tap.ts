/**
 * One place between a learner and its oracles: {@link tapped} services show every request before it is made and every answer before it is given, whichever way they
 * were asked (as Effects, at once, or as plain functions). Guards, recorders and planted faults are taps; none of them lists the operations again.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { OracleServices } from "./interpreter.ts"
import { BudgetExhausted } from "./ledger.ts"
import { type AnswerOf, OPERATIONS, type Operation, type ServiceName, type Services, TAGS } from "./operations.ts"

/** What a tap says of one call. Absent: nothing is changed. */
export interface Step {
  /** Asked instead. */
  readonly request?: ReadonlyArray<unknown>
  /** Sees the answer and gives the one that the learner gets. May throw. */
  readonly answer?: (answer: unknown) => unknown
  /** Runs when the call has ended, however it did. */
  readonly ended?: () => void
}

/** Sees a call before it is made; may throw to refuse it. Calls of operations that are asked as Effects are seen when the Effect runs. */
export type Tap = (operation: Operation, request: ReadonlyArray<unknown>) => Step | undefined

/** The operations of a service as plain functions, which may throw BudgetExhausted. */
export type AtOnce<S> = {
  readonly [O in keyof S]: S[O] extends (...request: infer P) => unknown ? (...request: P) => AnswerOf<S[O]> : never
}

type Call = (...request: ReadonlyArray<unknown>) => unknown
export type Methods = Readonly<Record<string, Call>>
/** A service as those see it who treat all operations alike. */
export type Service = Methods & { readonly immediate?: Methods }

/** A service of a context by its name; undefined where it is not there, as the journal where nobody keeps one. */
export const serviceIn = (context: Context.Context<never>, name: ServiceName): Service | undefined =>
  Context.getOrUndefined(context, TAGS[name] as unknown as Context.Key<never, Service>)

/** A synchronous oracle answer as an Effect; a spent budget becomes a typed failure. */
export const answer = <A>(evaluate: () => A): Effect.Effect<A, BudgetExhausted> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(evaluate())
    } catch (error) {
      if (error instanceof BudgetExhausted) return Effect.fail(error)
      throw error
    }
  })

const at =
  (operation: Operation, tap: Tap, call: Call): Call =>
  (...request) => {
    const step = tap(operation, request)
    try {
      const given = call(...(step?.request ?? request))
      return step?.answer === undefined ? given : step.answer(given)
    } finally {
      step?.ended?.()
    }
  }

const around =
  (operation: Operation, tap: Tap, call: Call): Call =>
  (...request) =>
    Effect.suspend(() => {
      const step = tap(operation, request)
      const made = call(...(step?.request ?? request)) as Effect.Effect<unknown>
      const given = step?.answer === undefined ? made : Effect.map(made, step.answer)
      return step?.ended === undefined ? given : Effect.ensuring(given, Effect.sync(step.ended))
    })

/**
 * The services of a context, and its journal, seen through a tap.
 * @param immediate false: none of the services answers at once, as oracles behind a network
 */
export const tapped = <R extends OracleServices>(
  context: Context.Context<R>,
  tap: Tap,
  immediate = true
): Context.Context<R> => {
  let out: Context.Context<never> = context
  for (const name of Object.keys(TAGS) as ReadonlyArray<ServiceName>) {
    const service = serviceIn(context, name)
    if (service === undefined) continue
    const seen: Record<string, Call> = {}
    const atOnce: Record<string, Call> = {}
    for (const operation of OPERATIONS) {
      if (operation.service !== name) continue
      const { method, plain } = operation
      const [call, now] = [service[method], service.immediate?.[method]]
      if (call !== undefined) seen[method] = (plain ? at : around)(operation, tap, call)
      if (now !== undefined) atOnce[method] = at(operation, tap, now)
    }
    const now = immediate && service.immediate !== undefined ? { immediate: atOnce } : {}
    out = Context.add(out, TAGS[name] as unknown as Context.Key<never, object>, { ...seen, ...now })
  }
  return out as unknown as Context.Context<R>
}

/** How a session answers the operations of a service: as plain functions, or later, as Effects. Every operation in one of the two. */
export const offered = <S extends Exclude<ServiceName, "Journal">>(
  name: S,
  now: Partial<AtOnce<Services[S]>>,
  later: Partial<Services[S]> = {}
): (typeof TAGS)[S]["Service"] => {
  const service: Record<string, unknown> = {}
  const immediate: Record<string, Call> = {}
  for (const { method, plain, service: of } of OPERATIONS) {
    if (of !== name) continue
    const call = (now as unknown as Methods)[method]
    const effect = (later as unknown as Methods)[method]
    if (plain) service[method] = call
    else if (effect !== undefined) service[method] = effect
    else {
      service[method] = (...request: ReadonlyArray<unknown>) => answer(() => call(...request))
      immediate[method] = call
    }
  }
  return { ...service, ...(Object.keys(immediate).length > 0 ? { immediate } : {}) } as never
}
