/** Aligned tables for a terminal. */
import { columnsOf, type Page } from "./terminal.ts"

/** A head; cells stand left of it, or right where it says so. */
export type Column = string | { readonly head: string; readonly align: "right" }

/** A column of numbers. */
export const right = (head: string): Column => ({ head, align: "right" })

const headOf = (column: Column): string => (typeof column === "string" ? column : column.head)

const fit = (cell: string, width: number, column: Column): string => {
  const space = " ".repeat(Math.max(0, width - columnsOf(cell)))
  return typeof column === "string" ? cell + space : space + cell
}

/** Rows under dimmed heads, two spaces before each line and between columns. A row of one cell runs across the table as it is. */
export const table = (
  { ink }: Pick<Page, "ink">,
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): string => {
  const heads = columns.map(headOf)
  const widths = heads.map((head, j) =>
    Math.max(columnsOf(head), ...rows.filter((row) => row.length > 1).map((row) => columnsOf(row[j] ?? "")))
  )
  const line = (cells: ReadonlyArray<string>): string =>
    `  ${cells.map((cell, j) => fit(cell, widths[j], columns[j])).join("  ")}`.trimEnd()
  const top = heads.some((text) => text !== "") ? [ink("dim", line(heads))] : []
  return [...top, ...rows.map((row) => (row.length === 1 ? row[0] : line(row)))].join("\n")
}
