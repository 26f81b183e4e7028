/** Σ_j a[from + j]·b[at + j] of n numbers each, summed in order. */
export const innerProduct = (a: Float64Array, from: number, b: Float64Array, at: number, n: number): number => {
  let sum = 0
  for (let j = 0; j < n; j++) sum += a[from + j] * b[at + j]
  return sum
}
