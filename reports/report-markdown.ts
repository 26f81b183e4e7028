/** A report as Markdown (GitHub's tables): for a pull request, an issue or a job's summary. */
import { figureHeads } from "./figure.ts"
import {
  type Block,
  type Cell,
  cellText,
  type Finding,
  levelText,
  type Report,
  type Section,
  type Table,
  type TheoremBlock
} from "./model.ts"
import { clauseTable, costTable } from "./table.ts"
import { type Nature, VERDICT_MARK } from "../src/theorem/theorem.ts"

/** Text that Markdown would take for markup of its own. */
const plain = (text: string): string => text.replace(/[\\|*_`<>[\]]/g, "\\$&").replace(/\s*\n\s*/g, " ")

const cell = (one: Cell): string =>
  typeof one === "object" && "text" in one && one.href !== undefined
    ? `[${plain(one.text)}](${encodeURI(one.href)})`
    : plain(cellText(one))

const table = ({ heads, rows }: Table): string =>
  [heads.map(({ text }) => plain(text)), heads.map(() => "---"), ...rows.map(({ cells }) => cells.map(cell))]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n")

const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``

const findingLine = ({ interval, level, note, replay, says, verdict, word }: Finding): string => {
  const mark = verdict === undefined ? "measured" : `${VERDICT_MARK[verdict]} **${plain(word ?? verdict)}**`
  const facts = [plain(interval ?? ""), levelText(level, verdict)].filter((fact) => fact !== "")
  return [
    `- ${mark} ${plain(says)}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`,
    ...(note === undefined ? [] : [`  ${plain(note)}`]),
    ...(replay === undefined ? [] : [`  ${code(replay)}`])
  ].join("\n")
}

const folded = (title: string, body: string): string => `<details><summary>${title}</summary>\n\n${body}\n\n</details>`

const findings = ({ findings: all }: Report, nature: Nature): string =>
  all
    .filter((one) => one.nature === nature)
    .map(findingLine)
    .join("\n")

const theorem = ({ anchor, clauses, hypotheses, id, page, paper, proof, statement, title }: TheoremBlock): string =>
  [
    `### ${plain(id)}: ${plain(title)}`,
    [
      ...(paper === undefined ? [] : [`FMR25 ${paper} (the number is second-hand)`]),
      ...(page !== undefined ? [`[statement and proof](${encodeURI(page)})`] : proof === undefined ? [] : [code(proof)])
    ].join(" · "),
    ...(statement === undefined ? [] : [`\`\`\`math\n${statement}\n\`\`\``]),
    ...(hypotheses === undefined
      ? []
      : [
          hypotheses
            .map(
              ({ met, says, why }) =>
                `- ${met === undefined ? "? not asked" : met ? "✓ met" : "✗ missed"}: $\`${says}\`$${why.length === 0 ? "" : `: ${plain(why.join("; "))}`}`
            )
            .join("\n")
        ]),
    table(clauseTable({ anchor, id }, clauses))
  ]
    .filter((part) => part !== "")
    .join("\n\n")

const block = (one: Block): string => {
  switch (one.kind) {
    case "table":
      return [`### ${plain(one.title)}`, table(one), ...(one.notes ?? []).map(plain)].join("\n\n")
    case "theorem":
      return theorem(one)
    case "writing":
      return one.openings
        .map(
          ({ columns, opening }) =>
            `*${plain(opening)} …*\n\n${columns.flatMap(({ lines, who }) => lines.map(({ reward, text }) => `- ${who}, ${reward.toFixed(2)}: ${plain(text)}`)).join("\n")}`
        )
        .join("\n\n")
    case "figures":
      return one.figures
        .map(
          (figure) =>
            `**${plain(figure.title)}.** ${plain(figure.alt)} (${figureHeads(figure).slice(2, 4).map(plain).join(" against ")}; drawn in the HTML report)`
        )
        .join("\n\n")
    case "prose":
      return plain(one.text)
  }
}

const section = ({ blocks, source, title }: Section, { sources }: Report): string =>
  [
    `## ${plain(title)}`,
    `From ${code(sources[source].file)}; made again by ${code(sources[source].command)}`,
    ...blocks.map(block)
  ].join("\n\n")

export const markdownPage = (report: Report): string => {
  const { command, costs, sources, suite, title } = report
  const rest = (["checked", "accounting"] as const).flatMap((nature) => {
    const body = findings(report, nature)
    return body === ""
      ? []
      : [folded(nature === "checked" ? "Checked: recomputed on the runs" : "Accounting: holds by construction", body)]
  })
  return `${[
    `# ${plain(title)}`,
    findings(report, "evidence") || "Nothing here could have come out otherwise.",
    ...(costs.length === 0 ? [] : [table(costTable(costs))]),
    ...rest,
    ...report.sections.map((one) => section(one, report)),
    `---\n\nMade by ${code(command)}, coverbound ${suite}, from ${sources.map(({ file, made }) => `${code(file)} (${plain(made)})`).join("; ")}.`
  ].join("\n\n")}\n`
}
