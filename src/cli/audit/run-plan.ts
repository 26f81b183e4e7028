/** What `coverbound audit --instance all` does: the whole plan on one algorithm, one page, run.json and certificates. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { quoted as inShell } from "../../../reports/shell-argument.ts"
import type { AnyAlgorithm } from "../../algorithm/algorithm.ts"
import { algorithms } from "../../algorithm/registry.ts"
import { worstClauses } from "../../audit/claims.ts"
import { auditWith } from "../../audit/plan.ts"
import type { PlanResult } from "../../audit/plan-result.ts"
import { SPENT } from "../../audit/scaling.ts"
import { inProcessRunner, type Runner } from "../../audit/runner.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { jsonText } from "../../run/json-text.ts"
import { secretSeed } from "./audit-plan.ts"
import { limitsGiven } from "./audited-module.ts"
import { clearCertificates, writeCertificateFiles } from "../certificate-files.ts"
import type { AuditCall } from "../audit.ts"
import type { CommandFailed } from "../ending.ts"
import { endBy, InvalidCall } from "../invalid-call.ts"
import { instanceOf } from "../load-instance.ts"
import { chosen } from "../options.ts"
import { loadModule } from "../module/load-module.ts"
import { type NamedModule, quoted } from "../module/named-module.ts"
import { partOfDocument } from "../part-view.ts"
import { planDocument, planRunDocument } from "./plan-document.ts"
import { type Audited, planText } from "./plan-view.ts"
import { ProgressBar } from "../progress.ts"
import { againstBaseline, foundIn, readBaseline } from "../baseline.ts"
import { placesOf } from "../module/claim-places.ts"
import { asideOf, reporterOf, reportFiles, Stopwatch, writeReport, writeReportFiles } from "../reporters.ts"
import { fails, type ReportedRun } from "../../../reports/reported-run.ts"
import { baselineText } from "./baseline-view.ts"
import { planRun } from "./reported-audit.ts"
import { pageOf, write, writeAll } from "../terminal.ts"
import { withWorkshop } from "../work/open-workshop.ts"
import { checkBackend } from "./search-backend.ts"
import { checkOwnFolder, ownFolder, writeWhole } from "../whole-file.ts"

/** Options that each case of the plan sets for itself. */
const SET_BY_CASES = {
  eps: "--eps",
  coverage: "--coverage",
  parameters: "--parameters",
  oracle: "--oracle",
  budgetRewards: "--budget-rewards",
  budgetSamples: "--budget-samples",
  batch: "--batch"
} as const

const refuseOthers = (options: AuditCall): Effect.Effect<void, InvalidCall> => {
  for (const [name, field] of Object.entries(SET_BY_CASES)) {
    const given: Option.Option<unknown> = options[name as keyof typeof SET_BY_CASES]
    if (Option.isSome(given))
      return Effect.fail(
        InvalidCall.named(field, String(given.value), "nothing beside --instance all, where each case has its own")
      )
  }
  return Effect.void
}

const slugOf = (name: string, options: AuditCall): string => {
  const { algorithm, delta, level, seed, trials } = options
  const identity = JSON.stringify([algorithm, delta, level, seed, trials])
  return `${name.replace(/[^\w.-]+/g, "-").slice(0, 40)}-all-${createHash("sha256").update(identity).digest("hex").slice(0, 8)}`
}

const folderOf = (name: string, options: AuditCall) => ownFolder(options.out, slugOf(name, options), "run.json")

/** Runs the plan with a runner, shows and writes what it found. */
const show = Effect.fnUntraced(function* (
  options: AuditCall,
  runner: Runner,
  audited: Audited,
  noise: () => number,
  module: NamedModule | undefined
): Effect.fn.Return<void, CommandFailed> {
  const folder = yield* folderOf(runner.description.name, options)
  const secret = module !== undefined
  const reporter = reporterOf(options)
  const baseline = Option.isNone(options.baseline)
    ? undefined
    : yield* readBaseline(options.baseline.value, "coverbound-audit-plan")
  const files = yield* reportFiles(options.reportTo, folder)
  const bar = new ProgressBar()
  if (Option.isNone(options.budget)) bar.estimate("an audit on everything takes about half a minute")
  const watch = new Stopwatch()
  const result: PlanResult = yield* auditWith(runner, {
    resolve: instanceOf,
    seed: Option.getOrElse(options.seed, () => (secret ? secretSeed() : 1)),
    secret,
    level: options.level,
    rivals: algorithms,
    ...chosen({ budget: options.budget, trials: options.trials, delta: options.delta }),
    progress: (share, what) => {
      watch.begin(what)
      bar.update(share, what)
    }
  }).pipe(Effect.ensuring(Effect.sync(() => bar.clear())))
  watch.begin("")
  const { seconds, startedAt, took } = watch
  const totalMs = 1000 * seconds
  const document = planRunDocument(result, audited, { startedAt, totalMs })
  yield* clearCertificates(folder)
  const path = yield* writeWhole(folder, "run.json", jsonText(document))
  const made = { startedAt, seconds, took, ...(module === undefined ? {} : { placeOf: placesOf(module) }) }
  const all = planRun(result, audited, made)
  const run: ReportedRun = baseline === undefined ? all : againstBaseline(all, baseline, foundIn(document))
  let certificates = 0
  for (const { audit, planned } of result.cases) {
    // A certificate is about one instance.
    if (audit === undefined || planned.fresh === true) continue
    certificates += (yield* writeCertificateFiles(audit, join(folder, planned.id))).written
  }
  yield* writeReportFiles(files, [run])
  const page = pageOf(process.stdout)
  if (reporter === "json") yield* writeAll(process.stdout, jsonText(planDocument(result, audited)))
  else if (reporter === "text") {
    yield* write(
      process.stdout,
      planText(result, partOfDocument(planDocument(result, audited)), { ...audited, noise: noise() }, page, totalMs)
    )
    if (baseline !== undefined) yield* write(process.stdout, baselineText(run, page))
  } else yield* writeReport(reporter, [run])
  yield* write(
    asideOf(reporter),
    `\n  Every run: ${path}\n  As a page: npx coverbound report ${inShell(folder)}\n  ${certificates} certificates: ${folder}/<case>/certificates\n`
  )
  const { notRun } = result
  yield* endBy({
    refuted: baseline === undefined ? result.findings.length > 0 : run.checks.some(fails),
    notRun:
      notRun.length === 0
        ? undefined
        : `${notRun.length} ${notRun.length === 1 ? "part" : "parts"} of the plan to the end, of which ${notRun[0]}${result.leftOut.some((one) => one.includes(SPENT)) ? "; a larger --budget runs more" : ""}`,
    strict: options.strict,
    open: worstClauses(result.clauses)
      .filter(({ verdict }) => verdict === "undecided")
      .map(({ id, part }) => (part === "–" ? id : `${id}/${part}`))
      // Against a baseline, what was open then may stay so.
      .filter((id) => baseline === undefined || baseline.verdicts.get(id) === "supported")
  })
})

/** Audits a module or a built-in algorithm on all there is. Fails with NotHeld when anything does not hold. */
export const runPlan = Effect.fnUntraced(function* (
  options: AuditCall,
  target: NamedModule | AnyAlgorithm<OracleServices>
): Effect.fn.Return<void, CommandFailed> {
  yield* refuseOthers(options)
  yield* checkBackend
  if (Option.isSome(options.out)) yield* checkOwnFolder("--out", options.out.value, "run.json")
  if ("run" in target) {
    const runner = inProcessRunner(target, { resolve: instanceOf, named: target.name })
    const folder = yield* folderOf(target.name, options)
    const audited = { asked: target.name, limits: {}, types: undefined, noise: 0 }
    return yield* withWorkshop({ ...options, folder, short: false }, () =>
      show(options, runner, audited, () => 0, undefined)
    )
  }
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const runner = yield* loadModule(target, options, reporterOf(options))
      const audited = { asked: quoted(target), limits: limitsGiven(options), types: runner.types, noise: 0 }
      yield* show(options, runner, audited, runner.noise, target)
    })
  )
})
