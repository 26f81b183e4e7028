/** Sums along rows as code: four rows at a time, each along its own vector of four coordinates. Scores ⟨θ, φ_i⟩ are bound by memory; squares are of a block in the cache. */
import {
  type Code,
  fusedMultiplyAdd,
  int,
  laneSum,
  type Local,
  repeat,
  upTo,
  type Value,
  when,
  whileLoop,
  zero
} from "../../numeric/wasm-code.ts"
import { type Frame, wasmFunction, type WasmFunction } from "../../numeric/webassembly.ts"

const ROWS = 4

/** The four coordinates at an address, or the one, of a row or of what rows are multiplied with. */
type At = (base: Value<"i32">) => Value<"f32x4">

/** Locals of rows of `width` numbers, and the code over them. */
const rowsOf = (f: Frame, width: Local<"i32">) => {
  const [K, LAST, STRIDE, ...ROW] = f.locals("i32", 3 + ROWS)
  const OPERAND = f.local("f32x4")
  const SUM = f.locals("f32x4", ROWS)
  const along = (rows: number, first: Value<"i32">, turn: (at: At) => Code): Code => [
    ROW[0].set(first),
    repeat(rows - 1, (r) => ROW[r + 1].set(ROW[r].plus(STRIDE))),
    repeat(rows, (r) => SUM[r].set(zero("f32x4"))),
    K.set(0),
    upTo(
      K,
      LAST,
      16,
      turn((base) => base.plus(K).load("f32x4"))
    ),
    upTo(
      K,
      STRIDE,
      4,
      turn((base) => base.plus(K).loadOne())
    )
  ]
  return { along, OPERAND, ROW, start: [STRIDE.set(width.shiftLeft(2)), LAST.set(STRIDE.minus(12))], STRIDE, SUM }
}

/** ⟨θ, φ_i⟩. Parameters: addresses of θ, features and scores; rows [from, to); d. */
export const scoresFunction = (relaxed: boolean): WasmFunction =>
  wasmFunction("scores", (f) => {
    const madd = fusedMultiplyAdd(relaxed)
    const [THETA, FEATURES, OUT, FROM, TO, D] = f.parameters(6)
    const { along, OPERAND, ROW, start, STRIDE, SUM } = rowsOf(f, D)
    const tile = (rows: number): Code => [
      along(rows, FEATURES.plus(FROM.times(STRIDE)), (at) => [
        OPERAND.set(at(THETA)),
        repeat(rows, (r) => SUM[r].set(madd(at(ROW[r]), OPERAND, SUM[r])))
      ]),
      repeat(rows, (r) => OUT.plus(FROM.shiftLeft(2)).store(laneSum(SUM[r]), 4 * r)),
      FROM.increase(rows)
    ]
    return [start, whileLoop(FROM.plus(ROWS - 1).lessThan(TO), tile(ROWS)), whileLoop(FROM.lessThan(TO), tile(1))]
  })

/** Σ_j g_ij². Parameters: addresses of the rows and of their sums; rows; width; whether the sums are added to what is there. */
export const rowSquaresFunction = (relaxed: boolean): WasmFunction =>
  wasmFunction("rowSquares", (f) => {
    const madd = fusedMultiplyAdd(relaxed)
    const [FROM, OUT, COUNT, WIDTH, MORE] = f.parameters(5)
    const { along, OPERAND, ROW, start, STRIDE, SUM } = rowsOf(f, WIDTH)
    const tile = (rows: number): Code => [
      along(rows, FROM, (at) =>
        repeat(rows, (r) => [OPERAND.set(at(ROW[r])), SUM[r].set(madd(OPERAND, OPERAND, SUM[r]))])
      ),
      when(
        MORE,
        repeat(rows, (r) => OUT.store(OUT.load("f32", 4 * r).plus(laneSum(SUM[r])), 4 * r)),
        repeat(rows, (r) => OUT.store(laneSum(SUM[r]), 4 * r))
      ),
      OUT.increase(4 * rows),
      FROM.increase(STRIDE.times(rows)),
      COUNT.set(COUNT.minus(rows))
    ]
    return [start, whileLoop(int(ROWS - 1).lessThan(COUNT), tile(ROWS)), whileLoop(int(0).lessThan(COUNT), tile(1))]
  })
