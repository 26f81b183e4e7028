/** The demo for a person at a terminal. */
import { dirname, join } from "node:path"
import { count, duration, quantity, real } from "../../../reports/number-format.ts"
import type { FittedExponent } from "../../compare/measured-exponent.ts"
import { queriesOf } from "../../run/sweep.ts"
import { medianOf } from "../../statistics/median-exponent.ts"
import { tally, verdictWord } from "../audit/audit-view.ts"
import { checkpointText } from "./checkpoint-view.ts"
import { TARGET } from "./demo-plan.ts"
import { queriesToTarget } from "./queries-to-target.ts"
import type { DemoResults } from "./demo-measure.ts"
import { right, table } from "../table.ts"
import { columnsOf, type Page, wrapped } from "../terminal.ts"

/** Level of the intervals of medians. */
const LEVEL = 0.05

/** The median over runs and its enclosure, which is all of the runs where they are few. */
const cost = (counts: ReadonlyArray<number>): ReadonlyArray<string> => {
  const sorted = counts.toSorted((a, b) => a - b)
  const { lower, median, upper } = medianOf(counts, LEVEL) ?? {
    median: sorted[Math.floor(sorted.length / 2)],
    lower: sorted[0],
    upper: sorted[sorted.length - 1]
  }
  return [count(median), `${count(lower)} … ${count(upper)}`]
}

const MISSED = ["not reached", "", "not reached", ""]

/** C of the sweep whose costs are shown. */
const COSTS_AT: ReadonlyArray<number> = [100, 1e4, 1e6]

/** What each learner paid in rewards and in draws, those that beat SpannerSampling included. */
const costs = ({ audits, plan, sweep }: DemoResults, page: Page): string => {
  const target = TARGET * plan.corpus.exact.rewardRange
  const english = audits.slice(0, 2).map(({ plan: { algorithm }, records }, i) => {
    const met = records.flatMap((run) => queriesToTarget(run, target) ?? [])
    const paid =
      met.length < records.length
        ? MISSED
        : [...cost(met.map((m) => m.rewardQueries)), ...cost(met.map((m) => m.samplingQueries))]
    return [i === 0 ? "English" : "", algorithm.name, ...paid]
  })
  const rare = sweep.plan.coverages
    .filter((C) => COSTS_AT.includes(C))
    .flatMap((C) =>
      sweep.plan.algorithms.map(({ name }, i) => {
        const own = sweep.points.filter(({ algorithm, at }) => at === C && algorithm === name)
        const paid = own.some(({ reached }) => !reached)
          ? MISSED
          : [...cost(own.map((p) => queriesOf(p, "T_data"))), ...cost(own.map((p) => queriesOf(p, "T_comp")))]
        return [i === 0 ? `C = ${C < 1000 ? C : C.toExponential(0).replace("+", "")}` : "", name, ...paid]
      })
    )
  return table(
    page,
    ["", "", right("rewards"), "95 % of median", right("draws"), "95 % of median"],
    [...english, ...rare]
  )
}

const slopeRow = ({ algorithm, fit, judgement, quantity }: FittedExponent, page: Page): ReadonlyArray<string> => [
  algorithm,
  quantity,
  fit.estimate.toFixed(3),
  `[${fit.lower.toFixed(3)}, ${fit.upper.toFixed(3)}]`,
  judgement === undefined ? "–" : `${real(judgement.predicted)} ± ${real(judgement.margin)}`,
  judgement === undefined ? "measured" : verdictWord(judgement.verdict, page)
]

/** A learner that was told C_cov draws in proportion to it. */
const putInByHand = ({ algorithm, quantity }: FittedExponent): boolean =>
  algorithm === "spanner-sampling" && quantity === "T_comp"

const slopes = ({ sweep }: DemoResults, page: Page): string =>
  table(
    page,
    ["exponent of the median in C_cov", "", right("measured"), "99 % interval", "predicted", "verdict"],
    sweep.slopes.filter((slope) => !putInByHand(slope)).map((slope) => slopeRow(slope, page))
  )

/** How far T7's bounds are from what was measured at its own constants. */
const slack = ({ audits, plan }: DemoResults, page: Page): string => {
  const rows = audits.flatMap(({ judgements }, i) =>
    judgements
      .filter(
        ({ theorem, unpromised, verdict }) => theorem === "T7" && unpromised === undefined && verdict !== "refuted"
      )
      .map(({ bound, measured, part }) => ({ part, title: plan.audits[i].title, bound, measured }))
  )
  const worstOf = (title: string): number =>
    Math.max(
      ...audits[plan.audits.findIndex((one) => one.title === title)].records.map((run) => run.suboptimality.value)
    )
  return table(
    page,
    ["T7 at its own constants", right("promised"), right("measured"), right("loose by")],
    rows.map(({ bound, measured, part, title }) => {
      const [most, found] =
        part === "epsilon"
          ? [audits[plan.audits.findIndex((one) => one.title === title)].plan.goal.epsilon, worstOf(title)]
          : [Number(bound), Number(measured)]
      return [part, quantity(most), quantity(found), `${real(most / found)} ×`]
    })
  )
}

const heading = (text: string, more: string, page: Page): string =>
  wrapped(`${page.ink("bold", text)} ${more}`, page.width, "  ")

const audited = ({ audits, plan }: DemoResults, page: Page): string =>
  table(
    page,
    ["audit", "suboptimality", "base model"],
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
    heading(
      "What could have come out otherwise:",
      `how queries to ${TARGET} R grow on RareGood, C = ${results.sweep.plan.coverages[0]} … ${results.sweep.plan.coverages.at(-1)!.toExponential(0).replace("+", "")}, ${results.sweep.plan.trials} runs each; spanner-sampling-adaptive is not told C_cov`,
      page
    ),
    "",
    slopes(results, page),
    "",
    heading("What it cost,", "in both currencies: medians over runs", page),
    "",
    costs(results, page),
    "",
    heading("Where theory is loose:", "its bounds over what was measured", page),
    "",
    slack(results, page),
    "",
    heading(
      "Theorems, clause by clause:",
      "what was evidence, what was recomputed on the runs, and what was only accounting (as is the T_comp of spanner-sampling in C_cov: it is told T_span = 3 C_cov)",
      page
    ),
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
