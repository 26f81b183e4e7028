/** A user's measurements: CSV with a column for each size and one of times. */
import { decimal } from "../../instance/decimal.ts"
import { shown } from "../../instance/invalid-instance.ts"
import type { TimedCase } from "../../statistics/scaling-study.ts"
import { InvalidCall } from "../invalid-call.ts"

export interface TimedFile {
  /** Columns of sizes. */
  readonly sizes: ReadonlyArray<string>
  /** The column of times, as the file calls it. */
  readonly time: string
  readonly cases: ReadonlyArray<TimedCase>
}

/** Columns that are times where nobody says which is. */
const TIMES = ["time", "t"]
const MOST_ROWS = 100_000

/** A separator and its cell: in quotes, or all before the next. */
const CELL = /[,;\t](?:\s*"((?:[^"]|"")*)"\s*(?=[,;\t]|$)|([^,;\t]*))/g

/** Cells of a line: commas, semicolons, tabs, or else spaces; in quotes, these belong to the cell (RFC 4180). */
const cellsOf = (line: string): ReadonlyArray<string> =>
  /[,;\t]/.test(line)
    ? [...`,${line}`.matchAll(CELL)].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain).trim())
    : line
        .trim()
        .split(/\s+/)
        .map((cell) => cell.replace(/^"(.*)"$/, "$1"))

const nameOf = (head: string): string => head.replace(/\s*[([].*$/, "").replace(/\W+/g, "_")

/** @throws InvalidCall that names file, line and column */
export const timedCases = (text: string, file: string, asked: string | undefined): TimedFile => {
  const refuse = (where: string, value: string, expectation: string): never => {
    throw new InvalidCall({ field: `${file}: ${where}`, value, expectation })
  }
  const lines = text
    .split(/\r?\n/)
    .map((content, i) => ({ content, number: i + 1 }))
    .filter(({ content }) => content.trim() !== "" && !content.trimStart().startsWith("#"))
  if (lines.length === 0) refuse("line 1", "nothing", "a line of column names and a row for each measurement")
  if (lines.length > MOST_ROWS) refuse("rows", `${lines.length}`, `at most ${MOST_ROWS}`)
  const first = cellsOf(lines[0].content)
  const headless = first.every((cell) => decimal(cell) !== undefined)
  if (first.length < 2) refuse(`line ${lines[0].number}`, shown(lines[0].content), "a size and a time at the least")
  const heads = headless
    ? first.map((_, i) => (i === first.length - 1 ? "time" : first.length === 2 ? "N" : `N${i + 1}`))
    : first.map(nameOf)
  const twice = heads.find((head, i) => heads.indexOf(head) !== i)
  if (twice !== undefined) refuse(`line ${lines[0].number}`, `column ${shown(twice)} twice`, "each name once")
  const unnamed = heads.findIndex((head) => !/^[A-Za-z]\w*$/.test(head))
  if (unnamed >= 0)
    refuse(`line ${lines[0].number}, column ${unnamed + 1}`, shown(first[unnamed]), "a name that begins with a letter")
  if (asked !== undefined && !heads.includes(nameOf(asked))) throw InvalidCall.notOneOf("--time", asked, heads)
  const time =
    asked === undefined
      ? (heads.find((head) => TIMES.includes(head.toLowerCase())) ?? heads[heads.length - 1])
      : nameOf(asked)
  const sizes = heads.filter((head) => head !== time)
  const cases = lines.slice(headless ? 0 : 1).map(({ content, number }): TimedCase => {
    const cells = cellsOf(content)
    if (cells.length !== heads.length)
      refuse(`line ${number}`, `${cells.length} cells`, `${heads.length}, one a column`)
    const values = cells.map((cell, i) => {
      const value = decimal(cell)
      return value !== undefined && value > 0
        ? value
        : refuse(`line ${number}, ${heads[i]}`, shown(cell), "a number > 0")
    })
    return {
      sizes: Object.fromEntries(sizes.map((name) => [name, values[heads.indexOf(name)]])),
      time: values[heads.indexOf(time)]
    }
  })
  const varying = sizes.filter((name) => new Set(cases.map((one) => one.sizes[name])).size > 1)
  if (cases.length < 3 || varying.length === 0)
    refuse(
      "rows",
      `${cases.length} of ${new Set(cases.map((one) => JSON.stringify(one.sizes))).size} sizes`,
      "3 or more, of different sizes"
    )
  return {
    sizes: varying,
    time,
    cases: cases.map((one) => ({ ...one, sizes: Object.fromEntries(varying.map((name) => [name, one.sizes[name]])) }))
  }
}
