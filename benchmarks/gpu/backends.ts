/**
 * gpu.js's backends as the kernel suite wants them: by kernel, N and d, ready to be timed. Opening one takes time and may fail, so it is done before; what
 * is missing is said and left out.
 */
import type { GpuBackend } from "../../src/kernel/backend.ts"
import { openGpuKernels } from "../../src/kernel/gpu/load.ts"
import { BackendUnavailable } from "../../src/kernel/backend-unavailable.ts"
import type { KernelBackend } from "../kernels/backends.ts"
import { callOf } from "../kernels/calls.ts"
import type { KernelName } from "../kernels/models.ts"

/** Cells from which on gpu.js's webasm hands a kernel to its threads (2.24.1). */
export const THREADED_CELLS = 4096
/** Kernels whose grids in N lie where it does, though a call of size 1 is not. */
const HANDED_OUT: ReadonlyArray<KernelName> = ["score", "quadratic-form", "pair-distances", "softmax"]

export const gpuName = (backend: GpuBackend): string => `gpu.js ${backend}`

/** Those of the backends that run here. @param missing told of each that does not. */
export const gpuBackends = async (
  names: ReadonlyArray<GpuBackend>,
  missing: (error: BackendUnavailable) => void
): Promise<ReadonlyArray<KernelBackend>> => {
  const found: Array<KernelBackend> = []
  for (const name of names) {
    try {
      const kernels = await openGpuKernels(name)
      found.push({
        name: gpuName(name),
        threads: name === "cpu" ? 1 : navigator.hardwareConcurrency,
        kernels,
        make: (kernelCase) => ({ call: callOf(kernels, kernelCase), close: () => {} }),
        ...(name === "webasm"
          ? {
              handOut: ({ kernel, axis }) =>
                axis === "N" && HANDED_OUT.includes(kernel)
                  ? { call: callOf(kernels, { kernel: "score", N: THREADED_CELLS, d: 1 }), close: () => {} }
                  : undefined
            }
          : {}),
        destroy: () => kernels.destroy()
      })
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error
      missing(error)
    }
  }
  return found
}
