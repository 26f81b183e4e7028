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
import { availableParallelism } from "node:os"
import { engine, type WasmFunction, wasmModule, type WasmMemoryObject } from "../../numeric/webassembly.ts"
import { GRAM_SLACK, gramFunction, gramStride } from "./gram-code.ts"
import { packRows, pairDistancesFunction, PANEL, TILE } from "./pair-distance-code.ts"
import { type Enrolled, enrol, forget, together } from "./pool.ts"
import { packedLength, packWhitening, quadraticFormFunction } from "./quadratic-form-code.ts"
import { scoresFunction } from "./score-code.ts"
import { softmaxFunction } from "./softmax-code.ts"

/** Which instructions the kernels use. */
export type Simd = "relaxed" | "plain"

export interface WasmOptions {
  /** Threads in all, the caller's included. Default 1; more than the machine has do no harm. */
  readonly threads?: number
  /** Default: the best that the engine has. */
  readonly simd?: Simd
  /** Size of the memory in bytes, at most 2 GiB. It is reserved now and occupied as it is used. Default 64 MiB. */
  readonly bytes?: number
}

/** Rows below which a second thread costs more than it saves; a call takes tens of microseconds to reach one. */
const ALONE_BELOW = 2 ** 19
const PAGE = 65536
const ALIGNMENT = 64

const functions = (simd: Simd): ReadonlyArray<WasmFunction> =>
  [scoresFunction, quadraticFormFunction, pairDistancesFunction, softmaxFunction, gramFunction].map((make) =>
    make(simd === "relaxed")
  )

interface Compiled {
  readonly module: object
  readonly names: ReadonlyArray<string>
}
const compiled = new Map<string, Compiled | undefined>()

/** The module of a kind, compiled once a process; undefined where the engine rejects it. */
const compile = (simd: Simd, shared: boolean): Compiled | undefined => {
  const key = `${simd} ${shared}`
  if (!compiled.has(key)) {
    const list = functions(simd)
    const bytes = wasmModule(list, { kind: "imported", shared })
    const valid = engine.validate(bytes)
    compiled.set(key, valid ? { module: new engine.Module(bytes), names: list.map((f) => f.name) } : undefined)
  }
  return compiled.get(key)
}

type Kernel = (...operands: ReadonlyArray<number>) => void

export class WasmKernels {
  readonly simd: Simd
  readonly threads: number
  private readonly memory: WasmMemoryObject
  private readonly exports: Readonly<Record<string, Kernel>>
  private readonly enrolled: Enrolled | undefined
  private readonly bytes: number
  /** First free byte for arrays that stay, and for what one call needs. */
  private end = 0
  private scratch = 0
  private closed = false

  /** The kernels, or undefined where the engine has no WebAssembly SIMD (or not the one asked for). */
  static make(options: WasmOptions = {}): WasmKernels | undefined {
    const { threads = 1, bytes = 2 ** 26 } = options
    if (!(Number.isInteger(threads) && threads >= 1)) {
      throw new RangeError(`threads: ${threads}, expected an integer of 1 or more`)
    }
    if (!(bytes > 0 && bytes <= 2 ** 31)) throw new RangeError(`bytes: ${bytes}, expected 1 … 2^31`)
    const used = typeof SharedArrayBuffer === "undefined" ? 1 : Math.min(threads, Math.max(2, availableParallelism()))
    for (const simd of options.simd === undefined ? (["relaxed", "plain"] as const) : [options.simd]) {
      const found = compile(simd, used > 1)
      if (found !== undefined) return new WasmKernels(simd, used, bytes, found)
    }
    return undefined
  }

  private constructor(simd: Simd, threads: number, bytes: number, { module, names }: Compiled) {
    this.simd = simd
    this.threads = threads
    const pages = Math.ceil(bytes / PAGE)
    this.bytes = pages * PAGE
    this.memory = new engine.Memory({ initial: pages, maximum: pages, shared: threads > 1 })
    const { exports } = new engine.Instance(module, { env: { memory: this.memory } })
    this.exports = exports as Readonly<Record<string, Kernel>>
    this.enrolled = threads > 1 ? enrol(module, this.memory, names, threads - 1) : undefined
  }

  /** An array of `length` in the kernels' memory, until {@link clear} or {@link close}. Not cleared. */
  floats(length: number): Float32Array {
    const at = this.reserve(4 * (length + GRAM_SLACK))
    this.end = this.scratch
    return new Float32Array(this.memory.buffer as ArrayBuffer, at, length)
  }

  /** Drops all arrays. */
  clear(): void {
    this.end = 0
  }

  /** Lets the threads go of the memory. Further calls throw. */
  close(): void {
    if (this.enrolled !== undefined && !this.closed) forget(this.enrolled)
    this.closed = true
  }

  /** ⟨θ, φ_i⟩. theta: d. features: N×d. */
  scores(theta: Float32Array, features: Float32Array, out?: Float32Array): Float32Array {
    const d = theta.length
    const rows = this.rows("features", features, d)
    return this.call(rows, out, () => {
      const [t, f] = [this.operand(theta), this.operand(features)]
      const o = this.target(out, rows)
      this.split("scores", rows, 2 * d, (from, to) => [t, f, o, from, to, d])
      return o
    })
  }

  /** ‖Wφ_i‖². whitening: W, d×d lower triangular (what is above its diagonal is not read). features: N×d. */
  quadraticForm(whitening: ArrayLike<number>, features: Float32Array, out?: Float32Array): Float32Array {
    const d = Math.sqrt(whitening.length)
    if (!Number.isInteger(d)) throw new RangeError(`whitening: ${whitening.length} entries, expected d×d`)
    const rows = this.rows("features", features, d)
    return this.call(rows, out, () => {
      const packed = this.reserve(4 * packedLength(d))
      packWhitening(whitening, d, this.view(packed, packedLength(d)))
      const f = this.operand(features)
      const o = this.target(out, rows)
      this.split("quadraticForm", rows, d * d, (from, to) => [f, packed, o, from, to, d])
      return o
    })
  }

  /** ‖v_a − v_b‖² of all pairs of rows, R×R. white: R×d. */
  pairDistances(white: Float32Array, d: number, out?: Float32Array): Float32Array {
    const size = this.rows("white", white, d)
    return this.call(size * size, out, () => {
      const length = Math.ceil(size / PANEL) * PANEL * d
      const packed = this.reserve(4 * length)
      packRows(white, size, d, this.view(packed, length))
      const tiles = Array.from({ length: this.threads }, () => this.reserve(4 * TILE))
      const o = this.target(out, size * size)
      // Rows of the triangle: the first have most columns.
      const share = (part: number): number => 1 - Math.sqrt(1 - part)
      const operands = (from: number, to: number, thread: number) => [packed, o, from, to, size, d, tiles[thread]]
      this.split("pairDistances", size, (3 * size * d) / 2, operands, share)
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
      const [limits, tops, sums] = [4 * (prompts + 1), 4 * prompts, 4 * prompts].map((n) => this.reserve(n))
      new Int32Array(this.memory.buffer as ArrayBuffer, limits, prompts + 1).set(offsets)
      const o = this.target(out, logits.length)
      const each = (20 * logits.length) / Math.max(1, prompts)
      this.split("softmax", prompts, each, (from, to) => [l, r, limits, o, tops, sums, from, to])
      const [top, sum] = [this.view(tops, prompts), this.view(sums, prompts)]
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
      const sums = Array.from({ length: this.threads }, () => this.reserve(4 * side * side))
      for (const at of sums) this.view(at, side * side).fill(0)
      this.split("gram", rows, d * d, (from, to, thread) => [f, sums[thread], from, to, d, side])
      const o = this.target(out, d * d)
      const result = this.view(o, d * d).fill(0)
      for (const at of sums) {
        const part = this.view(at, side * side)
        for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) result[i * d + j] += part[i * side + j]
      }
      for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) result[j * d + i] = result[i * d + j]
      return o
    })
  }

  private rows(field: string, features: Float32Array, d: number): number {
    const rows = features.length / d
    if (!Number.isInteger(rows))
      throw new RangeError(`${field}: length ${features.length}, expected a multiple of ${d}`)
    return rows
  }

  /** Runs a kernel that leaves its result of `length` at the address it returns, and hands that out. */
  private call(length: number, out: Float32Array | undefined, run: () => number): Float32Array {
    if (this.closed) throw new Error("kernels: closed, expected open ones")
    if (out !== undefined && out.length !== length) {
      throw new RangeError(`out: length ${out.length}, expected ${length}`)
    }
    this.scratch = this.end
    const at = run()
    if (out !== undefined && this.inside(out)) return out
    const result = out ?? new Float32Array(length)
    result.set(this.view(at, length))
    return result
  }

  private view(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer as ArrayBuffer, at, length)
  }

  private inside(array: Float32Array): boolean {
    return array.buffer === this.memory.buffer
  }

  private reserve(bytes: number): number {
    const at = Math.ceil(Math.max(this.scratch, this.end) / ALIGNMENT) * ALIGNMENT
    if (at + bytes > this.bytes) {
      throw new RangeError(`bytes: ${this.bytes}, expected ${at + bytes} or more for these arrays`)
    }
    this.scratch = at + bytes
    return at
  }

  /** Address of an operand, copied in where it lies outside. */
  private operand(array: Float32Array): number {
    if (this.inside(array)) return array.byteOffset
    const at = this.reserve(4 * (array.length + GRAM_SLACK))
    this.view(at, array.length).set(array)
    return at
  }

  private target(out: Float32Array | undefined, length: number): number {
    return out !== undefined && this.inside(out) ? out.byteOffset : this.reserve(4 * length)
  }

  /**
   * Runs a kernel over rows [0, n), in parts on the threads where `work` operations a row make it worthwhile; `share` is
   * the share of rows that makes a share of the work.
   */
  private split(
    name: string,
    n: number,
    work: number,
    operands: (from: number, to: number, thread: number) => ReadonlyArray<number>,
    share = (part: number): number => part
  ): void {
    const run = this.exports[name]
    if (this.enrolled === undefined || n * work < ALONE_BELOW) return run(...operands(0, n, 0))
    // Whole tiles, so that no part but the last has a rest.
    const bound = (part: number): number => Math.min(n, Math.ceil((n * share(part / this.threads)) / 8) * 8)
    const helpers = Array.from({ length: this.threads - 1 }, (_, h) => operands(bound(h + 1), bound(h + 2), h + 1))
    together(this.enrolled, name, helpers, () => run(...operands(0, bound(1), 0)))
  }
}
