/** What `coverbound scaling` does: a file, a model, a study, a page, scaling.json. */
import { quoted as inShell } from "../../../reports/shell-argument.ts"
import { basename, join } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { real } from "../../../reports/number-format.ts"
import { jsonText } from "../../run/json-text.ts"
import { type ScalingStudy, scalingStudy } from "../../statistics/scaling-study.ts"
import { verdictWord } from "../audit/audit-view.ts"
import { InvalidCall, NotDecided, NotHeld } from "../invalid-call.ts"
import { readNamedFile } from "../named-file.ts"
import { right, table } from "../table.ts"
import { type Page, pageOf, printable, wrapped, write } from "../terminal.ts"
import { VERSION } from "../version.ts"
import { checkOwnFolder, type FileNotWritten, writeWhole } from "../whole-file.ts"
import { claimedModel } from "./claimed-model.ts"
import { studyJson } from "./scaling-document.ts"
import { timedCases } from "./timed-cases.ts"

export interface ScalingCall {
  readonly file: string
  readonly model: Option.Option<string>
  readonly time: Option.Option<string>
  readonly level: Option.Option<number>
  readonly strict: boolean
  readonly json: boolean
  readonly out: Option.Option<string>
}

/** Akaike's criterion past which a rival is all but excluded. */
const EXCLUDED = 10
const FLAT = "flat: over these sizes the time does not depend on it; what lies under the constant cannot be told"
const MOST_BYTES = 64 * 2 ** 20

/** The call's errors are failures; the rest are defects. */
const calling = <A>(make: () => A): Effect.Effect<A, InvalidCall> =>
  Effect.try({
    try: make,
    catch: (error) => {
      if (error instanceof InvalidCall) return error
      throw error
    }
  })

const between = (lower: number, upper: number): string => `[${real(lower)}, ${real(upper)}]`

const exponentTable = ({ exponents, level }: ScalingStudy, page: Page): string =>
  table(
    page,
    [
      "exponent in",
      right("measured"),
      `${real(100 * (1 - level))} % interval`,
      right("of the model"),
      "verdict",
      right("plain power law")
    ],
    exponents.flatMap(({ growth, measured, predicted, variable, verdict, why }) => [
      [
        variable,
        measured === undefined ? "–" : measured.estimate.toFixed(3),
        measured === undefined ? "cannot be told" : `[${measured.lower.toFixed(3)}, ${measured.upper.toFixed(3)}]`,
        predicted === undefined ? "–" : predicted.toFixed(3),
        verdict === undefined ? "measured" : verdictWord(verdict, page),
        growth === undefined ? "–" : growth.plain.estimate.toFixed(3)
      ],
      ...[...(growth?.kind === "flat" ? [FLAT] : []), ...(why === undefined ? [] : [why])].map((note) => [
        page.ink("dim", wrapped(note, page.width, "      "))
      ])
    ])
  )

const modelLines = ({ cases, challenge, fit, level, model }: ScalingStudy, page: Page): ReadonlyArray<string> => {
  if (model === undefined) return []
  if (fit === undefined)
    return [wrapped(`The terms of ${model.text} cannot be told apart on these sizes.`, page.width, "  "), ""]
  return [
    table(
      page,
      [printable(model.text), right("fitted"), `${real(100 * (1 - level))} % interval`],
      fit.coefficients.map(({ estimate, lower, upper }, j) => [
        model.coefficients[j],
        real(estimate),
        between(lower, upper)
      ])
    ),
    "",
    ...(challenge === undefined
      ? []
      : [
          challenge.held.length === 0
            ? wrapped(`Extrapolation: undecided, ${challenge.why ?? ""}.`, page.width, "  ")
            : table(
                page,
                [
                  `fitted on the ${challenge.fitted} smallest, said of`,
                  right("predicted"),
                  "interval of a new time",
                  right("measured"),
                  ""
                ],
                challenge.held.map(({ lower, predicted, row, time, upper }) => [
                  Object.entries(cases[row].sizes)
                    .map(([name, value]) => `${name} = ${real(value)}`)
                    .join(", "),
                  real(predicted),
                  between(lower, upper),
                  real(time),
                  time >= lower && time <= upper ? "within" : page.ink("red", "outside")
                ])
              ),
          "",
          wrapped(
            `Extrapolation: ${verdictWord(challenge.verdict, page)}${challenge.why === undefined ? "" : `, ${challenge.why}`}; the largest miss is a factor of ${real(challenge.worst)}.`,
            page.width,
            "  "
          ),
          ""
        ])
  ]
}

const rivalTable = ({ rivals }: ScalingStudy, page: Page): ReadonlyArray<string> =>
  rivals.length === 0
    ? []
    : [
        table(
          page,
          [
            "rival law",
            right("off by (all)"),
            right("behind the best"),
            "what it says of larger sizes",
            right("worst factor")
          ],
          rivals
            .toSorted((a, b) => a.behind - b.behind)
            .map(({ behind, challenge, deviation, model }) => [
              model,
              `${real(100 * deviation, 2)} %`,
              behind.toFixed(1),
              behind > EXCLUDED
                ? "all but excluded"
                : challenge.why === undefined
                  ? verdictWord(challenge.verdict, page)
                  : `${verdictWord(challenge.verdict, page)}: ${challenge.why}`,
              Number.isFinite(challenge.worst) ? real(challenge.worst) : "–"
            ])
        ),
        page.ink("dim", "  behind: Akaike's criterion, corrected; past 10 a law is all but excluded"),
        ""
      ]

/** Studies. Fails with NotHeld where the model's exponent or its extrapolation was refuted. */
export const runScaling = Effect.fnUntraced(function* (
  call: ScalingCall
): Effect.fn.Return<void, InvalidCall | FileNotWritten | NotHeld | NotDecided> {
  const folder = Option.getOrElse(call.out, () => join("reports", "out", "scaling"))
  yield* checkOwnFolder("--out", folder, "scaling.json")
  const text = yield* readNamedFile("file", call.file, MOST_BYTES)
  const { cases, sizes, time } = yield* calling(() => timedCases(text, call.file, Option.getOrUndefined(call.time)))
  const model = yield* calling(() =>
    Option.match(call.model, { onNone: () => undefined, onSome: (given) => claimedModel(given, sizes, cases) })
  )
  const level = Option.getOrElse(call.level, () => 0.01)
  const study = scalingStudy(cases, model, level)
  const document = {
    format: "coverbound-scaling",
    version: 1,
    suite: VERSION,
    command: [
      `coverbound scaling ${inShell(call.file)}`,
      ...(model === undefined ? [] : [`--model '${model.text}'`]),
      ...Option.match(call.time, { onNone: () => [], onSome: (name) => [`--time ${inShell(name)}`] }),
      `--level ${level}`
    ].join(" "),
    studies: [studyJson(study, { title: basename(call.file), unit: time })]
  }
  const path = yield* writeWhole(folder, "scaling.json", jsonText(document))
  const page = pageOf(process.stdout)
  yield* write(
    process.stdout,
    call.json
      ? jsonText(document)
      : `\n${[
          `  ${page.ink("bold", printable(basename(call.file)))}: ${cases.length} times, ${time} against ${sizes.join(", ")}`,
          "",
          exponentTable(study, page),
          "",
          ...modelLines(study, page),
          ...rivalTable(study, page),
          `  ${path}; a page of it: coverbound report ${path}`
        ].join("\n")}\n\n`
  )
  const verdicts = [...study.exponents.map(({ verdict }) => verdict), study.challenge?.verdict]
  if (verdicts.includes("refuted")) return yield* new NotHeld()
  if (call.strict && verdicts.includes("undecided"))
    return yield* new NotDecided({ what: "undecided, for the reasons shown" })
})
