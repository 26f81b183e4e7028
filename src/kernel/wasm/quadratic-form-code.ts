/**
 * q_i = ‖Wφ_i‖² as code: four rows by eight columns of Wφ at a time, in registers (8 sums, 2 weights, 1 feature; larger
 * tiles spill). Nothing of size N×d is written, and the triangle's empty half is not multiplied: column block b ends at
 * k = 8(b+1).
 *
 * W is packed by {@link packWhitening}: block, then k, then the block's eight columns, so that it is read in order.
 */
import {
  add,
  type Code,
  fstore,
  fsum,
  fusedMultiplyAdd,
  get,
  I32,
  int,
  lessThan,
  multiply,
  repeat,
  select,
  set,
  shiftLeft,
  subtract,
  V128,
  vconst,
  vload,
  vloadSplat,
  type WasmFunction,
  whileLoop
} from "../../numeric/webassembly.ts"

/** Columns of Wφ per block. */
const COLUMNS = 8
const ROWS = 4
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
    // Left of the block on the diagonal all of W is there. Written out: a loop of eight takes three times as long.
    const full = b + COLUMNS <= d ? b : 0
    for (let k = 0; k < full; k++, at += COLUMNS) {
      let from = b * d + k
      out[at] = whitening[from]
      out[at + 1] = whitening[(from += d)]
      out[at + 2] = whitening[(from += d)]
      out[at + 3] = whitening[(from += d)]
      out[at + 4] = whitening[(from += d)]
      out[at + 5] = whitening[(from += d)]
      out[at + 6] = whitening[(from += d)]
      out[at + 7] = whitening[from + d]
    }
    for (let k = full; k < Math.min(d, b + COLUMNS); k++) {
      for (let row = b; row < b + COLUMNS; row++) out[at++] = row < d && k <= row ? whitening[row * d + k] : 0
    }
  }
}

// Parameters: addresses of features, packed W and q; rows [from, to); d.
const [FEATURES, WEIGHTS, OUT, FROM, TO, D] = [0, 1, 2, 3, 4, 5]
const [WEIGHT, K, LAST, END, STRIDE, ROW0] = [6, 7, 8, 9, 10, 11]
const ROW = [ROW0, 12, 13, 14]
const [LEFT, RIGHT, FEATURE] = [15, 16, 17]
const SUM = [18, 19, 20, 21, 22, 23, 24, 25]
const NORM = [26, 27, 28, 29]

export const quadraticFormFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)

  /** Step k = K + u of `rows` rows. */
  const step = (rows: number, u: number): Code => [
    ...set(LEFT, vload(get(WEIGHT), 4 * COLUMNS * u)),
    ...set(RIGHT, vload(get(WEIGHT), 4 * COLUMNS * u + 16)),
    ...repeat(rows, (r) => [
      ...set(FEATURE, vloadSplat(add(get(ROW[r]), get(K)), 4 * u)),
      ...set(SUM[2 * r], madd(get(FEATURE), get(LEFT), get(SUM[2 * r]))),
      ...set(SUM[2 * r + 1], madd(get(FEATURE), get(RIGHT), get(SUM[2 * r + 1])))
    ])
  ]
  const steps = (rows: number, count: number): Code => [
    ...repeat(count, (u) => step(rows, u)),
    ...set(WEIGHT, add(get(WEIGHT), int(4 * COLUMNS * count))),
    ...set(K, add(get(K), int(4 * count)))
  ]

  /** q of the `rows` rows from FROM on. K, LAST and END are in bytes. */
  const tile = (rows: number): Code => [
    ...set(ROW0, add(get(FEATURES), multiply(get(FROM), get(STRIDE)))),
    ...repeat(rows - 1, (r) => set(ROW[r + 1], add(get(ROW[r]), get(STRIDE)))),
    ...repeat(rows, (r) => set(NORM[r], vconst(0, 0, 0, 0))),
    ...set(WEIGHT, get(WEIGHTS)),
    ...set(END, int(0)),
    ...whileLoop(lessThan(get(END), get(STRIDE)), [
      ...set(END, add(get(END), int(4 * COLUMNS))),
      ...set(END, select(get(END), get(STRIDE), lessThan(get(END), get(STRIDE)))),
      ...set(LAST, subtract(get(END), int(4 * UNROLL - 1))),
      ...repeat(2 * rows, (i) => set(SUM[i], vconst(0, 0, 0, 0))),
      ...set(K, int(0)),
      ...whileLoop(lessThan(get(K), get(LAST)), steps(rows, UNROLL)),
      ...whileLoop(lessThan(get(K), get(END)), steps(rows, 1)),
      ...repeat(2 * rows, (i) => set(NORM[i >> 1], madd(get(SUM[i]), get(SUM[i]), get(NORM[i >> 1]))))
    ]),
    ...repeat(rows, (r) => fstore(add(get(OUT), shiftLeft(get(FROM), 2)), 4 * r, fsum(NORM[r]))),
    ...set(FROM, add(get(FROM), int(rows)))
  ]

  return {
    name: "quadraticForm",
    parameters: [I32, I32, I32, I32, I32, I32],
    locals: [
      [9, I32],
      [15, V128]
    ],
    body: [
      ...set(STRIDE, shiftLeft(get(D), 2)),
      ...whileLoop(lessThan(add(get(FROM), int(ROWS - 1)), get(TO)), tile(ROWS)),
      ...whileLoop(lessThan(get(FROM), get(TO)), tile(1))
    ]
  }
}
