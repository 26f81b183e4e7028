/**
 * How a workload's time grew: the exponent of each pass past the cost of a launch, and what the times themselves say where it is not the predicted one. Nothing of
 * Node: a page loads this module as it is.
 */
import { launchFit } from "./launch-fit.ts"
import { median } from "../median.ts"
import { lastDecades, type Point } from "./points.ts"
import type { Workload } from "./workloads.ts"

/** One size, over all passes. */
export interface Size {
  readonly n: number
  /** Milliseconds: the median of the passes' medians. */
  readonly median: number
}

export interface Growth {
  /** Every size that was visited, scouted ones included. */
  readonly sizes: ReadonlyArray<Size>
  /** Those that the exponents are fitted over. */
  readonly fitted: ReadonlyArray<Size>
  /** Exponent of each pass; empty where launching is more than half of the largest call in some pass: there is none to speak of. */
  readonly exponents: ReadonlyArray<number>
  /** Milliseconds of a launch as fitted: the median of the passes. */
  readonly launch: number | undefined
  /** Milliseconds of a call at the least size, measured. */
  readonly least: number | undefined
}

/** @param points of one workload on one backend, in the order taken. @returns undefined where nothing was measured yet */
export const growthOf = ({ least: leastSize }: Workload, points: ReadonlyArray<Point>): Growth | undefined => {
  const at = (n: number): ReadonlyArray<Point> => {
    const mine = points.filter((p) => p.n === n)
    const passed = mine.filter((p) => p.pass > 0)
    return passed.length > 0 ? passed : mine
  }
  const visited = [...new Set(points.map((p) => p.n))].filter((n) => n !== leastSize).toSorted((a, b) => a - b)
  if (visited.length === 0) return undefined
  const sizes = visited.map((n) => ({ n, median: median(at(n).map((p) => p.median)) }))
  const fitted = lastDecades(sizes)
  const passes = [...new Set(points.map((p) => p.pass))]
    .filter((pass) => pass > 0)
    .map((pass) => points.filter((p) => p.pass === pass && p.n !== leastSize))
    .filter((mine) => mine.length === fitted.length)
  const fits = passes.map((mine) => launchFit(mine))
  const whole = fits.filter((fit) => fit !== undefined)
  const leasts = points.filter((p) => p.n === leastSize).map((p) => p.median)
  return {
    sizes,
    fitted,
    exponents: whole.length === fits.length ? whole.map((fit) => fit.exponent) : [],
    launch: whole.length === 0 ? undefined : median(whole.map((fit) => fit.launch)),
    least: leasts.length === 0 ? undefined : median(leasts)
  }
}
