/** What `coverbound critical` does: instances of a family, thresholds by bisection, a table, the success curves, a file. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { duration } from "../../reports/number-format.ts"
import { callOf } from "../../reports/shell-argument.ts"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { algorithms } from "../algorithm/registry.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { criticalBudgets, type CriticalPlan } from "../compare/critical.ts"
import { decimal } from "../instance/decimal.ts"
import { type JsonInput, jsonText } from "../run/json-text.ts"
import { judgeInterval } from "../statistics/exponent-judgement.ts"
import type { CriticalCall } from "./critical.ts"
import type { CommandFailed } from "./ending.ts"
import { InvalidCall, NotHeld, NotRun } from "./invalid-call.ts"
import { loadInstance } from "./load-instance.ts"
import { ProgressBar } from "./progress.ts"
import { blocksText, findingsText, partOfDocument } from "./part-view.ts"
import { pageOf, wrapped, write } from "./terminal.ts"
import { VERSION } from "./version.ts"
import { withWorkshop } from "./work/open-workshop.ts"
import { ownFolder, writeWhole } from "./whole-file.ts"

const ADAPTIVE = "spanner-sampling-adaptive"
/** A factor of 8 apart: a learner that doubles a guess meets them all at one phase of its doubling. */
const DECADES = "C=8,64,512,4096,32768,262144,2097152,16777216,134217728"
/** What T7 and L1 say of the exponent in C, and how far off support excludes. */
const PREDICTED = { claim: "equals", predicted: 1, margin: 0.05 } as const
/** Of whom they say it: from above T7, with what predictions.md adds to it; from below L1, of who draws from π_ref. */
const LINEAR: ReadonlyArray<string> = ["spanner-sampling", ADAPTIVE, "passive"]

/** `C=10,100` as a name and numbers. */
const varied = (
  text: string
): Effect.Effect<{ readonly name: string; readonly values: ReadonlyArray<number> }, InvalidCall> => {
  const [name, list = ""] = text.split("=")
  const values = list.split(",").map((part) => decimal(part.trim()))
  return values.every((value) => value !== undefined) && new Set(values).size === values.length && /^\w+$/.test(name)
    ? Effect.succeed({ name, values })
    : Effect.fail(InvalidCall.named("--vary", text, "an option and its values, each once, such as C=10,1e3,1e5"))
}

/** Finds, shows and writes. Fails with NotHeld where the predicted exponent was refuted or L1 broken, with NotRun where an instance was never solved. */
export const runCritical = Effect.fnUntraced(function* (options: CriticalCall): Effect.fn.Return<void, CommandFailed> {
  const name = Option.getOrElse(options.algorithm, () => ADAPTIVE)
  const algorithm = algorithms.find((one) => one.name === name)
  const names = algorithms.map((one) => one.name)
  if (algorithm === undefined) return yield* InvalidCall.notOneOf("algorithm", name, names)
  const family = options.family
  const vary = yield* varied(Option.getOrElse(options.vary, () => DECADES))
  const stands = yield* Effect.forEach(vary.values, (value) =>
    Effect.map(loadInstance(`${family}${family.includes(":") ? "," : ":"}${vary.name}=${value}`), (instance) => ({
      instance,
      value
    }))
  )
  const bare = stands.find(({ instance }) => algorithm.oracle === "token" && instance.tokens === undefined)
  if (bare !== undefined)
    return yield* InvalidCall.named("--family", family, `a family with tokens, since ${name} draws token by token`)
  const folder = yield* ownFolder(options.out, "critical", "critical.json")
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
  options: CriticalCall,
  { algorithm, family, name, stands, vary: variable }: Asked
): Effect.fn.Return<void, CommandFailed> {
  const { level, seed, trials } = options
  const bar = new ProgressBar()
  bar.estimate("a critical budget takes from seconds an instance to some minutes")
  const start = performance.now()
  const found = yield* criticalBudgets({
    algorithm,
    stands,
    variable,
    target: options.eps,
    trials,
    level,
    seed,
    progress: (done, of, what) => bar.update(done / of, what)
  }).pipe(Effect.ensuring(Effect.sync(() => bar.clear())))
  const judgement =
    found.exponent === undefined || variable !== "C" || !LINEAR.includes(name)
      ? undefined
      : judgeInterval(found.exponent, { ...PREDICTED, level })
  const document: JsonInput = {
    format: "coverbound-critical",
    version: 1,
    suite: VERSION,
    algorithm: name,
    command: callOf(`critical ${name}`, {
      family,
      vary: `${variable}=${stands.map(({ value }) => value).join(",")}`,
      eps: options.eps,
      trials,
      level,
      seed
    }),
    variable,
    seed,
    level,
    nature: "evidence",
    exponent: found.exponent && { ...found.exponent, of: "the median threshold" },
    judgement: judgement && { ...judgement },
    forbidden: found.forbidden && { ...found.forbidden },
    collapse: found.collapse && { ...found.collapse, from: found.collapse.from ?? null },
    points: found.points.map(({ critical, lower, slack, thresholds, upper, ...point }) => ({
      ...point,
      thresholds: thresholds.map((t) => (Number.isFinite(t) ? t : null)),
      critical,
      enclosed: critical === undefined ? undefined : [lower!, upper!],
      slack
    }))
  }
  const path = yield* writeWhole(folder, "critical.json", jsonText(document))
  const { findings, sections } = partOfDocument(document)
  const [{ blocks }] = sections
  const { standalonePicture } = yield* Effect.promise(() => import("../../reports/standalone.ts"))
  const [, success] = blocks.flatMap((block) => (block.kind === "figures" ? block.figures : []))
  const picture = yield* writeWhole(
    folder,
    "critical.svg",
    standalonePicture({ ...success, title: `${name} on ${family}` })
  )
  const page = pageOf(process.stdout)
  yield* write(
    process.stdout,
    options.json
      ? jsonText(document)
      : `\n${[
          wrapped(
            `${page.ink("bold", name)} on ${family}: sampling queries at which ε is reached with probability ½`,
            page.width,
            "  "
          ),
          "",
          blocksText(blocks, page),
          "",
          findingsText(findings, page),
          "",
          `  ${duration(performance.now() - start)}. Every threshold: ${path}; the curves: ${picture}`
        ].join("\n")}\n\n`
  )
  if (judgement?.verdict === "refuted" || found.forbidden?.verdict === "broken") return yield* new NotHeld()
  const missed = found.points.filter(({ critical }) => critical === undefined)
  if (missed.length > 0)
    return yield* new NotRun({ what: `ε was not reached often enough on ${missed.map(({ spec }) => spec).join("; ")}` })
})
