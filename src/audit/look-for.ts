/** Where to look in a run that did what an impossibility forbids. */
import * as Effect from "effect/Effect"
import { type CaseResult, jobOf } from "./case-run.ts"
import type { ClaimVerdict } from "./claims.ts"
import type { Runner } from "./runner.ts"

/** Records a run that did what an impossibility forbids and reads its tape. */
export const lookFor = Effect.fnUntraced(function* (
  broken: ClaimVerdict,
  cases: ReadonlyArray<CaseResult>,
  runner: Runner
) {
  const from = broken.from ?? cases.find(({ audit }) => audit?.judgements.some(({ theorem }) => theorem === broken.id))
  const records = from?.audit?.records ?? []
  const guilty = records.find((run) => run.rewardedFeatures > 0n) ?? records[0]
  if (from === undefined || guilty === undefined) return undefined
  const said = yield* runner.whereToLook({
    ...jobOf(from.planned, guilty.seed, from.goal, guilty.trial),
    budget: guilty.budget
  })
  const { perOracle, rewardQueries, samplingQueries } = guilty.ledger
  const charged = Object.entries(perOracle)
    .filter(([, n]) => n > 0n)
    .map(([name, n]) => `${name} ${n}`)
    .join(", ")
  return `trial ${guilty.trial} of ${from.planned.id} (${samplingQueries} sampling and ${rewardQueries} reward queries: ${charged}): ${
    said ??
    "every answer was charged what it owes and every rewarded response was held, so the learner knows what no oracle told it: look at what it imports and at what it keeps between runs"
  }`
})
