/**
 * The kernels' module over a memory of its own: one per engine of kernels, with the threads that share it.
 *
 * Memory is handed out from the bottom: what is kept first ({@link WasmArena.keep}), then what one call needs.
 */
import { availableParallelism } from "node:os"
import { engine, type WasmFunction, wasmModule, type WasmMemoryObject } from "../../numeric/webassembly.ts"
import { BackendUnavailable } from "../backend-unavailable.ts"
import type { Ran } from "../backend.ts"
import { gramFunction } from "./gram-code.ts"
import { pairDistancesFunction } from "./pair-distance-code.ts"
import { passesFunction } from "../../search/pass-code.ts"
import { type Enrolled, enrol, forget, type Job, together } from "./pool.ts"
import { quadraticFormFunction } from "./quadratic-form-code.ts"
import { scoresFunction } from "./score-code.ts"
import { searchFunctions } from "../../search/search-code.ts"
import { softmaxFunction } from "./softmax-code.ts"
import { tallyFunction } from "../../search/tally-code.ts"

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

/** Which WebAssembly it is, as `ran` of a backend says it: `relaxed SIMD, 2 threads`. */
export const wasmRan = ({ simd, threads }: { readonly simd: Simd; readonly threads: number }): Ran => ({
  backend: "wasm",
  detail: `${simd === "relaxed" ? "relaxed SIMD" : "SIMD"}, ${threads === 1 ? "1 thread" : `${threads} threads`}`,
  fallback: undefined
})

/** Said where the engine rejects the module. */
export const noSimd = (): BackendUnavailable =>
  new BackendUnavailable({
    backend: "wasm",
    reason: "WebAssembly has no SIMD here",
    fix: "run Node 22.19 or newer on a processor with SSE4.1 or NEON"
  })

/** Operations below which a second thread costs more than it saves: a call takes tens of microseconds to reach one. */
const ALONE_BELOW = 2 ** 19
const PAGE = 65536
const ALIGNMENT = 64

const functions = (simd: Simd): ReadonlyArray<WasmFunction> => {
  const relaxed = simd === "relaxed"
  const dense = [scoresFunction, quadraticFormFunction, pairDistancesFunction, softmaxFunction, gramFunction]
  return [
    ...dense.map((make) => make(relaxed)),
    ...searchFunctions(relaxed, dense.length),
    tallyFunction(),
    passesFunction()
  ]
}

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

type Kernel = (...operands: ReadonlyArray<number>) => number

export class WasmArena {
  readonly simd: Simd
  readonly threads: number
  readonly exports: Readonly<Record<string, Kernel>>
  private readonly memory: WasmMemoryObject
  private readonly compiled: Compiled
  /** Known to the threads since the first job that was worth sharing: they are not started for less. */
  private enrolled: Enrolled | undefined
  private readonly bytes: number
  private kept = 0
  private used = 0
  private closed = false

  /** Undefined where the engine has no WebAssembly SIMD (or not the one asked for). @throws RangeError of a bad option. */
  static make({ threads = 1, bytes = 2 ** 26, simd: asked }: WasmOptions): WasmArena | undefined {
    if (!(Number.isInteger(threads) && threads >= 1)) {
      throw new RangeError(`threads: ${threads}, expected an integer of 1 or more`)
    }
    if (!(bytes > 0 && bytes <= 2 ** 31)) throw new RangeError(`bytes: ${bytes}, expected a size in (0, 2^31]`)
    const granted =
      typeof SharedArrayBuffer === "undefined" ? 1 : Math.min(threads, Math.max(2, availableParallelism()))
    for (const simd of asked === undefined ? (["relaxed", "plain"] as const) : [asked]) {
      const found = compile(simd, granted > 1)
      if (found !== undefined) return new WasmArena(simd, granted, bytes, found)
    }
    return undefined
  }

  private constructor(simd: Simd, threads: number, bytes: number, found: Compiled) {
    this.compiled = found
    this.simd = simd
    this.threads = threads
    const pages = Math.ceil(bytes / PAGE)
    this.bytes = pages * PAGE
    this.memory = new engine.Memory({ initial: pages, maximum: pages, shared: threads > 1 })
    const { exports } = new engine.Instance(found.module, { env: { memory: this.memory } })
    this.exports = exports as Readonly<Record<string, Kernel>>
  }

  /** Address of `size` bytes for this call. @throws RangeError when the memory is full. */
  reserve(size: number): number {
    const at = Math.ceil(this.used / ALIGNMENT) * ALIGNMENT
    if (at + size > this.bytes)
      throw new RangeError(`bytes: ${this.bytes}, expected ${at + size} or more for these arrays`)
    this.used = at + size
    return at
  }

  /** Bytes that {@link reserve} can still give. */
  get room(): number {
    return this.bytes - this.used - ALIGNMENT
  }

  /** What was reserved so far stays until {@link clear}. */
  keep(): void {
    this.kept = this.used
  }

  /** Begins a call: what the last one reserved is free. */
  begin(): void {
    if (this.closed) throw new Error("kernels: closed, expected open ones")
    this.used = this.kept
  }

  /** What is kept so far, for {@link reset}. */
  mark(): number {
    return this.kept
  }

  reset(mark: number): void {
    this.kept = mark
    this.used = mark
  }

  clear(): void {
    this.reset(0)
  }

  /** Lets the threads go of the memory. */
  close(): void {
    if (this.enrolled !== undefined && !this.closed) forget(this.enrolled)
    this.closed = true
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer as ArrayBuffer, at, length)
  }

  bytesAt(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer as ArrayBuffer, at, length)
  }

  ints(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer as ArrayBuffer, at, length)
  }

  holds(array: Float32Array): boolean {
    return array.buffer === this.memory.buffer
  }

  /** Runs a kernel, on the threads where `work` operations a row make it worthwhile. */
  split(work: number, job: Job): void {
    const run = this.exports[job.name]
    if (this.threads > 1 && job.rows * work >= ALONE_BELOW) {
      const { module, names } = this.compiled
      this.enrolled ??= enrol(module, this.memory, names, this.threads - 1)
      return together(this.enrolled, job, run)
    }
    const operands = [...job.operands]
    operands[job.from] = 0
    operands[job.from + 1] = job.rows
    run(...operands)
  }
}
