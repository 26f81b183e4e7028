/** A coverage report for a terminal: its sources, whose names are long, then what the report's part says of them. */
import { count } from "../../../reports/number-format.ts"
import type { Part } from "../../../reports/model.ts"
import type { CoverageReport } from "../../coverage/coverage-report.ts"
import { blocksText, findingsText } from "../part-view.ts"
import { columnsOf, labelled, noted, type Page, printable } from "../terminal.ts"

export const coverageView = ({ populations }: CoverageReport, part: Part, folder: string, page: Page): string => {
  const [, sources, ...rest] = part.sections[0].blocks
  const labels = sources.kind === "table" ? sources.rows.map(({ cells }) => String(cells[0])) : []
  const room = Math.max(...labels.map(columnsOf)) + 2
  const crossings = part.findings.filter((one) => one?.answers !== undefined)
  return [
    "",
    ...populations.flatMap(({ draws, known, name, notes, prompts }, i) => [
      labelled(
        labels[i],
        `${printable(name)}: ${count(prompts)} prompts, ${known === "exact" ? "law known" : `${count(draws)} draws`}`,
        page,
        room
      ),
      ...notes.map((note) => noted(printable(note), page, " ".repeat(room + 2)))
    ]),
    "",
    blocksText(rest, page),
    ...(crossings.length === 0 ? [] : ["", findingsText(crossings, page)]),
    "",
    noted(`Tables, a plot and everything as JSON: ${folder}`, page, "  "),
    ""
  ].join("\n")
}
