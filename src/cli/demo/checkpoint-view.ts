/** The checkpoints' part of the demo, at a terminal. */
import { fixed } from "../../numeric/fixed.ts"
import { count, percent, real } from "../../../reports/number-format.ts"
import type { CheckpointRow, CheckpointStudy, MeanCount } from "./checkpoint-study.ts"
import { right, table } from "../table.ts"
import { type Page, printable, wrapped } from "../terminal.ts"

const SHORT: Readonly<Record<string, string>> = { "spanner-sampling": "Spanner", "best-of-n-elliptic": "best-of-n" }
const shortName = (algorithm: string): string => SHORT[algorithm] ?? algorithm

/** Room for a count: exact up to a hundred thousand. */
const short = (value: number): string =>
  value < 1e5 ? count(Math.round(value)) : value.toExponential(1).replace("e+", "e")
const mean = (one: MeanCount | undefined): string =>
  one === undefined
    ? "not reached"
    : one.half === undefined
      ? short(one.mean)
      : `${short(one.mean)}±${one.half < 1e4 ? short(Math.ceil(one.half)) : one.half.toExponential(0).replace("e+", "e")}`

const rowOf = ({ checkpoint, costs, coverage, right: p }: CheckpointRow): ReadonlyArray<string> => [
  checkpoint,
  real(p, 2),
  real(coverage),
  ...costs.map(({ T_data }) => mean(T_data)),
  ...costs.filter(drawsApart).map(({ T_comp }) => mean(T_comp))
]

/** Whether draws are told beside rewards: not where every draw is rewarded. */
const drawsApart = ({ T_comp, T_data }: CheckpointRow["costs"][number]): boolean => T_comp?.mean !== T_data?.mean

export const checkpointText = (study: CheckpointStudy, page: Page): string => {
  const { answers, exponents, rows, shown, target, trials } = study
  const names = rows[0].costs.map(({ algorithm }) => shortName(algorithm))
  const heads = [
    "tokens",
    right("p(right)"),
    right("C_cov"),
    ...names.map((name, i) => right(i === 0 ? `rewards: ${name}` : name)),
    ...rows[0].costs
      .filter(drawsApart)
      .map(({ algorithm }, i) => right(`${i === 0 ? "draws: " : ""}${shortName(algorithm)}`))
  ]
  const strata = [...new Set(rows.map(({ stratum }) => stratum))]
  return [
    `  ${page.ink("bold", "A transformer along its training")}: queries to ${target} R, means of ${trials} runs, ± half a 95 % interval`,
    "",
    ...strata.flatMap((title) => [
      `  ${page.ink("bold", title)}`,
      table(page, heads, rows.filter(({ stratum }) => stratum === title).map(rowOf)),
      ""
    ]),
    ...(exponents.length === 0
      ? []
      : [
          wrapped(
            `Exponents in C_cov over all of these (95 %): ${exponents.map(({ algorithm, estimate, lower, quantity, upper }) => `${shortName(algorithm)} ${quantity} ${fixed(estimate, 2)} [${fixed(lower, 2)}, ${fixed(upper, 2)}]`).join("; ")}`,
            page.width,
            "  "
          ),
          ""
        ]),
    `  ${page.ink("bold", `What it answers`)} after ${shown} tokens: before, and with SpannerSampling's policy`,
    "",
    table(
      page,
      ["question", "likeliest wrong", "right", right("p(right) before"), right("after")],
      answers.map(({ learned, question, reference, right: answer, wrong }) => [
        printable(question),
        printable(wrong),
        printable(answer),
        percent(reference),
        page.ink("green", percent(learned))
      ])
    )
  ].join("\n")
}
