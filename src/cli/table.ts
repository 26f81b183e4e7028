/** Aligned tables for a terminal. */
import { columnsOf } from "./terminal.ts"

export interface Column {
  readonly head: string
  /** Default left. */
  readonly align?: "left" | "right"
}

const fit = (cell: string, width: number, align: Column["align"]): string => {
  const space = " ".repeat(Math.max(0, width - columnsOf(cell)))
  return align === "right" ? space + cell : cell + space
}

/** Rows under heads, two spaces between columns; `indent` before every line. A row of one cell runs across the table as it is. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  indent = "  ",
  head: (text: string) => string = (text) => text
): string => {
  const widths = columns.map((column, j) =>
    Math.max(columnsOf(column.head), ...rows.filter((row) => row.length > 1).map((row) => columnsOf(row[j] ?? "")))
  )
  const line = (cells: ReadonlyArray<string>): string =>
    `${indent}${cells.map((cell, j) => fit(cell, widths[j], columns[j].align)).join("  ")}`.trimEnd()
  const heads = columns.map((column) => column.head)
  const top = heads.some((text) => text !== "") ? [head(line(heads))] : []
  return [...top, ...rows.map((row) => (row.length === 1 ? row[0] : line(row)))].join("\n")
}
