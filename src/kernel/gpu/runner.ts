/**
 * One gpu.js instance: compiles sources, runs them, and watches which backend they really run on.
 *
 * gpu.js moves a kernel to its CPU backend when it cannot run it elsewhere, with a line on the console at most. Here that is an error, with gpu.js's reason,
 * unless the set was opened with `allowFallback`.
 */
import type { Eventually, GpuBackend, Ran } from "../backend.ts"
import {
  backendOf,
  type GpuInstance,
  type GpuLibrary,
  type KernelArgument,
  type KernelCall,
  type KernelOutput
} from "./library.ts"
import { addWordFunctions } from "./words.ts"

/** Cells of one launch, and numbers of one array: past 2²⁴, float32 indices skip (and WebGPU's default buffers end at 2²⁵ numbers). */
export const MOST_CELLS = 2 ** 24

/** WebGL 2 promises this much; more where it says so. */
const LEAST_TEXTURE_SIDE = 2048

/** Output shapes of a program whose kernels are kept, where a kernel has one shape. */
const SHAPES_KEPT = 12

/** gpu.js quietly ran something else than what was asked for. */
export class FellBack extends Error {
  readonly asked: GpuBackend
  readonly ran: GpuBackend | undefined
  constructor(asked: GpuBackend, ran: GpuBackend | undefined, reason: string) {
    super(`${asked}: gpu.js ran ${ran ?? "an unknown backend"} instead (${reason})`)
    this.name = "FellBack"
    this.asked = asked
    this.ran = ran
  }
}

export interface Program {
  /** Cells x, then y, then z, as one array. */
  readonly run: (output: ReadonlyArray<number>, args: ReadonlyArray<KernelArgument>) => Eventually<Float32Array>
  readonly destroy: () => void
}

const flat = (output: KernelOutput): Float32Array => {
  if (output instanceof Float32Array) return output
  const parts = output.map((part) => flat(part as KernelOutput))
  const whole = new Float32Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** What follows a value that may come later: at once where it is there. */
export const after = <A, B>(value: Eventually<A>, next: (value: A) => Eventually<B>): Eventually<B> =>
  value instanceof Promise ? value.then(next) : next(value)

/** Runs what may come later, one after the other. */
export const inTurn = <A>(items: ReadonlyArray<A>, each: (item: A) => Eventually<void>, from = 0): Eventually<void> => {
  for (let i = from; i < items.length; i++) {
    const done = each(items[i])
    if (done instanceof Promise) return done.then(() => inTurn(items, each, i + 1))
  }
}

export class Runner {
  readonly backend: GpuBackend
  private readonly library: GpuLibrary
  private readonly gpu: GpuInstance
  private readonly allowFallback: boolean
  private readonly detail: string
  private readonly programs = new Map<string, Program>()
  /** Whether a kernel's output may change its shape. WebGL 2 keeps the texture of its first: larger outputs come back cut off, without a word (2.24.1). */
  private readonly resizes: boolean
  /** Columns or rows of an output of two dimensions, at most: WebGL 2 lays it out in a texture of just that shape. */
  readonly mostSide: number
  private seen: GpuBackend | undefined
  private reason: string | undefined

  /** @param detail what is known of the backend: threads, adapter. @param mostSide less than the backend's own in tests. */
  constructor(
    library: GpuLibrary,
    backend: GpuBackend,
    detail: string,
    allowFallback: boolean,
    mostSide: number = Infinity
  ) {
    this.library = library
    this.backend = backend
    this.detail = detail
    this.allowFallback = allowFallback
    this.resizes = backend !== "webgl2"
    this.gpu = new library.GPU({ mode: backend })
    // gpu.js knows it once there is an instance.
    const side = this.resizes ? Infinity : (library.WebGL2Kernel.features?.maxTextureSize ?? LEAST_TEXTURE_SIDE)
    this.mostSide = Math.min(mostSide, side)
    addWordFunctions(this.gpu, backend)
  }

  get ran(): Ran {
    const backend = this.seen ?? this.backend
    return { backend, detail: backend === this.backend ? this.detail : "", fallback: this.reason }
  }

  /** Kernels that gpu.js holds. */
  get live(): number {
    return this.gpu.kernels.length
  }

  /** Compiles at the first run. @param integers arguments of type `Integer`, after the others. */
  compile(
    source: string,
    constants: Readonly<Record<string, number | Float32Array>> = {},
    integers: ReadonlyArray<string> = []
  ): Program {
    const calls = new Map<string, KernelCall>()
    const zeros = integers.map(() => 0)
    const create = (output: ReadonlyArray<number>, args: ReadonlyArray<KernelArgument>): KernelCall =>
      this.gpu.createKernel(source, {
        output,
        constants,
        ...(integers.length === 0
          ? {}
          : {
              argumentTypes: [
                ...args.map((a) => (typeof a === "number" ? "Number" : "Array")),
                ...integers.map(() => "Integer")
              ]
            }),
        dynamicOutput: this.resizes,
        dynamicArguments: args.length > 0,
        precision: "single",
        // Threads exist under this contract only; elsewhere it changes nothing that is wanted.
        asyncMode: this.backend === "webasm",
        loopMaxIterations: 2 ** 24
      })
    const free = (call: KernelCall): void => {
      const { kernel } = call
      call.destroy()
      // gpu.js's CPU kernels stay on its list, with their constants.
      const at = this.gpu.kernels.indexOf(kernel)
      if (at >= 0) this.gpu.kernels.splice(at, 1)
    }
    /** The kernel for an output of this shape, the last one used last. */
    const callFor = (output: ReadonlyArray<number>, args: ReadonlyArray<KernelArgument>): KernelCall => {
      const key = this.resizes ? "" : output.join()
      const call = calls.get(key) ?? create(output, args)
      calls.delete(key)
      calls.set(key, call)
      for (const [other, old] of calls) {
        if (calls.size <= SHAPES_KEPT) break
        calls.delete(other)
        free(old)
      }
      if (this.resizes) call.setOutput(output)
      return call
    }
    return {
      run: (output, args) => {
        const call = callFor(output, args)
        return after(call(...args, ...zeros), (result) => {
          this.watch(call)
          const cells = flat(result)
          const expected = output.reduce((n, side) => n * side, 1)
          if (cells.length !== expected)
            throw new Error(`${this.backend}: gpu.js gave ${cells.length} cells for an output of ${output.join("×")}`)
          return cells
        })
      },
      destroy: () => {
        for (const call of calls.values()) free(call)
        calls.clear()
      }
    }
  }

  /** The program of a key, compiled once. */
  program(key: string, make: () => Program): Program {
    const known = this.programs.get(key)
    if (known !== undefined) return known
    const made = make()
    this.programs.set(key, made)
    return made
  }

  private watch({ kernel }: KernelCall): void {
    const ran = backendOf(this.library, kernel)
    if (ran !== this.backend) {
      this.reason ??= kernel.fallbackReason ?? "gpu.js gives no reason"
      if (!this.allowFallback) throw new FellBack(this.backend, ran, this.reason)
    }
    this.seen = ran
  }

  async destroy(): Promise<void> {
    for (const program of this.programs.values()) program.destroy()
    this.programs.clear()
    const { context } = this.gpu
    await this.gpu.destroy()
    // gpu.js gives its context up only where a kernel is left, and a browser has few (Chromium: 16).
    if (this.backend === "webgl2" && context !== undefined && context !== null)
      this.library.WebGL2Kernel.destroyContext(context)
  }
}
