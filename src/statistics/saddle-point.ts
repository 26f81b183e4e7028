/**
 * Binomial and beta log-densities without cancellation (Loader's saddle-point form).
 *
 * ln Γ differences lose all digits once counts pass 10⁷ (k ln p and ln C(n,k) are each of order n ln n and nearly
 * cancel). Writing Γ by Stirling's formula with its error term δ(z), lnΓ(z) = (z−½) ln z − z + ½ ln 2π + δ(z), makes the
 * large terms combine into *deviances* that are small where the density is large.
 *
 * C. Loader, "Fast and accurate computation of binomial probabilities" (2000); the method of R's `dbinom`.
 *
 * Probabilities come as a pair (p, q) with q = 1 − p, each accurate by itself: near 1 the rounding of p alone would
 * destroy q. Internal to this room: callers have checked their arguments.
 */

const HALF_LN_TWO_PI = 0.91893853320467274178

/** From here the six-term Stirling series is exact to 1 ulp of lnΓ's leading terms. */
const SERIES_FROM = 16

/**
 * Stirling's error δ(z) = lnΓ(z) − ((z−½) ln z − z + ½ ln 2π), z > 0. Absolute error below 2e-15.
 *
 * Below 16 the recurrence δ(z) = δ(z+1) + (z+½) ln(1+1/z) − 1 climbs to where the asymptotic series holds.
 */
export const stirlingError = (z: number): number => {
  let climbed = 0
  while (z < SERIES_FROM) {
    climbed += (z + 0.5) * Math.log1p(1 / z) - 1
    z += 1
  }
  const w = 1 / (z * z)
  const series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360)))))) / z
  return climbed + series
}

/**
 * Deviance y ln(y/m) + m − y of an observed y ≥ 0 from an expected m > 0 (Loader's `bd0`); y = 0 gives m.
 *
 * Near y = m the terms cancel, so there it is summed as a series in v = (y−m)/(y+m).
 */
export const deviance = (y: number, m: number): number => {
  if (y === 0) return m
  const d = y - m
  if (Math.abs(d) >= 0.1 * (y + m)) return y * Math.log(y / m) - d
  const v = d / (y + m)
  let sum = d * v
  let power = 2 * y * v
  for (let j = 1; ; j++) {
    power *= v * v
    const next = sum + power / (2 * j + 1)
    if (next === sum) return sum
    sum = next
  }
}

/** ln p, by log1p of the complement where p is the larger of the two. */
export const logOf = (p: number, q: number): number => (p > q ? Math.log1p(-q) : Math.log(p))

/** ln P(X = k), X ~ Binomial(n, p), q = 1 − p; −∞ where impossible. Absolute error of order 1e-15 + 1e-16·n. */
export const logBinomialProbability = (k: number, n: number, p: number, q: number): number => {
  if (p === 0) return k === 0 ? 0 : -Infinity
  if (q === 0) return k === n ? 0 : -Infinity
  if (k === 0) return n * logOf(q, p)
  if (k === n) return n * logOf(p, q)
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p) -
    deviance(n - k, n * q) +
    0.5 * Math.log(n / (k * (n - k))) -
    HALF_LN_TWO_PI
  )
}

/** ln[p^a q^b / B(a, b)], a, b > 0, 0 < p < 1, q = 1 − p: the power prefix of the incomplete beta function. */
export const logBetaPrefix = (a: number, b: number, p: number, q: number): number => {
  const n = a + b
  return (
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, n * p) -
    deviance(b, n * q) +
    0.5 * Math.log((a * b) / n) -
    HALF_LN_TWO_PI
  )
}
