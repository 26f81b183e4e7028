/**
 * gpu.js's backends as the kernel suite wants them: by kernel, N and d, ready to be timed. Opening one takes time and may fail, so it is done before; what
 * is missing is said and left out.
 */
import { type Eventually, type GpuBackend, type KernelSet, rows } from "../../src/kernel/backend.ts"
import { openGpuKernels } from "../../src/kernel/gpu/load.ts"
import { BackendUnavailable } from "../../src/kernel/backend-unavailable.ts"
import { Stream } from "../../src/numeric/stream.ts"
import type { KernelBackend } from "../kernels/backends.ts"
import { law, PROMPT, WIDE } from "../kernels/laws.ts"
import type { KernelCase, KernelName } from "../kernels/models.ts"

const callOf = (kernels: KernelSet, { kernel, N, d }: KernelCase): (() => Eventually<unknown>) => {
  const stream = Stream.fromSeed(1)
  const filled = (length: number): Float32Array => Float32Array.from({ length }, () => stream.next())
  let request = 0
  // One search of N draws, under a key of its own each time.
  const search = (): { readonly prompts: Int32Array; readonly keys: Int32Array; readonly limit: number } => ({
    prompts: new Int32Array(1),
    keys: Int32Array.of(request++, 1),
    limit: N
  })
  switch (kernel) {
    case "score": {
      const [theta, features] = [filled(d), rows(filled(N * d), d)]
      return () => kernels.scores(theta, features)
    }
    case "quadratic-form": {
      const [whitening, features] = [filled(d * d), rows(filled(N * d), d)]
      return () => kernels.quadraticForm(whitening, features)
    }
    case "pair-distances": {
      const white = rows(filled(N * d), d)
      return () => kernels.pairDistances(white)
    }
    case "gram": {
      const features = rows(filled(N * d), d)
      return () => kernels.gram(features)
    }
    case "softmax": {
      const [logits, reference] = [filled(N), filled(N)]
      const offsets = Int32Array.from({ length: Math.ceil(N / PROMPT) + 1 }, (_, x) => Math.min(N, x * PROMPT))
      return () => kernels.tiltedSoftmax(logits, reference, offsets)
    }
    case "first-hit": {
      const { responses, white } = law(WIDE, d)
      return () => kernels.firstHit({ ...search(), responses, white, dimension: d, nu: 2 })
    }
    case "first-accepted": {
      const { responses } = law(PROMPT, 1)
      const accept = new Float64Array(PROMPT).fill(1e-12)
      return () => kernels.firstAccepted({ ...search(), responses, coinKeys: Int32Array.of(request, 2), accept })
    }
  }
}

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
