/** The first draw that its coin accepts, by the WebAssembly kernel: candidates, which the draw itself decides. */
import type { FiniteInstance, ResponseSource } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import type { SessionSearch } from "./session-search.ts"

/** Trials made in the usual way before it pays to make an acceptance ready, for R responses (measured: µs against ns). */
export const acceptanceFrom = (size: number): number => 512 + size

/**
 * Runs `use` with a function that gives the first candidate among the trials `from` … `end`−1, or −1; undefined where
 * there is no kernel for this prompt.
 *
 * @param accept probability of accepting each class row of prompt x
 */
export const withAcceptance = <A>(
  { offsets }: Pick<FiniteInstance, "offsets">,
  source: ResponseSource,
  x: number,
  accept: Float64Array,
  draws: Stream,
  coins: Stream,
  search: SessionSearch,
  use: (next: (from: number, end: number) => number) => A
): A | undefined => {
  const { kernel } = search
  if (kernel === undefined || source.drawTable === undefined) return undefined
  const table = source.drawTable(x)
  const rows = accept.subarray(table.firstRow - offsets[x])
  let mark = kernel.mark()
  let test = kernel.acceptanceTest(table, rows)
  if (test === undefined) {
    kernel.clear()
    mark = kernel.mark()
    test = kernel.acceptanceTest(table, rows)
    if (test === undefined) return undefined
  }
  const ready = test
  const key = { k0: draws.k0, k1: draws.k1, coin0: coins.k0, coin1: coins.k1 }
  try {
    return use((from, end) => kernel.next(ready, key, from, end))
  } finally {
    kernel.reset(mark)
  }
}
