/** What `coverbound audit` does once its options are parsed: plan, run, show, write. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scheduler from "effect/Scheduler"
import { count, duration } from "../../reports/number-format.ts"
import { type Audit, audit, judge, subjectOf } from "../audit/audit.ts"
import type { InvalidInstance } from "../instance/invalid-instance.ts"
import { optimum, referenceSuboptimality } from "../policy/optimum.ts"
import { jsonText } from "../record/json-text.ts"
import type { RunRecord } from "../record/run-record.ts"
import { auditDocument, runDocument } from "./audit-document.ts"
import { type AuditOptions, choosePlan, type ChosenPlan } from "./audit-plan.ts"
import { auditText } from "./audit-view.ts"
import { writeCertificateFiles } from "./certificate-files.ts"
import { type InvalidCall, NotHeld } from "./invalid-call.ts"
import { ProgressBar, shareOfRun } from "./progress.ts"
import { pageOf } from "./terminal.ts"
import { checkFolder, type FileNotWritten, writeWhole } from "./whole-file.ts"

const write = (stream: NodeJS.WriteStream, text: string) => Effect.sync(() => stream.write(text))

/** An operation of an algorithm may be a block of 512 rounds: let signals and timers have their turn after a few, not after Effect's 2048. */
const OPERATIONS = 8

/** The trials finished so far, as an audit of their own. */
const auditOf = (chosen: ChosenPlan, records: ReadonlyArray<RunRecord>): Audit => {
  const { plan } = chosen
  const best = optimum(plan.instance.exact)
  const subject = subjectOf(plan, best)
  return {
    plan,
    subject,
    best,
    referenceSuboptimality: referenceSuboptimality(plan.instance.exact, best),
    records,
    judgements: judge(subject, records, plan.level)
  }
}

/** Literal draws past which a person should know what is coming. */
const MANY_DRAWS = 1e11
/** Literal draws a second, in order of magnitude. */
const DRAWS_PER_SECOND = 1e7

/** A warning where literal oracles would draw for days, as they would at T7's own constants. */
const warning = ({ plan }: ChosenPlan): string | undefined => {
  const { budget, interpreter, parameters, trials } = plan
  const { pairs = 0, pairsPerPrompt = 0, prompts = 0 } = parameters
  const draws = Math.min(2 * (pairs + prompts * pairsPerPrompt), Number(budget?.samplingQueries ?? Infinity)) * trials
  if (interpreter !== "literal" || draws < MANY_DRAWS) return undefined
  return `About ${count(draws)} literal draws: ${duration((1000 * draws) / DRAWS_PER_SECOND)}. Where the instance permits, --oracle exact-law charges them without drawing; --budget-samples stops sooner.\n`
}

/** Plans, runs, shows and writes an audit. Fails with NotHeld when a theorem was refuted. */
export const runAudit = Effect.fnUntraced(function* (
  options: AuditOptions
): Effect.fn.Return<void, InvalidCall | InvalidInstance | FileNotWritten | NotHeld> {
  const chosen = yield* choosePlan(options)
  const { parametersFrom, slug } = chosen
  const folder = Option.getOrElse(options.out, () => join("reports", "out", slug))
  yield* checkFolder("--out", folder)
  const warned = warning(chosen)
  if (warned !== undefined) yield* write(process.stderr, warned)

  const startedAt = new Date().toISOString()
  const start = performance.now()
  const trialMs: Array<number> = []
  const finished: Array<RunRecord> = []
  const bar = new ProgressBar()
  const { trials } = chosen.plan
  const plan = {
    ...chosen.plan,
    progress: (trial: number, phase: string, done: number, total: number) => {
      const of = trials === 1 ? phase : `trial ${trial + 1}/${trials}, ${phase}`
      bar.update((trial + shareOfRun(phase, done, total)) / trials, of)
    },
    onTrial: (record: RunRecord) => {
      finished.push(record)
      trialMs.push(performance.now() - start - trialMs.reduce((sum, ms) => sum + ms, 0))
    }
  }
  const save = (result: Audit, interrupted?: string) =>
    writeWhole(
      folder,
      "run.json",
      jsonText(
        runDocument(
          result,
          { parametersFrom, ...(interrupted === undefined ? {} : { interrupted }) },
          { startedAt, totalMs: performance.now() - start, trialMs }
        )
      )
    )

  const result = yield* audit(plan).pipe(
    Effect.provideService(Scheduler.MaxOpsBeforeYield, OPERATIONS),
    Effect.onExit((exit) =>
      Effect.gen(function* () {
        bar.clear()
        if (Exit.isSuccess(exit) || finished.length === 0) return
        const path = yield* save(auditOf(chosen, finished), `after ${finished.length} of ${trials} trials`)
        yield* write(process.stderr, `Interrupted; what was finished is in ${path}\n`)
      })
    )
  )
  const path = yield* save(result)
  yield* write(
    process.stdout,
    options.json
      ? jsonText(auditDocument(result, { parametersFrom }))
      : auditText(result, chosen, pageOf(process.stdout), performance.now() - start)
  )
  const certificates = yield* writeCertificateFiles(result, folder, options.inToto)
  yield* write(
    options.json ? process.stderr : process.stdout,
    `\n  Every run: ${path}\n  ${certificates.written} certificates: ${certificates.folder}\n`
  )
  if (result.judgements.some(({ verdict }) => verdict === "refuted")) return yield* new NotHeld()
})
