/**
 * Runtimes of a set of kernels over size, on whatever machine it runs: a GPU machine under Node, a visitor's browser. No clock but the one that is given, nothing of
 * Node: a page loads this module as it is.
 *
 * Sizes are first scouted, smallest first, for as long as calls are bearable. Then several passes go over the last two decades; a pass is the unit of replication,
 * so that what drifts (clocks, neighbours on the machine) widens the interval. Every visit to a size sends its constants anew and warms up.
 */
import type { KernelSet } from "../../src/kernel/backend.ts"
import { MOST_UNROLLED } from "../../src/kernel/gpu/sources.ts"
import { median } from "../../src/statistics/median.ts"
import type { Workload } from "./workloads.ts"

/** One visit to one size. */
export interface Point {
  readonly kernel: string
  readonly axis: "N" | "d"
  readonly fixed: number
  readonly n: number
  /** 0 where sizes were scouted; passes count from 1. */
  readonly pass: number
  /** Milliseconds a call, in the order taken, after warming up; short calls are timed several together. */
  readonly samples: ReadonlyArray<number>
  readonly median: number
  /** The first call: it compiles, where the kernel was not kept. */
  readonly first: number
}

export interface Patience {
  /** Passes over the sizes that are fitted; an interval takes 2 or more, and has a degree of freedom less. */
  readonly passes: number
  /** Milliseconds of samples of each visit. */
  readonly budget: number
  /** Milliseconds: no size whose call is expected to take longer, three times as long while there are no two decades. */
  readonly longest: number
}

/** Of sizes in increasing order, the fewest last ones that span two decades; all where they span less. */
export const lastDecades = <A extends { readonly n: number }>(points: ReadonlyArray<A>): ReadonlyArray<A> => {
  const largest = points[points.length - 1]?.n ?? 0
  const from = points.findLastIndex(({ n }) => n * 100 <= largest)
  return points.slice(Math.max(0, from))
}

/** Milliseconds and calls of warming up, at most; one call always. */
const WARM_UP = { milliseconds: 15, calls: 20 }
/** As many calls as it takes where a time is said: a JavaScript engine interprets a long unrolled source, 30 times slower, until it has run for about this long. */
const UNROLLED_CALLS = 1000
const unrolledMilliseconds = (exponent: number, d: number): number =>
  (1000 * (d / 64) ** exponent) / (exponent === 1 ? 4 : 1)
/** Milliseconds: calls shorter than this are timed several together. */
const SHORT = 0.5
const MOST_TOGETHER = 500
/** Samples of a visit, at most. */
const MOST_SAMPLES = 200

/** Times one workload. @param now milliseconds. */
export const measure = async (
  kernels: KernelSet,
  workload: Workload,
  now: () => number,
  { passes, budget, longest }: Patience,
  seen: (point: Point) => Promise<void> | void
): Promise<void> => {
  const { kernel, axis, fixed, sizes, exponent, least } = workload
  // Inputs take long to make, and the rows that a set was last given stay with it: kept between passes.
  const calls = new Map<number, () => unknown>()
  const visit = async (n: number, pass: number): Promise<Point> => {
    const call = calls.get(n) ?? workload.prepare(kernels, n)
    calls.set(n, call)
    const once = async (): Promise<number> => {
      const start = now()
      await call()
      return now() - start
    }
    const unrolled = workload.unrolls && n <= MOST_UNROLLED.cpu && kernels.ran.backend === "cpu"
    const warmUp = unrolled
      ? { milliseconds: Math.max(WARM_UP.milliseconds, unrolledMilliseconds(exponent, n)), calls: UNROLLED_CALLS }
      : WARM_UP
    const first = await once()
    let warm = first
    for (let spent = first, i = 1; spent < warmUp.milliseconds && i < warmUp.calls; i++) spent += warm = await once()
    // A page's clock ticks in steps of 5 µs or more.
    const together = Math.max(1, Math.min(MOST_TOGETHER, Math.ceil(SHORT / Math.max(warm, SHORT / MOST_TOGETHER))))
    const samples: Array<number> = []
    for (let spent = 0; samples.length < (pass === 0 ? 2 : 3) || (spent < budget && samples.length < MOST_SAMPLES);) {
      const start = now()
      for (let i = 0; i < together; i++) await call()
      const time = now() - start
      samples.push(time / together)
      spent += time
    }
    const point = { kernel, axis, fixed, n, pass, samples, median: median(samples), first }
    await seen(point)
    return point
  }
  const scouted: Array<Point> = []
  for (const [i, n] of sizes.entries()) {
    const last = await visit(n, 0)
    scouted.push(last)
    const next = sizes[i + 1]
    if (next === undefined) break
    const wide = n >= 100 * sizes[0]
    // The least of them: one that was interrupted must not end the workload.
    if (Math.min(...last.samples) * (next / n) ** exponent > (wide ? longest : 3 * longest)) break
  }
  const fitted = lastDecades(scouted)
  for (let pass = 1; pass <= passes; pass++) {
    await visit(least, pass)
    for (const { n } of fitted) await visit(n, pass)
  }
}
