/** compare.json as a part of a report: its sections' tables, exponents with their intervals, and runs against what varies. */
import { fixed } from "../../src/numeric/fixed.ts"
import { VERDICT_MARK } from "../../src/theorem/theorem.ts"
import { type Dot, type Figure, type Layer, logAxis } from "../figure.ts"
import { type Block, type Part, slug } from "../model.ts"
import { labelOf } from "../names.ts"
import { between, real, sureBetween } from "../number-format.ts"
import { callOf } from "../shell-argument.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"
import { counted, CURRENCIES } from "./currency.ts"

/** Measured exponents, as sections list them. */
export const exponentsIn = (data: At) => {
  const list = Array.isArray(data.value)
    ? data.list
    : data.value !== null && typeof data.value === "object"
      ? [...data.get("fits").some, ...data.get("exponents").some]
      : []
  return list
    .filter((one) => one.get("exponent").there && one.get("interval").there)
    .map((one) => {
      const [lower, upper] = one.get("interval").list
      const variable = one.get("variable").maybeText ?? one.get("base").maybeText ?? one.get("predictor").maybeText
      const quantity = one.get("quantity").maybeText ?? "cost"
      return {
        algorithm: one.get("algorithm").text,
        of: variable === undefined ? quantity : `${quantity} in ${variable}`,
        estimate: one.get("exponent").number,
        lower: lower.bound,
        upper: upper.bound,
        predicted: one.get("predicted").maybeNumber,
        claim: one.get("claim").maybeText,
        margin: one.get("margin").maybeNumber,
        verdict: one.get("verdict").maybeVerdict
      }
    })
}

type Exponent = ReturnType<typeof exponentsIn>[number]

const exponentFigure = (exponents: ReadonlyArray<Exponent>, of: string, id: string): Figure => {
  const own = exponents.filter((one) => one.of === of)
  const names = [...new Set(own.map(({ algorithm }) => algorithm))]
  const place = (one: Exponent): number => names.indexOf(one.algorithm)
  const said = own.flatMap((one): ReadonlyArray<Dot> =>
    one.predicted === undefined
      ? []
      : [{ x: one.predicted, y: place(one) + 0.2, note: `${one.claim ?? "equals"} ${real(one.predicted)}` }]
  )
  return {
    id,
    title: `Exponent of ${of}`,
    caption: `Measured with its interval${said.length === 0 ? "" : "; beside it what theory predicts"}.`,
    alt: own
      .map(
        (one) =>
          `${labelOf(one.algorithm)} ${fixed(one.estimate, 2)} ${between(one.lower, one.upper, 2)}${one.predicted === undefined ? "" : `, predicted ${real(one.predicted)}`}`
      )
      .join("; "),
    x: { label: "exponent →", scale: "linear" },
    y: { label: "algorithm", scale: "category", categories: names.map(labelOf) },
    layers: [
      {
        kind: "dots",
        series: "measured",
        points: own.map((one) => ({
          x: one.estimate,
          y: place(one) - (one.predicted === undefined ? 0 : 0.15),
          lower: one.lower,
          upper: one.upper
        }))
      },
      ...(said.length === 0 ? [] : [{ kind: "dots" as const, series: "predicted", points: said }])
    ]
  }
}

/** Runs of a section against what varies, where it lists them. */
const runFigures = (data: At, title: string, prefix: string): ReadonlyArray<Figure> => {
  if (Array.isArray(data.value) || typeof data.value !== "object" || data.value === null) return []
  const points = data.get("points").some.filter((one) => one.get("reached").value === true && one.get("coverage").there)
  const algorithms = [...new Set(points.map((one) => one.get("algorithm").text))]
  if (algorithms.length === 0) return []
  return CURRENCIES.map((currency): Figure => ({
    id: `${prefix}${currency.what}`,
    title: `${currency.title} to the target`,
    caption: `${title}; a dot a run that reached it.`,
    alt: `${points.length} runs of ${algorithms.map(labelOf).join(", ")}.`,
    x: logAxis("coverage C_cov →"),
    y: logAxis(`↑ ${counted(currency)}`),
    layers: algorithms.map((algorithm): Layer => ({
      kind: "dots",
      series: algorithm,
      small: true,
      points: points
        .filter((one) => one.get("algorithm").text === algorithm)
        .map((one) => ({ x: one.get("coverage").number, y: Number(one.get(currency.queries).count) }))
    }))
  }))
}

/** Rows of a section, whose cells are marked; one of a single cell is a line across. */
const rowsIn = (section: At) =>
  section.get("rows").list.map((row) => ({
    cells: row.get("cells").list.map(({ text }) => text.trim()),
    verdict: row.get("verdict").maybeVerdict
  }))

/** How a section came out: its exponents, and the lines of its table that were held against something and are none. */
const sectionFindings = (section: At, level: number, anchor: string): Part["findings"] => {
  const id = section.get("id").text
  const exponents = exponentsIn(section.get("data"))
  const judged = rowsIn(section).filter(({ verdict }) => verdict !== undefined)
  return [
    ...exponents.map((one) => ({
      nature: "evidence" as const,
      says: `${id}, ${labelOf(one.algorithm)}: ${one.of}, exponent ${fixed(one.estimate, 2)}${one.predicted === undefined ? "" : `, predicted ${one.claim === undefined || one.claim === "equals" ? "" : `${one.claim} `}${real(one.predicted)}${one.margin === undefined ? "" : ` ± ${real(one.margin)}`}`}`,
      verdict: one.verdict,
      interval: sureBetween(level, one.lower, one.upper, 2),
      level,
      anchor
    })),
    ...judged
      .filter(({ cells }) => exponents.length === 0 || cells.length === 1)
      .map(({ cells, verdict }) => ({
        nature: "evidence" as const,
        says: `${id}: ${cells.slice(0, 3).join(", ")}`,
        verdict,
        ...(cells.length === 1 ? {} : { level }),
        anchor
      }))
  ]
}

const sectionBlocks = (section: At, prefix: string): ReadonlyArray<Block> => {
  const exponents = exponentsIn(section.get("data"))
  const kinds = [...new Set(exponents.map(({ of }) => of))].filter(
    (of) => exponents.filter((one) => one.of === of).length > 1
  )
  const figures = [
    ...kinds.map((of) => exponentFigure(exponents, of, `${prefix}${slug(of)}`)),
    ...runFigures(section.get("data"), section.get("title").text, prefix)
  ]
  const rows = rowsIn(section)
  return [
    { kind: "figures", figures },
    {
      kind: "table",
      id: `${prefix}table`,
      title: section.get("title").text,
      heads: section.get("heads").list.map(({ text }) => ({ text })),
      rows: rows.filter(({ cells }) => cells.length > 1),
      notes: [
        ...rows
          .filter(({ cells }) => cells.length === 1)
          .map(({ cells: [line], verdict }) =>
            verdict === undefined ? line : `${VERDICT_MARK[verdict]} ${verdict}: ${line}`
          ),
        ...section.get("notes").some.map(({ text }) => text)
      ]
    }
  ]
}

export const comparePart = (at: At, { prefix }: Around): Part => {
  const sections = at.get("sections").list
  const level = at.get("level").number
  const anchorOf = (section: At): string => `${prefix}${slug(section.get("id").text)}-`
  return {
    source: {
      kind: "compare",
      command: callOf("compare", {
        seed: at.get("seed").number,
        level,
        quick: at.get("quick").value === true,
        section: sections.map((one) => one.get("id").text).join(",")
      }),
      made: `coverbound ${at.get("suite").text}${at.get("quick").value === true ? "; quick: fewer points and runs" : ""}`
    },
    title: "Algorithms beside each other, and beside theory",
    findings: sections.flatMap((section) => sectionFindings(section, level, `${anchorOf(section)}table`)),
    costs: [],
    sections: sections.map((section) => ({
      title: section.get("title").text,
      blocks: sectionBlocks(section, anchorOf(section))
    }))
  }
}
