/** What makes the trials of an audit on one instance: a workshop's threads, or a module's runner. */
import * as Effect from "effect/Effect"
import type { FailedTrial } from "../../audit/case-run.ts"
import type { Runner } from "../../audit/runner.ts"
import { optimum } from "../../policy/optimum.ts"
import { given } from "../../run/given.ts"
import type { RunOptions } from "../../run/run-trial.ts"
import type { RunRecord } from "../../run/run-record.ts"
import { trialUnit } from "../../run/trial-unit.ts"
import { SearchBackend } from "../../search/session-search.ts"
import type { Working } from "../work/open-workshop.ts"
import type { ChosenPlan, Setting } from "./audit-plan.ts"
import { LightRecords, WHOLE_RECORDS } from "./light-records.ts"

/** Makes a plan's trials in a workshop, those to come beforehand. */
export const trialsIn = Effect.fnUntraced(function* ({ journal, workshop }: Working, { asked, plan }: ChosenPlan) {
  const searches = yield* SearchBackend
  const best = optimum(plan.instance.exact)
  const unit = (options: RunOptions) => trialUnit(options, searches, asked)
  const { algorithm, batch, budget, checkpoints, digest, instance, interpreter, parameters, seed, trials } = plan
  const shared = { algorithm, instance, digest, parameters, interpreter, seed }
  workshop.ahead(
    (function* () {
      for (let trial = 0; trial < trials; trial++)
        yield unit({
          ...shared,
          best,
          trial,
          ...given({ budget, batch, checkpoints })
        })
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
  ({ trial, parameters, interpreter, seed, budget, batch }: RunOptions) =>
    Effect.map(
      runner.trial({
        spec: asked,
        goal,
        parameters,
        interpreter,
        seed,
        trial,
        checkpoints: true,
        ...given({ budget, batch })
      }),
      (outcome) => {
        if (outcome.kind === "finished") return outcome.record
        if (outcome.kind === "failed") failures.push({ trial, failure: outcome.failure })
        else unfinished.push(`trial ${trial}: ${outcome.why}`)
        return undefined
      }
    )
