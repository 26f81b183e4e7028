/** How large a spanner can get (T3). */

/**
 * n_max(d,ν,λ): the largest n with n·log(1+ν²) ≤ d·log(1+4n/(dλ)) (T3). Every sequence of accepted relative features
 * (norm ≤ 2, elliptic norm above ν) is at most this long, whatever the number of prompts or draws.
 *
 * @param d dimension ≥ 1. @param nu ν > 0. @param lambda λ > 0.
 */
export const spannerSize = (d: number, nu: number, lambda: number): number => {
  const step = Math.log1p(nu * nu)
  const holds = (n: number): boolean => n * step <= d * Math.log1p((4 * n) / (d * lambda))
  // The right side is concave with value 0 at 0: once the inequality fails it fails for ever; n = 1 may already fail.
  let high = 1
  while (holds(high)) high *= 2
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}
