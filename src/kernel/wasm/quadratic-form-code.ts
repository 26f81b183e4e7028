/**
 * q_i = ‖Wφ_i‖² as code: tiles of four rows by eight columns of Wφ. Nothing of size N×d is written, and the triangle's empty half is not multiplied: column block b ends at
 * k = 8(b+1).
 *
 * W is packed by {@link packWhitening}: block, then k, then the block's eight columns, so that it is read in order.
 */
import { type Code, fusedMultiplyAdd, laneSum, repeat, whileLoop, zero } from "../../numeric/wasm-code.ts"
import { wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"
import { COLUMNS, ROWS, takeColumns, Tile } from "./tile-code.ts"

/** Steps of k per turn of the inner loop. */
const UNROLL = 4

/** Floats that the packed W of dimension d takes. */
export const packedLength = (d: number): number => {
  let length = 0
  for (let b = 0; b < d; b += COLUMNS) length += COLUMNS * Math.min(d, b + COLUMNS)
  return length
}

/** W (d×d lower triangular, row-major) as the kernel reads it: entry (b, k, c) is W[8b+c][k], 0 outside of W. */
export const packWhitening = (whitening: ArrayLike<number>, d: number, out: Float32Array): void => {
  let at = 0
  for (let b = 0; b < d; b += COLUMNS) {
    // Left of the block on the diagonal all of W is there.
    const full = b + COLUMNS <= d ? b : 0
    for (let k = 0; k < full; k++, at += COLUMNS) takeColumns(whitening, b * d + k, d, out, at)
    for (let k = full; k < Math.min(d, b + COLUMNS); k++) {
      for (let row = b; row < b + COLUMNS; row++) out[at++] = row < d && k <= row ? whitening[row * d + k] : 0
    }
  }
}

/** Parameters: addresses of features, packed W and q; rows [from, to); d. */
export const quadraticFormFunction = (relaxed: boolean): WasmFunction =>
  wasmFunction("quadraticForm", (f) => {
    const madd = fusedMultiplyAdd(relaxed)
    const [FEATURES, WEIGHTS, OUT, FROM, TO, D] = f.parameters(6)
    const [WEIGHT, K, LAST, END, STRIDE, ...ROW] = f.locals("i32", 5 + ROWS)
    const tile = new Tile(f)
    const NORM = f.locals("f32x4", ROWS)

    const steps = (rows: number, count: number): Code => [
      repeat(count, (u) =>
        tile.step(
          WEIGHT,
          4 * COLUMNS * u,
          (r) => ROW[r].plus(K).loadSplat("f32x4", 4 * u),
          (sum, feature, columns) => sum.set(madd(feature, columns, sum)),
          rows
        )
      ),
      WEIGHT.increase(4 * COLUMNS * count),
      K.increase(4 * count)
    ]
    /** q of the `rows` rows from FROM on. K, LAST and END are in bytes. */
    const some = (rows: number): Code => [
      ROW[0].set(FEATURES.plus(FROM.times(STRIDE))),
      repeat(rows - 1, (r) => ROW[r + 1].set(ROW[r].plus(STRIDE))),
      repeat(rows, (r) => NORM[r].set(zero("f32x4"))),
      WEIGHT.set(WEIGHTS),
      END.set(0),
      whileLoop(END.lessThan(STRIDE), [
        END.increase(4 * COLUMNS),
        END.set(END.where(END.lessThan(STRIDE), STRIDE)),
        LAST.set(END.minus(4 * UNROLL - 1)),
        tile.clear(rows),
        K.set(0),
        whileLoop(K.lessThan(LAST), steps(rows, UNROLL)),
        whileLoop(K.lessThan(END), steps(rows, 1)),
        repeat(2 * rows, (i) => NORM[i >> 1].set(madd(tile.sums[i], tile.sums[i], NORM[i >> 1])))
      ]),
      repeat(rows, (r) => OUT.plus(FROM.shiftLeft(2)).store(laneSum(NORM[r]), 4 * r)),
      FROM.increase(rows)
    ]
    return [
      STRIDE.set(D.shiftLeft(2)),
      whileLoop(FROM.plus(ROWS - 1).lessThan(TO), some(ROWS)),
      whileLoop(FROM.lessThan(TO), some(1))
    ]
  })
