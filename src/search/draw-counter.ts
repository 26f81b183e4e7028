/** How often each class row is drawn: the estimation draws of a tilted sampler, by the WebAssembly kernel where there are many. */
import type { ResponseSource } from "../instance/instance.ts"
import { tallyDraws } from "./draw-tally.ts"
import type { Stream } from "../numeric/stream.ts"
import type { SessionSearch } from "./session-search.ts"

/** Draws from which on the kernel pays for its table and counters, R rows (measured: 3.9 ns a draw against 6.5). */
export const tallyFrom = (rows: number): number => 512 + 12 * rows

/** Rows past which a process's memory for searches might not hold the counters. */
const MOST_ROWS = 2 ** 18

/** Draws of one turn in the usual way. */
const TURN = 1024
const drawn = new Int32Array(TURN)

/**
 * Counts of the draws 0 … `count` − 1 of a key at prompt x.
 *
 * @param start first class row of the prompt, whose count comes first; rows: how many there are
 */
export const countDraws = (
  source: ResponseSource,
  x: number,
  key: Stream,
  count: number,
  start: number,
  rows: number,
  search: SessionSearch
): Float64Array => {
  const counts = new Float64Array(rows)
  const kernel = count >= tallyFrom(rows) && rows <= MOST_ROWS ? search.kernel : undefined
  let done = 0
  if (kernel !== undefined && source.drawTable !== undefined) {
    const table = source.drawTable(x)
    const one = new Int32Array(1)
    const rowAt = (draw: number): number => {
      source.drawRows(x, key.k0, key.k1, draw, 1, one)
      return one[0]
    }
    const tally = (): number =>
      tallyDraws(kernel.arena, table, key, 0, count, counts.subarray(table.firstRow - start), rowAt)
    // A full memory is full of tests that nobody asks any more, most likely.
    done = tally() || (kernel.clear(), tally())
  }
  while (done < count) {
    const n = Math.min(TURN, count - done)
    source.drawRows(x, key.k0, key.k1, done, n, drawn, search.words)
    for (let i = 0; i < n; i++) counts[drawn[i] - start]++
    done += n
  }
  return counts
}
