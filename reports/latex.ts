/** A report as LaTeX: tables for booktabs, statements as they are written in the theorems; a document that pdflatex takes as it is. */
import { cellText, type Clause, levelText, type Report, type Section, type Table } from "./model.ts"
import { clauseTable, costTable } from "./table.ts"

const ENTITIES: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  _: "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\ensuremath{<}",
  ">": "\\ensuremath{>}",
  "✓": "\\checkmark{}",
  "✗": "\\ensuremath{\\times}",
  "≤": "\\ensuremath{\\le}",
  "≥": "\\ensuremath{\\ge}",
  "×": "\\ensuremath{\\times}",
  "±": "\\ensuremath{\\pm}",
  "−": "\\ensuremath{-}",
  "∞": "\\ensuremath{\\infty}",
  "→": "\\ensuremath{\\to}",
  "·": "\\ensuremath{\\cdot}",
  "…": "\\dots{}",
  "–": "--",
  π: "\\ensuremath{\\pi}",
  β: "\\ensuremath{\\beta}",
  ε: "\\ensuremath{\\varepsilon}",
  δ: "\\ensuremath{\\delta}",
  θ: "\\ensuremath{\\theta}",
  ν: "\\ensuremath{\\nu}",
  λ: "\\ensuremath{\\lambda}",
  φ: "\\ensuremath{\\varphi}",
  ρ: "\\ensuremath{\\rho}",
  Σ: "\\ensuremath{\\Sigma}",
  Φ: "\\ensuremath{\\Phi}",
  "²": "\\textsuperscript{2}",
  "³": "\\textsuperscript{3}",
  "‖": "\\ensuremath{\\|}",
  "∣": "\\ensuremath{\\mid}",
  "⟨": "\\ensuremath{\\langle}",
  "⟩": "\\ensuremath{\\rangle}",
  "√": "\\ensuremath{\\surd}",
  "½": "\\ensuremath{\\frac12}",
  µ: "\\ensuremath{\\mu}",
  "“": "``",
  "”": "''",
  "’": "'"
}

/** Text as LaTeX: its signs, and letters beyond Latin-1 that nothing sets by their code points. */
const tex = (text: string): string =>
  [...text.replace(/\s*\n\s*/g, " ")]
    .map((c) => ENTITIES[c] ?? (c.codePointAt(0)! < 0x180 ? c : `U+${c.codePointAt(0)!.toString(16).toUpperCase()}`))
    .join("")

const code = (text: string): string =>
  `\\texttt{\\footnotesize ${tex(text).replaceAll("/", "/\\allowbreak{}").replaceAll(",", ",\\allowbreak{}")}}`

/** Characters past which a column of words is a paragraph. */
const LONG = 40

const columnOf = ({ rows }: Table, number: boolean, j: number): string =>
  number ? "r" : rows.some(({ cells }) => cellText(cells[j]).length > LONG) ? "p{7cm}" : "l"

const table = (one: Table): string => {
  const { heads, rows } = one
  const columns = heads.map(({ number }, j) => columnOf(one, number === true, j)).join("")
  return `\\begin{center}\\small\\begin{longtable}{@{}${columns}@{}}\\toprule\n${heads.map(({ text }) => tex(text)).join(" & ")} \\\\\\midrule\n${rows.map(({ cells }) => `${cells.map((cell) => tex(cellText(cell))).join(" & ")} \\\\`).join("\n")}\n\\bottomrule\\end{longtable}\\end{center}`
}

/** A certificate is a link, which leads nowhere here; intervals are among the findings. */
const plainClause = ({ certificate: _certificate, interval: _interval, ...clause }: Clause): Clause => clause

const section = ({ blocks, source, title }: Section, { sources }: Report): string =>
  [
    `\\section{${tex(title)}}`,
    `From ${code(sources[source].file)}; made again by ${code(sources[source].command)}.`,
    ...blocks.map((block) => {
      switch (block.kind) {
        case "table":
          return `\\subsection*{${tex(block.title)}}\n${table(block)}`
        case "theorem":
          return [
            `\\subsection*{${tex(`${block.id}: ${block.title}`)}${block.paper === undefined ? "" : tex(` (FMR25 ${block.paper}; the number is second-hand)`)}}`,
            ...(block.statement === undefined ? [] : [`\\[\\begin{aligned}${block.statement}\\end{aligned}\\]`]),
            ...(block.hypotheses === undefined || block.hypotheses.length === 0
              ? []
              : [
                  `\\begin{itemize}\n${block.hypotheses.map(({ met, says, why }) => `\\item[${met === undefined ? "?" : met ? "\\checkmark" : "$\\times$"}] $${says}$${why.length === 0 ? "" : `: ${tex(why.join("; "))}`}`).join("\n")}\n\\end{itemize}`
                ]),
            table(clauseTable(block, block.clauses.map(plainClause)))
          ].join("\n")
        case "writing":
          return ""
        case "figures":
          return block.figures.map(({ alt, title: name }) => `\\paragraph{${tex(name)}.} ${tex(alt)}`).join("\n")
        case "prose":
          return tex(block.text)
      }
    })
  ]
    .filter((part) => part !== "")
    .join("\n\n")

export const latexPage = (report: Report): string => {
  const { command, costs, findings, suite, title } = report
  return `${[
    "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n\\usepackage{amsmath,amssymb,booktabs,longtable}\n\\usepackage[margin=2.5cm]{geometry}\n\\begin{document}",
    `\\section*{${tex(title)}}`,
    ...(["evidence", "checked", "accounting"] as const).flatMap((nature) => {
      const own = findings.filter((one) => one.nature === nature)
      return own.length === 0
        ? []
        : [
            `\\subsection*{${nature}}\n\\begin{itemize}\n${own
              .map(
                ({ interval = "", level, says, verdict, word }) =>
                  `\\item \\textbf{${tex(word ?? verdict ?? "measured")}}: ${tex([says, interval, levelText(level, verdict)].filter((part) => part !== "").join("; "))}`
              )
              .join("\n")}\n\\end{itemize}`
          ]
    }),
    ...(costs.length === 0 ? [] : [table(costTable(costs))]),
    ...report.sections.map((one) => section(one, report)),
    `\\par\\medskip\\noindent Made by ${code(command)}, coverbound ${tex(suite)}.`,
    "\\end{document}"
  ].join("\n\n")}\n`
}
