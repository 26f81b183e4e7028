/** The kernels of every backend: the dense ones (`kernel/`) with their searches, opened by name. */
import { openBlasKernels } from "../kernel/blas/kernel-set.ts"
import { openGpuKernels } from "../kernel/gpu/load.ts"
import { type BackendChoice, openBackend, type Openers } from "../kernel/open.ts"
import { referenceKernels } from "../kernel/reference-kernels.ts"
import { openWasmKernels } from "../kernel/wasm/kernel-set.ts"
import type { KernelSet } from "../kernel/backend.ts"
import { searchKernels } from "./search-kernels.ts"

export const OPENERS: Openers = {
  webgpu: () => openGpuKernels("webgpu"),
  webgl2: () => openGpuKernels("webgl2"),
  wasm: async () => openWasmKernels(searchKernels),
  blas: async () => openBlasKernels(searchKernels),
  webasm: () => openGpuKernels("webasm"),
  cpu: () => openGpuKernels("cpu"),
  js: () => Promise.resolve(referenceKernels())
}

/**
 * Opens the kernels of a backend: the one named, or with `auto` the fastest that this machine has, and what was passed over stands in `ran.fallback`. The set checks the shapes
 * of what it is given. Call `destroy` when it is done with.
 *
 * @throws BackendUnavailable where a backend was named and cannot run, or none can; RangeError of a name that is none.
 *
 * @example
 * ```ts
 * import { openKernels, rows } from "coverbound/kernel"
 *
 * const kernels = await openKernels("js")
 * const scores = await kernels.scores(Float32Array.of(1, -1), rows(Float32Array.of(3, 4, 1, 1), 2)) // ⟨θ, φ⟩
 * console.log(...scores) // => -1 0
 * await kernels.destroy()
 * ```
 */
export const openKernels = (choice: BackendChoice): Promise<KernelSet> => openBackend(choice, OPENERS)
