/** A report as LaTeX: tables for booktabs, statements as they are written in the theorems; a document that pdflatex takes as it is. */
import { cellText, RELATION, type Report, type Section } from "./model.ts"
import { labelOf } from "./names.ts"
import { count, quantity, real } from "./number-format.ts"

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

const table = (columns: string, heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  `\\begin{center}\\small\\begin{longtable}{@{}${columns}@{}}\\toprule\n${heads.map(tex).join(" & ")} \\\\\\midrule\n${rows.map((row) => `${row.map(tex).join(" & ")} \\\\`).join("\n")}\n\\bottomrule\\end{longtable}\\end{center}`

const section = ({ blocks, source, title }: Section, { sources }: Report): string =>
  [
    `\\section{${tex(title)}}`,
    `From ${code(sources[source].file)}; made again by ${code(sources[source].command)}.`,
    ...blocks.map((block) => {
      switch (block.kind) {
        case "table":
          return `\\subsection*{${tex(block.title)}}\n${table(
            block.heads.map(({ number }) => (number === true ? "r" : "l")).join(""),
            block.heads.map(({ text }) => text),
            block.rows.map(({ cells }) => cells.map(cellText))
          )}`
        case "theorem":
          return [
            `\\subsection*{${tex(`${block.id}: ${block.title}`)}${block.paper === undefined ? "" : tex(` (FMR25 ${block.paper}; the number is second-hand)`)}}`,
            ...(block.statement === undefined ? [] : [`\\[\\begin{aligned}${block.statement}\\end{aligned}\\]`]),
            ...(block.hypotheses === undefined || block.hypotheses.length === 0
              ? []
              : [
                  `\\begin{itemize}\n${block.hypotheses.map(({ met, says, why }) => `\\item[${met === undefined ? "?" : met ? "\\checkmark" : "$\\times$"}] $${says}$${why.length === 0 ? "" : `: ${tex(why.join("; "))}`}`).join("\n")}\n\\end{itemize}`
                ]),
            table(
              "llrrrl",
              ["clause", "verdict", "measured", "promised", "slack", "level"],
              block.clauses.map((one) => [
                `${one.part} (${one.nature})`,
                one.word,
                quantity(one.measured),
                `${RELATION[one.relation]} ${quantity(one.bound)}`,
                one.slack === undefined ? "–" : `${real(one.slack)} ×`,
                one.level === 0 ? "exact" : real(one.level)
              ])
            )
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
                ({ interval, level, says, verdict, word }) =>
                  `\\item \\textbf{${tex(word ?? verdict ?? "measured")}}: ${tex([says, ...(interval === undefined ? [] : [interval]), ...(level === undefined || level === 0 ? [] : [`level ${real(level)}`])].join("; "))}`
              )
              .join("\n")}\n\\end{itemize}`
          ]
    }),
    ...(costs.length === 0
      ? []
      : [
          table(
            "p{7cm}rr",
            ["cost of", "rewards, T_data", "draws, T_comp"],
            costs.map(({ of, T_comp, T_data, what }) => [
              `${labelOf(what)} ${of}`,
              T_data === undefined ? "–" : count(T_data),
              T_comp === undefined ? "–" : count(T_comp)
            ])
          )
        ]),
    ...report.sections.map((one) => section(one, report)),
    `\\par\\medskip\\noindent Made by ${code(command)}, coverbound ${tex(suite)}.`,
    "\\end{document}"
  ].join("\n\n")}\n`
}
