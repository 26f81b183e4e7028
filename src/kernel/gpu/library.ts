/**
 * gpu.js as this package uses it. Its own typings lack `webasm`, the kernel behind a call and what it says of itself, so the part
 * that is used is stated here, once.
 */
import type { GpuBackend } from "../backend.ts"

/** What gpu.js gives for one, two or three output dimensions. */
export type KernelOutput = Float32Array | ReadonlyArray<Float32Array> | ReadonlyArray<ReadonlyArray<Float32Array>>

export type KernelArgument = Float32Array | number

/** The kernel behind a call: replaced where gpu.js falls back. */
export interface CompiledKernel {
  readonly constructor: unknown
  readonly fallbackReason?: string | null
}

export interface KernelCall {
  (...args: ReadonlyArray<KernelArgument>): KernelOutput | Promise<KernelOutput>
  readonly kernel: CompiledKernel
  readonly setOutput: (output: ReadonlyArray<number>) => unknown
  readonly destroy: (removeCanvas?: boolean) => void
}

export interface KernelSettings {
  readonly output: ReadonlyArray<number>
  readonly constants: Readonly<Record<string, number | Float32Array>>
  readonly argumentTypes?: ReadonlyArray<string>
  readonly dynamicOutput: boolean
  readonly dynamicArguments: boolean
  readonly precision: "single"
  readonly asyncMode: boolean
  readonly loopMaxIterations: number
}

export interface GpuInstance {
  readonly createKernel: (source: string, settings: KernelSettings) => KernelCall
  readonly addNativeFunction: (name: string, source: string, settings: object) => unknown
  /** Kernels that were not destroyed. */
  readonly kernels: Array<unknown>
  /** Of WebGL, once a kernel has run. */
  readonly context?: object | null
  readonly destroy: () => Promise<void>
}

/** The module `gpu.js`, or what its browser bundle leaves in `globalThis.GPU`. */
export interface GpuLibrary {
  readonly GPU: {
    new (settings: { readonly mode: GpuBackend }): GpuInstance
    readonly isWebGPUAvailable: () => Promise<boolean>
    readonly isWebGL2Supported: boolean
    readonly isWebAssemblySupported: boolean
  }
  readonly CPUKernel: object
  readonly WebAssemblyKernel: { readonly isThreadsSupported?: boolean }
  readonly WebGL2Kernel: {
    readonly features?: { readonly maxTextureSize: number }
    readonly destroyContext: (context: object) => void
  }
  readonly WebGPUKernel: object
  readonly WebGPUContext: {
    readonly acquire: () => Promise<{
      readonly adapter: {
        readonly info?: { readonly vendor: string; readonly architecture: string; readonly description: string }
      }
    }>
    readonly destroy: () => Promise<void>
  }
}

/** Which backend a kernel is of, read from its class: gpu.js's own `mode` calls WebGL 2 just `gpu`. */
export const backendOf = (library: GpuLibrary, { constructor }: CompiledKernel): GpuBackend | undefined => {
  if (constructor === library.CPUKernel) return "cpu"
  if (constructor === library.WebAssemblyKernel) return "webasm"
  if (constructor === library.WebGL2Kernel) return "webgl2"
  if (constructor === library.WebGPUKernel) return "webgpu"
  return undefined
}

/** What the WebGPU adapter calls itself: browsers may withhold all but its vendor. */
export const adapterName = async (library: GpuLibrary): Promise<string> => {
  const { info } = (await library.WebGPUContext.acquire()).adapter
  if (info === undefined) return "unnamed adapter"
  const { description, vendor, architecture } = info
  return description || [vendor, architecture].filter((text) => text !== "").join(" ") || "unnamed adapter"
}
