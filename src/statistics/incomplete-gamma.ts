/**
 * Both tails of the gamma distribution, in logarithms: P(a,x) and Q(a,x) of the incomplete gamma function, and from them the tails of χ² and of the
 * normal law.
 *
 * The prefix D = x^a e^{−x}/Γ(a) comes in saddle-point form, so that it keeps its digits for a past 10¹², where x^a and Γ(a) alone have none. Below
 * the mean the series P = D·Σ x^n/(a(a+1)…(a+n)) is summed, above it the continued fraction of Q/D by the modified Lentz algorithm
 * (doi:10.1364/AO.15.000668; Numerical Recipes §6.2; DLMF 8.9.2, 8.11.4). Both take O(√a) terms about the mean and fewer elsewhere.
 *
 * Accuracy, measured against mpmath (fixtures/tails.py; a from 0.5 to 10¹²): relative error of a tail below 1e-13 + 1e-17·√a. (The
 * approximation for large arguments in @stdlib/math-base-special-gammainc 0.3.1 is off by up to 6 % past x = 1000.)
 */
import { requireWithin } from "./domain.ts"
import { deviance, stirlingError } from "./saddle-point.ts"

const HALF_LN_TWO_PI = 0.91893853320467274178
const TINY = 1e-300
/** Eight √a of terms are enough up to a = 10¹⁴. */
const MAX_TERMS = 100_000_000

/** Σ_{n≥0} x^n/(a(a+1)…(a+n)), for x ≤ a + 1. */
const series = (a: number, x: number): number => {
  let term = 1 / a
  let sum = term
  for (let n = 1; n <= MAX_TERMS; n++) {
    term *= x / (a + n)
    sum += term
    if (term <= 1e-17 * sum) return sum
  }
  throw new RangeError(`a, x: ${a}, ${x}, expected arguments for which the series converges (a up to 1e14)`)
}

/** Q(a,x)/D, for x > a + 1. */
const fraction = (a: number, x: number): number => {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let value = d
  for (let n = 1; n <= MAX_TERMS; n++) {
    const numerator = -n * (n - a)
    b += 2
    d = numerator * d + b
    if (d === 0) d = TINY
    c = b + numerator / c
    if (c === 0) c = TINY
    d = 1 / d
    const step = c * d
    value *= step
    if (Math.abs(step - 1) <= 2.3e-16) return value
  }
  throw new RangeError(`a, x: ${a}, ${x}, expected arguments for which the fraction converges (a up to 1e14)`)
}

/** ln P(X ≤ x) and ln P(X ≥ x). */
export interface GammaTails {
  readonly logLower: number
  readonly logUpper: number
}

/**
 * Both tails of X ~ Gamma(a, 1) at x, in logarithms; accurate far below the smallest double.
 *
 * @param a shape, in (0, 1e14]
 * @param x ≥ 0; ∞ allowed
 * @throws RangeError outside these domains (NaN included)
 */
export const gammaTails = (a: number, x: number): GammaTails => {
  requireWithin("a", a, Number.MIN_VALUE, 1e14)
  requireWithin("x", x, 0, Infinity)
  if (x === 0) return { logLower: -Infinity, logUpper: 0 }
  if (x === Infinity) return { logLower: 0, logUpper: -Infinity }
  const logPrefix = 0.5 * Math.log(a) - HALF_LN_TWO_PI - stirlingError(a) - deviance(a, x)
  const below = x <= a + 1
  const near = Math.min(0, logPrefix + Math.log(below ? series(a, x) : fraction(a, x)))
  const far = near > -Math.LN2 ? Math.log(-Math.expm1(near)) : Math.log1p(-Math.exp(near))
  return below ? { logLower: near, logUpper: far } : { logLower: far, logUpper: near }
}

/** Φ(z), the standard normal distribution function, accurate in both tails. NaN for NaN. */
export const normalCdf = (z: number): number => {
  if (Number.isNaN(z)) return Number.NaN
  const tail = 0.5 * Math.exp(gammaTails(0.5, (z * z) / 2).logUpper)
  return z < 0 ? tail : 1 - tail
}
