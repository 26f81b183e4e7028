/** A spent budget is an outcome: what an algorithm had learned by then goes out with it. */
import * as Effect from "effect/Effect"
import { BudgetExhausted } from "../oracle/ledger.ts"
import type { Policy } from "../policy/policy.ts"

/** Attaches what has been learned so far to a spent budget, where nothing inside did already. */
export const withLearned = (learned: () => Policy) =>
  Effect.mapError((error: BudgetExhausted) =>
    error.learned === undefined ? new BudgetExhausted({ ...error, learned: learned() }) : error
  )
