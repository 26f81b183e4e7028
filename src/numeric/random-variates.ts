/**
 * Exact random variates of the laws that exact-law simulation needs (exact-law.md): exponential, geometric, binomial,
 * categorical and multinomial, at parameters as extreme as p = 10⁻¹⁵ and n = 10¹².
 */
import { heaviest } from "./alias-table.ts"
import type { Stream } from "./stream.ts"

const FINE = 2 ** -21

/**
 * A uniform double in [0, 1) whose resolution near 0 is 2⁻⁷⁴ instead of 2⁻⁵³, so that events of probability 10⁻¹⁵ keep their law.
 */
export const fineUniform = (stream: Stream): number => {
  const v = stream.next()
  return v < FINE ? stream.next() * FINE : v
}

/**
 * Trials up to and including the first success, G ≥ 1, by inversion; +∞ when p = 0.
 *
 * @param p success probability in [0, 1], given as itself (not as 1−p), so that 10⁻¹² is exact.
 */
export const geometric = (stream: Stream, p: number): number => {
  if (p >= 1) return 1
  if (p <= 0) return Infinity
  return Math.max(1, Math.ceil(Math.log1p(-fineUniform(stream)) / Math.log1p(-p)))
}

/** P(G ≤ limit) = 1 − (1−p)^limit for G ~ Geometric(p), without cancellation. */
export const geometricReach = (p: number, limit: number): number =>
  p >= 1 ? 1 : p <= 0 ? 0 : -Math.expm1(limit * Math.log1p(-p))

/** G ~ Geometric(p) conditioned on G ≤ limit (p > 0, limit ≥ 1). */
export const geometricWithin = (stream: Stream, p: number, limit: number): number => {
  if (p >= 1) return 1
  const g = Math.ceil(Math.log1p(-fineUniform(stream) * geometricReach(p, limit)) / Math.log1p(-p))
  return Math.min(limit, Math.max(1, g))
}

/** Stirling's error log k! − (½log 2π + (k+½)log(k+1) − (k+1)) in Hörmann's form, for k ≥ 0. */
const STIRLING = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
  0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.009255462182712733, 0.008330563433362871
]
const stirlingError = (k: number): number => {
  if (k < 10) return STIRLING[k]
  const t = k + 1
  const t2 = t * t
  return (1 / 12 - (1 / 360 - 1 / 1260 / t2) / t2) / t
}

/** Inversion by sequential search: O(np) time, used where n·min(p,1−p) < 10. */
const binomialByInversion = (stream: Stream, n: number, p: number): number => {
  // Waiting times between successes: exact for any n, and no (1−p)^n that could underflow.
  const logq = Math.log1p(-p)
  let position = 0
  let successes = 0
  for (;;) {
    position += Math.floor(Math.log1p(-fineUniform(stream)) / logq) + 1
    if (position > n) return successes
    successes++
  }
}

/**
 * Binomial(n, p) with n up to 2⁵³, and beyond while n·min(p,1−p) stays below it: transformed rejection with squeeze, algorithm BTRD of W. Hörmann, "The generation of binomial
 * random variates", J. Stat. Comput. Simul. 46 (1993), doi:10.1080/00949659308811496; waiting times where n·min(p,1−p) < 10.
 *
 * @param n a non-negative integer. @param p in [0, 1].
 */
export const binomial = (stream: Stream, n: number, p: number): number => {
  if (n <= 0 || p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(stream, n, 1 - p)
  if (n * p < 10) return binomialByInversion(stream, n, p)
  const m = Math.floor((n + 1) * p)
  const r = p / (1 - p)
  const nr = (n + 1) * r
  const npq = n * p * (1 - p)
  const root = Math.sqrt(npq)
  const b = 1.15 + 2.53 * root
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const c = n * p + 0.5
  const alpha = (2.83 + 5.1 / b) * root
  const vr = 0.92 - 4.2 / b
  const urvr = 0.86 * vr
  for (;;) {
    let v = stream.next()
    if (v <= urvr) {
      const u = v / vr - 0.43
      return Math.floor(((2 * a) / (0.5 - Math.abs(u)) + b) * u + c)
    }
    let u: number
    if (v >= vr) u = stream.next() - 0.5
    else {
      u = v / vr - 0.93
      u = (u < 0 ? -0.5 : 0.5) - u
      v = stream.next() * vr
    }
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + c)
    if (k < 0 || k > n) continue
    v = (v * alpha) / (a / (us * us) + b)
    const km = Math.abs(k - m)
    if (km <= 15) {
      let f = 1
      if (m < k) for (let i = m + 1; i <= k; i++) f *= nr / i - r
      else if (m > k) for (let i = k + 1; i <= m; i++) v *= nr / i - r
      if (v <= f) return k
      continue
    }
    v = Math.log(v)
    const rho = (km / npq) * (((km / 3 + 0.625) * km + 1 / 6) / npq + 0.5)
    const t = (-km * km) / (2 * npq)
    if (v < t - rho) return k
    if (v > t + rho) continue
    const nm = n - m + 1
    const h = (m + 0.5) * Math.log((m + 1) / (r * nm)) + stirlingError(m) + stirlingError(n - m)
    const nk = n - k + 1
    const bound =
      h +
      (n + 1) * Math.log1p((k - m) / nk) +
      (k + 0.5) * Math.log((nk * r) / (k + 1)) -
      stirlingError(k) -
      stirlingError(n - k)
    if (v <= bound) return k
  }
}

/** Index drawn with probability ∝ weights[start … end) (non-negative, total > 0), returned relative to `start`. */
export const categorical = (
  stream: Stream,
  weights: Float64Array,
  start: number,
  end: number,
  total: number
): number => {
  let u = fineUniform(stream) * total
  let last = start
  for (let i = start; i < end; i++) {
    const w = weights[i]
    if (w <= 0) continue
    last = i
    u -= w
    if (u < 0) return i - start
  }
  return last - start
}

/** Multinomial(n, probabilities[start … end)) into counts[0 … end−start): one conditional binomial per category. */
export const multinomial = (
  stream: Stream,
  n: number,
  probabilities: Float64Array,
  start: number,
  end: number,
  counts: Float64Array
): void => {
  let left = n
  // Mass that remains, summed from the tail: exact for the last category, whatever the rounding of the head.
  let mass = 0
  for (let i = start; i < end; i++) mass += probabilities[i]
  for (let i = start; i < end; i++) {
    const p = probabilities[i]
    const rest = mass - p
    const k = left === 0 || p <= 0 ? 0 : rest <= 0 ? left : binomial(stream, left, Math.min(1, p / mass))
    counts[i - start] = k
    left -= k
    mass = rest
  }
  if (left > 0) counts[heaviest(probabilities, start, end)] += left
}
