/**
 * What products of matrices are made of as code: a tile of four rows by eight columns, summed in registers (8 sums, 2 vectors of the columns, 1 number of a row; larger
 * tiles spill), the columns read in order from where {@link takeColumns} put them.
 */
import { type Code, type Local, repeat, type Value, zero } from "../../numeric/wasm-code.ts"
import type { Frame } from "../../numeric/webassembly.ts"

export const ROWS = 4
export const COLUMNS = 8

/** Locals of a tile. Sums 2r and 2r + 1 are row r's left and right four columns. */
export class Tile {
  readonly left: Local<"f32x4">
  readonly right: Local<"f32x4">
  readonly number: Local<"f32x4">
  readonly sums: ReadonlyArray<Local<"f32x4">>

  constructor(frame: Frame) {
    this.left = frame.local("f32x4")
    this.right = frame.local("f32x4")
    this.number = frame.local("f32x4")
    this.sums = frame.locals("f32x4", 2 * ROWS)
  }

  clear(rows = ROWS): Code {
    return repeat(2 * rows, (i) => this.sums[i].set(zero("f32x4")))
  }

  /**
   * One step of the sums.
   *
   * @param columns address of eight numbers, `offset` bytes further on
   * @param numberOf the number of row r, in all lanes
   * @param gain what a sum gains by a row's number and four columns
   */
  step(
    columns: Value<"i32">,
    offset: number,
    numberOf: (r: number) => Value<"f32x4">,
    gain: (sum: Local<"f32x4">, number: Local<"f32x4">, columns: Local<"f32x4">) => Code,
    rows = ROWS
  ): Code {
    const { left, number, right, sums } = this
    return [
      left.set(columns.load("f32x4", offset)),
      right.set(columns.load("f32x4", offset + 16)),
      repeat(rows, (r) => [
        number.set(numberOf(r)),
        gain(sums[2 * r], number, left),
        gain(sums[2 * r + 1], number, right)
      ])
    ]
  }
}

/** Copies eight numbers, d apart in `source` from `from` on, to neighbouring places from `at` on. Written out: a loop of eight takes three times as long. */
export const takeColumns = (
  source: ArrayLike<number>,
  from: number,
  d: number,
  out: Float32Array,
  at: number
): void => {
  let next = from
  out[at] = source[next]
  out[at + 1] = source[(next += d)]
  out[at + 2] = source[(next += d)]
  out[at + 3] = source[(next += d)]
  out[at + 4] = source[(next += d)]
  out[at + 5] = source[(next += d)]
  out[at + 6] = source[(next += d)]
  out[at + 7] = source[next + d]
}
