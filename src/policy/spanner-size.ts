/** How large a spanner can get (T3). */

/**
 * n_max(d,ν,λ): the largest n with n·log(1+ν²) ≤ d·log(1+4n/(dλ)) (T3). Every sequence of accepted relative features
 * (norm ≤ 2, elliptic norm above ν) is at most this long, whatever the number of prompts or draws.
 *
 * Exact up to 2⁵³; above, where not every integer is a double, one next to the largest.
 *
 * @param d dimension, an integer ≥ 1. @param nu ν > 0. @param lambda λ > 0.
 * @throws RangeError outside these (NaN included), and where n_max is past 10³⁰⁰.
 *
 * @example
 * ```ts
 * import { spannerSize } from "coverbound"
 *
 * console.log(spannerSize(2, 1, 1), spannerSize(8, 1, 1)) // => 8 33
 * ```
 */
export const spannerSize = (d: number, nu: number, lambda: number): number => {
  if (!(d >= 1 && nu > 0 && lambda > 0))
    throw new RangeError(`d, nu, lambda: ${d}, ${nu}, ${lambda}, expected d >= 1, nu > 0 and lambda > 0`)
  const step = nu < 1e-150 ? 0 : Math.log1p(nu * nu)
  const holds = (n: number): boolean => n * step <= d * Math.log1p((4 * n) / (d * lambda))
  // The right side is concave with value 0 at 0: once the inequality fails it fails for ever; n = 1 may already fail.
  let high = 1
  while (holds(high)) {
    high *= 2
    if (high > 1e300)
      throw new RangeError(`nu: ${nu}, expected a threshold under which a spanner of ${d} dimensions ends`)
  }
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor(low + (high - low) / 2)
    // Past 2⁵³ neighbouring doubles are further apart than 1.
    if (middle === low || middle === high) break
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
