/**
 * What the kernels execute and move, lower-order terms and all. {@link MODELS} has the leading term that an exponent is
 * predicted from; a tile also pads, starts and ends, and over two decades that shows in a fitted exponent.
 *
 * Ours are counted in vector instructions, from `src/kernel/wasm/*-code.ts`: instructions of the inner loop, its control
 * included, times its turns, and what a tile adds. With P = ⌈·/8⌉ panels of eight:
 *
 *   score            N/4 tiles of d/4 steps of 12, and 44 around
 *   quadratic form   N/4 tiles; column block b of P has min(d, 8b) steps of 14, and 28 around; 44 a tile:
 *                    Σ_b 14·8b = 56·P(P+1) ≈ ⅞·d(d+8), not ⅞·d²
 *   pair distances   2·P(P+1)/2 tiles, the diagonal's included: R(R+8)/32, not R²/32; d steps of 23, and 75 around
 *   softmax          N/4 times 45, and 60 a prompt
 *   Gram             P(P+1) tiles of N steps of 19, and 41 around a block of rows
 *   literal steps    as in the model: they have no tiles
 *
 * gpu.js's are counted in operations of the source it is given: both sides of the diagonal, whole blocks of rows.
 */
import { GRAM_ROWS } from "../../src/kernel/gpu/sources.ts"
import { PROMPT, WIDE } from "./laws.ts"
import { type KernelCase, type KernelName, MODELS } from "./models.ts"

/** Whether a backend is gpu.js's. */
export const isGpuJs = (backend: string): boolean => backend.startsWith("gpu.js")

type Count = (N: number, d: number) => number

const panels = (size: number): number => Math.ceil(size / 8)
const triangle = (size: number): number => panels(size) * (panels(size) + 1)
const gramBlock = (d: number): number => (d > 128 ? 64 : 256)

/** Where they are not as the model has them. */
const OURS: Readonly<Partial<Record<KernelName, Count>>> = {
  score: (N, d) => (N / 4) * (3 * d + 44),
  "quadratic-form": (N, d) => (N / 4) * (56 * triangle(d) + 28 * panels(d) + 44),
  "pair-distances": (R, d) => triangle(R) * (23 * d + 75),
  softmax: (N) => (45 * N) / 4 + (60 * N) / PROMPT,
  gram: (N, d) => triangle(d) * (19 * N + 41 * Math.ceil(N / gramBlock(d)))
}

const GPU_JS: Readonly<Partial<Record<KernelName, Count>>> = {
  "pair-distances": (R, d) => 3 * R * R * d,
  gram: (N, d) => 2 * GRAM_ROWS * Math.ceil(N / GRAM_ROWS) * d * d,
  // It has no filter of words: both rows of every pair are read and subtracted.
  "first-hit": (N, d) => N * (110 + 3 * d)
}

/** Vector instructions of ours, operations of gpu.js's and of plain loops: only their growth is compared. */
export const executed = ({ kernel, N, d }: KernelCase, backend: string): number => {
  const counts = backend === "js" ? {} : isGpuJs(backend) ? GPU_JS : OURS
  return (counts[kernel] ?? MODELS[kernel].operations)(N, d)
}

/** Bytes that a call reads, and writes (twice: a line is fetched before it is written). All of them are its working set. */
export const traffic = ({ kernel, N, d }: KernelCase): number => {
  switch (kernel) {
    case "pair-distances":
      return 4 * N * d + 8 * N * N
    case "quadratic-form":
      return MODELS[kernel].bytes(N, d) + 2 * d * d
    case "gram":
      return MODELS[kernel].bytes(N, d) + 8 * d * d
    case "first-hit":
      return 4 * WIDE * d
    default:
      return MODELS[kernel].bytes(N, d)
  }
}

/** Predicted exponent in N or d on a backend; undefined where the kernel has no such axis. */
export const predictedExponent = (kernel: KernelName, axis: "N" | "d", backend: string): number | undefined =>
  kernel === "first-hit" && axis === "d" && isGpuJs(backend) ? 1 : MODELS[kernel].exponents[axis]
