/** Aligned tables for a terminal, no wider than it is: heads in lines below each other, then words within cells, then columns in a table of their own. */
import { columnsOf, folded, type Page, WIDEST } from "./terminal.ts"

/** A head; cells stand left of it, or right where it says so. */
export type Column = string | { readonly head: string; readonly align: "right" }

/** A column of numbers. */
export const right = (head: string): Column => ({ head, align: "right" })

const headOf = (column: Column): string => (typeof column === "string" ? column : column.head)

const fit = (cell: string, width: number, column: Column): string => {
  const space = " ".repeat(Math.max(0, width - columnsOf(cell)))
  return typeof column === "string" ? cell + space : space + cell
}

type Rows = ReadonlyArray<ReadonlyArray<string>>

/** Between columns, and before the first. */
const GAP = 2

const totalOf = (widths: ReadonlyArray<number>): number => widths.reduce((sum, width) => sum + GAP + width, 0)

/** Columns that a text takes in at most so many lines. */
const narrowest = (text: string, lines: number): number => {
  const most = columnsOf(text)
  let width = Math.max(0, ...text.split(" ").map(columnsOf))
  while (width < most && folded(text, width).length > lines) width++
  return width
}

/** Fewest columns that words in a cell are folded to, and lines of a head where a table is parted. */
const [NARROW, PARTED] = [24, 2]

/** A cell may be folded: words, in a column of words. What has an ink is one. */
const isFoldable = (cell: string, column: Column): boolean =>
  typeof column === "string" && cell.includes(" ") && !cell.includes("\u001b")

/** The widest cell of a column. */
const cellsIn = (rows: Rows, j: number): number =>
  Math.max(0, ...rows.filter((row) => row.length > 1).map((row) => columnsOf(row[j] ?? "")))

/** Widths with heads in at most so many lines. */
const widthsOf = (columns: ReadonlyArray<Column>, rows: Rows, lines: number): Array<number> =>
  columns.map((column, j) => Math.max(narrowest(headOf(column), lines), cellsIn(rows, j)))

/** Columns that a head on one line may take more than it would on several: "H = 16" is not worth a break. */
const CHEAP = 3

/** The same with such heads on one line where there is room, the cheapest first. */
const widened = (
  widths: ReadonlyArray<number>,
  columns: ReadonlyArray<Column>,
  room: number
): ReadonlyArray<number> => {
  const wider = [...widths]
  const missing = columns.map((column, j) => Math.max(0, columnsOf(headOf(column)) - widths[j]))
  for (const j of [...columns.keys()].toSorted((a, b) => missing[a] - missing[b]))
    if (missing[j] <= CHEAP && totalOf(wider) + missing[j] <= room) wider[j] += missing[j]
  return wider
}

/** How narrow a column may be where its words are folded, and its head stands in at most so many lines. */
const leastOf = (column: Column, rows: Rows, j: number, lines: number): number =>
  Math.max(
    narrowest(headOf(column), lines),
    ...rows
      .filter((row) => row.length > 1)
      .map((row) => row[j] ?? "")
      .map((cell) =>
        isFoldable(cell, column)
          ? Math.max(Math.min(NARROW, columnsOf(cell)), ...cell.split(" ").map(columnsOf))
          : columnsOf(cell)
      )
  )

/** Widths that fit; undefined where none do. */
const fitting = (columns: ReadonlyArray<Column>, rows: Rows, room: number): ReadonlyArray<number> | undefined => {
  // Off a terminal rows stay whole, and heads alone fold.
  const most = Number.isFinite(room) ? room : WIDEST
  for (const lines of [1, PARTED, PARTED + 1]) {
    const widths = widthsOf(columns, rows, lines)
    if (totalOf(widths) <= Math.min(room, most)) return widened(widths, columns, Math.min(room, most))
  }
  const widths = widthsOf(columns, rows, PARTED)
  const least = columns.map((column, j) => leastOf(column, rows, j, PARTED))
  // The column with most to give gives first.
  while (totalOf(widths) > room) {
    const spare = widths.map((width, j) => width - least[j])
    const most = Math.max(...spare)
    if (most <= 0) return undefined
    widths[spare.indexOf(most)]--
  }
  return widths
}

/** Columns that tell rows apart: the first, with another where rows share it. */
const keysOf = (columns: ReadonlyArray<Column>, rows: Rows): ReadonlyArray<number> => {
  const full = rows.filter((row) => row.length > 1)
  const tells = (keys: ReadonlyArray<number>): boolean =>
    new Set(full.map((row) => keys.map((j) => row[j]).join("\n"))).size === full.length
  const second = columns.findIndex((_, j) => j > 0 && tells([0, j]))
  return tells([0]) || second < 0 ? [0] : [0, second]
}

/** One table as wide as it is told, rows of one cell across it as they are. */
const drawn = (
  { ink }: Pick<Page, "ink">,
  columns: ReadonlyArray<Column>,
  rows: Rows,
  widths: ReadonlyArray<number>
): string => {
  const line = (cells: ReadonlyArray<string>): string =>
    `  ${cells.map((cell, j) => fit(cell, widths[j], columns[j])).join("  ")}`.trimEnd()
  /** Cells of several lines; those of heads stand on the last. */
  const lines = (cells: ReadonlyArray<ReadonlyArray<string>>, below: boolean): ReadonlyArray<string> => {
    const height = Math.max(...cells.map((cell) => cell.length))
    return Array.from({ length: height }, (_, i) =>
      line(cells.map((cell) => cell[below ? i - height + cell.length : i] ?? ""))
    )
  }
  const heads = columns.map(headOf)
  const top = heads.some((text) => text !== "")
    ? lines(
        heads.map((head, j) => folded(head, widths[j])),
        true
      ).map((text) => ink("dim", text))
    : []
  const body = rows.flatMap((row) =>
    row.length === 1
      ? row
      : lines(
          row.map((cell, j) => (isFoldable(cell, columns[j]) ? folded(cell, widths[j]) : [cell])),
          false
        )
  )
  return [...top, ...body].join("\n")
}

/**
 * Rows under dimmed heads, two spaces before each line and between columns. A row of one cell runs across the table as it is. Columns that a terminal has no room for
 * stand in a table below, after those that tell rows apart; what runs across stands in the first.
 */
export const table = (page: Pick<Page, "ink" | "room">, columns: ReadonlyArray<Column>, rows: Rows): string => {
  const whole = fitting(columns, rows, page.room)
  if (whole !== undefined) return drawn(page, columns, rows, whole)
  const keys = keysOf(columns, rows)
  const pick = (of: ReadonlyArray<number>) => ({
    columns: of.map((j) => columns[j]),
    rows: rows.flatMap((row) => (row.length > 1 ? [of.map((j) => row[j] ?? "")] : []))
  })
  const partedAt = (room: number): ReadonlyArray<ReadonlyArray<number>> => {
    const parts: Array<Array<number>> = [[]]
    for (const j of columns.keys()) {
      if (keys.includes(j)) continue
      const part = parts[parts.length - 1]
      const wider = pick([...keys, ...part, j])
      if (part.length > 0 && fitting(wider.columns, wider.rows, room) === undefined) parts.push([j])
      else part.push(j)
    }
    return parts
  }
  // As few tables as there must be, and those of about one width: no column stands alone that need not.
  const fewest = partedAt(page.room).length
  let [least, enough] = [0, page.room]
  while (enough - least > 1) {
    const middle = Math.floor((least + enough) / 2)
    if (partedAt(middle).length > fewest) least = middle
    else enough = middle
  }
  return partedAt(enough)
    .map((part, i) => {
      const of = [...keys, ...part]
      const some = pick(of)
      const across = rows.map((row) => (row.length > 1 ? of.map((j) => row[j] ?? "") : row))
      const widths =
        fitting(some.columns, some.rows, page.room) ??
        some.columns.map((column, j) => leastOf(column, some.rows, j, Infinity))
      return drawn(page, some.columns, i === 0 ? across : some.rows, widths)
    })
    .join("\n\n")
}
