/**
 * How a workload's time grew: each pass as a unit, and its exponent past the cost of a launch. Nothing of Node: a page loads this module as it is.
 */
import { median } from "../../src/statistics/median.ts"
import type { MeasuredGrid } from "../kernels/scaling-grids.ts"
import { launchFit } from "./launch-fit.ts"
import { lastDecades, type Point } from "./points.ts"
import { keyOf, type Workload } from "./workloads.ts"

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
  /** What each pass that went to its end found on them. */
  readonly units: ReadonlyArray<MeasuredGrid>
  /** Exponent of each pass; empty where launching is more than half of the largest call in some pass: there is none to speak of. */
  readonly exponents: ReadonlyArray<number>
  /** Milliseconds of a launch as fitted: the median of the passes. */
  readonly launch: number | undefined
  /** Milliseconds of a call at the least size, measured. */
  readonly least: number | undefined
}

/** @param all of one backend, in the order taken. @returns undefined where nothing was measured yet */
export const growthOf = (workload: Workload, all: ReadonlyArray<Point>): Growth | undefined => {
  const { axis, least: leastSize } = workload
  const points = all.filter((p) => keyOf(p) === keyOf(workload))
  const leasts = points.filter((p) => p.n === leastSize)
  const grown = points.filter((p) => p.n !== leastSize)
  const visited = [...new Set(grown.map((p) => p.n))].toSorted((a, b) => a - b)
  if (visited.length === 0) return undefined
  const sizes = visited.map((n) => {
    const mine = grown.filter((p) => p.n === n)
    const passed = mine.filter((p) => p.pass > 0)
    return { n, median: median((passed.length > 0 ? passed : mine).map((p) => p.median)) }
  })
  const fitted = lastDecades(sizes)
  const units = leasts.flatMap(({ median: launch, pass }): ReadonlyArray<MeasuredGrid> => {
    const mine = grown.filter((p) => p.pass === pass)
    if (mine.length !== fitted.length) return []
    return [{ axis, launch: 1e6 * launch, points: mine.map(({ median: ms, n }) => ({ size: n, time: 1e6 * ms })) }]
  })
  const fits = units.map((unit) => launchFit(unit.points))
  const whole = fits.filter((fit) => fit !== undefined)
  return {
    sizes,
    fitted,
    units,
    exponents: whole.length === fits.length ? whole.map((fit) => fit.exponent) : [],
    launch: whole.length === 0 ? undefined : median(whole.map((fit) => fit.launch)) / 1e6,
    least: leasts.length === 0 ? undefined : median(leasts.map((p) => p.median))
  }
}
