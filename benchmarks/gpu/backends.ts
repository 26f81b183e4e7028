/**
 * gpu.js's backends as the kernel suite wants them: by kernel, N and d, ready to be timed. Opening one takes time and may fail, so it is done before; what
 * is missing is said and left out.
 */
import type { ConcreteResponses } from "../../src/instance/draw-table.ts"
import { type Eventually, type GpuBackend, type KernelSet, rows } from "../../src/kernel/backend.ts"
import { openGpuKernels } from "../../src/kernel/gpu/load.ts"
import { BackendUnavailable } from "../../src/model/backend-unavailable.ts"
import { Stream } from "../../src/numeric/stream.ts"

export type KernelName =
  | "score"
  | "quadratic-form"
  | "pair-distances"
  | "softmax"
  | "gram"
  | "first-hit"
  | "first-accepted"

export interface KernelCase {
  readonly kernel: KernelName
  /** Rows; R for pair distances; draws for the literal steps. */
  readonly N: number
  readonly d: number
}

export interface GpuBenchBackend {
  readonly name: string
  readonly threads: number
  readonly make: (kernelCase: KernelCase) => { readonly call: () => Eventually<unknown>; readonly close: () => void }
  /** Frees the set behind it. */
  readonly destroy: () => Eventually<void>
}

/** Responses a prompt of the softmax and of the literal steps, and of the first hit: past any table of pairs. */
const PROMPT = 256
const WIDE = 2048

/** A law of R responses, the last of them of mass 10⁻¹² and far from all others. */
const law = (R: number, d: number): { readonly responses: ConcreteResponses; readonly white: Float64Array } => {
  const stream = Stream.fromSeed(2)
  const reference = Float64Array.from({ length: R }, () => (0.1 + stream.next()) / R)
  reference[R - 1] = 1e-12
  const white = Float64Array.from({ length: R * d }, () => (stream.next() - 0.5) / Math.sqrt(d))
  for (let j = 0; j < d; j++) white[(R - 1) * d + j] = 4 / Math.sqrt(d)
  return {
    white,
    responses: { offsets: Int32Array.of(0, R), reference, rowOf: Int32Array.from({ length: R }, (_, i) => i) }
  }
}

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

/** Those of the backends that run here. @param missing told of each that does not, in one line. */
export const gpuBackends = async (
  names: ReadonlyArray<GpuBackend>,
  missing: (line: string) => void
): Promise<ReadonlyArray<GpuBenchBackend>> => {
  const found: Array<GpuBenchBackend> = []
  for (const name of names) {
    try {
      const kernels = await openGpuKernels(name)
      const threads = name === "webasm" ? navigator.hardwareConcurrency : 1
      found.push({
        name: `gpu.js ${name}${name === "webasm" ? ` ${threads}T` : ""}`,
        threads,
        make: (kernelCase) => ({ call: callOf(kernels, kernelCase), close: () => {} }),
        destroy: () => kernels.destroy()
      })
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error
      missing(error.message)
    }
  }
  return found
}
