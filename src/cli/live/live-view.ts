/** A live audit for a person at a terminal: what a report's part says was run, paid for and answered, then a verdict per clause. */
import { type Block, cellText, type Part, type Table } from "../../../reports/model.ts"
import { count, duration } from "../../../reports/number-format.ts"
import { clauseTable } from "../audit/audit-view.ts"
import { blocksText } from "../part-view.ts"
import { labelled, type Page, printable, wrapped } from "../terminal.ts"
import { tally } from "../verdict-word.ts"
import type { LiveReport } from "./live-document.ts"

/** Answers that are shown, and letters of each text. */
const [MOST_SHOWN, LONGEST] = [6, 48]

/** Tables that are shown: prompts and runs one by one are for the page, as figures and theorems are. */
const SHOWN: ReadonlyArray<string> = ["setting", "results", "answers", "paid"]

const clipped = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 2)}…"` : text)

/** Answers, of which a page has all, as a terminal has room for. */
const fewAnswers = (table: Table): Table => ({
  ...table,
  title:
    table.rows.length > MOST_SHOWN
      ? `${table.title}: ${MOST_SHOWN} of ${count(table.rows.length)}, the page has all`
      : table.title,
  rows: table.rows
    .slice(0, MOST_SHOWN)
    .map((row) => ({ ...row, cells: row.cells.map((cell) => clipped(cellText(cell))) }))
})

const settingText = (table: Table, page: Page): string =>
  table.rows.map(({ cells: [name, text] }) => labelled(cellText(name), printable(cellText(text)), page, 12)).join("\n")

const blockText = (block: Block, page: Page): string => {
  if (block.kind === "prose")
    // Failures of a module: easily overlooked, and figures rest on them.
    return page.ink("yellow", blocksText([block], page))
  if (block.kind !== "table" || !SHOWN.includes(block.id)) return ""
  if (block.id === "setting") return settingText(block, page)
  return blocksText([block.id === "answers" ? fewAnswers(block) : block], page)
}

/** The whole page. */
export const liveText = (
  { algorithm, judgements, source }: Pick<LiveReport, "algorithm" | "judgements" | "source">,
  part: Part,
  page: Page,
  elapsedMs: number
): string =>
  `${[
    "",
    `  ${page.ink("bold", algorithm)} on ${page.ink("bold", printable(source))}`,
    "",
    part.sections[0].blocks
      .map((block) => blockText(block, page))
      .filter((text) => text !== "")
      .join("\n\n"),
    "",
    clauseTable(judgements, page),
    "",
    wrapped(`${judgements.length} clauses: ${tally(judgements, page)}. ${duration(elapsedMs)}.`, page.width, "  ")
  ].join("\n")}\n`
