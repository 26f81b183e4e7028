/**
 * Distribution-free tests of real-valued samples by the largest gap between distribution functions (Kolmogorov–Smirnov
 * statistics) with the Dvoretzky–Kiefer–Wolfowitz inequality and Massart's constant.
 *
 * Valid at every sample size and every level, so usable at 10⁻⁹; for **one** sample size fixed in advance (no peeking).
 * Any distribution is allowed: jumps only make the statistic smaller.
 */
import { requireInteger, requireLevel, requireWithin } from "./domain.ts"

/** Result of a DKW test. */
export interface DkwOutcome {
  /** D: the largest absolute gap between the two distribution functions. */
  readonly statistic: number
  /** Upper bound: P(p-value ≤ α) ≤ α. */
  readonly pValue: number
}

const sorted = (name: string, sample: ArrayLike<number>): Float64Array => {
  requireInteger(`${name}.length`, sample.length, 1)
  for (let i = 0; i < sample.length; i++) requireWithin(`${name}[${i}]`, sample[i], -Infinity, Infinity)
  return Float64Array.from(sample).sort()
}

/**
 * Half-width of the DKW band: P(sup_x |F_n(x) − F(x)| > radius) ≤ level, radius = √(ln(2/level)/(2n)).
 * P. Massart, doi:10.1214/aop/1176990746.
 *
 * @param n sample size, integer ≥ 1
 * @param level α in (0, 1)
 * @throws RangeError outside these domains (NaN included)
 */
export const dkwRadius = (n: number, level: number): number => {
  requireInteger("n", n, 1)
  requireLevel("level", level)
  return Math.sqrt(Math.log(2 / level) / (2 * n))
}

/**
 * One-sample test of X_1 … X_n (independent) against a distribution function F: P(D ≥ ε) ≤ 2 exp(−2nε²).
 *
 * @param sample n ≥ 1 numbers, ±∞ allowed, NaN not
 * @param cdf F(x) = P(X ≤ x), values in [0, 1]
 * @param cdfBefore F(x−) = P(X < x); give it when F jumps (a law on categories or integers), else F is taken as continuous
 * @throws RangeError outside these domains
 */
export const dkwTest = (
  sample: ArrayLike<number>,
  cdf: (x: number) => number,
  cdfBefore: (x: number) => number = cdf
): DkwOutcome => {
  const xs = sorted("sample", sample)
  const n = xs.length
  let statistic = 0
  for (let i = 0; i < n; i++) {
    const at = cdf(xs[i])
    const before = cdfBefore(xs[i])
    requireWithin(`cdf(${xs[i]})`, at, 0, 1)
    requireWithin(`cdfBefore(${xs[i]})`, before, 0, at)
    statistic = Math.max(statistic, (i + 1) / n - at, before - i / n)
  }
  // In a run of ties (i+1)/n − F(x) at the last index and F(x−) − i/n at the first are the two one-sided gaps at x.
  return { statistic, pValue: Math.min(1, 2 * Math.exp(-2 * n * statistic * statistic)) }
}

/** Wei and Dudley: up to this size P(KS ≥ M) ≤ 2e^{−2M²} was verified for all m < n with n ≥ 4. */
const VERIFIED_UNEQUAL = 200
/** Wei and Dudley: for m = n Massart's constant 2 holds exactly from here on; below, C = e does. */
const EQUAL_FROM = 458

/**
 * Two-sample test: do X_1 … X_m and Y_1 … Y_n (all independent) have one distribution? With D = sup |F_m − G_n| and
 * z = mn/(m+n)·D², the p-value is
 *
 *   2 e^{−2z} for m = n ≥ 458, and for m ≠ n with 4 ≤ max(m,n) ≤ 200;  e·e^{−2z} for m = n < 458
 *       (F. Wei and R. M. Dudley, doi:10.1016/j.spl.2011.11.012; proofs and computer-verified cases, not their conjecture);
 *   4 exp(−2mn D²/(√m+√n)²) otherwise: the one-sample bound twice, with D split so that both parts are equally unlikely.
 *       Proved for every m, n; up to a factor 2 weaker in the exponent. Prefer m = n.
 *
 * @param first m ≥ 1 numbers, ±∞ allowed, NaN not
 * @param second n ≥ 1 numbers
 * @throws RangeError outside these domains
 */
export const dkwTwoSampleTest = (first: ArrayLike<number>, second: ArrayLike<number>): DkwOutcome => {
  const xs = sorted("first", first)
  const ys = sorted("second", second)
  const m = xs.length
  const n = ys.length
  let statistic = 0
  for (let i = 0, j = 0; i < m && j < n;) {
    const x = Math.min(xs[i], ys[j])
    while (i < m && xs[i] <= x) i++
    while (j < n && ys[j] <= x) j++
    statistic = Math.max(statistic, Math.abs(i / m - j / n))
  }
  return { statistic, pValue: Math.min(1, dkwTwoSampleBound(m, n, statistic)) }
}

/** The bound on P(D ≥ d) used by {@link dkwTwoSampleTest} (may exceed 1). m, n integers ≥ 1, d in [0, 1]. */
export const dkwTwoSampleBound = (m: number, n: number, d: number): number => {
  requireInteger("m", m, 1)
  requireInteger("n", n, 1)
  requireWithin("d", d, 0, 1)
  const sharp = Math.exp((-2 * m * n * d * d) / (m + n))
  if (m === n) return (m >= EQUAL_FROM ? 2 : Math.E) * sharp
  const larger = Math.max(m, n)
  if (larger >= 4 && larger <= VERIFIED_UNEQUAL) return 2 * sharp
  return 4 * Math.exp((-2 * m * n * d * d) / (Math.sqrt(m) + Math.sqrt(n)) ** 2)
}
