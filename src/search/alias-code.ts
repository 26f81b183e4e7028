/** A draw by the alias table of `instance/draw-table.ts`, as code: a shift, two loads and no branch. */
import {
  add,
  type Code,
  get,
  int,
  load,
  set,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  subtract
} from "../numeric/webassembly.ts"

/** i32 locals: address of the table and its shift; free ones that a draw works with. */
export interface AliasLocals {
  readonly table: number
  readonly shift: number
  readonly word: number
  readonly column: number
  /** The word less its column's threshold: 0 is a tie, below it the row is the column's own. */
  readonly above: number
}

/** Finds a word's column; of a narrow table, that of half a word. */
export const findColumn = (
  { table, shift, word, column, above }: AliasLocals,
  code: Code,
  words: "wide" | "narrow" = "wide"
): Code => [
  ...set(word, code),
  ...set(column, add(get(table), shiftLeft(shiftRight(get(word), get(shift)), 4))),
  ...set(
    above,
    words === "wide"
      ? subtract(shiftRight(get(word), int(1)), load(get(column)))
      : subtract(get(word), load(get(column), 12))
  )
]

/** What the table holds for the row that the word of the last {@link findColumn} draws. */
export const drawnRow = ({ column, above }: AliasLocals): Code =>
  load(add(get(column), shiftLeft(shiftRightSigned(get(above), 31), 2)), 8)
