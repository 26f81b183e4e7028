/** Blocks of a report's part at a terminal: its tables, and what is said in words. Figures are for the page. */
import { type Block, type Cell, cellText, isShown, levelText, type Part, type Table } from "../../reports/model.ts"
import { At } from "../../reports/read/at.ts"
import { partOf } from "../../reports/read/part.ts"
import { jsonText, type JsonInput } from "../run/json-text.ts"
import { type Verdict, VERDICT_MARK } from "../theorem/theorem.ts"
import { right, table } from "./table.ts"
import { noted, type Page, printable, wrapped } from "./terminal.ts"
import { verdictWord } from "./verdict-word.ts"

/** The part that a document will be of a report. */
export const partOfDocument = (document: JsonInput): Part =>
  partOf(new At(JSON.parse(jsonText(document)), "document:"), {
    prefix: "",
    certificates: new Map(),
    pageHref: () => undefined
  })

const cellOf = (cell: Cell, page: Page): string =>
  typeof cell === "object" && "verdict" in cell ? verdictWord(cell.verdict, page, cell.word) : printable(cellText(cell))

/** A bold line, or lines. */
const titled = (text: string, page: Page): string =>
  wrapped(printable(text), page.width, "  ")
    .split("\n")
    .map((line) => `  ${page.ink("bold", line.trimStart())}`)
    .join("\n")

const tableText = ({ heads, notes = [], rows, title }: Table, page: Page): string =>
  [
    titled(title, page),
    table(
      page,
      heads.map(({ number, text }) => (number === true ? right(text) : text)),
      rows.flatMap(({ cells, note }) => [
        cells.map((cell) => cellOf(cell, page)),
        ...(note === undefined ? [] : [[noted(printable(note), page)]])
      ])
    ),
    ...notes.map((note) => noted(printable(note), page, "  "))
  ].join("\n")

/** A marked verdict in a line has its ink. */
const inked = (text: string, page: Page): string =>
  Object.entries(VERDICT_MARK).reduce(
    (line, [verdict, mark]) => line.replaceAll(`${mark} ${verdict}`, verdictWord(verdict as Verdict, page)),
    text
  )

/** Blocks, one below another. */
export const blocksText = (blocks: ReadonlyArray<Block>, page: Page): string =>
  blocks
    .filter(isShown)
    .flatMap((block) =>
      block.kind === "table"
        ? [tableText(block, page)]
        : block.kind === "prose"
          ? [wrapped(inked(printable(block.text), page), page.width, "  ")]
          : []
    )
    .join("\n\n")

/** What a finding says, and how sure that is. */
const findingText = (
  { answers, interval, level, note, says, verdict, word }: Exclude<Part["findings"][number], undefined>,
  page: Page
): string => {
  const sure = [interval, levelText(level, verdict)].filter((text) => text !== undefined && text !== "")
  const mark =
    verdict !== undefined ? `${verdictWord(verdict, page, word)}: ` : answers === undefined ? "measured: " : ""
  const indent = answers === undefined ? "  " : "    "
  const [first, ...more] = wrapped(
    mark + [printable(answers?.with ?? says), ...sure].join("; "),
    page.width - 2,
    `${indent}  `
  ).split("\n")
  return [
    `${indent}${first.trimStart()}`,
    ...more,
    ...(note === undefined ? [] : [noted(printable(note), page, `${indent}  `)])
  ].join("\n")
}

/** Findings, one a paragraph, those that answer one question under it. */
export const findingsText = (findings: Part["findings"], page: Page): string =>
  findings
    .filter((one) => one !== undefined)
    .flatMap((one, i, all) => {
      const question = one.answers?.question
      const asked = question === undefined || question === all[i - 1]?.answers?.question
      return [...(asked ? [] : [titled(question, page)]), findingText(one, page)]
    })
    .join("\n")
