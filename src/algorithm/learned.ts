/** What a spent budget leaves: the error that ends a run carries the policy that had been learned. */
import * as Effect from "effect/Effect"
import { BudgetExhausted } from "../oracle/ledger.ts"
import type { Policy } from "../policy/policy.ts"

/** Attaches what has been learned so far to a spent budget. */
export const withLearned = (learned: () => Policy) =>
  Effect.mapError((error: BudgetExhausted) => new BudgetExhausted({ ...error, learned: learned() }))
