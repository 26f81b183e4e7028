/** What `coverbound demo` does: measure; then the page in the terminal and the one on disk. */
import { availableParallelism } from "node:os"
import { join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scheduler from "effect/Scheduler"
import { jsonText } from "../../run/json-text.ts"
import { measure } from "./demo-measure.ts"
import { demoPlan } from "./demo-plan.ts"
import { demoDocument } from "./demo-report.ts"
import { demoText } from "./demo-view.ts"
import type { DemoCall } from "../demo.ts"
import type { CommandFailed } from "../ending.ts"
import { type InvalidCall, NotHeld } from "../invalid-call.ts"
import { partOfDocument } from "../part-view.ts"
import { ProgressBar } from "../progress.ts"
import { recordsOf } from "../report/records.ts"
import { reportFrom, textOf } from "../report/run-report.ts"
import { pageOf, write } from "../terminal.ts"
import { Workshop } from "../../work/workshop.ts"
import { withWorkshop } from "../work/open-workshop.ts"
import { checkOwnFolder, writeWhole } from "../whole-file.ts"

/** The page of a demo's folder: what `coverbound report` makes of it. */
export const demoPage = (folder: string): Effect.Effect<string, InvalidCall> =>
  Effect.flatMap(recordsOf([folder]), (records) =>
    Effect.flatMap(reportFrom(records, resolve(folder), "npm start"), (report) => textOf(report, "html"))
  )

/** Runs the main job. Fails with NotHeld when a theorem or a predicted slope was refuted. */
export const runDemo = Effect.fnUntraced(function* (call: DemoCall): Effect.fn.Return<void, CommandFailed> {
  const { seed } = call
  const folder = Option.getOrElse(call.out, () => join("reports", "out"))
  yield* checkOwnFolder("--out", folder, "demo.json")
  const start = performance.now()
  const bar = new ProgressBar()
  bar.estimate("the demo takes about 40 s")
  const work = { jobs: Option.some(availableParallelism()), resume: false, folder: undefined, short: false }
  const results = yield* withWorkshop(work, (working) =>
    Effect.provideService(measure(demoPlan(seed), seed, folder, bar, working), Workshop, undefined)
  ).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, 8), Effect.ensuring(Effect.sync(() => bar.clear())))
  const document = demoDocument(results, seed)
  yield* writeWhole(folder, "demo.json", jsonText(document))
  const path = yield* writeWhole(folder, "index.html", yield* demoPage(folder))
  const elapsedMs = performance.now() - start
  yield* write(process.stdout, demoText(results, partOfDocument(document), pageOf(process.stdout), { path, elapsedMs }))
  const verdicts = [
    ...results.audits.flatMap((one) => one.judgements.map(({ verdict }) => verdict)),
    ...results.sweep.slopes.map(({ judgement }) => judgement?.verdict)
  ]
  if (verdicts.includes("refuted")) return yield* new NotHeld()
})
