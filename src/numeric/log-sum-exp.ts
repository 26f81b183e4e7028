/** Log-space sums over a weighted finite law. */

/** log Σ_i weights[i]·exp(exponents[i]) over [start, end); weights ≥ 0, −∞ when all are 0. Free of overflow. */
export const logSumExp = (weights: Float64Array, exponents: Float64Array, start = 0, end = weights.length): number => {
  let top = -Infinity
  for (let i = start; i < end; i++) if (weights[i] > 0 && exponents[i] > top) top = exponents[i]
  if (top === -Infinity) return -Infinity
  let s = 0
  for (let i = start; i < end; i++) if (weights[i] > 0) s += weights[i] * Math.exp(exponents[i] - top)
  return top + Math.log(s)
}

/**
 * log E_w e^{(v−top)/β} for a law w: the excess of a tilted normaliser over its largest term. Accurate relative to itself at both ends: where β is
 * large beside v the mean is next to 1 and its logarithm is taken from what it lacks (expm1, log1p), so that β times it keeps its digits up to
 * β = 10³⁰⁰; where β is small the largest term alone counts.
 *
 * @param law w ≥ 0, of sum 1 over rows `start` … `start + size − 1`
 * @param values v, read from `at` on, `size` of them: in units of β's
 * @param top the largest value of a row of positive mass
 */
export const logTiltedMean = (
  law: Float64Array,
  start: number,
  values: Float64Array,
  at: number,
  size: number,
  top: number,
  beta: number
): number => {
  let z = 0
  for (let i = 0; i < size; i++) if (law[start + i] > 0) z += law[start + i] * Math.exp((values[at + i] - top) / beta)
  if (z < 0.5) return Math.log(z)
  let lack = 0
  for (let i = 0; i < size; i++)
    if (law[start + i] > 0) lack += law[start + i] * Math.expm1((values[at + i] - top) / beta)
  return Math.log1p(lack)
}
