/**
 * Alias tables with 2^k columns, laid end to end: a 32-bit word's high k bits name the column and its low 32−k bits decide
 * between the column's own category and its alias.
 *
 * With the column in the high bits, the low bits are uniform on their lattice whatever the column, and threshold and word can
 * be compared as integers. They tie with probability 2^k·2⁻³²; then, and only then, 53 further bits settle it, so that the
 * law is that of the weights to the rounding of their sums (measured: 6·10⁻¹⁵).
 */
import { aliasTable } from "../numeric/alias-table.ts"

/** Rows of alias tables. Row r has 2^bits[r] columns, from column start[r] on. */
export interface DrawTables {
  readonly start: Int32Array
  /** 32 − bits[r]: shift of a word that leaves its column. */
  readonly shift: Int32Array
  /** 2^(32−bits[r]) − 1: mask of a word that leaves the bits to compare. */
  readonly mask: Int32Array
  /** Four words a column, in one cache line: `cut`, the alias, the column's own category, 0. */
  readonly cells: Int32Array
  /** A column keeps its own category iff (word & mask) + u < cut + rest, u ∈ [0, 1) the further bits. */
  readonly rest: Float64Array
}

/** Places in a cell. The own category follows the alias, so that a comparison's sign bit can be added to the address. */
export const CUT = 0
export const ALIAS = 1
export const OWN = 2

/**
 * Tables of the laws `weights[offsets[r] … offsets[r+1])`.
 *
 * @param category what the i-th weight of all stands for.
 */
export const drawTables = (
  weights: Float64Array,
  offsets: ArrayLike<number>,
  category: (i: number) => number
): DrawTables => {
  const rows = offsets.length - 1
  const start = new Int32Array(rows)
  const shift = new Int32Array(rows)
  const mask = new Int32Array(rows)
  let columns = 0
  for (let r = 0; r < rows; r++) {
    const bits = Math.max(1, Math.ceil(Math.log2(Math.max(1, offsets[r + 1] - offsets[r]))))
    start[r] = columns
    shift[r] = 32 - bits
    mask[r] = 2 ** (32 - bits) - 1
    columns += 2 ** bits
  }
  const cells = new Int32Array(4 * columns)
  const rest = new Float64Array(columns)
  for (let r = 0; r < rows; r++) {
    const size = offsets[r + 1] - offsets[r]
    if (size === 0) continue
    const padded = new Float64Array(2 ** (32 - shift[r]))
    // Backwards: the words of a class stand by falling mass, and sums lose less from the small end.
    padded.set(weights.subarray(offsets[r], offsets[r + 1]).toReversed())
    const categoryOf = (column: number): number => category(offsets[r + 1] - 1 - column)
    const table = aliasTable(padded)
    for (let column = 0; column < padded.length; column++) {
      const threshold = table.keep[column] * 2 ** shift[r]
      // A threshold of one whole column would not fit an int32 when shift = 31; its alias is then itself.
      const full = table.keep[column] >= 1
      const at = start[r] + column
      const cell = 4 * at
      cells[cell + CUT] = full ? 0 : Math.floor(threshold)
      rest[at] = full ? 0 : threshold - Math.floor(threshold)
      cells[cell + OWN] = column < size ? categoryOf(column) : -1
      cells[cell + ALIAS] = full ? cells[cell + OWN] : categoryOf(table.alias[column])
    }
  }
  return { start, shift, mask, cells, rest }
}
