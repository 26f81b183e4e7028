/** What `coverbound verify` does once its options are parsed. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { cellText, levelCell } from "../../reports/model.ts"
import { real } from "../../reports/number-format.ts"
import { fails, type ReportedRun, summaryOf, verificationRun } from "../../reports/reported-run.ts"
import { algorithms } from "../algorithm/registry.ts"
import { correctVariants, faults, touches } from "../verify/faults/catalogue.ts"
import { type Candidate, candidateOf } from "../law/candidate.ts"
import { saveCounterexamples } from "../verify/counterexample.ts"
import { checks } from "../verify/checks.ts"
import type { Check } from "../verify/check.ts"
import { type CheckResult, selected, type Verification, verify } from "../verify/verify.ts"
import { isFilePath } from "../instance/family.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import type { InvalidInstance } from "../instance/invalid-instance.ts"
import { suggestion } from "../instance/nearest-name.ts"
import { jsonText } from "../run/json-text.ts"
import { given } from "../run/given.ts"
import { algorithmNamed } from "./audit/audit-plan.ts"
import { tally, verdictWord } from "./verdict-word.ts"
import { againstBaseline, type Found, foundIn, readBaseline } from "./baseline.ts"
import type { CommandFailed } from "./ending.ts"
import { endBy, InvalidCall, NotHeld } from "./invalid-call.ts"
import { placesOf } from "./module/claim-places.ts"
import { callOf, quoted as inShell } from "../../reports/shell-argument.ts"
import { type NamedModule, namedModule, quoted } from "./module/named-module.ts"
import { type ReportFile, reportFiles, Stopwatch, writeReport, writeReportFiles } from "./reporters.ts"
import type { VerifyCall } from "./verify.ts"
import { verificationDocument, verifyModule } from "./verify-module.ts"
import { loadInstance, loadTable } from "./load-instance.ts"
import { ProgressBar } from "./progress.ts"
import { Work } from "../run/work.ts"
import { table } from "./table.ts"
import { checkFolder } from "./whole-file.ts"
import { withWorkshop } from "./work/open-workshop.ts"
import { type Page, pageOf, wrapped, write, writeAll } from "./terminal.ts"

/** Ids and groups of --theorem, each of which must name something. */
const selection = (text: Option.Option<string>): Effect.Effect<ReadonlyArray<string>, InvalidCall> => {
  if (Option.isNone(text)) return Effect.succeed([])
  const named = [...new Set(checks.map((c) => c.group))]
  // Theorems by number, then laws by name.
  const [theorems, bounds] = ["T", "L"].map((letter) => named.filter((one) => one[0] === letter).toSorted())
  const groups = [...theorems, ...bounds, ...named.filter((one) => !theorems.includes(one) && !bounds.includes(one))]
  const names = [...groups, ...checks.map((c) => c.id)]
  const asked = text.value.split(",").map((part) => part.trim())
  for (const part of asked) {
    if (selected(checks, [part]).length > 0) continue
    const expectation = `a theorem or law (${groups.join(", ")}), or one check such as T3/size${suggestion(part, names)}`
    return Effect.fail(InvalidCall.named("--theorem", part, expectation))
  }
  return Effect.succeed(asked)
}

interface Looked {
  readonly instance?: Instance
  readonly table?: FiniteInstance
}

/** The instance of --instance, and the table of a file: merging equal responses would hide what a counterexample shows. */
const looked = Effect.fnUntraced(function* (
  asked: Option.Option<string>
): Effect.fn.Return<Looked, InvalidCall | InvalidInstance> {
  if (Option.isNone(asked)) return {}
  const instance = yield* loadInstance(asked.value)
  return isFilePath(asked.value) ? { instance, table: yield* loadTable(asked.value) } : { instance }
})

const line = (
  { id, level, nature, note, saved, title, verdict }: CheckResult,
  page: Page
): ReadonlyArray<ReadonlyArray<string>> => {
  const row = [id, verdictWord(verdict, page), nature, cellText(levelCell(level, verdict)), title]
  if (verdict === "supported") return [row]
  const replay = saved === undefined ? [] : [`      replay: ${saved.command}`]
  return [row, [page.ink("dim", [wrapped(note, page.width, "      "), ...replay].join("\n"))]]
}

/** What was asked for and was not run, in words: checks that were given up, and names of `--theorem` under which there is nothing of these algorithms. */
const notRun = (verifications: ReadonlyArray<Verification>, asked: ReadonlyArray<string>): ReadonlyArray<string> => {
  const made = verifications.flatMap(({ candidate, results }) => results.map((result) => ({ candidate, ...result })))
  const silent = asked.filter((name) => selected(made, [name]).length === 0)
  return [
    ...silent.map((name) => `${name} (no check of it is about what was named)`),
    ...made.flatMap(({ candidate, id, unfinished }) => (unfinished === true ? [`${candidate} ${id}`] : []))
  ]
}

/** What a row takes beside its id and statement. */
const BESIDE = 43

/** The call that gives the same document. */
const commandOf = ({ algorithm, budget, catalogue, instance, level, seed, theorem }: VerifyCall): string =>
  callOf(["verify", ...Option.toArray(algorithm).map(inShell)].join(" "), {
    catalogue,
    theorem: Option.getOrUndefined(theorem),
    instance: Option.getOrUndefined(instance),
    budget: Option.getOrUndefined(budget),
    level: Option.getOrUndefined(level),
    seed,
    reporter: "json"
  })

/** At most this many names in a line. */
const NAMED = 6

const listed = (names: ReadonlyArray<string>): string =>
  `${names.slice(0, NAMED).join(", ")}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ""}`

const text = (verification: Verification, page: Page): string => {
  const { candidate, level, results, seed } = verification
  const longest = results.reduce((most, { id }) => Math.max(most, id.length), "check".length)
  const room = Math.max(30, page.width - longest - BESIDE)
  const cut = (title: string): string =>
    [...title].length > room ? `${[...title].slice(0, room - 1).join("")}…` : title
  const rows = results.flatMap((result) => line({ ...result, title: cut(result.title) }, page))
  const heads = ["check", "verdict", "rests on", "level", "what must hold"]
  return [
    page.ink("bold", `${candidate}, seed ${seed}`),
    table(page, heads, rows),
    `  ${tally(results, page)}; the chance that anything correct was refuted is at most ${real(level)}`,
    ""
  ].join("\n")
}

/** Runs, reports, and fails with NotHeld when something was refuted, with NotRun when something asked was not run, and with NotDecided when nothing may stay open. */
export const runVerify = Effect.fnUntraced(function* (call: VerifyCall): Effect.fn.Return<void, CommandFailed> {
  const select = yield* selection(call.theorem)
  // A part of the checks, on one instance, cannot be asked to find every fault.
  for (const narrowing of ["theorem", "instance", "algorithm"] as const) {
    const given = call[narrowing]
    if (call.catalogue && Option.isSome(given)) {
      const field = narrowing === "algorithm" ? narrowing : `--${narrowing}`
      return yield* InvalidCall.named(field, given.value, "nothing beside --catalogue")
    }
  }
  const baseline = Option.isNone(call.baseline)
    ? undefined
    : yield* readBaseline(call.baseline.value, "coverbound-verification")
  const folder = Option.getOrUndefined(call.out)
  if (folder !== undefined) yield* checkFolder("--out", folder)
  const files = yield* reportFiles(call.reportTo, folder)
  const module = yield* namedModule(Option.getOrElse(call.algorithm, () => ""))
  const { seed } = call
  const level = Option.getOrElse(call.level, () => 1e-6)
  const budget = new Work(Option.getOrUndefined(call.budget))
  const bar = new ProgressBar()
  if (call.catalogue || (Option.isNone(call.theorem) && Option.isNone(call.algorithm)))
    bar.estimate(call.catalogue ? "the catalogue takes some minutes" : "all checks take about 20 s")
  const watch = new Stopwatch()
  const reporter = Option.getOrElse(call.reporter, () => "text" as const)
  const told = (verifications: ReadonlyArray<Verification>) =>
    tell(verifications, call, { asked: select, baseline, files, module, watch })
  // Made here once: a wrong SPEC is the caller's mistake, not a module's.
  const on = yield* looked(call.instance)
  const left = () => (Option.isSome(call.budget) ? budget.left : undefined)
  if (module !== undefined) {
    const job = { seed, level, ...given({ budget: left(), spec: Option.getOrUndefined(call.instance) }) }
    const onLaw = (share: number, id: string): void => {
      watch.begin(`${module.asked} ${id}`)
      bar.update(share, id)
    }
    const verification = yield* verifyModule(module, select, job, reporter, onLaw).pipe(
      Effect.ensuring(Effect.sync(() => bar.clear()))
    )
    return yield* told([verification])
  }
  const candidates = Option.isNone(call.algorithm) ? algorithms : [yield* algorithmNamed(call.algorithm)]
  const hold = (candidate: Candidate, of: ReadonlyArray<Check["of"]> | undefined, share: number, place: string) =>
    verify({
      candidate,
      named: { kind: call.catalogue ? "catalogue" : "built-in", name: candidate.name },
      checks,
      select,
      seed,
      level: share,
      ...on,
      ...given({ of, budget: left() }),
      progress: (done, total, id) => {
        watch.begin(`${candidate.name} ${id}`)
        bar.update(done / Math.max(1, total), `${place}${candidate.name} ${id}`)
      }
    }).pipe(Effect.tap(({ work }) => Effect.sync(() => budget.add(work))))
  const all = Effect.gen(function* () {
    const verifications: Array<Verification> = []
    for (const [i, algorithm] of candidates.entries()) {
      // The oracles and the evaluation are the same under every algorithm: they are looked at once.
      const of = i === 0 ? undefined : (["algorithm"] as const)
      // The share is that of a run over all algorithms, so that one verified alone gets the same verdicts.
      const verification = yield* hold(candidateOf(algorithm), of, level / algorithms.length, "")
      if (verification.results.length > 0) verifications.push(saveCounterexamples(verification))
    }
    bar.clear()
    return yield* told(verifications)
  })
  return yield* withWorkshop({ ...call, folder, short: false }, () =>
    call.catalogue ? catalogue(hold, level, bar) : all
  )
})

/** Writes what was found, and ends as it says. @param asked names of `--theorem` */
const tell = Effect.fnUntraced(function* (
  verifications: ReadonlyArray<Verification>,
  call: VerifyCall,
  {
    asked,
    baseline,
    files,
    module,
    watch
  }: {
    readonly asked: ReadonlyArray<string>
    readonly baseline: Found | undefined
    readonly files: ReadonlyArray<ReportFile>
    readonly module: NamedModule | undefined
    readonly watch: Stopwatch
  }
): Effect.fn.Return<void, CommandFailed> {
  const reporter = Option.getOrElse(call.reporter, () => "text" as const)
  watch.begin("")
  const page = pageOf(process.stdout)
  const document = verificationDocument(verifications, commandOf(call))
  const total = watch.seconds
  const runs = verifications.map((verification): ReportedRun => {
    const name = module?.asked ?? verification.candidate
    const took = (id: string): number | undefined => watch.took(`${name} ${id}`)
    const ids = verification.results.map(({ id }) => id)
    const seconds = verifications.length === 1 ? total : ids.reduce((sum, id) => sum + (took(id) ?? 0), 0)
    const all = verificationRun(
      verification,
      { startedAt: watch.startedAt, seconds, took, ...(module === undefined ? {} : { placeOf: placesOf(module) }) },
      module === undefined ? undefined : quoted(module)
    )
    return baseline === undefined
      ? all
      : againstBaseline(all, baseline, foundIn(document), (id) => `${verification.candidate} ${id}`)
  })
  yield* writeReportFiles(files, runs)
  if (reporter === "text") yield* write(process.stdout, verifications.map((v) => text(v, page)).join("\n"))
  else if (reporter === "json") yield* writeAll(process.stdout, jsonText(document))
  else yield* writeReport(reporter, runs)
  if (reporter === "text" && baseline !== undefined)
    yield* write(
      process.stdout,
      runs.map((run) => `  ${run.candidate} against the baseline: ${summaryOf(run)}\n`).join("")
    )
  const missing = notRun(verifications, asked)
  const open = verifications.flatMap(({ candidate, results }) =>
    results.filter(({ verdict }) => verdict === "undecided").map(({ id }) => `${candidate} ${id}`)
  )
  const worse = open.filter((name) => baseline === undefined || baseline.verdicts.get(name) === "supported")
  yield* endBy({
    refuted: runs.some(({ checks: held }) => held.some(fails)),
    notRun: missing.length > 0 ? listed(missing) : undefined,
    strict: call.strict,
    open: worse.length > 0 ? [listed(worse)] : []
  })
})

/** The catalogue, held: a table of what found each fault, and of what accused a correct variant. */
const catalogue = Effect.fnUntraced(function* (
  hold: (
    candidate: Candidate,
    of: ReadonlyArray<Check["of"]>,
    level: number,
    place: string
  ) => Effect.Effect<Verification>,
  level: number,
  bar: ProgressBar
): Effect.fn.Return<void, NotHeld> {
  const page = pageOf(process.stdout)
  const planted = faults.map(({ breaks, candidate, what }) => ({ candidate, what, breaks }))
  const correct = correctVariants.map(({ candidate, what }) => ({ candidate, what, breaks: undefined }))
  const rows: Array<ReadonlyArray<string>> = []
  const wrong: Array<string> = []
  const all = [...planted, ...correct]
  for (const [i, { breaks, candidate, what }] of all.entries()) {
    const { results } = yield* hold(
      candidate,
      touches(candidate),
      level / correctVariants.length,
      `${i + 1}/${all.length} `
    )
    const refuted = results.filter((r) => r.verdict === "refuted").map((r) => r.id)
    const good = breaks === undefined ? refuted.length === 0 : refuted.some((id) => breaks.includes(id))
    if (!good) wrong.push(candidate.name)
    const word = breaks === undefined ? (good ? "not accused" : "ACCUSED") : good ? "found" : "MISSED"
    rows.push(
      [candidate.name, page.ink(good ? "green" : "red", word), refuted.join(", ") || "–"],
      [page.ink("dim", `      ${what}`)]
    )
  }
  bar.clear()
  const missed = planted.filter(({ candidate }) => wrong.includes(candidate.name)).length
  const accused = wrong.length - missed
  yield* write(
    process.stdout,
    `${table(page, ["variant", "", "refuted by"], rows)}\n` +
      `  ${planted.length - missed} of ${planted.length} planted faults found, ${accused} of ${correct.length} correct variants accused\n`
  )
  if (wrong.length > 0) return yield* new NotHeld()
})
