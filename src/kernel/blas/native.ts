/**
 * The parts of jobs that the library does, as JavaScript in strings: a thread that takes parts makes its own functions over the shared memory, as it makes its own instances of
 * WebAssembly (`wasm/pool.ts`). What the library is given are addresses in that memory, which does not move: nothing is copied.
 */
import type { KernelCode } from "../wasm/arena.ts"
import type { BlasRoutines } from "./library.ts"
import { rowSquaresFunction } from "../wasm/row-sums-code.ts"

/** Of CBLAS: row-major; not transposed, transposed; the lower triangle. */
const [ROW_MAJOR, AS_IS, TRANSPOSED, LOWER] = [101, 111, 112, 122]

/** Begins every part: `base` is the address of the memory, `I` the library's integer. */
const PRELUDE = `
const koffi = require(data.koffi)
const library = koffi.load(data.library)
const I = data.integer
const base = Number(koffi.address(new Float32Array(memory.buffer)))
`

/** (features, U, out, from, to, d, scratch, block, panel): U = Wᵀ, d×d; `block` rows and `panel` columns of ΦWᵀ at a time, which stay in the cache until they are squared and summed. */
const QUADRATIC_FORM = `${PRELUDE}
const sgemm = library.func(data.sgemm, "void", ["int", "int", "int", I, I, I, "float", "void *", I, "void *", I, "float", "void *", I])
const { rowSquares } = exports
return (features, u, out, from, to, d, scratch, block, panel) => {
  for (let row = from; row < to; row += block) {
    const count = Math.min(block, to - row)
    for (let column = 0; column < d; column += panel) {
      const width = Math.min(panel, d - column)
      sgemm(${ROW_MAJOR}, ${AS_IS}, ${AS_IS}, count, width, column + width, 1, base + features + 4 * row * d, d, base + u + 4 * column, d, 0, base + scratch, width)
      rowSquares(scratch, out + 4 * row, count, width, column > 0 ? 1 : 0)
    }
  }
}`

/** (θ, features, out, from, to, d) */
const SCORES = `${PRELUDE}
const sgemv = library.func(data.sgemv, "void", ["int", "int", I, I, "float", "void *", I, "void *", I, "float", "void *", I])
return (theta, features, out, from, to, d) => {
  if (from < to) sgemv(${ROW_MAJOR}, ${AS_IS}, to - from, d, 1, base + features + 4 * from * d, d, base + theta, 1, 0, base + out + 4 * from, 1)
}`

/** (features, sums, from, to, d): adds to the lower triangle of `sums`, d×d. */
const GRAM = `${PRELUDE}
const ssyrk = library.func(data.ssyrk, "void", ["int", "int", "int", I, I, "float", "void *", I, "float", "void *", I])
return (features, sums, from, to, d) => {
  if (from < to) ssyrk(${ROW_MAJOR}, ${LOWER}, ${TRANSPOSED}, d, to - from, 1, base + features + 4 * from * d, d, 1, base + sums, d)
}`

/** The kernels of one library. */
export interface BlasCode {
  readonly quadraticForm: KernelCode
  readonly scores: KernelCode
  readonly gram: KernelCode
}

export const blasCode = ({ koffi, library, integer, sgemm, sgemv, ssyrk }: BlasRoutines): BlasCode => {
  const data = { koffi, library, integer, sgemm, sgemv, ssyrk }
  const code = (name: string, source: string): KernelCode => ({
    name,
    functions: (relaxed) => [rowSquaresFunction(relaxed)],
    native: { source, data }
  })
  return {
    quadraticForm: code("blasQuadraticForm", QUADRATIC_FORM),
    scores: code("blasScores", SCORES),
    gram: code("blasGram", GRAM)
  }
}
