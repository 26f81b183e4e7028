/**
 * The dense kernels on the CPU: WebAssembly with relaxed SIMD where the engine has it, else plain SIMD; several threads
 * over one shared memory where asked for.
 *
 * The code is emitted here (`*-code.ts`), not compiled from AssemblyScript. Measured on one loop, the quadratic form
 * with the same tiles in both (N = 65,536, float32, one thread of an EPYC of the fourth generation, GFLOP/s of 2Nd²):
 * d = 4, 16, 64, 128: emitted 16.4, 67, 94, 93; AssemblyScript 0.28.20 with relaxed SIMD at -O3 10.1, 42, 63, 65. The
 * compiler moves loads and splits tiles as it sees fit, a kept tool chain of 3 packages makes each kernel a third
 * slower, and one kernel's emitter is no longer than its AssemblyScript source.
 *
 * Operands are float32 arrays. Those made by {@link WasmKernels.floats} lie in the kernels' memory and are used where
 * they are; others are copied in. Results are float32 within the bounds of `kernel/reference.ts`.
 */
import { type KernelCode, type Simd, WasmArena, type WasmOptions } from "./arena.ts"
import { GRAM_SLACK, gramFunction, gramScratch, gramStride } from "./gram-code.ts"
import { distancesInto } from "./pair-distances.ts"
import { packedLength, packWhitening, quadraticFormFunction } from "./quadratic-form-code.ts"
import { scoresFunction } from "./row-sums-code.ts"
import { softmaxFunction } from "./softmax-code.ts"
import type { WasmFunction } from "../../numeric/webassembly.ts"

const dense = (name: string, make: (relaxed: boolean) => WasmFunction): KernelCode => ({
  name,
  functions: (relaxed) => [make(relaxed)]
})
export const SCORES = dense("scores", scoresFunction)
const QUADRATIC_FORM = dense("quadraticForm", quadraticFormFunction)
const SOFTMAX = dense("softmax", softmaxFunction)
const GRAM = dense("gram", gramFunction)

export class WasmKernels {
  protected readonly arena: WasmArena

  /** The kernels, or undefined where the engine has no WebAssembly SIMD (or not the one asked for). */
  static make(options: WasmOptions = {}): WasmKernels | undefined {
    const arena = WasmArena.make(options)
    return arena === undefined ? undefined : new WasmKernels(arena)
  }

  protected constructor(arena: WasmArena) {
    this.arena = arena
  }

  /** What they run on. */
  get simd(): Simd {
    return this.arena.simd
  }
  get threads(): number {
    return this.arena.threads
  }

  /** An array of `length` in the kernels' memory, until {@link clear} or {@link close}. Not cleared. */
  floats(length: number): Float32Array {
    this.arena.begin()
    const at = this.arena.reserve(4 * (length + GRAM_SLACK))
    this.arena.keep()
    return this.arena.floats(at, length)
  }

  /** Drops all arrays. */
  clear(): void {
    this.arena.clear()
  }

  /** Lets the threads go of the memory. Further calls throw. */
  close(): void {
    this.arena.close()
  }

  /** ⟨θ, φ_i⟩. theta: d. features: N×d. */
  scores(theta: Float32Array, features: Float32Array, out?: Float32Array): Float32Array {
    const d = theta.length
    const rows = this.rows("features", features, d)
    return this.call(rows, out, () => {
      const [t, f] = [this.operand(theta), this.operand(features)]
      const o = this.target(out, rows)
      this.arena.split(2 * d, SCORES, { rows, whole: 4, operands: [t, f, o, 0, 0, d], from: 3 })
      return o
    })
  }

  /** ‖Wφ_i‖². whitening: W, d×d lower triangular (what is above its diagonal is not read). features: N×d. */
  quadraticForm(whitening: ArrayLike<number>, features: Float32Array, out?: Float32Array): Float32Array {
    const d = Math.sqrt(whitening.length)
    if (!Number.isInteger(d)) throw new RangeError(`whitening: ${whitening.length} entries, expected d×d`)
    const rows = this.rows("features", features, d)
    return this.call(rows, out, () => {
      const packed = this.arena.reserve(4 * packedLength(d))
      packWhitening(whitening, d, this.arena.floats(packed, packedLength(d)))
      const f = this.operand(features)
      const o = this.target(out, rows)
      this.arena.split(d * d, QUADRATIC_FORM, { rows, whole: 4, operands: [f, packed, o, 0, 0, d], from: 3 })
      return o
    })
  }

  /** ‖v_a − v_b‖² of all pairs of rows, R×R. white: R×d. */
  pairDistances(white: Float32Array, d: number, out?: Float32Array): Float32Array {
    const size = this.rows("white", white, d)
    return this.call(size * size, out, () => {
      const o = this.target(out, size * size)
      distancesInto(this.arena, white, size, d, o)
      return o
    })
  }

  /** π_ref·e^{f/β}/Z and log Z of each prompt; as `tiltedSoftmax` of the reference. logits, reference: N. offsets: X + 1. */
  tiltedSoftmax(
    logits: Float32Array,
    reference: Float32Array,
    offsets: Int32Array,
    out?: Float32Array
  ): { readonly probabilities: Float32Array; readonly logNormaliser: Float32Array } {
    const prompts = offsets.length - 1
    if (reference.length !== logits.length) {
      throw new RangeError(`reference: length ${reference.length}, expected that of logits, ${logits.length}`)
    }
    const logNormaliser = new Float32Array(prompts)
    const probabilities = this.call(logits.length, out, () => {
      const [l, r] = [this.operand(logits), this.operand(reference)]
      const [limits, tops, sums] = [4 * (prompts + 1), 4 * prompts, 4 * prompts].map((n) => this.arena.reserve(n))
      this.arena.ints(limits, prompts + 1).set(offsets)
      const o = this.target(out, logits.length)
      const each = (20 * logits.length) / Math.max(1, prompts)
      this.arena.split(each, SOFTMAX, {
        rows: prompts,
        whole: 1,
        operands: [l, r, limits, o, tops, sums, 0, 0],
        from: 6
      })
      const [top, sum] = [this.arena.floats(tops, prompts), this.arena.floats(sums, prompts)]
      for (let x = 0; x < prompts; x++) logNormaliser[x] = top[x] + Math.log(sum[x])
      return o
    })
    return { probabilities, logNormaliser }
  }

  /** ΦᵀΦ, d×d. features: N×d. */
  gram(features: Float32Array, d: number, out?: Float32Array): Float32Array {
    const rows = this.rows("features", features, d)
    const side = gramStride(d)
    return this.call(d * d, out, () => {
      // Copied where it might end at the memory's end; `floats` leaves room.
      const f = this.operand(features)
      const scratch = gramScratch(d)
      const sums = this.arena.reserve(4 * scratch * this.threads)
      for (let thread = 0; thread < this.threads; thread++) {
        this.arena.floats(sums + 4 * scratch * thread, side * side).fill(0)
      }
      this.arena.split(d * d, GRAM, {
        rows,
        whole: 1,
        operands: [f, sums, 0, 0, d, side],
        from: 2,
        own: { operand: 1, stride: 4 * scratch }
      })
      const o = this.target(out, d * d)
      const result = this.arena.floats(o, d * d)
      for (let thread = 0; thread < this.threads; thread++) {
        const part = this.arena.floats(sums + 4 * scratch * thread, side * side)
        for (let i = 0; i < d; i++) {
          const [from, ours] = [i * d, i * side]
          for (let j = 0; j <= i; j++) result[from + j] = part[ours + j] + (thread === 0 ? 0 : result[from + j])
        }
      }
      mirror(result, d)
      return o
    })
  }

  protected rows(field: string, features: Float32Array, d: number): number {
    const rows = features.length / d
    if (!Number.isInteger(rows))
      throw new RangeError(`${field}: length ${features.length}, expected a multiple of ${d}`)
    return rows
  }

  /** Runs a kernel that leaves its result of `length` at the address it returns, and hands that out. */
  protected call(length: number, out: Float32Array | undefined, run: () => number): Float32Array {
    this.arena.begin()
    if (out !== undefined && out.length !== length) {
      throw new RangeError(`out: length ${out.length}, expected ${length}`)
    }
    const at = run()
    if (out !== undefined && this.arena.holds(out)) return out
    const result = out ?? new Float32Array(length)
    result.set(this.arena.floats(at, length))
    return result
  }

  /** Address of an operand, copied in where it lies outside. */
  protected operand(array: Float32Array): number {
    if (this.arena.holds(array)) return array.byteOffset
    const at = this.arena.reserve(4 * (array.length + GRAM_SLACK))
    this.arena.floats(at, array.length).set(array)
    return at
  }

  protected target(out: Float32Array | undefined, length: number): number {
    return out !== undefined && this.arena.holds(out) ? out.byteOffset : this.arena.reserve(4 * length)
  }
}

/** Side of the blocks that {@link mirror} turns: both of one's images stay in the cache. */
const TURNED = 16

/** Copies what is below the diagonal of a d×d array to above it. */
export const mirror = (array: Float32Array, d: number): void => {
  for (let top = 0; top < d; top += TURNED) {
    for (let left = 0; left <= top; left += TURNED) {
      for (let i = top; i < Math.min(d, top + TURNED); i++) {
        for (let j = left; j < Math.min(i, left + TURNED); j++) array[j * d + i] = array[i * d + j]
      }
    }
  }
}
