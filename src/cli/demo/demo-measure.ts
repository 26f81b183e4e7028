/** What the demo measures, part by part: the audits, the curves, the sweep, and what the learned policy writes. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Audit, audit } from "../../audit/audit.ts"
import { coverageSweep, type CoverageSweep } from "../../compare/coverage-slopes.ts"
import { Stream } from "../../numeric/stream.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { trialsIn } from "../audit/audit-trials.ts"
import { runDocument } from "../audit/audit-document.ts"
import { type CertificateFiles, writeCertificateFiles, writeSlopeCertificates } from "../certificate-files.ts"
import { type Continuations, drawContinuations } from "./continuations.ts"
import { type CheckpointStudy, studyCheckpoints } from "./checkpoint-study.ts"
import type { DemoPlan } from "./demo-plan.ts"
import { learnedPolicy } from "./learned-policy.ts"
import { type ProgressBar, shareOfRun } from "../progress.ts"
import type { Working } from "../work/open-workshop.ts"
import { type FileNotWritten, writePieces } from "../whole-file.ts"

/** Everything the demo measured. */
export interface DemoResults {
  readonly plan: DemoPlan
  /** In the order of the plan. */
  readonly audits: ReadonlyArray<Audit>
  readonly curves: ReadonlyArray<Audit>
  readonly sweep: CoverageSweep
  readonly continuations: Continuations
  readonly checkpoints: CheckpointStudy
  /** What was certified, folder by folder. */
  readonly certificates: ReadonlyArray<CertificateFiles>
}

/** Shares of the whole that its parts take, for the progress bar: the three audits, the sweep, the continuations, the checkpoints. */
const SHARES = [0.28, 0.02, 0.07, 0.13, 0.09, 0.41]
const OPENINGS = 6
const PER_OPENING = 3
/** Failure level of one shown continuation. */
const SHOWN_DELTA = 0.01

/** The folder of a planned audit's run.json, within the demo's. */
export const folderOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll("'", "")
    .replace(/[^a-z0-9]+/g, "-")

/**
 * Runs a plan, writing each audit's run.json and certificates as it ends.
 *
 * @param working makes the audits' trials in threads: a search of theirs takes seconds in which this one would hear no signal. What comes after them is short runs, of which
 * threads would make every instance again
 */
export const measure = Effect.fnUntraced(function* (
  plan: DemoPlan,
  seed: number,
  folder: string,
  bar: ProgressBar,
  working?: Working
): Effect.fn.Return<DemoResults, BudgetExhausted | FileNotWritten> {
  const done = (part: number) => SHARES.slice(0, part).reduce((sum, share) => sum + share, 0)
  const audits: Array<Audit> = []
  const certificates: Array<CertificateFiles> = []
  for (const [part, planned] of plan.audits.entries()) {
    const startedAt = new Date().toISOString()
    const start = performance.now()
    const trialMs: Array<number> = []
    const result = yield* audit({
      ...planned,
      ...(working && { run: yield* trialsIn(working, { asked: planned.instance.spec, plan: planned }) }),
      progress: (trial, phase, made, total) =>
        bar.update(
          done(part) + (SHARES[part] * (trial + shareOfRun(phase, made, total))) / planned.trials,
          `${planned.title}: ${phase}`
        ),
      onTrial: () => trialMs.push(performance.now() - start - trialMs.reduce((sum, ms) => sum + ms, 0))
    })
    audits.push(result)
    const timings = { startedAt, totalMs: performance.now() - start, trialMs }
    yield* writePieces(join(folder, folderOf(planned.title)), "run.json", runDocument(result, planned, timings))
    certificates.push(yield* writeCertificateFiles(result, join(folder, folderOf(planned.title))))
  }
  const curves = yield* Effect.forEach(plan.curves, audit)
  const sweep = yield* coverageSweep({
    ...plan.sweep,
    progress: (what, made, total) => bar.update(done(3) + (SHARES[3] * made) / total, what)
  })
  certificates.push(yield* writeSlopeCertificates(sweep, join(folder, "coverage-slopes")))
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
  const checkpoints = yield* studyCheckpoints(plan.checkpoints, (made, total, what) =>
    bar.update(done(5) + (SHARES[5] * made) / total, what)
  )
  return { plan, audits, curves, sweep, continuations, checkpoints, certificates }
})
