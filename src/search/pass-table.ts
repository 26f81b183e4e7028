/**
 * Which pairs of rows are further apart than ν, by the WebAssembly kernel where a prompt is wide enough: distances in float32, and in float64 where those are within their error
 * of ν. Entry by entry the table that float64 alone gives.
 */
import type { KernelCode } from "../kernel/wasm/arena.ts"
import { centredRows, distanceBand } from "../kernel/wasm/centred-rows.ts"
import { distancesInto, distancesRoom } from "../kernel/wasm/pair-distances.ts"
import { type EllipticTest, passTable, squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
import { PASS_GROUP, passesFunction } from "./pass-code.ts"
import type { SessionSearch } from "./session-search.ts"

const PASSES: KernelCode = { name: "passes", functions: () => [passesFunction()] }

/** Classes from which on the kernel is quicker (measured). */
const FROM = 64

/** Bytes of the arena that R rows of dimension d take. */
const roomOf = (size: number, d: number, threads: number): number =>
  5 * (size * size + PASS_GROUP) + distancesRoom(size, d, threads) + 1024

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
  const size = end - start
  const kernel = size >= FROM ? search.kernel : undefined
  if (kernel === undefined) return undefined
  const { arena } = kernel
  arena.begin()
  const room = roomOf(size, d, arena.threads)
  // A full memory is full of tests that nobody asks any more, most likely.
  if (arena.room < room) kernel.clear()
  const white = whitenedRows(test, features, start, end)
  const { rows, radius } = centredRows(white, d, new Float64Array(size).fill(1))
  const bounds = distanceBand(d, radius, nu)
  arena.begin()
  if (bounds === undefined || arena.room < room) return undefined
  const steps = Math.ceil((size * size) / PASS_GROUP)
  const distances = arena.reserve(4 * PASS_GROUP * steps)
  const out = arena.reserve(PASS_GROUP * steps)
  distancesInto(arena, Float32Array.from(rows), size, d, distances)
  const limit = nu * nu
  const band = arena.reserve(8)
  arena.floats(band, 2).set(bounds)
  arena.split(PASS_GROUP, PASSES, {
    rows: steps,
    whole: 1,
    operands: [distances, out, 0, 0, band],
    from: 2
  })
  const table = new Uint8Array(size * size)
  table.set(arena.bytesAt(out, size * size))
  for (let at = -1; (at = table.indexOf(2, at + 1)) >= 0;)
    table[at] = squaredDistance(white, Math.floor(at / size) * d, (at % size) * d, d) > limit ? 1 : 0
  return table
}

/** The table by whichever way is quicker. */
export const quickPassTable = (
  test: EllipticTest,
  features: Float64Array,
  start: number,
  end: number,
  search: SessionSearch
): Uint8Array<ArrayBuffer> => {
  const known = kernelPassTable(test, features, start, end, search)
  if (known !== undefined) return known
  const table = new Uint8Array((end - start) ** 2)
  passTable(test, features, start, end, table)
  return table
}
