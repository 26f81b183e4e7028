/** Kernels ready to be timed, by backend. A backend is a line here. */
import { drawTable } from "../../src/instance/draw-table.ts"
import { LiteralSearch } from "../../src/kernel/wasm/literal-search.ts"
import { WasmKernels } from "../../src/kernel/wasm/kernels.ts"
import { Stream } from "../../src/numeric/stream.ts"
import type { KernelCase } from "./models.ts"

export interface ReadyKernel {
  readonly call: () => void
  readonly close: () => void
}

export interface KernelBackend {
  readonly name: string
  readonly threads: number
  /** Undefined where this machine or the backend cannot. */
  readonly make: (kernelCase: KernelCase) => ReadyKernel | undefined
}

/** Responses a prompt of the softmax and of the literal steps. */
export const PROMPT = 256
/** Responses of the literal first-hit: past any table of pairs. */
const WIDE = 2048

const wasm = (threads: number, simd?: "plain"): KernelBackend => ({
  name: simd === undefined ? `wasm ${threads}T` : `wasm ${simd} ${threads}T`,
  threads,
  make: (kernelCase) =>
    kernelCase.kernel === "first-hit" || kernelCase.kernel === "first-accepted"
      ? literal(kernelCase, threads)
      : dense(kernelCase, threads, simd)
})

export const BACKENDS: ReadonlyArray<KernelBackend> = [wasm(1), wasm(2), wasm(1, "plain")]

const dense = ({ kernel, N, d }: KernelCase, threads: number, simd: "plain" | undefined): ReadyKernel | undefined => {
  const room = 4 * (N * d + 4 * N + (kernel === "pair-distances" ? N * N + N * d : 0) + 8 * d * d) + 2 ** 22
  const kernels = WasmKernels.make({ threads, bytes: room, ...(simd === undefined ? {} : { simd }) })
  if (kernels === undefined || kernels.threads !== threads) return undefined
  const stream = Stream.fromSeed(1)
  const filled = (length: number): Float32Array => {
    const array = kernels.floats(length)
    for (let i = 0; i < length; i++) array[i] = stream.next()
    return array
  }
  const close = (): void => kernels.close()
  const features = filled(kernel === "softmax" ? N : N * d)
  const out = kernels.floats(kernel === "pair-distances" ? N * N : N)
  if (kernel === "score") {
    const theta = filled(d)
    return { call: () => kernels.scores(theta, features, out), close }
  }
  if (kernel === "quadratic-form") {
    const whitening = Float64Array.from({ length: d * d }, () => stream.next())
    return { call: () => kernels.quadraticForm(whitening, features, out), close }
  }
  if (kernel === "pair-distances") return { call: () => kernels.pairDistances(features, d, out), close }
  if (kernel === "gram") return { call: () => kernels.gram(features, d), close }
  const reference = filled(N)
  const offsets = Int32Array.from({ length: Math.ceil(N / PROMPT) + 1 }, (_, x) => Math.min(N, x * PROMPT))
  return { call: () => kernels.tiltedSoftmax(features, reference, offsets, out), close }
}

/** A law of R responses, the last of them of mass 10⁻¹² and far from all others. */
const law = (R: number, d: number) => {
  const stream = Stream.fromSeed(2)
  const reference = Float64Array.from({ length: R }, () => (0.1 + stream.next()) / R)
  reference[R - 1] = 1e-12
  const white = Float64Array.from({ length: R * d }, () => (stream.next() - 0.5) / Math.sqrt(d))
  for (let j = 0; j < d; j++) white[(R - 1) * d + j] = 4 / Math.sqrt(d)
  return {
    reference,
    white,
    responses: { offsets: Int32Array.of(0, R), reference, rowOf: Int32Array.from({ length: R }, (_, i) => i) }
  }
}

const literal = ({ kernel, N, d }: KernelCase, threads: number): ReadyKernel | undefined => {
  const hit = kernel === "first-hit"
  const R = hit ? WIDE : PROMPT
  const search = LiteralSearch.make({ threads, bytes: 2 ** 22 + 8 * R * (d + 8) })
  if (search === undefined || search.arena.threads !== threads) return undefined
  const { reference, white, responses } = law(R, d)
  const table = drawTable(responses, 0)
  const test = hit
    ? search.pairTest({ table, white, dimension: d, mass: reference, nu: 2 })
    : search.acceptanceTest(table, new Float64Array(R).fill(1e-12))
  if (test === undefined) return undefined
  let request = 0
  return {
    call: () => {
      const key = { k0: request++, k1: 1, coin0: request, coin1: 2 }
      for (let at = 0; (at = search.next(test, key, at, N) + 1) > 0;);
    },
    close: () => search.close()
  }
}
