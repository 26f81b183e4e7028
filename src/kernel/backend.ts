/**
 * Backends of the kernels: their names, what a set of kernels does on each, and what is said when one cannot run.
 *
 * A set says which backend really ran ({@link Ran}), as read from the compiled kernel and not from what was asked for:
 * where gpu.js finds no GPU it quietly runs something else, which here is an error unless `auto` was asked for.
 */
import type { AcceptanceSearches, PairSearches } from "./reference.ts"

/** gpu.js in plain JavaScript, in WebAssembly (SIMD, threads), and on a GPU through a browser's WebGL 2 or WebGPU. */
export const GPU_BACKENDS = ["cpu", "webasm", "webgl2", "webgpu"] as const
/** A backend of gpu.js. */
export type GpuBackend = (typeof GPU_BACKENDS)[number]

/** `js`: loops in float64. `wasm`: this package's own WebAssembly. `blas`: the machine's BLAS, beside `wasm`. The others are gpu.js's. */
export const BACKENDS = ["js", "wasm", "blas", ...GPU_BACKENDS] as const
/** A backend's name. */
export type Backend = (typeof BACKENDS)[number]

/** Which backend really ran. */
export interface Ran {
  readonly backend: Backend
  /** What a person would ask next: threads, instruction set, adapter; empty where there is nothing to say. */
  readonly detail: string
  /** Why not what was asked for; undefined where it was. */
  readonly fallback: string | undefined
}

/**
 * What ran, in one line, as run.json and certificates carry it: `webgpu (SwiftShader)`.
 *
 * @example
 * ```ts
 * import { describeRan } from "coverbound/kernel"
 *
 * console.log(describeRan({ backend: "wasm", detail: "relaxed SIMD, 2 threads", fallback: undefined })) // => wasm (relaxed SIMD, 2 threads)
 * ```
 */
export const describeRan = ({ backend, detail, fallback }: Ran): string =>
  `${backend}${detail === "" ? "" : ` (${detail})`}${fallback === undefined ? "" : `, fell back: ${fallback}`}`

/** A backend may answer at once or later (WebGPU and threads have no other way). */
export type Eventually<A> = A | Promise<A>

/** count×dimension numbers, row-major, which a backend may keep where it computes: not to be changed afterwards. */
export interface Rows {
  readonly values: Float32Array
  readonly dimension: number
  readonly count: number
}

/**
 * A matrix of row vectors as kernels take it.
 *
 * @param values count×dimension numbers, row-major; kept, not copied
 * @param dimension d, an integer ≥ 1
 * @throws RangeError where `values` is not a whole number of rows, or the dimension not a positive integer
 */
export const rows = (values: Float32Array, dimension: number): Rows => {
  if (!Number.isSafeInteger(dimension) || dimension < 1)
    throw new RangeError(`dimension: ${dimension}, expected a positive integer`)
  if (values.length % dimension !== 0)
    throw new RangeError(`values: ${values.length} numbers, expected a multiple of the dimension ${dimension}`)
  return { values, dimension, count: values.length / dimension }
}

/** What {@link KernelSet.tiltedSoftmax} gives. */
export interface TiltedLaw32 {
  /** Length N. */
  readonly probabilities: Float32Array
  /** Length X. */
  readonly logNormaliser: Float32Array
}

/** Many searches at once: what they find is exactly what the reference says. */
export interface SearchKernels {
  /** Index of each search's first passing pair, or −1. */
  readonly firstHit: (request: PairSearches) => Eventually<Int32Array>
  /** Index of each search's first accepted draw, or −1. */
  readonly firstAccepted: (request: AcceptanceSearches) => Eventually<Int32Array>
  /** Frees what the backend holds; the set is of no use afterwards. */
  readonly destroy: () => Eventually<void>
}

/**
 * Every kernel on one backend, in float32; `reference.ts` defines what each computes and bounds its error. Calls on one
 * set are made one after the other. Results belong to the caller. Shapes are checked (RangeError naming the argument); values are
 * not looked at, one by one: they must be finite, and what comes of others differs between backends.
 */
export interface KernelSet extends SearchKernels {
  /** As asked for until a kernel has run, then what the kernels say. */
  readonly ran: Ran
  /** θ: d. → N */
  readonly scores: (theta: Float32Array, features: Rows) => Eventually<Float32Array>
  /** ‖Wφ‖²; whitening W: d×d lower triangular. → N */
  readonly quadraticForm: (whitening: Float32Array, features: Rows) => Eventually<Float32Array>
  /** Squared distances of all pairs of rows. → R×R */
  readonly pairDistances: (white: Rows) => Eventually<Float32Array>
  /** logits, reference ≥ 0: N; offsets: X + 1, from 0 to N, not decreasing. Probabilities are 0 where reference is; those of a prompt are its terms over one sum. */
  readonly tiltedSoftmax: (
    logits: Float32Array,
    reference: Float32Array,
    offsets: Int32Array
  ) => Eventually<TiltedLaw32>
  /** ΦᵀΦ. → d×d */
  readonly gram: (features: Rows) => Eventually<Float32Array>
}
