/** Scores ⟨θ, φ_i⟩ as code: four rows at a time, each along its own vector of four coordinates. Bound by memory. */
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
  set,
  shiftLeft,
  subtract,
  V128,
  vconst,
  vload,
  vloadOne,
  type WasmFunction,
  whileLoop
} from "../../numeric/webassembly.ts"

const ROWS = 4

// Parameters: addresses of θ, features and scores; rows [from, to); d.
const [THETA, FEATURES, OUT, FROM, TO, D] = [0, 1, 2, 3, 4, 5]
const [K, LAST, STRIDE, ROW0] = [6, 7, 8, 9]
const ROW = [ROW0, 10, 11, 12]
const WEIGHT = 13
const SUM = [14, 15, 16, 17]

export const scoresFunction = (relaxed: boolean): WasmFunction => {
  const madd = fusedMultiplyAdd(relaxed)
  /** K moves on by `bytes`; `load` reads that many. */
  const step = (rows: number, bytes: number, load: (address: Code) => Code): Code => [
    ...set(WEIGHT, load(add(get(THETA), get(K)))),
    ...repeat(rows, (r) => set(SUM[r], madd(load(add(get(ROW[r]), get(K))), get(WEIGHT), get(SUM[r])))),
    ...set(K, add(get(K), int(bytes)))
  ]
  const tile = (rows: number): Code => [
    ...set(ROW0, add(get(FEATURES), multiply(get(FROM), get(STRIDE)))),
    ...repeat(rows - 1, (r) => set(ROW[r + 1], add(get(ROW[r]), get(STRIDE)))),
    ...repeat(rows, (r) => set(SUM[r], vconst(0, 0, 0, 0))),
    ...set(K, int(0)),
    ...whileLoop(lessThan(get(K), get(LAST)), step(rows, 16, vload)),
    ...whileLoop(lessThan(get(K), get(STRIDE)), step(rows, 4, vloadOne)),
    ...repeat(rows, (r) => fstore(add(get(OUT), shiftLeft(get(FROM), 2)), 4 * r, fsum(SUM[r]))),
    ...set(FROM, add(get(FROM), int(rows)))
  ]
  return {
    name: "scores",
    parameters: [I32, I32, I32, I32, I32, I32],
    locals: [
      [7, I32],
      [5, V128]
    ],
    body: [
      ...set(STRIDE, shiftLeft(get(D), 2)),
      ...set(LAST, subtract(get(STRIDE), int(12))),
      ...whileLoop(lessThan(add(get(FROM), int(ROWS - 1)), get(TO)), tile(ROWS)),
      ...whileLoop(lessThan(get(FROM), get(TO)), tile(1))
    ]
  }
}
