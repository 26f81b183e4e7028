/**
 * The exploration that online DPO, XPO and the planners of DnfPrompts share: pairs of a fresh draw from the parameter committed to and one from π_ref = π_0, both
 * rewarded. They differ in the parameter they commit to.
 *
 * The parameter is renewed on the geometric schedule of checkpoints, not pair by pair: O(log T) plans for T pairs, each from at least 90 % of the data that the
 * last pair under it could have used.
 */
import * as Effect from "effect/Effect"
import { commit } from "../oracle/handle.ts"
import { Journal, nextCheckpoint } from "../oracle/journal.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { ProperRewards, type RewardedDraws } from "../oracle/services.ts"
import type { LinearSoftmaxPolicy } from "../policy/policy.ts"
import { withLearned } from "./learned.ts"

/** Pairs per Effect: a few milliseconds, so that fibres, timers and interruption get their turn. */
const LARGEST_BATCH = 8192

/** What {@link referencePairs} needs: how many pairs, which parameter to commit to next, and what to do with what was observed. */
export interface ReferencePairs<R> {
  /** What people see as the phase. */
  readonly name: string
  readonly dimension: number
  /** Pairs drawn and rewarded in all: T_data is twice this. */
  readonly pairs: number
  /** The parameter of Θ to commit to next, from what was observed so far; none where enough is known. */
  readonly plan: () => Float64Array | undefined
  /** Pairs after which a plan is renewed although no checkpoint is due. */
  readonly longest?: number
  /** Groups of two: the first drawn from the plan, the second from π_ref. May ask oracles of its own. */
  readonly observe: (groups: ReadonlyArray<RewardedDraws>) => Effect.Effect<void, BudgetExhausted, R>
  /** What would be returned now. */
  readonly policy: () => LinearSoftmaxPolicy
}

/** Runs the pairs; returns the policy learned from them. A spent budget carries it. */
export const referencePairs = Effect.fnUntraced(function* <R>({
  name,
  dimension,
  pairs,
  plan,
  longest = Infinity,
  observe,
  policy
}: ReferencePairs<R>): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, ProperRewards | R> {
  const proper = yield* ProperRewards
  const journal = yield* Journal
  const base = new Float64Array(dimension)
  const gather = Effect.fnUntraced(function* () {
    let seen = 0
    while (seen < pairs) {
      const theta = plan()
      if (theta === undefined) return
      const due = Math.min(pairs, nextCheckpoint(seen), seen + longest)
      const commitment = commit(theta, base)
      while (seen < due) {
        const groups = yield* proper.explore(commitment, Math.min(LARGEST_BATCH, due - seen))
        yield* observe(groups)
        seen += groups.length
      }
      journal.progress(name, seen, pairs)
      if (journal.checkpoint(policy) === "stop") return
    }
  })
  yield* gather().pipe(withLearned(policy))
  return policy()
})
