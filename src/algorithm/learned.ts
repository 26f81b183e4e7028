/** How an algorithm learns in steps, and what goes out when it is ended: a spent budget is an outcome, and carries what had been learned by then. */
import * as Effect from "effect/Effect"
import { Journal, nextCheckpoint } from "../oracle/journal.ts"
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

/** What {@link learnInSteps} needs. */
export interface LearningSteps<P extends Policy, R> {
  /** What people see as the phase. */
  readonly name: string
  /** Rounds, pairs or updates in all. */
  readonly total: number
  /** What would be returned now. */
  readonly policy: () => P
  /** Most between two checkpoints. Default: as the schedule has it. */
  readonly longest?: number
  /** Goes on by at most so many, after `done`; how many it made: none ends the learning. */
  readonly step: (most: number, done: number) => Effect.Effect<number, BudgetExhausted, R>
}

/** Learns until all is done or the experiment has seen enough, with checkpoints on the geometric schedule; returns the policy. A spent budget carries it. */
export const learnInSteps = Effect.fnUntraced(function* <P extends Policy, R>({
  longest = Infinity,
  name,
  policy,
  step,
  total
}: LearningSteps<P, R>): Effect.fn.Return<P, BudgetExhausted, R> {
  const journal = yield* Journal
  const learn = Effect.fnUntraced(function* () {
    for (let done = 0; done < total;) {
      const due = Math.min(total, nextCheckpoint(done), done + longest)
      while (done < due) {
        const made = yield* step(due - done, done)
        if (made === 0) return
        done += made
      }
      journal.progress(name, done, total)
      if (journal.checkpoint(policy) === "stop") return
    }
  })
  yield* learn().pipe(withLearned(policy))
  return policy()
})
