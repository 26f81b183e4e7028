/**
 * Walker's alias method with Vose's construction (doi:10.1109/32.92917): O(1) draws from a finite law by 32-bit words.
 *
 * A 32-bit word alone would round a mass of 10⁻⁹ by a percent. A word is therefore compared with the threshold only where it
 * decides; when word and threshold share their lattice cell (probability R·2⁻³²) further bits settle it, so the law is
 * exact to double precision while nearly every draw costs one word.
 */
import type { Stream } from "./stream.ts"

export interface AliasTable {
  /** Number of categories R ≤ 2²⁰. */
  readonly size: number
  /** Probability of keeping the column, in [0, 1]; length R. */
  readonly keep: Float64Array
  /** Category used when the column is not kept; length R. */
  readonly alias: Int32Array
}

/** Builds the table of weights[start … end): non-negative, positive total. */
export const aliasTable = (weights: Float64Array, start = 0, end = weights.length): AliasTable => {
  const size = end - start
  const keep = new Float64Array(size).fill(1)
  const alias = new Int32Array(size)
  let total = 0
  for (let i = 0; i < size; i++) {
    alias[i] = i
    total += weights[start + i]
  }
  const scaled = new Float64Array(size)
  const small: Array<number> = []
  const large: Array<number> = []
  for (let i = 0; i < size; i++) {
    scaled[i] = (weights[start + i] / total) * size
    ;(scaled[i] < 1 ? small : large).push(i)
  }
  while (small.length > 0 && large.length > 0) {
    const s = small.pop()!
    const l = large.pop()!
    keep[s] = scaled[s]
    alias[s] = l
    // Vose's order of operations loses least: (l + s) − 1.
    scaled[l] = scaled[l] + scaled[s] - 1
    ;(scaled[l] < 1 ? small : large).push(l)
  }
  // What is left is 1 up to rounding, except a zero weight, which must never be drawn.
  for (const i of small) {
    if (weights[start + i] === 0 && large.length === 0) {
      keep[i] = 0
      alias[i] = heaviest(weights, start, end)
    }
  }
  return { size, keep, alias }
}

/** The category of the largest of weights[start … end), the first of equals, from `start`. */
export const heaviest = (weights: Float64Array, start: number, end: number): number => {
  let best = start
  for (let i = start + 1; i < end; i++) if (weights[i] > weights[best]) best = i
  return best - start
}

const WORD = 2 ** -32

/**
 * The category of 32-bit `word` (as int32 or uint32); `refine` supplies a uniform in [0, 1) and is called only on a tie.
 *
 * The word stands for the lattice cell [word, word+1)·R/2³² of [0, R), and word + refine() for a point in it. A cell in which one
 * category covers every point is decided by the word alone. A cell with a threshold in it, or one that reaches into the next column
 * (R need not divide 2³²), is decided by the point. Differences are taken where they are exact, so that a mass of 10⁻¹² keeps its digits.
 */
export const aliasPick = (table: AliasTable, word: number, refine: () => number): number => {
  const { size, keep, alias } = table
  const width = size * WORD
  const cell = (word >>> 0) * width
  const column = cell | 0
  const fraction = cell - column
  const gap = fraction - keep[column]
  if (gap < -width) return column
  const straddles = fraction + width > 1
  if (gap >= 0 && !straddles) return alias[column]
  const within = refine() * width
  const beyond = fraction - 1 + within
  // The last cell ends at R exactly; only rounding could carry it over.
  if (beyond >= 0 && column + 1 < size) return beyond < keep[column + 1] ? column + 1 : alias[column + 1]
  return gap + within < 0 ? column : alias[column]
}

/**
 * Draws of a row within segment x, rows offsets[x] … offsets[x+1]−1, in proportion to `masses`; a segment's table is made when it is first drawn from.
 *
 * @returns of (x, stream) the row: one uniform of the stream, and another on a tie
 */
export const aliasRows = (
  masses: Float64Array,
  offsets: Int32Array
): ((x: number, stream: Pick<Stream, "next">) => number) => {
  const tables: Array<AliasTable | undefined> = []
  return (x, stream) => {
    const table = (tables[x] ??= aliasTable(masses, offsets[x], offsets[x + 1]))
    return offsets[x] + aliasPick(table, Math.floor(stream.next() * 4294967296), () => stream.next())
  }
}
