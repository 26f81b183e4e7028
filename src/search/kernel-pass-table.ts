/** Tables of passing pairs by the WebAssembly kernel, where a prompt is wide enough; entry by entry the table that float64 gives. */
import { passTable as byKernel, passTableRoom } from "./pass-table.ts"
import { type EllipticTest, squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
import type { SessionSearch } from "./session-search.ts"

/** Classes from which on the kernel is quicker (measured). */
const FROM = 64

/**
 * Pass table of the rows [start, end) as `passTable` of policy/elliptic-test; undefined where that is the way to make it:
 * few rows, no kernel or no room, or distances that float32 cannot tell from ν.
 */
export const kernelPassTable = (
  test: EllipticTest,
  features: Float64Array,
  start: number,
  end: number,
  search: SessionSearch
): Uint8Array<ArrayBuffer> | undefined => {
  const { dimension: d, nu } = test
  const kernel = end - start >= FROM ? search.kernel : undefined
  if (kernel === undefined) return undefined
  const { arena } = kernel
  arena.begin()
  // A full memory is full of tests that nobody asks any more, most likely.
  if (arena.room < passTableRoom(end - start, d, arena.threads)) kernel.clear()
  const white = whitenedRows(test, features, start, end)
  const limit = nu * nu
  return byKernel(arena, white, d, nu, (a, b) => squaredDistance(white, a * d, b * d, d) > limit)
}
