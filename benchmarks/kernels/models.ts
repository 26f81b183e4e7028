/**
 * What each kernel should cost: arithmetic operations and bytes moved, as functions of its size. The suites fit
 * exponents against these and set what was achieved beside the machine's peaks.
 */

export type KernelName =
  | "score"
  | "quadratic-form"
  | "pair-distances"
  | "softmax"
  | "gram"
  | "first-hit"
  | "first-accepted"

/** Kernels whose source is unrolled in d on gpu.js's CPU backends, up to where that pays (`kernel/gpu/sources.ts`). */
export const UNROLLED: ReadonlyArray<KernelName> = ["score", "quadratic-form", "pair-distances"]

export interface KernelCase {
  readonly kernel: KernelName
  /** Rows; R for pair distances; draws for the literal steps. */
  readonly N: number
  readonly d: number
}

export interface CostModel {
  /** Floating-point (literal steps: integer) operations that have to be done. */
  readonly operations: (N: number, d: number) => number
  /** Bytes that have to move, inputs and outputs once. */
  readonly bytes: (N: number, d: number) => number
  /** Predicted exponents of time in N and d. */
  readonly exponents: { readonly N: number; readonly d?: number }
}

export const MODELS: Readonly<Record<KernelName, CostModel>> = {
  score: { operations: (N, d) => 2 * N * d, bytes: (N, d) => 4 * N * (d + 1), exponents: { N: 1, d: 1 } },
  // W is triangular: half of the products are with 0.
  "quadratic-form": {
    operations: (N, d) => N * d * (d + 3),
    bytes: (N, d) => 4 * N * (d + 1),
    exponents: { N: 1, d: 2 }
  },
  // One side of the diagonal; a difference, a product and a sum each.
  "pair-distances": {
    operations: (N, d) => 1.5 * N * N * d,
    bytes: (N, d) => 4 * N * (N + d),
    exponents: { N: 2, d: 1 }
  },
  // A maximum, about 20 operations of the exponential, a product, a sum and a division.
  softmax: { operations: (N) => 24 * N, bytes: (N) => 20 * N, exponents: { N: 1 } },
  gram: { operations: (N, d) => N * d * (d + 1), bytes: (N, d) => 4 * N * d, exponents: { N: 1, d: 2 } },
  // Threefry-2×32-20: 20 rounds of 5 operations and 5 injections of 2 a block; filtered, so that d does not enter.
  "first-hit": { operations: (N) => 110 * N, bytes: () => 0, exponents: { N: 1, d: 0 } },
  // A block for the coin always, one for the response where the coin is low.
  "first-accepted": { operations: (N) => 220 * N, bytes: () => 0, exponents: { N: 1 } }
}
