/** The pair-distance kernel on an arena: rows packed, its job handed out. */
import type { KernelCode, WasmArena } from "./arena.ts"
import { packRows, pairDistancesFunction, PANEL, TILE } from "./pair-distance-code.ts"

const PAIR_DISTANCES: KernelCode = {
  name: "pairDistances",
  functions: (relaxed) => [pairDistancesFunction(relaxed)]
}

/** Bytes that {@link distancesInto} takes for R rows of dimension d. */
export const distancesRoom = (size: number, d: number, threads: number): number =>
  4 * (size + PANEL) * d + 4 * TILE * threads

/** Writes the squared distances of all pairs of `size` rows to address `out`, size×size. */
export const distancesInto = (arena: WasmArena, white: Float32Array, size: number, d: number, out: number): void => {
  const length = Math.ceil(size / PANEL) * PANEL * d
  const packed = arena.reserve(4 * length)
  packRows(white, size, d, arena.floats(packed, length))
  const tiles = arena.reserve(4 * TILE * arena.threads)
  arena.split((3 * size * d) / 2, PAIR_DISTANCES, {
    rows: size,
    whole: PANEL,
    operands: [packed, out, 0, 0, size, d, tiles],
    from: 2,
    own: { operand: 6, stride: 4 * TILE }
  })
}
