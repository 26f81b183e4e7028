/**
 * The linear algebra of the laws, written out from definitions and slowly (O(d³)): Σ = λI + Σφφᵀ, what solves it, what whitens it. No code is shared with `numeric/`, which laws hold to it.
 */
import type { EllipticTest } from "../policy/elliptic-test.ts"

export const dot = (u: ArrayLike<number>, v: ArrayLike<number>): number => {
  let s = 0
  for (let j = 0; j < u.length; j++) s += u[j] * v[j]
  return s
}

/** Σ ← Σ + wφφᵀ. */
export const addOuter = (sigma: Float64Array, phi: Float64Array, w: number): void => {
  const d = phi.length
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i * d + j] += w * phi[i] * phi[j]
}

/** λI + Σφφᵀ. */
export const gramOf = (vectors: ReadonlyArray<Float64Array>, d: number, lambda: number): Float64Array => {
  const sigma = new Float64Array(d * d)
  for (let i = 0; i < d; i++) sigma[i * d + i] = lambda
  for (const phi of vectors) addOuter(sigma, phi, 1)
  return sigma
}

/** Gaussian elimination with partial pivoting on [A | b]: x and log|det A|. Shares nothing with the Cholesky forms it checks. */
export const eliminate = (
  a: Float64Array,
  b: ArrayLike<number>,
  d: number
): { readonly x: Float64Array; readonly logDeterminant: number } => {
  const m = Array.from({ length: d }, (_, i) => [...a.subarray(i * d, (i + 1) * d), b[i]])
  let logDeterminant = 0
  for (let k = 0; k < d; k++) {
    let pivot = k
    for (let i = k + 1; i < d; i++) if (Math.abs(m[i][k]) > Math.abs(m[pivot][k])) pivot = i
    ;[m[k], m[pivot]] = [m[pivot], m[k]]
    logDeterminant += Math.log(Math.abs(m[k][k]))
    for (let i = k + 1; i < d; i++) {
      const factor = m[i][k] / m[k][k]
      for (let j = k; j <= d; j++) m[i][j] -= factor * m[k][j]
    }
  }
  const x = new Float64Array(d)
  for (let i = d - 1; i >= 0; i--) {
    let s = m[i][d]
    for (let j = i + 1; j < d; j++) s -= m[i][j] * x[j]
    x[i] = s / m[i][i]
  }
  return { x, logDeterminant }
}

/** ‖φ‖²_{Σ^{-1}} by elimination. */
export const ellipticSquared = (sigma: Float64Array, phi: Float64Array): number =>
  dot(phi, eliminate(sigma, phi, phi.length).x)

/** W lower triangular with WᵀW = A^{-1}: rows are Gram–Schmidt in the inner product of A^{-1}'s dual, O(d³), no shared code. */
export const inverseFactor = (a: Float64Array, d: number): Float64Array => {
  // Row i of W is e_i minus its A-projections on the rows before, scaled to wᵀAw = 1: then WAWᵀ = I.
  const w = new Float64Array(d * d)
  const product = (u: Float64Array, v: Float64Array): number => {
    let s = 0
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) s += u[i] * a[i * d + j] * v[j]
    return s
  }
  for (let i = 0; i < d; i++) {
    const row = w.subarray(i * d, (i + 1) * d)
    row[i] = 1
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        const before = w.subarray(k * d, (k + 1) * d)
        const along = product(row, before)
        for (let j = 0; j <= k; j++) row[j] -= along * before[j]
      }
    }
    const size = Math.sqrt(product(row, row))
    for (let j = 0; j <= i; j++) row[j] /= size
  }
  return w
}

/** ‖φ‖²_{Σ^{-1}} of a test's Σ = (WᵀW)^{-1}. */
export const normSquared = ({ dimension: d, whitening }: EllipticTest, phi: ArrayLike<number>): number => {
  let q = 0
  for (let i = 0; i < d; i++) q += dot(whitening.subarray(i * d, (i + 1) * d), phi) ** 2
  return q
}

/** Whether ‖φ‖_{Σ^{-1}} > ν. */
export const passes = (test: EllipticTest, phi: ArrayLike<number>): boolean => normSquared(test, phi) > test.nu ** 2

/** Largest entry of |WΣWᵀ − I|: 0 when the test's norm is that of Σ^{-1}. W is read as oracles read it, the lower triangle alone (elliptic-test.ts). */
export const whiteningGap = ({ dimension: d, whitening: w }: EllipticTest, sigma: Float64Array): number => {
  let gap = 0
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      let s = 0
      for (let k = 0; k <= i; k++) for (let l = 0; l <= j; l++) s += w[i * d + k] * sigma[k * d + l] * w[j * d + l]
      gap = Math.max(gap, Math.abs(s - (i === j ? 1 : 0)))
    }
  }
  return gap
}

/** Float64 Cholesky factors at the condition numbers of a run (trace ≤ dλ + 4n). */
export const WHITENING = 1e-6
