/**
 * Y = WX as code, W a matrix of weights and X a column for each text of a batch: four rows by eight columns at a time, in registers (8 sums, 2 loads of X, 1 of W).
 *
 * Every entry is ((0 + w₀x₀) + w₁x₁) + …, each product and each sum rounded to float32 by itself. No fused multiply–add and one order of sums: an entry is the same
 * number whatever the machine, the batch and the column, and {@link productInJavaScript} gives the same bits.
 *
 * W is packed by {@link packWeights}, tiles of four rows, and in them k by k; X and Y hold k by k the {@link LANES} columns.
 */
import {
  add,
  type Code,
  get,
  I32,
  int,
  lessThan,
  repeat,
  set,
  shiftLeft,
  subtract,
  V128,
  vconst,
  vfadd,
  vfmultiply,
  vload,
  vloadSplat,
  vstore,
  type WasmFunction,
  whileLoop
} from "../numeric/webassembly.ts"

/** Columns of X and Y: the largest batch. */
export const LANES = 32
/** Columns that are computed together. */
export const LANE_BLOCK = 8
const ROWS = 4
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

// Parameters: addresses of W, X and Y; rows (a multiple of 4), depth ≥ 1, columns (a multiple of 8).
const [WEIGHTS, X, Y, PADDED, DEPTH, COLUMNS] = [0, 1, 2, 3, 4, 5]
const [WEIGHT, INPUT, COLUMN, K, END, LAST] = [6, 7, 8, 9, 10, 11]
const [LEFT, RIGHT, W] = [12, 13, 14]
const SUM = [15, 16, 17, 18, 19, 20, 21, 22]

const step = (u: number): Code => [
  ...set(LEFT, vload(get(INPUT), u * STRIDE)),
  ...set(RIGHT, vload(get(INPUT), u * STRIDE + 16)),
  ...repeat(ROWS, (r) => [
    ...set(W, vloadSplat(get(WEIGHT), 4 * (ROWS * u + r))),
    ...set(SUM[2 * r], vfadd(get(SUM[2 * r]), vfmultiply(get(W), get(LEFT)))),
    ...set(SUM[2 * r + 1], vfadd(get(SUM[2 * r + 1]), vfmultiply(get(W), get(RIGHT))))
  ])
]

const steps = (count: number): Code => [
  ...repeat(count, step),
  ...set(WEIGHT, add(get(WEIGHT), int(4 * ROWS * count))),
  ...set(INPUT, add(get(INPUT), int(STRIDE * count))),
  ...set(K, add(get(K), int(count)))
]

/** The sums of one tile's rows and eight columns. */
const block: Code = [
  ...repeat(2 * ROWS, (i) => set(SUM[i], vconst(0, 0, 0, 0))),
  ...set(WEIGHT, get(WEIGHTS)),
  ...set(INPUT, add(get(X), get(COLUMN))),
  ...set(K, int(0)),
  ...whileLoop(lessThan(get(K), get(LAST)), steps(UNROLL)),
  ...whileLoop(lessThan(get(K), get(DEPTH)), steps(1)),
  ...repeat(ROWS, (r) => [
    ...vstore(add(get(Y), get(COLUMN)), r * STRIDE, get(SUM[2 * r])),
    ...vstore(add(get(Y), get(COLUMN)), r * STRIDE + 16, get(SUM[2 * r + 1]))
  ]),
  ...set(COLUMN, add(get(COLUMN), int(4 * LANE_BLOCK)))
]

export const productFunction: WasmFunction = {
  name: "product",
  parameters: [I32, I32, I32, I32, I32, I32],
  locals: [
    [6, I32],
    [11, V128]
  ],
  body: [
    ...set(LAST, subtract(get(DEPTH), int(UNROLL - 1))),
    ...set(END, shiftLeft(get(COLUMNS), 2)),
    ...whileLoop(lessThan(int(0), get(PADDED)), [
      ...set(COLUMN, int(0)),
      ...whileLoop(lessThan(get(COLUMN), get(END)), block),
      // The next tile of W is where the last step ended.
      ...set(WEIGHTS, get(WEIGHT)),
      ...set(Y, add(get(Y), int(ROWS * STRIDE))),
      ...set(PADDED, subtract(get(PADDED), int(ROWS)))
    ])
  ]
}

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
