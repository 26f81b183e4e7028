/**
 * Sizes at which exponents are fitted: two decades on each axis, the other size fixed.
 *
 * A grid begins where its model can hold, which depends on the backend. On several threads that is where a job is shared
 * at all (`arena.ts`: 2¹⁹ operations; `literal-search.ts`: 2¹⁶ draws): below, a call runs on one thread and costs what
 * one thread does. gpu.js spends 10 µs and more on a launch. A grid ends where a process would measure for seconds.
 */
import type { KernelCase, KernelName } from "./models.ts"

export type Axis = "N" | "d"

export interface ScalingGrid extends KernelCase {
  readonly axis: Axis
  readonly values: ReadonlyArray<number>
}

/** What one unit, a process or a pass, found on one grid. */
export interface MeasuredGrid {
  readonly axis: Axis
  /** What a launch costs, in ns: a call of size 1, and on several threads a job without work handed to them. */
  readonly launch: number
  /** Those of the grid's sizes that were measured, in its order. */
  readonly points: ReadonlyArray<{
    readonly size: number
    /** In ns. */
    readonly time: number
    /** Where the wall's clock timed it, processor time by the wall's: how many cores the process had. */
    readonly cores?: number
  }>
}

/** A grid as all units measured it. */
export interface Scaling {
  readonly backend: string
  readonly grid: ScalingGrid
  readonly units: ReadonlyArray<MeasuredGrid>
}

/** The case of a grid at one value of its axis. */
export const at = ({ kernel, N, d, axis }: ScalingGrid, value: number): KernelCase => ({
  kernel,
  N: axis === "N" ? value : N,
  d: axis === "d" ? value : d
})

const OCTAVES = [1, 2, 4, 8, 16, 32, 64, 128]
/** Where the work grows with the square: a hundredfold, no more. */
const HUNDREDFOLD = [1, 2, 4, 8, 16, 32, 64, 100]

const inN = (kernel: KernelName, d: number, first: number, steps: ReadonlyArray<number> = OCTAVES): ScalingGrid => ({
  kernel,
  axis: "N",
  N: 0,
  d,
  values: steps.map((step) => first * step)
})
const inD = (kernel: KernelName, N: number, first: number, steps: ReadonlyArray<number> = OCTAVES): ScalingGrid => ({
  kernel,
  axis: "d",
  N,
  d: 0,
  values: steps.map((step) => first * step)
})

const ONE_THREAD: ReadonlyArray<ScalingGrid> = [
  inN("score", 16, 1024),
  inD("score", 1024, 16, HUNDREDFOLD),
  inN("quadratic-form", 16, 1024),
  inD("quadratic-form", 256, 16),
  inN("pair-distances", 128, 48, HUNDREDFOLD),
  inD("pair-distances", 128, 16),
  inN("softmax", 1, 4096),
  inN("gram", 16, 512),
  inD("gram", 512, 16, HUNDREDFOLD),
  inN("first-hit", 16, 4096),
  inD("first-hit", 65536, 2),
  inN("first-accepted", 1, 4096)
]

const THREADS: ReadonlyArray<ScalingGrid> = [
  // Past the caches of the cores from the first size on: two decades from where jobs are shared reach memory.
  inN("score", 16, 65536),
  inD("score", 65536, 16, HUNDREDFOLD),
  inN("quadratic-form", 32, 2048),
  inD("quadratic-form", 2048, 16, HUNDREDFOLD),
  inN("pair-distances", 128, 64, HUNDREDFOLD),
  inD("pair-distances", 256, 16),
  inN("softmax", 1, 32768),
  inN("gram", 32, 2048),
  inD("gram", 2048, 16, HUNDREDFOLD),
  inN("first-hit", 16, 2 ** 17),
  inD("first-hit", 2 ** 19, 2),
  inN("first-accepted", 1, 2 ** 17)
]

const GPU_JS: ReadonlyArray<ScalingGrid> = [
  inN("score", 16, 4096),
  inD("score", 4096, 8),
  // Where webasm hands its cells to threads, all of them (4,096 and more), or none (the Gram and the searches).
  inN("quadratic-form", 16, 4096),
  inD("quadratic-form", 1024, 4),
  inN("pair-distances", 16, 64, HUNDREDFOLD),
  inD("pair-distances", 128, 8),
  inN("softmax", 1, 4096),
  inN("gram", 8, 128, HUNDREDFOLD),
  inD("gram", 256, 4, HUNDREDFOLD),
  inN("first-hit", 16, 2048),
  inD("first-hit", 16384, 2),
  inN("first-accepted", 1, 2048)
]

const GPU_JS_PLAIN: ReadonlyArray<ScalingGrid> = [
  inN("score", 16, 512),
  inD("score", 512, 8),
  inN("quadratic-form", 16, 256),
  inD("quadratic-form", 128, 4),
  inN("pair-distances", 16, 8, HUNDREDFOLD),
  inD("pair-distances", 64, 8),
  inN("softmax", 1, 1024),
  inN("gram", 8, 1024),
  inD("gram", 256, 4, HUNDREDFOLD),
  inN("first-hit", 16, 2048),
  inD("first-hit", 4096, 2),
  inN("first-accepted", 1, 2048)
]

/** The grids of a backend of `openBackends`, by its name and number of threads. */
export const gridsOf = (
  { name, threads }: { readonly name: string; readonly threads: number },
  kernel: KernelName
): ReadonlyArray<ScalingGrid> => {
  const grids = name.startsWith("gpu.js")
    ? name.endsWith("cpu")
      ? GPU_JS_PLAIN
      : GPU_JS
    : threads > 1
      ? THREADS
      : ONE_THREAD
  return grids.filter((grid) => grid.kernel === kernel)
}
