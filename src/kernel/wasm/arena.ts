/**
 * A memory that kernels run over, with the threads that share it. A kernel is compiled when it is first run: who runs
 * one has one.
 *
 * Memory is handed out from the bottom: what is kept first ({@link WasmArena.keep}), then what one call needs.
 */
import { createRequire } from "node:module"
import { availableParallelism } from "node:os"
import { fusedMultiplyAdd } from "../../numeric/wasm-code.ts"
import {
  engine,
  wasmFunction,
  type WasmFunction,
  wasmModule,
  type WasmMemoryObject
} from "../../numeric/webassembly.ts"
import { BackendUnavailable } from "../backend-unavailable.ts"
import type { Ran } from "../backend.ts"
import { type Enrolled, enrol, forget, type Job, makeNative, type Native, type Run, teach, together } from "./pool.ts"

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

/** A kernel as code. */
export interface KernelCode {
  /** The function that runs it. */
  readonly name: string
  /** That function, and those it calls. */
  readonly functions: (relaxed: boolean) => ReadonlyArray<WasmFunction>
  /** What runs it instead, and may call those functions. */
  readonly native?: Native
}

/** Whether the engine has these instructions, found out once by one that needs them. */
const granted = new Map<Simd, boolean>()
export const hasSimd = (simd: Simd): boolean => {
  const known = granted.get(simd)
  if (known !== undefined) return known
  const probe = wasmFunction("probe", (f) => {
    const X = f.local("f32x4")
    return X.set(fusedMultiplyAdd(simd === "relaxed")(X, X, X))
  })
  const valid = engine.validate(wasmModule([probe], { kind: "own", pages: 1 }))
  granted.set(simd, valid)
  return valid
}

/** Modules by kernel, compiled once a process. */
const compiled = new WeakMap<KernelCode, Map<string, object>>()
const moduleOf = (code: KernelCode, simd: Simd, shared: boolean): object => {
  let kinds = compiled.get(code)
  if (kinds === undefined) compiled.set(code, (kinds = new Map()))
  const kind = `${simd} ${shared}`
  let module = kinds.get(kind)
  if (module === undefined) {
    module = new engine.Module(wasmModule(code.functions(simd === "relaxed"), { kind: "imported", shared }))
    kinds.set(kind, module)
  }
  return module
}

/** Lets threads go of a memory whose arena was dropped unclosed. */
const dropped = new FinalizationRegistry<Enrolled>(forget)

export class WasmArena {
  readonly simd: Simd
  readonly threads: number
  /** How often each kernel ran, by its name: what {@link run} and {@link split} did, not what they were asked for. */
  readonly calls = new Map<string, number>()
  private readonly memory: WasmMemoryObject
  private readonly kernels = new Map<KernelCode, Run>()
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
    const most = typeof SharedArrayBuffer === "undefined" ? 1 : Math.min(threads, Math.max(2, availableParallelism()))
    for (const simd of asked === undefined ? (["relaxed", "plain"] as const) : [asked]) {
      if (hasSimd(simd)) return new WasmArena(simd, most, bytes)
    }
    return undefined
  }

  private constructor(simd: Simd, threads: number, bytes: number) {
    this.simd = simd
    this.threads = threads
    const pages = Math.ceil(bytes / PAGE)
    this.bytes = pages * PAGE
    this.memory = new engine.Memory({ initial: pages, maximum: pages, shared: threads > 1 })
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
    if (this.enrolled !== undefined && !this.closed) {
      dropped.unregister(this)
      forget(this.enrolled)
    }
    this.closed = true
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer as ArrayBuffer, at, length)
  }

  doubles(at: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer as ArrayBuffer, at, length)
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

  /** The kernel over this memory, for the caller alone to call; {@link split} hands it out. */
  private kernel(code: KernelCode): Run {
    this.calls.set(code.name, (this.calls.get(code.name) ?? 0) + 1)
    const known = this.kernels.get(code)
    if (known !== undefined) return known
    const module = moduleOf(code, this.simd, this.threads > 1)
    const { exports } = new engine.Instance(module, { env: { memory: this.memory } })
    const run =
      code.native === undefined
        ? (exports[code.name] as Run)
        : makeNative(code.native, exports, this.memory, createRequire(import.meta.url))
    this.kernels.set(code, run)
    return run
  }

  /** Runs a kernel on the caller's thread; its result. */
  run(code: KernelCode, ...operands: ReadonlyArray<number>): number {
    return this.kernel(code)(...operands)
  }

  /** Runs a kernel, on the threads where `work` operations a row make it worthwhile. */
  split(work: number, code: KernelCode, job: Job): void {
    const run = this.kernel(code)
    if (this.threads > 1 && job.rows * work >= ALONE_BELOW) {
      if (this.enrolled === undefined) {
        this.enrolled = enrol(this.memory, this.threads - 1)
        dropped.register(this, this.enrolled, this)
      }
      if (!this.enrolled.functions.includes(run))
        teach(this.enrolled, moduleOf(code, this.simd, true), [code.name], [run], code.native)
      return together(this.enrolled, job, run)
    }
    const operands = [...job.operands]
    operands[job.from] = 0
    operands[job.from + 1] = job.rows
    run(...operands)
  }
}
