/** How far the kernels' float32 may be from the float64 of `kernel/reference.ts`, entry by entry: what backends are tested against. */
import { innerProduct } from "../../src/numeric/inner-product.ts"
import { gamma, gram, pairDistances, quadraticForm, scores, SMALLEST_NORMAL } from "../../src/kernel/reference.ts"

/** |float32 − float64| of each score: γ_{d+2}·Σ_j |θ_j·φ_ij| (two inputs rounded, a product, d − 1 sums). */
export const scoreBounds = (theta: Float64Array, features: Float64Array): Float64Array => {
  const d = theta.length
  return scores(theta.map(Math.abs), features.map(Math.abs)).map((s) => gamma(d + 2) * s + (d + 2) * SMALLEST_NORMAL)
}

/** ‖v‖² where v's components are off by at most `errors`, then squared and summed in float32: |float32 − float64|. */
const squaredNormBound = (norm2: number, errors: Float64Array, magnitudes: Float64Array): number => {
  const d = errors.length
  let shift = 0
  for (let j = 0; j < d; j++) shift += errors[j] * (2 * magnitudes[j] + errors[j])
  return (1 + gamma(d)) * shift + gamma(d) * norm2 + (d + 2) * SMALLEST_NORMAL
}

/**
 * |float32 − float64| of each q_i, by component: e_r = γ_{d+2}·(|W||φ_i|)_r for row r of Wφ_i, and then
 * Σ e_r(2|Wφ_i|_r + e_r) and γ_d·q_i for squares and sum.
 */
export const quadraticFormBounds = (whitening: Float64Array, features: Float64Array): Float64Array => {
  const d = Math.sqrt(whitening.length)
  const [sizes, lengths] = [whitening.map(Math.abs), features.map(Math.abs)]
  const errors = new Float64Array(d)
  const magnitudes = new Float64Array(d)
  return quadraticForm(whitening, features).map((q, i) => {
    for (let r = 0; r < d; r++) {
      errors[r] = gamma(d + 2) * innerProduct(sizes, r * d, lengths, i * d, r + 1) + (d + 2) * SMALLEST_NORMAL
      magnitudes[r] = Math.abs(innerProduct(whitening, r * d, features, i * d, r + 1))
    }
    return squaredNormBound(q, errors, magnitudes)
  })
}

/**
 * The same from d and the condition number κ(Σ) = κ(W)² alone, relative to q_i: with t = γ_{d+2}·√(d·κ(Σ)),
 * (1 + γ_d)(2t + t²) + γ_d. (‖|W||φ|‖ ≤ √d·‖W‖·‖φ‖ and ‖φ‖ ≤ ‖W⁻¹‖·√q.)
 */
export const quadraticFormRelativeBound = (d: number, condition: number): number => {
  const t = gamma(d + 2) * Math.sqrt(d * condition)
  return (1 + gamma(d)) * (2 * t + t * t) + gamma(d)
}

/**
 * |float32 − float64| of each distance taken by differences: each component is off by at most γ₂(|v_a| + |v_b|). The
 * expansion ‖v_a‖² + ‖v_b‖² − 2⟨v_a,v_b⟩ cancels and does not keep this bound.
 */
export const pairDistanceBounds = (white: Float64Array, d: number): Float64Array => {
  const size = white.length / d
  const errors = new Float64Array(d)
  const magnitudes = new Float64Array(d)
  return pairDistances(white, d).map((distance, pair) => {
    const a = Math.floor(pair / size) * d
    const b = (pair % size) * d
    for (let j = 0; j < d; j++) {
      errors[j] = gamma(2) * (Math.abs(white[a + j]) + Math.abs(white[b + j])) + SMALLEST_NORMAL
      magnitudes[j] = Math.abs(white[a + j] - white[b + j])
    }
    return squaredNormBound(distance, errors, magnitudes)
  })
}

/** |float32 − float64| of each entry: γ_{N+2}·Σ_n |φ_ni·φ_nj|. */
export const gramBounds = (features: Float64Array, d: number): Float64Array => {
  const rows = features.length / d
  return gram(features.map(Math.abs), d).map((s) => gamma(rows + 2) * s + (rows + 2) * SMALLEST_NORMAL)
}
