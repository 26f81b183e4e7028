/** A draw by the alias table of `instance/draw-table.ts`, as code: a shift, two loads and no branch. */
import type { Code, Local, Value } from "../numeric/wasm-code.ts"
import type { Frame } from "../numeric/webassembly.ts"

export class AliasDraw {
  private readonly word: Local<"i32">
  private readonly column: Local<"i32">
  /** The word less its column's threshold: 0 is a tie, below it the row is the column's own. */
  private readonly above: Local<"i32">
  private readonly table: Local<"i32">
  private readonly shift: Local<"i32">

  /** @param table its address and its shift */
  constructor(frame: Frame, table: Local<"i32">, shift: Local<"i32">) {
    ;[this.word, this.column, this.above] = frame.locals("i32", 3)
    this.table = table
    this.shift = shift
  }

  /** Finds a word's column; of a narrow table, that of half a word. */
  find(word: Value<"i32">, words: "wide" | "narrow" = "wide"): Code {
    const { above, column, shift, table } = this
    return [
      this.word.set(word),
      column.set(table.plus(this.word.shiftRight(shift).shiftLeft(4))),
      above.set(
        words === "wide" ? this.word.shiftRight(1).minus(column.load("i32")) : this.word.minus(column.load("i32", 12))
      )
    ]
  }

  /** Whether the last {@link find} met a tie. */
  get tie(): Value<"i32"> {
    return this.above.isZero()
  }

  /** What the table holds for the row that the word of the last {@link find} draws. */
  get row(): Value<"i32"> {
    return this.column.plus(this.above.shiftRightSigned(31).shiftLeft(2)).load("i32", 8)
  }
}
