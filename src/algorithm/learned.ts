/** A spent budget is an outcome: what an algorithm had learned by then goes out with it. */
import * as Effect from "effect/Effect"
import { BudgetExhausted } from "../oracle/ledger.ts"
import type { Policy } from "../policy/policy.ts"

/**
 * Attaches what has been learned so far to a spent budget, where nothing inside did already.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { openOracles, Prompts, Stream, WeakSampling, withLearned } from "coverbound"
 * import { namedInstance } from "coverbound/instance"
 *
 * const { services } = openOracles(namedInstance("needle:N=8,d=3"), {
 *   interpreter: "literal",
 *   stream: Stream.fromSeed(1),
 *   budget: { samplingQueries: 2n }
 * })
 * const program = Effect.gen(function* () {
 *   return yield* (yield* WeakSampling).draw(yield* (yield* Prompts).draw(5))
 * }).pipe(withLearned(() => ({ kind: "reference" })))
 * const spent = Effect.runSync(Effect.flip(Effect.provideContext(program, services)))
 * console.log(spent.resource, spent.limit, spent.learned?.kind) // => samplingQueries 2 reference
 * ```
 */
export const withLearned = (learned: () => Policy) =>
  Effect.mapError((error: BudgetExhausted) =>
    error.learned === undefined ? new BudgetExhausted({ ...error, learned: learned() }) : error
  )
