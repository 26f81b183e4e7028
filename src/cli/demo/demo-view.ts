/** The demo for a person at a terminal. */
import { dirname, join } from "node:path"
import type { Block, Part } from "../../../reports/model.ts"
import { duration, quantity, real } from "../../../reports/number-format.ts"
import { worst } from "../audit/audit-document.ts"
import { tally } from "../verdict-word.ts"
import { blocksText } from "../part-view.ts"
import { TARGET } from "./demo-plan.ts"
import type { DemoResults } from "./demo-measure.ts"
import { right, table } from "../table.ts"
import { columnsOf, type Page, wrapped } from "../terminal.ts"

/** C of the sweep whose costs are shown; English has none. */
const COSTS_AT: ReadonlyArray<number> = [0, 100, 1e4, 1e6]

/** The table of costs, those at a few C. */
const fewCosts = (block: Block): Block =>
  block.kind === "table" && block.id === "costs"
    ? {
        ...block,
        rows: block.rows.filter(({ cells: [where] }) =>
          COSTS_AT.some((C) => typeof where === "object" && "sort" in where && where.sort === C)
        )
      }
    : block

/** How far T7's bounds are from what was measured at its own constants. */
const slack = ({ audits }: DemoResults, page: Page): string => {
  const rows = audits.flatMap(({ judgements, plan, records }) =>
    judgements
      .filter(
        ({ theorem, unpromised, verdict }) => theorem === "T7" && unpromised === undefined && verdict !== "refuted"
      )
      .map(({ bound, measured, part }) => {
        const [most, found] =
          part === "epsilon" ? [plan.goal.epsilon, worst(records)] : [Number(bound), Number(measured)]
        return [part, quantity(most), quantity(found), `${real(most / found)} ×`]
      })
  )
  return table(page, ["T7 at its own constants", right("promised"), right("measured"), right("loose by")], rows)
}

const heading = (text: string, more: string, page: Page): string =>
  wrapped(`${page.ink("bold", text)} ${more}`, page.width, "  ")

const audited = ({ audits, plan }: DemoResults, page: Page): string =>
  table(
    page,
    ["audit", "suboptimality", "base model"],
    audits.flatMap((one, i) => [
      [plan.audits[i].title, real(worst(one.records)), real(one.referenceSuboptimality)],
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
  { sections: [checkpoints, , sweep] }: Part,
  page: Page,
  { path, elapsedMs }: { readonly path: string; readonly elapsedMs: number }
): string =>
  `${[
    "",
    `  ${page.ink("bold", "A transformer along its training")}`,
    "",
    blocksText(checkpoints.blocks, page),
    "",
    heading(
      "What could have come out otherwise:",
      `how queries to ${TARGET} R grow on RareGood, C = ${results.sweep.plan.coverages[0]} … ${results.sweep.plan.coverages.at(-1)!.toExponential(0).replace("+", "")}, ${results.sweep.plan.trials} runs each; spanner-sampling-adaptive is not told C_cov`,
      page
    ),
    "",
    blocksText(sweep.blocks.filter(({ kind }) => kind === "table").map(fewCosts), page),
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
