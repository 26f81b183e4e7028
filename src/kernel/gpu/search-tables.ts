/**
 * Draw tables and tests as the search kernels read them: float32 numbers that say exactly what the tables of `instance/draw-table.ts` say, since a half word, a
 * row and a column are whole numbers below 2²⁴.
 */
import type { DrawTable } from "../../instance/draw-table.ts"
import { distance } from "../search-requests.ts"

const columnsOf = (table: DrawTable): number => table.packed.length / 4

/** Three numbers a column: threshold on a half word, row if below, row if above; rows from the prompt's first. */
export const narrowTable = (table: DrawTable): Float32Array => {
  const { packed, firstRow } = table
  const out = new Float32Array(3 * columnsOf(table))
  for (let c = 0; c < columnsOf(table); c++) {
    out[3 * c] = packed[4 * c + 3]
    out[3 * c + 1] = packed[4 * c + 1] - firstRow
    out[3 * c + 2] = packed[4 * c + 2] - firstRow
  }
  return out
}

/** Four numbers a column: the halves of the threshold on word >>> 1, row if below, row if above. */
export const wideTable = (table: DrawTable): Float32Array => {
  const { packed, firstRow } = table
  const out = new Float32Array(packed.length)
  for (let at = 0; at < packed.length; at += 4) {
    out[at] = packed[at] >>> 16
    out[at + 1] = packed[at] & 0xffff
    out[at + 2] = packed[at + 1] - firstRow
    out[at + 3] = packed[at + 2] - firstRow
  }
  return out
}

/** What the top 16 (narrow) or 24 bits of a word are multiplied with for its column. */
export const columnScale = ({ shift }: DrawTable, narrow: boolean): number => 2 ** ((narrow ? 16 : 8) - shift)

/** Rows and columns of {@link passTable}: the prompt's rows, and one for each column's threshold. */
export const passWidth = (table: DrawTable): number => table.rowCount + columnsOf(table)

/**
 * 1 where ‖white_a − white_b‖² > ν², decided in float64. Past the prompt's rows stands one for each column: what a half word on its threshold may turn
 * out to be, so 1 where either of its two rows passes.
 */
export const passTable = (table: DrawTable, white: Float64Array, d: number, nu: number): Float32Array => {
  const { firstRow, rowCount, packed } = table
  const width = passWidth(table)
  const out = new Float32Array(width * width)
  for (let a = 0; a < rowCount; a++) {
    for (let b = 0; b < a; b++) {
      if (distance(white, d, firstRow + a, firstRow + b) > nu * nu) out[a * width + b] = out[b * width + a] = 1
    }
  }
  for (let c = rowCount; c < width; c++) {
    const either = [packed[4 * (c - rowCount) + 1] - firstRow, packed[4 * (c - rowCount) + 2] - firstRow]
    // Columns before this one are filled: a pair of two thresholds is covered too.
    for (let b = 0; b < c; b++) {
      if (either.some((row) => out[row * width + b] === 1)) out[c * width + b] = out[b * width + c] = 1
    }
    if (either.some((a) => either.some((b) => out[a * width + b] === 1))) out[c * width + c] = 1
  }
  return out
}
