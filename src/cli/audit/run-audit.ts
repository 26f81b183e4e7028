/** What `coverbound audit` does once its options are parsed: plan, run, show, write. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { auditCall } from "../../../reports/audit-call.ts"
import { quoted as inShell } from "../../../reports/shell-argument.ts"
import * as Scheduler from "effect/Scheduler"
import type { AnyAlgorithm } from "../../algorithm/algorithm.ts"
import { type Audit, audit, auditOf, type AuditPlan } from "../../audit/audit.ts"
import type { FailedTrial } from "../../audit/case-run.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { jsonText } from "../../run/json-text.ts"
import { ledgerJson, suboptimalityJson } from "../../run/run-json.ts"
import type { RunRecord } from "../../run/run-record.ts"
import { auditDocument, runDocument } from "./audit-document.ts"
import { algorithmNamed, type ChosenPlan, choosePlan, chooseSetting, type Setting } from "./audit-plan.ts"
import { trialsBy, trialsIn } from "./audit-trials.ts"
import { type AuditedModule, described, limitsGiven, unknownTo } from "./audited-module.ts"
import type { ModuleLimits } from "./plan-view.ts"
import { drawWarning } from "./draw-warning.ts"
import { auditText } from "./audit-view.ts"
import { againstBaseline, type Found, foundIn, readBaseline } from "../baseline.ts"
import { asideOf, type ReportFile, reporterOf, reportFiles, writeReport, writeReportFiles } from "../reporters.ts"
import { fails } from "../../../reports/reported-run.ts"
import { baselineText } from "./baseline-view.ts"
import { auditRun } from "./reported-audit.ts"
import { SearchBackend } from "../../search/session-search.ts"
import { checkBackend } from "./search-backend.ts"
import { clearCertificates, writeCertificateFiles } from "../certificate-files.ts"
import type { AuditCall } from "../audit.ts"
import type { CommandFailed } from "../ending.ts"
import { endBy, NotHeld, NotRun } from "../invalid-call.ts"
import { refuseStray } from "../live/live-options.ts"
import { loadModule } from "../module/load-module.ts"
import { placesOf } from "../module/claim-places.ts"
import { ALL, namedModule, type NamedModule, quoted } from "../module/named-module.ts"
import { ProgressBar, shareOfRun } from "../progress.ts"
import { type Page, pageOf, wrapped, write, writeAll } from "../terminal.ts"
import { ownFolder, writePieces } from "../whole-file.ts"
import { sharedInstance } from "../../instance/shared-instance.ts"
import { threadsOf, type Working, withWorkshop } from "../work/open-workshop.ts"

/** An operation of an algorithm may be a block of 512 rounds: let signals and timers have their turn after a few, not after Effect's 2048. */
const OPERATIONS = 8

/** Trials that failed, for people. */
const failedText = (failures: ReadonlyArray<FailedTrial>, trials: number, page: Page): string =>
  `\n  ${page.ink("red", `✗ ${failures.length} of ${trials} trials failed`)}\n${failures
    .map(({ failure, trial }) => wrapped(`trial ${trial}: ${failure.note}`, page.width, "    "))
    .join("\n")}\n`

/** What a baseline asks of a run. */
const whatItCost = ({ ledger, suboptimality }: RunRecord) => ({
  ledger: ledgerJson(ledger),
  suboptimality: suboptimalityJson(suboptimality)
})

/** Entries of an instance's tables up to which an operation in law is short. */
const SHORT_TABLES = 20_000

/** Whether no operation of the plan's runs keeps its thread from hearing a signal for long: in law, on a small instance. */
const inShortSteps = ({ instance: { exact }, interpreter }: AuditPlan): boolean =>
  interpreter === "exact-law" && exact.features.length <= SHORT_TABLES

/** Plans an audit and has it run where it belongs: plans, runs, shows and writes an audit on one instance. Fails with NotHeld when a theorem was refuted or a trial failed. */
const auditOnce = Effect.fnUntraced(function* (
  options: AuditCall,
  setting: Setting,
  algorithm: AnyAlgorithm<OracleServices>,
  module?: AuditedModule
): Effect.fn.Return<void, CommandFailed> {
  const chosen = yield* choosePlan(options, algorithm, setting)
  yield* checkBackend
  const baseline = Option.isNone(options.baseline)
    ? undefined
    : yield* readBaseline(options.baseline.value, "coverbound-audit")
  const folder = yield* ownFolder(options.out, chosen.slug, "run.json")
  const files = yield* reportFiles(options.reportTo, folder)
  const warned = drawWarning(chosen.plan, setting.instance)
  if (warned !== undefined) yield* write(process.stderr, warned)
  // A module has a process of its own, and its trials are made there.
  if (module !== undefined) return yield* auditIn(folder, options, setting, chosen, { baseline, files, module })
  const short = inShortSteps(chosen.plan)
  return yield* withWorkshop({ ...options, folder, short }, (working) =>
    auditIn(folder, options, setting, chosen, { baseline, files, working })
  )
})

/** Most trials of an interrupted run that are judged and written as it ends: there is a second for it, and the journal has them all. */
const WRITTEN_ON_INTERRUPT = 300

/** Runs, shows and writes an audit on one instance. Fails with NotHeld when a theorem was refuted or a trial failed. */
const auditIn = Effect.fnUntraced(function* (
  folder: string,
  options: AuditCall,
  setting: Setting,
  chosen: ChosenPlan,
  {
    baseline,
    files,
    module,
    working
  }: {
    readonly baseline: Found | undefined
    readonly files: ReadonlyArray<ReportFile>
    readonly module?: AuditedModule
    readonly working?: Working
  }
): Effect.fn.Return<void, CommandFailed> {
  const { parametersFrom } = chosen
  const reporter = reporterOf(options)
  const aside = asideOf(reporter)
  const startedAt = new Date().toISOString()
  const start = performance.now()
  const trialMs: Array<number> = []
  let sofar = 0
  const finished: Array<RunRecord> = []
  const bar = new ProgressBar()
  const { trials } = chosen.plan
  const failures: Array<FailedTrial> = []
  const unfinished: Array<string> = []
  const run =
    module !== undefined
      ? trialsBy(module.runner, setting, failures, unfinished)
      : working === undefined
        ? undefined
        : yield* trialsIn(working, chosen)
  const plan = {
    ...chosen.plan,
    ...(run === undefined ? {} : { run }),
    progress: (trial: number, phase: string, done: number, total: number) => {
      const of = trials === 1 ? phase : `trial ${trial + 1}/${trials}, ${phase}`
      bar.update((trial + shareOfRun(phase, done, total)) / trials, of)
    },
    onTrial: (record: RunRecord) => {
      finished.push(record)
      const now = performance.now() - start
      trialMs.push(now - sofar)
      sofar = now
    }
  }
  const limits = module === undefined ? {} : limitsGiven(options)
  const said = { parametersFrom, file: module?.named.asked, limits }
  const save = (result: Audit, interrupted?: string) =>
    writePieces(
      folder,
      "run.json",
      runDocument(result, { ...said, interrupted }, { startedAt, totalMs: performance.now() - start, trialMs })
    )

  const result = yield* audit(plan).pipe(
    Effect.provideService(Scheduler.MaxOpsBeforeYield, OPERATIONS),
    Effect.onExit((exit) =>
      Effect.gen(function* () {
        bar.clear()
        if (Exit.isSuccess(exit) || finished.length === 0 || finished.length > WRITTEN_ON_INTERRUPT) return
        const path = yield* save(auditOf(chosen.plan, finished), `after ${finished.length} of ${trials} trials`)
        yield* write(process.stderr, `Interrupted; what was finished is in ${path}\n`)
      })
    )
  )
  const page = pageOf(process.stdout)
  const seconds = (performance.now() - start) / 1000
  const places = module === undefined ? {} : { placeOf: placesOf(module.named) }
  const all = auditRun(result, failures, replayText(chosen, module?.named, limits), {
    startedAt,
    seconds,
    took: () => undefined,
    ...places
  })
  const reported =
    baseline === undefined
      ? all
      : againstBaseline(
          all,
          baseline,
          foundIn({ ...auditDocument(result, { parametersFrom }), runs: result.records.map(whatItCost) })
        )
  if (reporter === "text" || reporter === "json") {
    if (failures.length > 0) yield* write(aside, failedText(failures, trials, page))
    for (const line of unfinished) yield* write(aside, wrapped(`Not finished: ${line}\n`, page.width, "  "))
  }
  if (reporter !== "text" && reporter !== "json") yield* writeReport(reporter, [reported])
  yield* writeReportFiles(files, [reported])
  if (result.records.length === 0)
    return yield* failures.length > 0 ? new NotHeld() : new NotRun({ what: unfinished[0] })
  // Shown first: what a full disk keeps from its file is not lost.
  if (reporter === "json") yield* writeAll(process.stdout, jsonText(auditDocument(result, said)))
  if (reporter === "text") {
    yield* write(process.stdout, auditText(result, chosen, page, performance.now() - start))
    if (baseline !== undefined) yield* write(process.stdout, baselineText(reported, page))
  }
  yield* clearCertificates(folder)
  const lost = failures.length + unfinished.length
  const path = yield* save(result, lost === 0 ? undefined : `${lost} trials failed or were not finished`)
  const certificates = yield* writeCertificateFiles(result, folder, options.inToto)
  // A clause that was decided and has no certificate says why.
  const undecided = new Set(
    result.judgements.filter(({ verdict }) => verdict === "undecided").map(({ part, theorem }) => `${theorem} ${part}`)
  )
  const without = certificates.withheld
    .filter(({ part, theorem }) => !undecided.has(`${theorem} ${part}`))
    .map(({ part, theorem, withheld }) =>
      wrapped(`No certificate of ${theorem} ${part}: ${withheld}`, page.width, "  ")
    )
  yield* write(
    aside,
    `\n  Every run: ${path}\n  As a page: npx coverbound report ${inShell(folder)}\n  ${certificates.written} certificates: ${certificates.folder}\n${without.map((line) => `${line}\n`).join("")}`
  )
  const open = result.judgements
    .filter(({ verdict }) => verdict === "undecided")
    // Against a baseline, what was open then may stay so.
    .filter(
      ({ part, theorem }) => baseline === undefined || baseline.verdicts.get(`${theorem}/${part}`) === "supported"
    )
    .map(({ part, theorem }) => `${theorem} ${part}`)
  yield* endBy({ refuted: reported.checks.some(fails), notRun: unfinished[0], strict: options.strict, open })
})

/** The call that makes the same runs. */
const replayText = (
  { asked, exactCoverage, parametersFrom, plan }: ChosenPlan,
  named: NamedModule | undefined,
  limits: ModuleLimits
): string => {
  const { algorithm, budget, goal, interpreter, level, seed, trials } = plan
  return auditCall(named === undefined ? algorithm.name : quoted(named), {
    instance: asked,
    eps: goal.epsilon,
    delta: goal.delta,
    coverage: exactCoverage ? undefined : goal.coverage,
    parameters: parametersFrom,
    oracle: interpreter,
    seed,
    trials,
    level,
    budgetRewards: budget?.rewardQueries,
    budgetSamples: budget?.samplingQueries,
    ...limits
  })
}

/** The setting with its instance in memory that threads share, where there are threads and it is large enough to matter. */
const sharedAmongThreads = ({ jobs }: AuditCall, setting: Setting): Setting =>
  threadsOf(jobs) > 1 || setting.instance.exact.features.length > SHORT_TABLES
    ? { ...setting, instance: sharedInstance(setting.instance) }
    : setting

/** Runs the audit of a call: on one instance, or on all of them. Fails with NotHeld when something was refuted. */
export const runAudit = Effect.fnUntraced(
  function* (options: AuditCall): Effect.fn.Return<void, CommandFailed> {
    yield* refuseStray(options)
    const module = yield* namedModule(Option.getOrElse(options.algorithm, () => ""))
    const instance = Option.getOrElse(options.instance, () => (module === undefined ? "" : ALL))
    // A call without an algorithm hears first of an instance that is wrong: it named one.
    if (Option.isNone(options.algorithm) && instance !== "" && instance !== ALL) yield* chooseSetting(options)
    const algorithm = module === undefined ? yield* algorithmNamed(options.algorithm) : undefined
    if (instance === ALL) {
      const { runPlan } = yield* Effect.promise(() => import("./run-plan.ts"))
      return yield* runPlan(options, module ?? algorithm!)
    }
    if (module === undefined)
      return yield* auditOnce(options, sharedAmongThreads(options, yield* chooseSetting(options)), algorithm!)
    const unknown = unknownTo(options)
    const setting = sharedAmongThreads(unknown, yield* chooseSetting(unknown))
    return yield* Effect.scoped(
      Effect.gen(function* () {
        const runner = yield* loadModule(module, options, reporterOf(options))
        return yield* auditOnce(unknown, setting, yield* described(runner, setting), { named: module, runner })
      })
    )
  },
  (running, { backend }: AuditCall) =>
    Effect.provideService(
      running,
      SearchBackend,
      Option.getOrElse(backend, () => "auto" as const)
    )
)
