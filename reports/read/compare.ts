/** compare.json as a part of a report: its sections' tables, exponents with their intervals, and runs against what varies. */
import { fixed } from "../../src/numeric/fixed.ts"
import type { Figure, Layer } from "../figure.ts"
import { type Block, type Cell, type Part, slug } from "../model.ts"
import { labelOf } from "../names.ts"
import { real } from "../number-format.ts"
import type { At } from "./at.ts"
import type { Around } from "./audit.ts"

/** A measured exponent, as sections list them. */
interface Exponent {
  readonly algorithm: string
  readonly of: string
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  readonly claim?: string
  readonly predicted?: number
  readonly margin?: number
  readonly verdict?: "supported" | "refuted" | "undecided"
}

export const exponentsIn = (data: At): ReadonlyArray<Exponent> => {
  const list = Array.isArray(data.value)
    ? data.list
    : data.value !== null && typeof data.value === "object"
      ? [...data.get("fits").some, ...data.get("exponents").some]
      : []
  return list.flatMap((one) => {
    if (!one.get("exponent").there || !one.get("interval").there) return []
    const [lower, upper] = one.get("interval").list
    const variable =
      one.get("variable").maybe(({ text }) => text) ??
      one.get("base").maybe(({ text }) => text) ??
      one.get("predictor").maybe(({ text }) => text)
    const quantity = one.get("quantity").maybe(({ text }) => text) ?? "cost"
    return [
      {
        algorithm: one.get("algorithm").text,
        of: variable === undefined ? quantity : `${quantity} in ${variable}`,
        estimate: one.get("exponent").number,
        lower: lower.number,
        upper: upper.number,
        ...(one.get("predicted").there ? { predicted: one.get("predicted").number } : {}),
        ...(one.get("verdict").there
          ? { claim: one.get("claim").text, margin: one.get("margin").number, verdict: one.get("verdict").verdict }
          : {})
      }
    ]
  })
}

const exponentFigure = (exponents: ReadonlyArray<Exponent>, of: string, id: string): Figure => {
  const own = exponents.filter((one) => one.of === of)
  const names = [...new Set(own.map(({ algorithm }) => algorithm))]
  const place = (one: Exponent): number => names.indexOf(one.algorithm)
  const predicted = own.filter((one) => one.predicted !== undefined)
  return {
    id,
    title: `Exponent of ${of}`,
    caption: `Measured with its interval${predicted.length === 0 ? "" : "; beside it what theory predicts"}.`,
    alt: own
      .map(
        (one) =>
          `${labelOf(one.algorithm)} ${fixed(one.estimate, 2)} [${fixed(one.lower, 2)}, ${fixed(one.upper, 2)}]${one.predicted === undefined ? "" : `, predicted ${real(one.predicted)}`}`
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
      ...(predicted.length === 0
        ? []
        : [
            {
              kind: "dots" as const,
              series: "predicted",
              points: predicted.map((one) => ({
                x: one.predicted!,
                y: place(one) + 0.2,
                note: `${one.claim ?? "equals"} ${real(one.predicted!)}`
              }))
            }
          ])
    ]
  }
}

/** Runs of a section against what varies, where it lists them. */
const runFigures = (data: At, title: string, prefix: string): ReadonlyArray<Figure> => {
  if (Array.isArray(data.value) || typeof data.value !== "object" || data.value === null) return []
  const points = data.get("points").some.filter((one) => one.get("reached").value === true && one.get("coverage").there)
  const algorithms = [...new Set(points.map((one) => one.get("algorithm").text))]
  if (algorithms.length === 0) return []
  return (["rewardQueries", "samplingQueries"] as const).map((queries): Figure => {
    const what = queries === "rewardQueries" ? "rewards, T_data" : "draws, T_comp"
    return {
      id: `${prefix}${queries === "rewardQueries" ? "rewards" : "draws"}`,
      title: `${queries === "rewardQueries" ? "Rewards" : "Draws"} to the target`,
      caption: `${title}; a dot a run that reached it.`,
      alt: `${points.length} runs of ${algorithms.map(labelOf).join(", ")}.`,
      x: { label: "coverage C_cov →", scale: "log" },
      y: { label: `↑ ${what}`, scale: "log" },
      layers: algorithms.map((algorithm): Layer => ({
        kind: "dots",
        series: algorithm,
        small: true,
        points: points
          .filter((one) => one.get("algorithm").text === algorithm)
          .map((one) => ({ x: one.get("coverage").number, y: Number(one.get(queries).count) }))
      }))
    }
  })
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
  const heads = section.get("heads").list.map(({ text }) => text)
  const rows = section.get("rows").list
  const judged = rows.some((row) => row.get("verdict").there)
  return [
    ...(figures.length === 0 ? [] : [{ kind: "figures" as const, figures }]),
    {
      kind: "table",
      id: `${prefix}table`,
      title: section.get("title").text,
      heads: [
        { text: heads[0] },
        ...(judged ? [{ text: "verdict" }] : []),
        ...heads.slice(1).map((text) => ({ text }))
      ],
      rows: rows.map((row) => {
        const [first, ...rest] = row.get("cells").list.map(({ text }) => text.trim())
        const verdict = row.get("verdict").maybe((v) => v.verdict)
        const cell: Cell = verdict === undefined ? "measured" : { verdict }
        return rest.length === 0
          ? { cells: [first, ...(judged ? [cell] : []), ...heads.slice(1).map(() => undefined)] }
          : { cells: [first, ...(judged ? [cell] : []), ...rest] }
      }),
      notes: section.get("notes").some.map(({ text }) => text)
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
      command: `coverbound compare --seed ${at.get("seed").number} --level ${level}${at.get("quick").value === true ? " --quick" : ""} --section ${sections.map((one) => one.get("id").text).join(",")}`,
      made: `coverbound ${at.get("suite").text}${at.get("quick").value === true ? "; quick: fewer points and runs" : ""}`
    },
    title: "Algorithms beside each other, and beside theory",
    findings: sections.flatMap((section): Part["findings"] => {
      const exponents = exponentsIn(section.get("data"))
      const anchor = `${anchorOf(section)}table`
      if (exponents.length > 0)
        return exponents.map((one) => ({
          nature: "evidence",
          says: `${section.get("id").text}, ${labelOf(one.algorithm)}: ${one.of}, exponent ${fixed(one.estimate, 2)}${one.predicted === undefined ? "" : `, predicted ${one.claim === undefined || one.claim === "equals" ? "" : `${one.claim} `}${real(one.predicted)}${one.margin === undefined ? "" : ` ± ${real(one.margin)}`}`}`,
          verdict: one.verdict,
          interval: `${real(100 * (1 - level))} % [${fixed(one.lower, 2)}, ${fixed(one.upper, 2)}]`,
          level,
          anchor
        }))
      return section.get("rows").list.flatMap((row) =>
        row.get("verdict").there
          ? [
              {
                nature: "evidence" as const,
                says: `${section.get("id").text}: ${row
                  .get("cells")
                  .list.map(({ text }) => text.trim())
                  .slice(0, 3)
                  .join(", ")}`,
                verdict: row.get("verdict").verdict,
                level,
                anchor
              }
            ]
          : []
      )
    }),
    costs: [],
    sections: sections.map((section) => ({
      title: section.get("title").text,
      blocks: sectionBlocks(section, anchorOf(section))
    }))
  }
}
