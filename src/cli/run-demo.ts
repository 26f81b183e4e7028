/** What `coverbound demo` does: the audits, the sweep, the continuations; then the page in the terminal and the one on disk. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Scheduler from "effect/Scheduler"
import { type Audit, audit } from "../audit/audit.ts"
import { coverageSweep, type Sweep } from "../audit/coverage-sweep.ts"
import type { InvalidInstance } from "../instance/invalid-instance.ts"
import { Stream } from "../numeric/stream.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import type { TruncatedMixturePolicy } from "../policy/policy.ts"
import { jsonText } from "../record/json-text.ts"
import type { RunRecord } from "../record/run-record.ts"
import { runDocument } from "./audit-document.ts"
import { type Continuations, drawContinuations } from "./continuations.ts"
import { type DemoPlan, demoPlan } from "./demo-plan.ts"
import { reportData } from "./demo-report.ts"
import { demoText } from "./demo-view.ts"
import { type InvalidCall, NotHeld } from "./invalid-call.ts"
import { ProgressBar } from "./progress.ts"
import { pageOf } from "./terminal.ts"
import { checkFolder, type FileNotWritten, writeWhole } from "./whole-file.ts"

/** Everything the demo measured. */
export interface DemoResults {
  readonly plan: DemoPlan
  /** In the order of the plan. */
  readonly audits: ReadonlyArray<Audit>
  readonly curves: ReadonlyArray<Audit>
  readonly sweep: Sweep
  readonly continuations: Continuations
}

/** Shares of the whole that its parts take, for the progress bar: the three audits, the sweep, the continuations. */
const SHARES = [0.62, 0.05, 0.15, 0.1, 0.08]
const OPENINGS = 6
const PER_OPENING = 3
/** Failure level of one shown continuation. */
const SHOWN_DELTA = 0.01

const learnedPolicy = (run: RunRecord): TruncatedMixturePolicy => {
  if (run.policy.kind === "truncated-mixture") return run.policy
  throw new Error(`demo: SpannerSampling returned a ${run.policy.kind}, expected a truncated mixture`)
}

const measure = Effect.fnUntraced(function* (
  seed: number,
  folder: string,
  bar: ProgressBar
): Effect.fn.Return<DemoResults, BudgetExhausted | FileNotWritten> {
  const plan = demoPlan(seed)
  const done = (part: number) => SHARES.slice(0, part).reduce((sum, share) => sum + share, 0)
  const audits: Array<Audit> = []
  for (const [part, planned] of plan.audits.entries()) {
    const startedAt = new Date().toISOString()
    const start = performance.now()
    const trialMs: Array<number> = []
    const result = yield* audit({
      ...planned,
      progress: (trial, phase, made, total) =>
        bar.update(done(part) + (SHARES[part] * (trial + made / total)) / planned.trials, `${planned.title}: ${phase}`),
      onTrial: () => trialMs.push(performance.now() - start - trialMs.reduce((sum, ms) => sum + ms, 0))
    })
    audits.push(result)
    const timings = { startedAt, totalMs: performance.now() - start, trialMs }
    const name = planned.title.toLowerCase().replace(/[^a-z0-9]+/g, "-")
    yield* writeWhole(join(folder, name), "run.json", jsonText(runDocument(result, planned, timings)))
  }
  const curves = yield* Effect.forEach(plan.curves, audit)
  const sweep = yield* coverageSweep({
    ...plan.sweep,
    progress: (made, total, what) => bar.update(done(3) + (SHARES[3] * made) / total, what)
  })
  const [spanner] = audits
  const continuations = yield* drawContinuations({
    instance: plan.corpus,
    policy: learnedPolicy(spanner.records[0]),
    promise: spanner.plan.parameters.promise,
    delta: SHOWN_DELTA,
    openings: OPENINGS,
    perOpening: PER_OPENING,
    stream: Stream.fromSeed(seed).split("continuations"),
    progress: (made, total) => bar.update(done(4) + (SHARES[4] * made) / total, "continuations")
  })
  return { plan, audits, curves, sweep, continuations }
})

/** Runs the main job. Fails with NotHeld when a theorem was refuted. */
export const runDemo = Effect.fnUntraced(function* (options: {
  readonly seed: Option.Option<number>
  readonly out: Option.Option<string>
}): Effect.fn.Return<void, InvalidCall | InvalidInstance | BudgetExhausted | FileNotWritten | NotHeld> {
  const seed = Option.getOrElse(options.seed, () => 1)
  const folder = Option.getOrElse(options.out, () => join("reports", "out"))
  yield* checkFolder("--out", folder)
  const start = performance.now()
  const bar = new ProgressBar()
  const results = yield* measure(seed, folder, bar).pipe(
    Effect.provideService(Scheduler.MaxOpsBeforeYield, 8),
    Effect.ensuring(Effect.sync(() => bar.clear()))
  )
  // The plotting library is only wanted here.
  const { report } = yield* Effect.promise(() => import("../../reports/report.ts"))
  const path = yield* writeWhole(folder, "index.html", report(reportData(results, seed)))
  yield* Effect.sync(() =>
    process.stdout.write(demoText(results, pageOf(process.stdout), { path, elapsedMs: performance.now() - start }))
  )
  const judgements = results.audits.flatMap((one) => one.judgements)
  if (judgements.some(({ verdict }) => verdict === "refuted")) return yield* new NotHeld()
})
