/**
 * `coverbound/kernel`: scores, quadratic forms, pair distances, tilted softmax, Gram matrices and the fused searches, in float32 on one of six backends: this
 * package's own WebAssembly, plain JavaScript, and those of gpu.js (an optional peer).
 *
 * @module coverbound/kernel
 *
 * @example
 * ```ts
 * import { describeRan, openKernels, rows } from "coverbound/kernel"
 *
 * const kernels = await openKernels("js")
 * const features = rows(Float32Array.of(3, 4, 1, 1), 2) // two rows of d = 2
 * const norms = await kernels.quadraticForm(Float32Array.of(1, 0, 0.5, 2), features) // ‖Wφ‖²
 * console.log(describeRan(kernels.ran), ...norms) // => js (float64, one thread) 99.25 7.25
 * await kernels.destroy()
 * ```
 */
export {
  type Backend,
  BACKENDS,
  describeRan,
  type Eventually,
  type GpuBackend,
  type KernelSet,
  type Ran,
  type Rows,
  rows,
  type SearchKernels,
  type TiltedLaw32
} from "../kernel/backend.ts"
export { BackendUnavailable } from "../kernel/backend-unavailable.ts"
export { type Bounded, type BoundedEvaluation, type DenseInstance, denseInstance } from "../kernel/dense-instance.ts"
export { BACKEND_CHOICES, type BackendChoice } from "../kernel/open.ts"
export type { AcceptanceSearches, PairSearches } from "../kernel/reference.ts"
export { openKernels } from "../search/open-kernels.ts"
