/**
 * Y = WX as code, W a matrix of weights and X a column for each text of a batch: four rows by eight columns at a time, in registers (8 sums, 2 loads of X, 1 of W).
 *
 * Every entry is ((0 + w₀x₀) + w₁x₁) + …, each product and each sum rounded to float32 by itself. No fused multiply–add and one order of sums: an entry is the same
 * number whatever the machine, the batch and the column, and {@link productInJavaScript} gives the same bits.
 *
 * W is packed by {@link packWeights}, tiles of four rows, and in them k by k; X and Y hold k by k the {@link LANES} columns.
 */
import { ROWS, Tile } from "../kernel/wasm/tile-code.ts"
import { type Code, int, repeat, upTo, whileLoop } from "../numeric/wasm-code.ts"
import { wasmFunction } from "../numeric/webassembly.ts"

/** Columns of X and Y: the largest batch. */
export const LANES = 32
/** Columns that are computed together. */
export const LANE_BLOCK = 8
const UNROLL = 4
const STRIDE = 4 * LANES

/** Rows with those that fill the last tile. */
export const paddedRows = (rows: number): number => Math.ceil(rows / ROWS) * ROWS

/** Where a packed matrix has entry (row, k). */
export const packedIndex = (row: number, k: number, depth: number): number =>
  (Math.floor(row / ROWS) * depth + k) * ROWS + (row % ROWS)

/** W (rows×depth, row-major) as the kernel reads it, rows of zeros at the end of the last tile. */
export const packWeights = (weights: Float32Array, rows: number, depth: number, out: Float32Array): void => {
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < depth; k++) out[packedIndex(row, k, depth)] = weights[row * depth + k]
}

/** Parameters: addresses of W, X and Y; rows (a multiple of 4), depth ≥ 1, columns (a multiple of 8). */
export const productFunction = wasmFunction("product", (f) => {
  const [WEIGHTS, X, Y, PADDED, DEPTH, COLUMNS] = f.parameters(6)
  const [WEIGHT, INPUT, COLUMN, K, END, LAST] = f.locals("i32", 6)
  const registers = new Tile(f)
  const steps = (count: number): Code => [
    repeat(count, (u) =>
      registers.step(
        INPUT,
        u * STRIDE,
        (r) => WEIGHT.loadSplat("f32x4", 4 * (ROWS * u + r)),
        (sum, weight, inputs) => sum.set(sum.plus(weight.times(inputs)))
      )
    ),
    WEIGHT.increase(4 * ROWS * count),
    INPUT.increase(STRIDE * count),
    K.increase(count)
  ]
  /** The sums of one tile's rows and eight columns. */
  const block: Code = [
    registers.clear(),
    WEIGHT.set(WEIGHTS),
    INPUT.set(X.plus(COLUMN)),
    K.set(0),
    whileLoop(K.lessThan(LAST), steps(UNROLL)),
    whileLoop(K.lessThan(DEPTH), steps(1)),
    registers.sums.map((sum, i) => Y.plus(COLUMN).store(sum, (i >> 1) * STRIDE + 16 * (i & 1)))
  ]
  return [
    LAST.set(DEPTH.minus(UNROLL - 1)),
    END.set(COLUMNS.shiftLeft(2)),
    whileLoop(int(0).lessThan(PADDED), [
      COLUMN.set(0),
      upTo(COLUMN, END, 4 * LANE_BLOCK, block),
      // The next tile of W is where the last step ended.
      WEIGHTS.set(WEIGHT),
      Y.increase(ROWS * STRIDE),
      PADDED.set(PADDED.minus(ROWS))
    ])
  ]
})

export type Product = (weights: number, x: number, y: number, padded: number, depth: number, columns: number) => void

/** The same over the same memory without WebAssembly, bit for bit; about fifty times slower. Addresses are in bytes. */
export const productInJavaScript =
  (memory: Float32Array): Product =>
  (weights, x, y, padded, depth, columns) => {
    const [w0, x0, y0] = [weights / 4, x / 4, y / 4]
    for (let row = 0; row < padded; row++)
      for (let column = 0; column < columns; column++) {
        let sum = 0
        for (let k = 0; k < depth; k++)
          sum = Math.fround(
            sum + Math.fround(memory[w0 + packedIndex(row, k, depth)] * memory[x0 + k * LANES + column])
          )
        memory[y0 + row * LANES + column] = sum
      }
  }
