/** Sizes at which exponents are fitted: two decades on each axis, the other size fixed. */
import type { KernelCase, KernelName } from "./models.ts"

export interface ScalingGrid extends KernelCase {
  readonly axis: "N" | "d"
  readonly values: ReadonlyArray<number>
}

export interface ScalingPoint {
  readonly axis: "N" | "d"
  readonly value: number
  /** Median of a process's calls. */
  readonly nanoseconds: number
}

const DECADES = [1, 2, 4, 8, 16, 32, 64, 128]
const grid = (kernel: KernelName, axis: "N" | "d", N: number, d: number, first: number): ScalingGrid => ({
  kernel,
  axis,
  N,
  d,
  values: DECADES.map((step) => first * step)
})

/** The least sizes are multiples of whole tiles: below them a call's fixed cost is most of it. */
export const GRIDS: ReadonlyArray<ScalingGrid> = [
  grid("score", "N", 0, 16, 2048),
  grid("score", "d", 4096, 0, 8),
  grid("quadratic-form", "N", 0, 16, 512),
  grid("quadratic-form", "d", 512, 0, 8),
  { ...grid("pair-distances", "N", 0, 64, 32), values: [32, 64, 128, 256, 512, 1024, 2048, 3200] },
  grid("pair-distances", "d", 128, 0, 16),
  grid("softmax", "N", 0, 1, 16384),
  grid("gram", "N", 0, 16, 2048),
  grid("gram", "d", 512, 0, 8),
  grid("first-hit", "N", 0, 16, 4096),
  grid("first-hit", "d", 65536, 0, 2),
  grid("first-accepted", "N", 0, 1, 4096)
]
