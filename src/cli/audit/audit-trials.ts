/** What makes the trials of an audit on one instance: a workshop's threads, or a module's runner. */
import * as Effect from "effect/Effect"
import { runsOf } from "../../audit/audit.ts"
import type { FailedTrial } from "../../audit/case-run.ts"
import { trialJob } from "../../audit/outcome.ts"
import type { Runner } from "../../audit/runner.ts"
import { optimum } from "../../policy/optimum.ts"
import type { RunOptions } from "../../run/run-trial.ts"
import type { RunRecord } from "../../run/run-record.ts"
import { trialUnit } from "../../run/trial-unit.ts"
import { SearchBackend } from "../../search/session-search.ts"
import type { Working } from "../work/open-workshop.ts"
import type { ChosenPlan, Setting } from "./audit-plan.ts"
import { LightRecords, WHOLE_RECORDS } from "./light-records.ts"

/** Makes a plan's trials in a workshop, those to come beforehand. */
export const trialsIn = Effect.fnUntraced(function* (
  { journal, workshop }: Working,
  { asked, plan }: Pick<ChosenPlan, "asked" | "plan">
) {
  const searches = yield* SearchBackend
  const best = optimum(plan.instance.exact)
  const unit = (options: RunOptions) => trialUnit(options, searches, asked)
  workshop.ahead(
    (function* () {
      for (const options of runsOf(plan, best)) yield unit(options)
    })()
  )
  const light = new LightRecords()
  return (options: RunOptions) =>
    Effect.map(workshop.make(unit(options), options.progress as () => void), (made) => {
      const record = made as RunRecord
      return journal === undefined || options.trial < WHOLE_RECORDS
        ? record
        : light.lightened(record, () => workshop.again(unit(options)) as RunRecord)
    })
})

/** Trials made by a runner; failures are kept. */
export const trialsBy =
  (runner: Runner, { asked, goal }: Setting, failures: Array<FailedTrial>, unfinished: Array<string>) =>
  (options: RunOptions) =>
    Effect.map(runner.trial(trialJob(options, asked, goal)), (outcome) => {
      if (outcome.kind === "finished") return outcome.record
      if (outcome.kind === "failed") failures.push({ trial: options.trial, failure: outcome.failure })
      else unfinished.push(`trial ${options.trial}: ${outcome.why}`)
      return undefined
    })
