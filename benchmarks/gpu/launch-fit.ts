/** How a kernel's time grows past the cost of a launch. Nothing of Node: a page loads this module as it is. */
import { bestExponent } from "../../src/statistics/exponent-search.ts"

export interface LaunchFit {
  /** p of t = launch + c·nᵖ. */
  readonly exponent: number
  /** In the unit of the times. */
  readonly launch: number
}

type Points = ReadonlyArray<{ readonly size: number; readonly time: number }>

/** Greatest exponent that {@link launchFit} looks at, and its first step. */
const [GREATEST, STEP] = [4, 0.02]

/** The best launch, neither it nor c negative, for a given p; and its squared relative error. */
const bestFor = (points: Points, p: number) => {
  const largest = points[points.length - 1].size
  // Each row of the normal equations divided by its time; the size as a share of the largest.
  let [s11, s12, s22, r1, r2] = [0, 0, 0, 0, 0]
  for (const { size, time } of points) {
    const [one, work] = [1 / time, (size / largest) ** p / time]
    s11 += one * one
    s12 += one * work
    s22 += work * work
    r1 += one
    r2 += work
  }
  const determinant = s11 * s22 - s12 * s12
  const launch = determinant > 1e-12 * s11 * s22 ? Math.max(0, (r1 * s22 - r2 * s12) / determinant) : 0
  const c = Math.max(0, (r2 - launch * s12) / s22)
  const squares = points.reduce(
    (sum, { size, time }) => sum + ((launch + c * (size / largest) ** p) / time - 1) ** 2,
    0
  )
  return { p, launch, squares }
}

/**
 * Fit of t = launch + c·nᵖ, 0 ≤ p ≤ 4, launch and c not negative, by least squares of the relative error. undefined
 * where it says nothing: fewer than four sizes, no exponent below 4, or a launch that takes more than half of the largest size's time.
 *
 * @param points by size, the largest last
 */
export const launchFit = (points: Points): LaunchFit | undefined => {
  if (points.length < 4) return undefined
  const { p, launch } = bestExponent((tried) => bestFor(points, tried), [0, GREATEST], STEP)
  // At the end of what is looked at, the times jump and no power of n fits them.
  if (p > GREATEST - STEP) return undefined
  return launch > points[points.length - 1].time / 2 ? undefined : { exponent: p, launch }
}
