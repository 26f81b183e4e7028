/**
 * The alias table of one prompt as the hot loops read it: columns padded to a power of two, so that a word's top bits
 * are its column and a lattice cell lies in one column. A pick is then a shift, a load, a subtraction and a load,
 * with no branch that depends on the draw. A draw on a threshold's own cell is left undecided.
 */
import { type AliasTable, aliasTable } from "../numeric/alias-table.ts"

/** Concrete responses: which class each belongs to and with what mass. Feature and reward are the class's. */
export interface ConcreteResponses {
  /** Responses of prompt x are offsets[x] … offsets[x+1]−1. Length X + 1. */
  readonly offsets: Int32Array
  /** π_ref of each, length N; at most 2²⁰ responses per prompt. */
  readonly reference: Float64Array
  /** Class row of each, length N. */
  readonly rowOf: Int32Array
  readonly labels?: ReadonlyArray<string>
}

/** Most columns of a narrow table: one whose pairs take half a word a member. */
const NARROW = 256
/** Marks a draw that the fast path leaves to the exact one. */
export const UNDECIDED = -1

export interface DrawTable {
  readonly exact: AliasTable
  /** 32 − log₂ of the table's size: word >>> shift is the column. */
  readonly shift: number
  /**
   * Four words a column: threshold on word >>> 1, class row if kept, class row of the alias, threshold on a half
   * word.
   */
  readonly packed: Int32Array
  /** At most {@link NARROW} columns. */
  readonly narrow: boolean
  /** First of the prompt's class rows, and how many there are. */
  readonly firstRow: number
  readonly rowCount: number
}

/** The table of prompt x. */
export const drawTable = (responses: ConcreteResponses, x: number): DrawTable => {
  const start = responses.offsets[x]
  const count = responses.offsets[x + 1] - start
  // At least two columns: a shift by 32 would be a shift by 0.
  const bits = Math.max(1, Math.ceil(Math.log2(count)))
  const size = 2 ** bits
  const weights = new Float64Array(size)
  weights.set(responses.reference.subarray(start, start + count))
  const exact = aliasTable(weights)
  const packed = new Int32Array(4 * size)
  const columnWidth = 2 ** (31 - bits)
  const halfWidth = 2 ** (16 - bits)
  for (let c = 0; c < size; c++) {
    // The last column kept for sure would end at 2³¹; one less makes its last words ties, which are then kept.
    packed[4 * c] = Math.min(2 ** 31 - 1, c * columnWidth + Math.floor(exact.keep[c] * columnWidth))
    packed[4 * c + 2] = responses.rowOf[start + exact.alias[c]]
    packed[4 * c + 1] = c < count ? responses.rowOf[start + c] : packed[4 * c + 2]
    packed[4 * c + 3] = c * halfWidth + Math.floor(exact.keep[c] * halfWidth)
  }
  const rows = responses.rowOf.subarray(start, start + count)
  let firstRow = rows[0]
  let lastRow = rows[0]
  for (const row of rows) {
    firstRow = Math.min(firstRow, row)
    lastRow = Math.max(lastRow, row)
  }
  return { exact, shift: 32 - bits, packed, narrow: size <= NARROW, firstRow, rowCount: lastRow - firstRow + 1 }
}

/** Class rows of `words` into rows[at …]; returns whether some are {@link UNDECIDED}. */
export const pickRows = (table: DrawTable, words: Int32Array, count: number, rows: Int32Array, at: number): boolean => {
  const { packed, shift } = table
  let undecided = false
  for (let i = 0; i < count; i++) {
    const word = words[i]
    const column = (word >>> shift) << 2
    const above = ((word >>> 1) - packed[column]) | 0
    rows[at + i] = packed[column + 2 + (above >> 31)]
    if (above === 0) {
      rows[at + i] = UNDECIDED
      undecided = true
    }
  }
  return undecided
}

/**
 * Class rows of the two halves of from[skip …] into left[at …] and right[at …]; returns whether some are {@link
 * UNDECIDED}.
 */
export const pickPairs = (
  { packed, shift }: DrawTable,
  from: Int32Array,
  skip: number,
  count: number,
  left: Int32Array,
  right: Int32Array,
  at: number
): boolean => {
  let undecided = false
  const bits = shift - 16
  for (let i = 0; i < count; i++) {
    const word = from[skip + i]
    const high = word >>> 16
    const low = word & 0xffff
    const l = (high >>> bits) << 2
    const r = (low >>> bits) << 2
    const aboveLeft = (high - packed[l + 3]) | 0
    const aboveRight = (low - packed[r + 3]) | 0
    left[at + i] = packed[l + 2 + (aboveLeft >> 31)]
    right[at + i] = packed[r + 2 + (aboveRight >> 31)]
    if (aboveLeft !== 0 && aboveRight !== 0) continue
    undecided = true
    if (aboveLeft === 0) left[at + i] = UNDECIDED
    if (aboveRight === 0) right[at + i] = UNDECIDED
  }
  return undecided
}
