/**
 * The tail of one coordinate of a uniform unit vector: Q(u) = P(U > u), U the first coordinate of Unif(S^{d−1}), d ≥ 2.
 *
 * U² ~ Beta(½, (d−1)/2) and U is symmetric, so for u ≥ 0: Q(u) = ½·I_{1−u²}((d−1)/2, ½) (I the regularised incomplete beta), and
 * Q(−u) = 1 − Q(u) = ½(1 + I_{u²}(½, (d−1)/2)), which has no cancellation. Closed forms: d = 2 arccos(u)/π, d = 3 (1−u)/2.
 */
import { betaTails } from "../../src/statistics/incomplete-beta.ts"

/**
 * Relative error of {@link sphericalTail}: the incomplete beta's logarithm is off by at most 1e-13 + 1e-16·(a+b) (measured in its own
 * room), and (1−u)(1+u) is off by 2⁻⁵², which the power (d−1)/2 multiplies. Four times their sum; `needle-chance.test.ts` holds the
 * enclosures built on it against 25-digit references up to d = 10⁶.
 */
export const sphericalTailError = (d: number): number => (d <= 3 ? 1e-15 : 4e-13 + 1e-15 * d)

/** Below this a tail is counted as at most this: exp underflows here. */
export const SMALLEST_TAIL = 1e-300

/**
 * P(U > u).
 *
 * @param d dimension, an integer ≥ 2. @param u a number in [−1, 1].
 */
export const sphericalTail = (d: number, u: number): number => {
  if (u >= 1) return 0
  if (u <= -1) return 1
  if (d === 2) return Math.acos(u) / Math.PI
  if (d === 3) return (1 - u) / 2
  if (u === 0) return 0.5
  const square = u * u
  if (square < Number.MIN_VALUE * 2 ** 60) return 0.5
  const { logLower, logUpper } = betaTails((d - 1) / 2, 0.5, (1 - u) * (1 + u), square)
  return u > 0 ? 0.5 * Math.exp(logLower) : 0.5 * (1 + Math.exp(logUpper))
}
