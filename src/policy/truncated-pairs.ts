/** The pairs of a prompt that a truncation cuts off, row by row: what a law anchored at a response differs in from the law of the scores alone. */
import type { FiniteInstance } from "../instance/instance.ts"
import type { EllipticTest, passTable } from "./elliptic-test.ts"

/** Pairs of one prompt, by row offset. A pair is in the list of either of its rows. */
export interface TruncatedPairs {
  /** Rows with such pairs, ascending. */
  readonly rows: Int32Array
  /** Partners of rows[k] are partners[from[k]] … partners[from[k + 1] − 1], ascending. */
  readonly from: Int32Array
  readonly partners: Int32Array
  /** π_ref-mass of all rows without such pairs. */
  readonly free: number
}

/** How the table of passing pairs of a prompt is made, into `out` by row offset: `passTable`, or the same by a kernel. */
export type MakesPassTable = typeof passTable

/** The truncated pairs of prompt x. O(R·d² + R²·d), once for a truncation. */
export const truncatedPairs = (
  { features, offsets, reference }: Pick<FiniteInstance, "features" | "offsets" | "reference">,
  truncation: EllipticTest,
  x: number,
  table: Uint8Array,
  make: MakesPassTable
): TruncatedPairs => {
  const start = offsets[x]
  const size = offsets[x + 1] - start
  make(truncation, features, start, start + size, table)
  const rows: Array<number> = []
  const from: Array<number> = [0]
  const partners: Array<number> = []
  let free = 0
  for (let a = 0; a < size; a++) {
    const before = partners.length
    const end = (a + 1) * size
    for (let at = table.indexOf(1, a * size); at >= 0 && at < end; at = table.indexOf(1, at + 1))
      partners.push(at - a * size)
    if (partners.length === before) free += reference[start + a]
    else {
      rows.push(a)
      from.push(partners.length)
    }
  }
  return { rows: Int32Array.from(rows), from: Int32Array.from(from), partners: Int32Array.from(partners), free }
}
