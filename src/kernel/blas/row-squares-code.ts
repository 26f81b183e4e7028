/** Σ_j g_ij² of each row as code: four rows at a time, each along its own vector of four coordinates. What it reads is in the cache: a block that a product just left there. */
import {
  add,
  type Code,
  fadd,
  fload,
  fstore,
  fsum,
  fusedMultiplyAdd,
  get,
  I32,
  int,
  lessThan,
  multiply,
  repeat,
  set,
  shiftLeft,
  subtract,
  V128,
  vconst,
  vload,
  vloadOne,
  type WasmFunction,
  whenElse,
  whileLoop
} from "../../numeric/webassembly.ts"

const ROWS = 4

// Parameters: addresses of the rows and of their sums; rows; width; whether the sums are added to what is there.
const [FROM, OUT, COUNT, WIDTH, MORE] = [0, 1, 2, 3, 4]
const [K, LAST, STRIDE, ROW0] = [5, 6, 7, 8]
const ROW = [ROW0, 9, 10, 11]
const VALUE = 12
const SUM = [13, 14, 15, 16]

export const rowSquaresFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  /** K moves on by `bytes`; `load` reads that many. */
  const step = (rows: number, bytes: number, load: (address: Code) => Code): Code => [
    ...repeat(rows, (r) => [
      ...set(VALUE, load(add(get(ROW[r]), get(K)))),
      ...set(SUM[r], madd(get(VALUE), get(VALUE), get(SUM[r])))
    ]),
    ...set(K, add(get(K), int(bytes)))
  ]
  const tile = (rows: number): Code => [
    ...set(ROW0, get(FROM)),
    ...repeat(rows - 1, (r) => set(ROW[r + 1], add(get(ROW[r]), get(STRIDE)))),
    ...repeat(rows, (r) => set(SUM[r], vconst(0, 0, 0, 0))),
    ...set(K, int(0)),
    ...whileLoop(lessThan(get(K), get(LAST)), step(rows, 16, vload)),
    ...whileLoop(lessThan(get(K), get(STRIDE)), step(rows, 4, vloadOne)),
    ...whenElse(
      get(MORE),
      repeat(rows, (r) => fstore(get(OUT), 4 * r, fadd(fload(get(OUT), 4 * r), fsum(SUM[r])))),
      repeat(rows, (r) => fstore(get(OUT), 4 * r, fsum(SUM[r])))
    ),
    ...set(OUT, add(get(OUT), int(4 * rows))),
    ...set(FROM, add(get(FROM), multiply(get(STRIDE), int(rows)))),
    ...set(COUNT, subtract(get(COUNT), int(rows)))
  ]
  return {
    name: "rowSquares",
    parameters: [I32, I32, I32, I32, I32],
    locals: [
      [7, I32],
      [5, V128]
    ],
    body: [
      ...set(STRIDE, shiftLeft(get(WIDTH), 2)),
      ...set(LAST, subtract(get(STRIDE), int(12))),
      ...whileLoop(lessThan(int(ROWS - 1), get(COUNT)), tile(ROWS)),
      ...whileLoop(lessThan(int(0), get(COUNT)), tile(1))
    ]
  }
}
