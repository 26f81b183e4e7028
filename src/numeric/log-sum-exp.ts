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
