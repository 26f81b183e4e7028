/** How a kernel's time grows past the cost of a launch. Nothing of Node: a page loads this module as it is. */

export interface LaunchFit {
  /** p of t = launch + c·nᵖ. */
  readonly exponent: number
  /** In the unit of the medians. */
  readonly launch: number
}

/** Exponents that {@link launchFit} looks at. */
const EXPONENTS = Array.from({ length: 301 }, (_, i) => i / 100)

/**
 * Fit of t = launch + c·nᵖ, launch and c not negative, by least squares of the relative error on the medians. undefined
 * where it says nothing: fewer than four sizes, or a launch that takes more than half of the largest size's time.
 */
export const launchFit = (
  points: ReadonlyArray<{ readonly n: number; readonly median: number }>
): LaunchFit | undefined => {
  if (points.length < 4) return undefined
  const largest = points[points.length - 1]
  let best = { error: Infinity, p: 0, launch: 0 }
  for (const p of EXPONENTS) {
    // Each row of the normal equations divided by its time; n as a share of the largest.
    let [s11, s12, s22, r1, r2] = [0, 0, 0, 0, 0]
    for (const { n, median } of points) {
      const [one, work] = [1 / median, (n / largest.n) ** p / median]
      s11 += one * one
      s12 += one * work
      s22 += work * work
      r1 += one
      r2 += work
    }
    const determinant = s11 * s22 - s12 * s12
    let launch = determinant > 1e-12 * s11 * s22 ? (r1 * s22 - r2 * s12) / determinant : 0
    if (launch < 0) launch = 0
    const c = Math.max(0, (r2 - launch * s12) / s22)
    const error = points.reduce(
      (sum, { n, median }) => sum + ((launch + c * (n / largest.n) ** p) / median - 1) ** 2,
      0
    )
    if (error < best.error) best = { error, p, launch }
  }
  return best.launch > largest.median / 2 ? undefined : { exponent: best.p, launch: best.launch }
}
