/**
 * The dense kernels with the machine's BLAS where that pays, over the memory and the threads of our WebAssembly, which has the rest.
 *
 * - Quadratic form: products of a block of rows and a panel of W's columns, into a place that stays in the cache and is squared and summed there: nothing N×d is written. Panels end
 *   where W's triangle does, so that of four panels 5/8 of the square is multiplied.
 * - Scores: one product of rows and θ a part. Bound by memory.
 * - Gram: rank-k updates of the lower triangle, a sum a thread.
 *
 * Pair distances stay WebAssembly's: by a product, ‖v_a‖² + ‖v_b‖² − 2⟨v_a, v_b⟩ cancels in float32 and does not keep the bound that every backend keeps (`kernel/reference.ts`). Tilted
 * softmax and searches are no products.
 */
import { WasmArena, type WasmOptions } from "../wasm/arena.ts"
import { mirror, WasmKernels } from "../wasm/kernels.ts"
import { type BlasCode, blasCode } from "./native.ts"
import type { Blas } from "./library.ts"

/** From which d on the library is taken, by kernel. */
export interface Crossover {
  readonly scores: number
  readonly quadraticForm: number
  readonly gram: number
}

/** Floats of a block of features and its products: a quarter MiB, which fits every second-level cache of this decade twice. */
const BLOCK_FLOATS = 2 ** 16
const [LEAST_ROWS, MOST_ROWS] = [64, 512]

/** Columns of ΦWᵀ at a time: the triangle saves with narrow ones, the library is fastest with wide ones. */
const panelOf = (d: number): number => (d <= 64 ? d : 64 * Math.max(1, Math.round(d / 256)))
const blockOf = (d: number): number =>
  Math.max(LEAST_ROWS, Math.min(MOST_ROWS, Math.floor(BLOCK_FLOATS / (d + panelOf(d)))))

/** Codes of a library, made once: a kernel is known by its code. */
const codes = new WeakMap<Blas, BlasCode>()

export class BlasKernels extends WasmKernels {
  private readonly code: BlasCode
  private readonly crossover: Crossover

  /** The kernels, or undefined where the engine has no WebAssembly SIMD (or not the one asked for). */
  static over(blas: Blas, crossover: Crossover, options: WasmOptions = {}): BlasKernels | undefined {
    const arena = WasmArena.make(options)
    return arena === undefined ? undefined : new BlasKernels(arena, blas, crossover)
  }

  private constructor(arena: WasmArena, blas: Blas, crossover: Crossover) {
    super(arena)
    let code = codes.get(blas)
    if (code === undefined) codes.set(blas, (code = blasCode(blas)))
    this.code = code
    this.crossover = crossover
  }

  override scores(theta: Float32Array, features: Float32Array, out?: Float32Array): Float32Array {
    const d = theta.length
    if (d < this.crossover.scores) return super.scores(theta, features, out)
    const rows = this.rows("features", features, d)
    return this.call(rows, out, () => {
      const [t, f] = [this.operand(theta), this.operand(features)]
      const o = this.target(out, rows)
      this.arena.split(2 * d, this.code.scores, { rows, whole: 4, operands: [t, f, o, 0, 0, d], from: 3 })
      return o
    })
  }

  override quadraticForm(whitening: ArrayLike<number>, features: Float32Array, out?: Float32Array): Float32Array {
    const d = Math.sqrt(whitening.length)
    if (d < this.crossover.quadraticForm || !Number.isInteger(d)) return super.quadraticForm(whitening, features, out)
    const rows = this.rows("features", features, d)
    return this.call(rows, out, () => {
      const u = this.arena.reserve(4 * d * d)
      turned(whitening, d, this.arena.floats(u, d * d))
      const f = this.operand(features)
      const o = this.target(out, rows)
      const [block, panel] = [blockOf(d), panelOf(d)]
      const stride = 4 * block * panel
      const scratch = this.arena.reserve(stride * this.threads)
      this.arena.split(d * d, this.code.quadraticForm, {
        rows,
        whole: block,
        operands: [f, u, o, 0, 0, d, scratch, block, panel],
        from: 3,
        own: { operand: 6, stride }
      })
      return o
    })
  }

  override gram(features: Float32Array, d: number, out?: Float32Array): Float32Array {
    if (d < this.crossover.gram) return super.gram(features, d, out)
    const rows = this.rows("features", features, d)
    return this.call(d * d, out, () => {
      const f = this.operand(features)
      const size = 4 * d * d
      const sums = this.arena.reserve(size * this.threads)
      this.arena.floats(sums, d * d * this.threads).fill(0)
      this.arena.split(d * d, this.code.gram, {
        rows,
        whole: 1,
        operands: [f, sums, 0, 0, d],
        from: 2,
        own: { operand: 1, stride: size }
      })
      const result = this.arena.floats(sums, d * d)
      for (let thread = 1; thread < this.threads; thread++) {
        const part = this.arena.floats(sums + size * thread, d * d)
        for (let i = 0; i < result.length; i++) result[i] += part[i]
      }
      mirror(result, d)
      const o = this.target(out, d * d)
      this.arena.floats(o, d * d).set(result)
      return o
    })
  }
}

/** Wᵀ, row-major, with what is above W's diagonal as zeros: W's own is not read there. */
const turned = (whitening: ArrayLike<number>, d: number, out: Float32Array): void => {
  out.fill(0)
  for (let r = 0; r < d; r++) for (let k = 0; k <= r; k++) out[k * d + r] = whitening[r * d + k]
}
