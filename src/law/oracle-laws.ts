/**
 * What the oracles owe every learner, deterministically: the ledger only grows and adds up, every answer costs what the framework says (framework.md), budgets are
 * exact, and a run depends on its seed and on nothing else.
 */
import { isDeepStrictEqual } from "node:util"
import * as Effect from "effect/Effect"
import type { Instance } from "../instance/instance.ts"
import type { Response } from "../oracle/handle.ts"
import type { Interpreter } from "../oracle/interpreter.ts"
import type { Ledger } from "../oracle/ledger.ts"
import { instanceDigest } from "../instance/digest.ts"
import { type Candidate, type Observation, observe, type ObserveOptions } from "./candidate.ts"
import { clause, type Finding } from "./law.ts"
import { hitOf } from "./oracle-event.ts"

/** Rewards were asked only for responses the learner held: drawn or enumerated before. */
export const onlyHeld = ({ events }: Observation): ReadonlyArray<Finding> => {
  const held = new Set<Response>()
  const anchors = new Set<Response>()
  let strangers = 0
  let reused = 0
  const use = (y: Response): void => {
    if (!held.has(y)) strangers++
  }
  for (const event of events) {
    if (event.kind === "draw" || event.kind === "strong" || event.kind === "enumerate")
      for (const y of event.responses) held.add(y)
    if (event.kind === "farthest") {
      use(event.anchor)
      held.add(event.response)
    }
    if (event.kind === "token-finish") held.add(event.response)
    if (event.kind === "explore") for (const { responses } of event.groups) for (const y of responses) held.add(y)
    if (event.kind === "pairs") for (const { left, right } of event.batch.pairs) held.add(left).add(right)
    const hit = hitOf(event)
    if (hit !== undefined) held.add(hit.left).add(hit.right)
    if (event.kind === "tilted") {
      const { left, right } = event.answer.pair
      if (!event.anchorDrawn) {
        use(right)
        if (anchors.has(right)) reused++
      }
      anchors.add(right)
      held.add(left).add(right)
    }
    if (event.kind === "rewards") event.responses.forEach(use)
    if (event.kind === "reward-sum") use(event.response)
    if (event.kind === "differences") for (const { left, right } of event.batch.pairs) [left, right].forEach(use)
  }
  return [
    clause(strangers === 0, `${strangers} responses were used that no oracle had answered`),
    clause(reused === 0, `${reused} anchors were used twice`)
  ]
}

/** What a run answered, charged and returned. */
const whole = ({ policy, record: { ledger, transcript } }: Observation) => [policy, ledger.perOracle, transcript.sha256]

export const sameRun = (a: Observation, b: Observation): boolean => isDeepStrictEqual(whole(a), whole(b))

/** The same seed gives the same run, whatever the batch and whether or not oracles answer at once; another trial gives another. */
export const reproducible = Effect.fnUntraced(function* (candidate: Candidate, options: ObserveOptions) {
  const first = yield* observe(candidate, options)
  const again = yield* observe(candidate, options)
  const small = yield* observe(candidate, { ...options, batch: 7 })
  const effects = yield* observe(candidate, { ...options, immediate: false })
  const other = yield* observe(candidate, { ...options, trial: (options.trial ?? 0) + 1 })
  return [
    clause(sameRun(first, again), "the same seed gave another run"),
    clause(sameRun(first, small), "another batch size gave another run"),
    clause(sameRun(first, effects), "answering through Effects gave another run"),
    clause(!sameRun(first, other) || first.record.ledger.samplingQueries === 0n, "another trial gave the same run")
  ]
})

/** Budgets: a run that needs more stands exactly at its limit and says so; one that needs no more does not notice. */
export const budgets = Effect.fnUntraced(function* (candidate: Candidate, options: ObserveOptions) {
  const full = yield* observe(candidate, options)
  const findings: Array<Finding> = []
  for (const resource of ["rewardQueries", "samplingQueries"] as const) {
    const need = full.record.ledger[resource]
    const limits = [...new Set([0n, 1n, need / 3n, need - 1n, need, need + 1n])].filter((limit) => limit >= 0n)
    for (const limit of limits) {
      const run = yield* observe(candidate, { ...options, budget: { [resource]: limit } })
      const spent = run.record.ledger[resource]
      const at = `budget ${resource} ${limit} of ${need}`
      if (limit >= need) {
        findings.push(
          clause(run.exhausted === undefined && sameRun(run, full), `${at}: the run is as without a budget`)
        )
      } else {
        findings.push(
          clause(spent === limit, `${at}: the ledger stands at ${spent}`),
          clause(
            run.exhausted?.resource === resource && run.exhausted.limit === limit,
            `${at}: the error names resource and limit`
          )
        )
      }
    }
  }
  return findings
})

/** The ledger itself: totals grow by what is charged, past 2⁵³, never past a limit. Charges are made through one session's ledger. */
export const ledgerCounts = (
  candidate: Candidate,
  instance: Instance,
  interpreter: Interpreter
): ReadonlyArray<Finding> => {
  const open = (budget?: { readonly samplingQueries: bigint }): Ledger =>
    candidate.openOracles(instance, {
      interpreter,
      stream: candidate.trialStream(1, 0),
      ...(budget === undefined ? {} : { budget })
    }).ledger
  const ledger = open()
  let expected = 0n
  let monotone = true
  for (const n of [1, 2 ** 50, 3, 2 ** 50 + 1, 2 ** 50 - 1, 7]) {
    const before = ledger.snapshot().samplingQueries
    ledger.charge("weakSampling", n)
    expected += BigInt(n)
    monotone &&= ledger.snapshot().samplingQueries - before === BigInt(n)
  }
  ledger.chargeExact("enumeration", 10n ** 30n + 1n)
  expected += 10n ** 30n + 1n
  const limited = open({ samplingQueries: 10n })
  const refused = [4, 7].map((n) => {
    try {
      limited.charge("weakSampling", n)
      return false
    } catch {
      return true
    }
  })
  return [
    clause(monotone, "each charge adds exactly its number of queries"),
    clause(ledger.snapshot().samplingQueries === expected, "charges past 2⁵³ are exact"),
    clause(
      !refused[0] && refused[1] && limited.snapshot().samplingQueries === 10n,
      "a charge past the limit is refused with the ledger at the limit"
    )
  ]
}

/** The digest of an instance is not touched by a run: oracles answer about it and leave it alone. */
export const instanceUntouched = (before: string, instance: Instance): Finding =>
  clause(instanceDigest(instance) === before, "a run changed its instance")
