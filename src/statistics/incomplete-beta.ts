/**
 * Logarithms of both tails of the beta distribution, and of the binomial.
 *
 * `@stdlib`'s `betainc` returns the tail itself, which underflows at e^{−745}; evidence in an e-process is routinely
 * e^{−3000} against a prefix of e^{−3000}. What is needed is the *ratio* of the tail to its power prefix
 * D = p^a q^b / B(a,b), which never underflows: it is the reciprocal of a continued fraction.
 *
 * Method: I_p(a,b) = D / K with K the continued fraction of Didonato and Morris (BFRAC, doi:10.1145/131766.131776), also
 * used by Boost and `@stdlib`, evaluated by the modified Lentz algorithm (doi:10.1364/AO.15.000668; Numerical Recipes
 * §5.2). It is used for p ≤ (a+1)/(a+b+2), where it converges in O(√max(a,b)) terms; beyond, the other tail is computed
 * and complemented, which costs no accuracy because that tail is then at most about 0.7.
 *
 * Accuracy, measured against exact recurrences (fixtures/proportions.py, n to 10⁶): absolute error of the
 * logarithm of a tail below 1e-14 + 2e-15 of itself, plus up to 1e-16·(a+b) from the rounding of 1 − p.
 */
import { requireSuccesses, requireWithin } from "./domain.ts"
import { logBetaPrefix } from "./saddle-point.ts"

const TINY = 1e-300
/** √(a+b) terms suffice with a margin up to a+b = 10¹²; beyond that the answer would not be trusted anyway. */
const MAX_TERMS = 10_000_000

/** K(a,b,p): I_p(a,b) = p^a q^b/(B(a,b)·K). Needs 0 < p ≤ (a+1)/(a+b+2). */
const fraction = (a: number, b: number, p: number, q: number): number => {
  // a·q − b·p instead of a − (a+b)·p: the form without cancellation when p and q are each exact.
  const lambda = a * q - b * p + 1
  let value = (a * lambda) / (a + 1)
  if (value === 0) value = TINY
  let c = value
  let d = 0
  for (let m = 1; m <= MAX_TERMS; m++) {
    const s = a + 2 * m - 1
    const r = (m * (b - m) * p) / s
    const numerator = ((a + m - 1) * (a + b + m - 1) * p * r) / s
    const denominator = m + r + ((a + m) * (lambda + m * (1 + q))) / (s + 2)
    d = denominator + numerator * d
    if (d === 0) d = TINY
    c = denominator + numerator / c
    if (c === 0) c = TINY
    d = 1 / d
    const step = c * d
    value *= step
    if (Math.abs(step - 1) <= 2.3e-16) return value
  }
  throw new RangeError(
    `a, b, p: ${a}, ${b}, ${p}, expected parameters for which the fraction converges (a + b up to 1e12)`
  )
}

/** The tail below p of Beta(a, b) relative to the power prefix, and the prefix's logarithm. */
export interface BetaTails {
  /** ln I_p(a,b) = ln P(X ≤ p). */
  readonly logLower: number
  /** ln (1 − I_p(a,b)) = ln P(X ≥ p). */
  readonly logUpper: number
  /** ln [P(X ≤ p) / D], D = p^a q^b / B(a,b). */
  readonly logLowerOverPrefix: number
  /** ln [P(X ≥ p) / D]. */
  readonly logUpperOverPrefix: number
}

/**
 * Both tails of X ~ Beta(a, b) at p, in logarithms. a, b > 0; 0 < p < 1; q = 1 − p, each accurate by itself.
 * Internal to this room: arguments are not checked.
 */
export const betaTails = (a: number, b: number, p: number, q: number): BetaTails => {
  const logPrefix = logBetaPrefix(a, b, p, q)
  const direct = p * (a + b + 2) <= a + 1
  const nearOverPrefix = -Math.log(direct ? fraction(a, b, p, q) : fraction(b, a, q, p))
  const near = nearOverPrefix + logPrefix
  // Rounding may lift a tail that is 1 to the last digit above 1.
  const far = near >= 0 ? -Infinity : near > -Math.LN2 ? Math.log(-Math.expm1(near)) : Math.log1p(-Math.exp(near))
  const farOverPrefix = far - logPrefix
  return direct
    ? { logLower: near, logUpper: far, logLowerOverPrefix: nearOverPrefix, logUpperOverPrefix: farOverPrefix }
    : { logLower: far, logUpper: near, logLowerOverPrefix: farOverPrefix, logUpperOverPrefix: nearOverPrefix }
}

/** ln P(X ≤ k) and ln P(X ≥ k) of X ~ Binomial(n, p). */
export interface BinomialTails {
  readonly logAtMost: number
  readonly logAtLeast: number
}

/**
 * Both tails of Binomial(n, p) at k, in logarithms, from P(X ≥ k) = I_p(k, n−k+1). Accurate far below the smallest double:
 * the tails of one-in-10⁹ levels and beyond are exact, not asymptotic.
 *
 * @param k integer in [0, n]
 * @param n integer ≥ 0
 * @param p success probability in [0, 1]
 * @throws RangeError outside these (NaN included)
 */
export const binomialTails = (k: number, n: number, p: number): BinomialTails => {
  requireSuccesses("k", k, n)
  requireWithin("p", p, 0, 1)
  const q = 1 - p
  const logAtLeast = k === 0 ? 0 : p === 0 ? -Infinity : q === 0 ? 0 : betaTails(k, n - k + 1, p, q).logLower
  const logAtMost = k === n ? 0 : q === 0 ? -Infinity : p === 0 ? 0 : betaTails(n - k, k + 1, q, p).logLower
  return { logAtMost: Math.min(0, logAtMost), logAtLeast: Math.min(0, logAtLeast) }
}
