/**
 * Which pairs of rows are further apart than ν: distances in float32 by the kernel, and in float64 by the caller where
 * those are within their error of ν. The table is the one that float64 alone gives.
 */
import type { KernelCode, WasmArena } from "../kernel/wasm/arena.ts"
import { centredRows, distanceError } from "../kernel/wasm/centred-rows.ts"
import { distancesInto, distancesRoom } from "../kernel/wasm/pair-distances.ts"
import { PASS_GROUP, passesFunction } from "./pass-code.ts"

const PASSES: KernelCode = { name: "passes", functions: () => [passesFunction()] }

/** Slack for the rounding of the bounds themselves, of the centre and of float64's own sums. */
const SLACK = 2 ** -20

/** Bytes of the arena that {@link passTable} needs for R rows of dimension d. */
export const passTableRoom = (size: number, d: number, threads: number): number =>
  5 * (size * size + PASS_GROUP) + distancesRoom(size, d, threads) + 1024

/**
 * R×R, 1 where ‖v_a − v_b‖ > ν, else 0; undefined where float32 is too coarse or there is no room.
 *
 * @param white R×d whitened rows
 * @param passes the same of one pair in float64
 */
export const passTable = (
  arena: WasmArena,
  white: Float64Array,
  d: number,
  nu: number,
  passes: (a: number, b: number) => boolean
): Uint8Array<ArrayBuffer> | undefined => {
  const size = white.length / d
  const { rows, radius } = centredRows(white, d, new Float64Array(size).fill(1))
  const error = distanceError(d, radius, nu)
  arena.begin()
  if (error === undefined || arena.room < passTableRoom(size, d, arena.threads)) return undefined
  const steps = Math.ceil((size * size) / PASS_GROUP)
  const distances = arena.reserve(4 * PASS_GROUP * steps)
  const out = arena.reserve(PASS_GROUP * steps)
  distancesInto(arena, Float32Array.from(rows), size, d, distances)
  const limit = nu * nu
  const band = arena.reserve(8)
  arena.floats(band, 2).set([(limit - error) * (1 - SLACK), (limit + error) * (1 + SLACK)])
  arena.split(PASS_GROUP, PASSES, {
    rows: steps,
    whole: 1,
    operands: [distances, out, 0, 0, band],
    from: 2
  })
  const table = new Uint8Array(size * size)
  table.set(arena.bytesAt(out, size * size))
  for (let at = -1; (at = table.indexOf(2, at + 1)) >= 0;) table[at] = passes(Math.floor(at / size), at % size) ? 1 : 0
  return table
}
