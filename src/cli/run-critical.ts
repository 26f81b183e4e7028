/** What `coverbound critical` does: instances of a family, thresholds by bisection, a table, the success curves, a file. */
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { duration, quantity, real } from "../../reports/number-format.ts"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { algorithms } from "../algorithm/registry.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { type Critical, criticalBudgets, type CriticalPlan, successAt } from "../compare/critical.ts"
import { decimal } from "../instance/decimal.ts"
import { type InvalidInstance, shown } from "../instance/invalid-instance.ts"
import { suggestion } from "../instance/nearest-name.ts"
import { type JsonInput, jsonText } from "../run/json-text.ts"
import { InvalidCall, NotRun } from "./invalid-call.ts"
import { loadInstance } from "./load-instance.ts"
import { ProgressBar } from "./progress.ts"
import { right, table } from "./table.ts"
import { type Page, pageOf, wrapped } from "./terminal.ts"
import { VERSION } from "./version.ts"
import type { FolderInUse, JournalFailed } from "../work/journal.ts"
import { withWorkshop } from "./work/open-workshop.ts"
import { checkFolder, type FileNotWritten, writeWhole } from "./whole-file.ts"

export interface CriticalOptions {
  readonly algorithm: Option.Option<string>
  readonly family: Option.Option<string>
  readonly vary: Option.Option<string>
  readonly eps: Option.Option<number>
  readonly trials: Option.Option<number>
  readonly level: Option.Option<number>
  readonly seed: Option.Option<number>
  readonly json: boolean
  readonly jobs: Option.Option<number>
  readonly resume: boolean
  readonly out: Option.Option<string>
}

const ADAPTIVE = "spanner-sampling-adaptive"
const DECADES = "C=100,1e3,1e4,1e5,1e6,1e7,1e8"
/** Fewest trials, and how close an enclosure of the median ends the search. */
const [LEAST, WITHIN] = [25, 1.1]

/** `C=10,100` as a name and numbers. */
const varied = (
  text: string
): Effect.Effect<{ readonly name: string; readonly values: ReadonlyArray<number> }, InvalidCall> => {
  const [name, list = ""] = text.split("=")
  const values = list.split(",").map((part) => decimal(part.trim()))
  return values.every((value) => value !== undefined) && /^\w+$/.test(name)
    ? Effect.succeed({ name, values })
    : Effect.fail(
        new InvalidCall({
          field: "--vary",
          value: shown(text),
          expectation: "an option and its values, such as C=10,1e3,1e5"
        })
      )
}

/** Budgets over the value at which success is shown. */
const SHOWN = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000]

const tableOf = ({ points }: Critical, variable: string, page: Page): string =>
  table(
    page,
    [
      right(variable),
      right("critical T_comp"),
      "enclosed",
      right("over it"),
      right("trials"),
      right("T7's bound over it")
    ],
    points.map(({ critical, lower, slack, thresholds, upper, value }) => [
      quantity(value),
      critical === undefined ? "not reached" : quantity(critical),
      critical === undefined ? "–" : `[${quantity(lower!)}, ${quantity(upper!)}]`,
      critical === undefined ? "–" : real(critical / value),
      `${thresholds.length}`,
      slack === undefined ? "–" : quantity(slack)
    ])
  )

const curves = ({ points }: Critical, variable: string, page: Page): string =>
  table(
    page,
    [`success at T_comp/${variable}`, ...SHOWN.map((x) => right(`${x}`))],
    points.map((point) => [quantity(point.value), ...SHOWN.map((x) => successAt(point, x).toFixed(2))])
  )

/** Of RareGood: no run has met a rare response, of mass 1/C, with a chance above T_comp/C. */
const FORBIDDEN =
  "What L1's argument forbids: q draws meet a response of mass 1/C with chance at most q/C, so that no success curve without a lucky guess lies above T_comp/C."

const verdictLines = ({ collapse, exponent }: Critical, variable: string, level: number): ReadonlyArray<string> => [
  exponent === undefined
    ? "Exponent: none, a trial never reached ε, or there are too few values or trials for an interval at this level."
    : `Exponent of the critical budget in ${variable}: ${exponent.estimate.toFixed(3)}, ${100 * (1 - level)} % interval [${exponent.lower.toFixed(3)}, ${exponent.upper.toFixed(3)}].`,
  ...(collapse === undefined
    ? []
    : [
        `Collapse of success against T_comp/${variable}: ${collapse.verdict} at level ${level} (largest difference ${collapse.distance.toFixed(2)}, ${collapse.allowed.toFixed(2)} allowed, between ${collapse.between.join(" and ")}).`
      ])
]

/** Finds, shows and writes. Fails with NotRun where an instance was never solved. */
export const runCritical = Effect.fnUntraced(function* (
  options: CriticalOptions
): Effect.fn.Return<void, InvalidCall | InvalidInstance | FileNotWritten | NotRun | FolderInUse | JournalFailed> {
  const name = Option.getOrElse(options.algorithm, () => ADAPTIVE)
  const algorithm = algorithms.find((one) => one.name === name)
  const names = algorithms.map((one) => one.name)
  if (algorithm === undefined)
    return yield* new InvalidCall({
      field: "algorithm",
      value: shown(name),
      expectation: `one of ${names.join(", ")}${suggestion(name, names)}`
    })
  const family = Option.getOrElse(options.family, () => "rare-good")
  const vary = yield* varied(Option.getOrElse(options.vary, () => DECADES))
  const byCoverage = vary.name === "C"
  const stands = yield* Effect.forEach(vary.values, (value) =>
    Effect.map(loadInstance(`${family}${family.includes(":") ? "," : ":"}${vary.name}=${value}`), (instance) => ({
      instance,
      value: byCoverage ? undefined : value
    }))
  )
  const bare = stands.find(({ instance }) => algorithm.oracle === "token" && instance.tokens === undefined)
  if (bare !== undefined)
    return yield* new InvalidCall({
      field: "--family",
      value: shown(family),
      expectation: `a family with tokens, since ${name} draws token by token`
    })
  const folder = Option.getOrElse(options.out, () => join("reports", "out", "critical"))
  yield* checkFolder("--out", folder)
  yield* withWorkshop({ ...options, folder, short: false }, () =>
    criticalIn(folder, options, { algorithm, family, name, stands, vary: vary.name })
  )
})

/** What a call asks for. */
interface Asked {
  readonly algorithm: AnyAlgorithm<OracleServices>
  readonly name: string
  readonly family: string
  readonly stands: CriticalPlan["stands"]
  /** What varies. */
  readonly vary: string
}

/** Finds, shows and writes in a workshop. */
const criticalIn = Effect.fnUntraced(function* (
  folder: string,
  options: CriticalOptions,
  { algorithm, family, name, stands, vary }: Asked
): Effect.fn.Return<void, FileNotWritten | NotRun> {
  const byCoverage = vary === "C"
  const variable = byCoverage ? "C_cov" : vary
  const level = Option.getOrElse(options.level, () => 0.01)
  const most = Option.getOrElse(options.trials, () => 101)
  const seed = Option.getOrElse(options.seed, () => 1)
  const bar = new ProgressBar()
  const start = performance.now()
  const found = yield* criticalBudgets({
    algorithm,
    stands,
    variable,
    target: Option.getOrElse(options.eps, () => 0.1),
    trials: [Math.min(LEAST, most), most],
    within: WITHIN,
    level,
    seed,
    progress: (done, of, what) => bar.update(done / of, what)
  }).pipe(Effect.ensuring(Effect.sync(() => bar.clear())))
  const document: JsonInput = {
    format: "coverbound-critical",
    version: 1,
    suite: VERSION,
    algorithm: name,
    variable,
    seed,
    level,
    nature: "evidence",
    ...(found.exponent === undefined ? {} : { exponent: { ...found.exponent, of: "the median threshold" } }),
    ...(found.collapse === undefined ? {} : { collapse: { ...found.collapse, between: [...found.collapse.between] } }),
    points: found.points.map(({ critical, lower, slack, thresholds, upper, ...point }) => ({
      ...point,
      thresholds: thresholds.map((t) => (Number.isFinite(t) ? t : null)),
      ...(critical === undefined ? {} : { critical, enclosed: [lower!, upper!] }),
      ...(slack === undefined ? {} : { slack })
    }))
  }
  const path = yield* writeWhole(folder, "critical.json", jsonText(document))
  const page = pageOf(process.stdout)
  yield* Effect.sync(() =>
    process.stdout.write(
      options.json
        ? jsonText(document)
        : `\n${[
            `  ${page.ink("bold", name)} on ${family}: sampling queries at which ε is reached with probability ½`,
            "",
            tableOf(found, variable, page),
            "",
            curves(found, variable, page),
            "",
            ...[...verdictLines(found, variable, level), ...(byCoverage ? [FORBIDDEN] : [])].map((line) =>
              wrapped(line, page.width, "  ")
            ),
            "",
            `  ${duration(performance.now() - start)}. Every threshold: ${path}`
          ].join("\n")}\n\n`
    )
  )
  const missed = found.points.filter(({ critical }) => critical === undefined)
  if (missed.length > 0)
    return yield* new NotRun({ what: `ε was not reached often enough on ${missed.map(({ spec }) => spec).join("; ")}` })
})
