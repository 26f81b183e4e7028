/** The demo for a person at a terminal. */
import { dirname, join } from "node:path"
import { count, duration, real } from "../../../reports/number-format.ts"
import type { CoverageSlope } from "../../compare/coverage-slopes.ts"
import type { SweepPoint } from "../../run/sweep.ts"
import { tally, verdictWord } from "../audit/audit-view.ts"
import { checkpointText } from "./checkpoint-view.ts"
import { TARGET } from "./demo-plan.ts"
import { meanQueriesToTarget } from "./queries-to-target.ts"
import type { DemoResults } from "./demo-measure.ts"
import { right, table } from "../table.ts"
import { columnsOf, type Page, wrapped } from "../terminal.ts"

const COMPARED = ["spanner-sampling", "passive"] as const

const meanOf = (points: ReadonlyArray<SweepPoint>, pick: (point: SweepPoint) => bigint): string =>
  points.length === 0 || points.some((point) => !point.reached)
    ? "not reached"
    : count(points.reduce((sum, point) => sum + Number(pick(point)), 0) / points.length)

const costs = ({ audits, plan, sweep }: DemoResults, page: Page): string => {
  const target = TARGET * plan.corpus.exact.rewardRange
  const english = audits.slice(0, 2).map((one) => meanQueriesToTarget(one.records, target))
  const rows = [
    [
      "English",
      count(audits[0].best.coverage),
      ...english.map((met) => (met === undefined ? "not reached" : count(met.rewardQueries))),
      ...english.map((met) => (met === undefined ? "not reached" : count(met.samplingQueries)))
    ],
    ...sweep.plan.coverages.map((rarity) => {
      const at = COMPARED.map((name) => sweep.points.filter((point) => point.at === rarity && point.algorithm === name))
      return [
        `RareGood C = ${rarity < 1000 ? rarity : rarity.toExponential(0).replace("+", "")}`,
        real(at[0][0]?.coverage ?? Number.NaN),
        ...at.map((points) => meanOf(points, (point) => point.rewardQueries)),
        ...at.map((points) => meanOf(points, (point) => point.samplingQueries))
      ]
    })
  ]
  return table(
    page,
    ["", right("C_cov"), right("rewards: Spanner"), right("passive"), right("draws: Spanner"), right("passive")],
    rows
  )
}

const slopeRow = (
  { algorithm, fit, judgement, predicted, quantity }: CoverageSlope,
  page: Page
): ReadonlyArray<string> => [
  algorithm,
  quantity,
  fit.estimate.toFixed(3),
  `[${fit.lower.toFixed(3)}, ${fit.upper.toFixed(3)}]`,
  predicted === undefined ? "–" : `${real(predicted)} ± ${real(judgement?.margin ?? 0)}`,
  judgement === undefined ? "–" : verdictWord(judgement.verdict, page)
]

const slopes = ({ sweep }: DemoResults, page: Page): string =>
  table(
    page,
    ["exponent in C_cov", "", right("measured"), "99 % interval", "predicted", "verdict"],
    sweep.slopes.filter(({ predicted }) => predicted !== undefined).map((slope) => slopeRow(slope, page))
  )

const audited = ({ audits, plan }: DemoResults, page: Page): string =>
  table(
    page,
    ["theorems, clause by clause", "suboptimality", "base model"],
    audits.flatMap((one, i) => [
      [
        plan.audits[i].title,
        real(Math.max(...one.records.map((run) => run.suboptimality.value))),
        real(one.referenceSuboptimality)
      ],
      [wrapped(tally(one.judgements, page), page.width, "      ")]
    ])
  )

/** How the command is called where this runs: from its sources, or installed. */
const COMMAND = import.meta.url.endsWith(".ts") ? "npm run -s coverbound --" : "npx coverbound"

/** Openings shown in the terminal; the report has them all. */
const SHOWN = 4

/** What was certified, and how anyone checks it. */
const certified = ({ certificates }: DemoResults, page: Page): string => {
  const written = certificates.reduce((sum, one) => sum + one.written, 0)
  const folders = join(dirname(dirname(certificates[0].folder)), "*", "certificates", "*.json")
  return wrapped(`${written} certificates, to be checked by: ${COMMAND} check ${folders}`, page.width, "  ")
}

const writing = ({ continuations, plan }: DemoResults, page: Page): string => {
  const { rewardRange } = plan.corpus.exact
  const line = (
    who: string,
    { meanReward, text }: { readonly meanReward: number; readonly text: string },
    bright: boolean
  ) => {
    const bar = "█".repeat(Math.round((10 * meanReward) / rewardRange)).padEnd(10, "·")
    const head = `    ${who} ${meanReward.toFixed(2)} ${bar}  `
    const [first, ...more] = wrapped(text, page.width, " ".repeat(columnsOf(head))).split("\n")
    const body = [first.trimStart(), ...more].join("\n")
    return bright ? head + page.ink("green", body) : page.ink("dim", head + body)
  }
  return continuations.openings
    .slice(0, SHOWN)
    .map(({ learned, opening, reference }) =>
      [
        `  ${page.ink("bold", `${opening} …`)}`,
        ...reference.slice(0, 2).map((one) => line("π_ref", one, false)),
        ...learned.slice(0, 2).map((one) => line("π̂    ", one, true))
      ].join("\n")
    )
    .join("\n")
}

/** The whole page. */
export const demoText = (
  results: DemoResults,
  page: Page,
  { path, elapsedMs }: { readonly path: string; readonly elapsedMs: number }
): string =>
  `${[
    "",
    checkpointText(results.checkpoints, page),
    "",
    `  ${page.ink("bold", `Queries until the policy is within ${TARGET} R of the best one`)} (means over runs)`,
    "",
    costs(results, page),
    "",
    slopes(results, page),
    "",
    audited(results, page),
    "",
    `  ${page.ink("bold", "What it found")}: openings of real sentences, continued; the bar is the mean reward`,
    "",
    writing(results, page),
    "",
    certified(results, page),
    `  ${duration(elapsedMs)}. The report, with plots and every verdict: ${page.ink("bold", path)}`
  ].join("\n")}\n\n`
