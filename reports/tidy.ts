/** A report as one tidy CSV: a number a row, with the record it is from, for a spreadsheet or a data frame. */
import { csvText } from "./csv.ts"
import { figureHeads, figureRows } from "./figure.ts"
import { type Cell, cellText, type Report, type Table } from "./model.ts"
import type { Figure } from "./figure.ts"

type Row = ReadonlyArray<string | number | undefined>

const HEADS = [
  "record",
  "part",
  "item",
  "quantity",
  "value",
  "lower_or_promised",
  "upper",
  "verdict",
  "nature",
  "level"
]

const figureOf = (file: string, figure: Figure): ReadonlyArray<Row> => {
  const [, , x, y] = figureHeads(figure)
  return figureRows(figure).map(([mark, series, at, value, lower, upper]) => [
    file,
    `figure: ${figure.title}`,
    `${String(mark)}: ${String(series)}`,
    `${y} at ${x} = ${String(at ?? "")}`,
    value,
    lower,
    upper
  ])
}

/** By the names of table, row and column where they have one: heads and titles are for people, and change. */
const tableOf = (file: string, { heads, name, rows, title }: Table): ReadonlyArray<Row> => {
  const judged = rows.some(({ verdict }) => verdict !== undefined)
  return rows.flatMap(({ cells, name: item = cellText(cells[0]), verdict }) => {
    const row = (quantity: string | undefined, cell: Cell): Row => [
      file,
      `table: ${name ?? title}`,
      item,
      quantity,
      typeof cell === "number"
        ? cell
        : typeof cell === "object" && "text" in cell && cell.sort !== undefined
          ? cell.sort
          : cellText(cell)
    ]
    return [
      ...cells.slice(1).map((cell, j) => row(heads[j + 1]?.name ?? heads[j + 1]?.text, cell)),
      ...(judged ? [row("verdict", verdict === undefined ? "measured" : { verdict })] : [])
    ]
  })
}

export const tidyCsv = ({ costs, findings, sections, sources }: Report): string => {
  const file = (source: number): string => sources[source].file
  return csvText([
    HEADS,
    ...findings.map((one): Row => [
      file(one.source),
      "finding",
      one.says,
      one.interval === undefined ? "" : "interval",
      one.interval,
      undefined,
      undefined,
      one.word ?? one.verdict ?? "measured",
      one.nature,
      one.level
    ]),
    ...costs.flatMap(({ of, promised = {}, source, T_comp, T_data, what }): ReadonlyArray<Row> => [
      [file(source), "cost", `${what} ${of}`, "T_data", T_data, promised.T_data],
      [file(source), "cost", `${what} ${of}`, "T_comp", T_comp, promised.T_comp]
    ]),
    ...sections.flatMap(({ blocks, source }): ReadonlyArray<Row> =>
      blocks.flatMap((block): ReadonlyArray<Row> => {
        switch (block.kind) {
          case "table":
            return tableOf(file(source), block)
          case "theorem":
            return [
              ...block.clauses.map((one): Row => [
                file(source),
                block.id,
                one.part,
                `measured ${one.relation} promised`,
                one.measured,
                one.bound,
                undefined,
                one.word,
                one.nature,
                one.level
              ]),
              ...block.figures.flatMap((figure) => figureOf(file(source), figure))
            ]
          case "figures":
            return block.figures.flatMap((figure) => figureOf(file(source), figure))
          case "writing":
          case "prose":
            return []
        }
      })
    )
  ])
}
