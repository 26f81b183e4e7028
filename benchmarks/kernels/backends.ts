/** Kernels ready to be timed, by backend. One of ours is a line in {@link WASM}; gpu.js's come from `gpu/backends.ts`. */
import { drawTable } from "../../src/instance/draw-table.ts"
import { type Eventually, GPU_BACKENDS, type KernelSet } from "../../src/kernel/backend.ts"
import { WasmArena } from "../../src/kernel/wasm/arena.ts"
import { LiteralSearch } from "../../src/search/literal-search.ts"
import { SCORES, WasmKernels } from "../../src/kernel/wasm/kernels.ts"
import type { BackendUnavailable } from "../../src/kernel/backend-unavailable.ts"
import { Stream } from "../../src/numeric/stream.ts"
import { gpuBackends, gpuName } from "../gpu/backends.ts"
import { UsageError } from "../suite.ts"
import { law, PROMPT, WIDE } from "./laws.ts"
import type { KernelCase, KernelName } from "./models.ts"

export interface ReadyKernel {
  /** May give a promise: it is awaited. */
  readonly call: () => Eventually<unknown>
  readonly close: () => void
}

export interface KernelBackend {
  readonly name: string
  readonly threads: number
  /** gpu.js's set of kernels; ours are called without one. */
  readonly kernels?: KernelSet
  /** Undefined where this machine or the backend cannot. */
  readonly make: (kernelCase: KernelCase) => ReadyKernel | undefined
  /** On several threads: a job with next to no work, handed to them; undefined where the grid's calls of size 1 are handed out, too. */
  readonly handOut?: (grid: { readonly kernel: KernelName; readonly axis: "N" | "d" }) => ReadyKernel | undefined
  /** Frees what stands behind it. */
  readonly destroy: () => Eventually<void>
}

const wasm = (threads: number, simd?: "plain"): KernelBackend => ({
  name: simd === undefined ? `wasm ${threads}T` : `wasm ${simd} ${threads}T`,
  threads,
  make: (kernelCase) =>
    kernelCase.kernel === "first-hit" || kernelCase.kernel === "first-accepted"
      ? literal(kernelCase, threads)
      : dense(kernelCase, threads, simd),
  ...(threads > 1 ? { handOut: () => handOut(threads) } : {}),
  destroy: () => {}
})

/** This package's own WebAssembly. */
export const WASM: ReadonlyArray<KernelBackend> = [wasm(1), wasm(2), wasm(1, "plain")]

/** Whether a backend is held to the project's aims: gpu.js is reported beside, whatever it is. */
export const aimed = ({ kernels, name }: KernelBackend): boolean => kernels === undefined && !name.includes("plain")

/**
 * The backends of these names: `wasm` for all of ours, `wasm 2T` for one, `webasm` or `gpu.js webasm` for gpu.js's; none named: all that run here,
 * but not gpu.js's plain JavaScript, which takes seconds a call at d = 64.
 *
 * @param missing told of each that does not run here. @throws UsageError of a name that is none.
 */
export const openBackends = async (
  asked: ReadonlyArray<string>,
  missing: (error: BackendUnavailable) => void
): Promise<ReadonlyArray<KernelBackend>> => {
  const names = ["wasm", ...WASM.map(({ name }) => name), ...GPU_BACKENDS]
  const strange = asked.find((name) => !names.includes(name.replace(/^gpu\.js /, "")))
  if (strange !== undefined) throw new UsageError(`--backend: ${strange}, expected ${names.join(", ")}`)
  const wants = (...either: ReadonlyArray<string>): boolean =>
    asked.length === 0 ? !either.includes("cpu") : either.some((name) => asked.includes(name))
  return [
    ...WASM.filter(({ name }) => wants("wasm", name)),
    ...(await gpuBackends(
      GPU_BACKENDS.filter((backend) => wants(backend, gpuName(backend))),
      missing
    ))
  ]
}

/** Values drawn for an array; a longer one repeats them. */
const OWN_VALUES = 2 ** 16

const dense = (of: KernelCase, threads: number, simd: "plain" | undefined): ReadyKernel | undefined => {
  const { kernel, N, d } = of
  const room = 4 * (N * d + 4 * N + (kernel === "pair-distances" ? N * N + N * d : 0) + 8 * d * d) + 2 ** 22
  const kernels = WasmKernels.make({ threads, bytes: room, ...(simd === undefined ? {} : { simd }) })
  return kernels === undefined || kernels.threads !== threads ? undefined : readyOn(kernels, of)
}

/** A dense kernel over its own memory, with its inputs made. */
export const readyOn = (kernels: WasmKernels, { kernel, N, d }: KernelCase): ReadyKernel => {
  const stream = Stream.fromSeed(1)
  const filled = (length: number): Float32Array => {
    const array = kernels.floats(length)
    const own = Math.min(length, OWN_VALUES)
    for (let i = 0; i < own; i++) array[i] = stream.next()
    for (let done = own; done < length; done *= 2) array.copyWithin(done, 0, Math.min(done, length - done))
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

const literal = ({ kernel, N, d }: KernelCase, threads: number): ReadyKernel | undefined => {
  const hit = kernel === "first-hit"
  const R = hit ? WIDE : PROMPT
  const search = LiteralSearch.make({ threads, bytes: 2 ** 22 + 8 * R * (d + 8) })
  if (search === undefined || search.arena.threads !== threads) return undefined
  const { white, responses } = law(R, d)
  const table = drawTable(responses, 0)
  const test = hit
    ? search.pairTest({ table, white, dimension: d, mass: responses.reference, nu: 2 })
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

/** Rows of one coordinate, as many as make a part of a job for every turn of every thread. */
const handOut = (threads: number): ReadyKernel | undefined => {
  const arena = WasmArena.make({ threads, bytes: 2 ** 16 })
  if (arena === undefined || arena.threads !== threads) return undefined
  const rows = 32 * threads
  const [theta, features, scores] = [4, 4 * rows, 4 * rows].map((bytes) => arena.reserve(bytes))
  const job = { rows, whole: 4, operands: [theta, features, scores, 0, 0, 1], from: 3 }
  return { call: () => arena.split(Number.MAX_SAFE_INTEGER, SCORES, job), close: () => arena.close() }
}
