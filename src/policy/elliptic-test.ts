/** The elliptic test and the truncated linear tilt: the two questions SpannerSampling asks of a model, as values (t6-softmax-sampler.md, t7-spanner-sampling.md). */

import { innerProduct } from "../numeric/inner-product.ts"

/** Passes a relative feature φ when ‖φ‖_{Σ^{-1}} > ν, with ‖φ‖_{Σ^{-1}} = ‖Wφ‖₂. */
export interface EllipticTest {
  readonly dimension: number
  /** W = L^{-1}, Σ = LLᵀ; d×d lower triangular, row-major. */
  readonly whitening: Float64Array
  /** ν > 0. */
  readonly nu: number
}

/** The truncated linear reward f_θ(x,·,y′) as a tilt of π_ref: π_ref·exp(f_θ/β). The anchor y′ is part of the request, not of the tilt. */
export interface TruncatedLinearTilt {
  /** θ, length d. */
  readonly theta: Float64Array
  /** R: f is clipped to ±clip. */
  readonly clip: number
  /** Where it passes, f is 0. */
  readonly truncation: EllipticTest
  /** β > 0. */
  readonly beta: number
}

/** ‖W(features[a] − features[b])‖² for rows a and b of an N×d array. */
export const ellipticNormSquared = (test: EllipticTest, features: Float64Array, a: number, b: number): number => {
  const { dimension: d, whitening: w } = test
  const ao = a * d
  const bo = b * d
  let q = 0
  for (let i = 0; i < d; i++) {
    let s = 0
    for (let j = 0; j <= i; j++) s += w[i * d + j] * (features[ao + j] - features[bo + j])
    q += s * s
  }
  return q
}

/** f/β of a tilt at a row, anchored at another (t7-spanner-sampling.md). */
export const tiltLogit = (
  { beta, clip, theta, truncation }: TruncatedLinearTilt,
  features: Float64Array,
  row: number,
  anchor: number
): number => {
  if (ellipticNormSquared(truncation, features, row, anchor) > truncation.nu ** 2) return 0
  const d = theta.length
  let f = 0
  for (let j = 0; j < d; j++) f += theta[j] * (features[row * d + j] - features[anchor * d + j])
  return Math.max(-clip, Math.min(clip, f)) / beta
}

/** ‖W(features[y] − features[anchor])‖² for the rows y of [start, end), by row offset. */
export const anchoredNorms = (
  test: EllipticTest,
  features: Float64Array,
  start: number,
  end: number,
  anchor: number
): Float64Array =>
  Float64Array.from({ length: end - start }, (_, i) => ellipticNormSquared(test, features, start + i, anchor))

/**
 * ‖φ‖²_{Σ^{-1}} = ‖Wφ‖² of one vector of length d. O(d²); ν does not enter.
 *
 * @example
 * ```ts
 * import { RidgeRegression, whitenedNormSquared } from "coverbound"
 *
 * const design = new RidgeRegression(2, 1)
 * design.add(Float64Array.of(1, 0), 0)
 * const test = { dimension: 2, whitening: design.whitening(), nu: 0.5 }
 * console.log(whitenedNormSquared(test, Float64Array.of(1, 0)).toFixed(3), whitenedNormSquared(test, Float64Array.of(0, 1))) // => 0.500 1
 * ```
 */
export const whitenedNormSquared = (test: EllipticTest, phi: Float64Array): number => {
  const { dimension: d, whitening: w } = test
  let q = 0
  for (let i = 0; i < d; i++) q += innerProduct(w, i * d, phi, 0, i + 1) ** 2
  return q
}

/**
 * ‖v_a − v_b‖² of two vectors of length d that start at `a` and `b`. Four sums at a time: one alone would wait for each addition before the next.
 */
export const squaredDistance = (v: Float64Array, a: number, b: number, d: number): number => {
  let q0 = 0
  let q1 = 0
  let q2 = 0
  let q3 = 0
  const whole = d & ~3
  for (let i = 0; i < whole; i += 4) {
    const g0 = v[a + i] - v[b + i]
    const g1 = v[a + i + 1] - v[b + i + 1]
    const g2 = v[a + i + 2] - v[b + i + 2]
    const g3 = v[a + i + 3] - v[b + i + 3]
    q0 += g0 * g0
    q1 += g1 * g1
    q2 += g2 * g2
    q3 += g3 * g3
  }
  for (let i = whole; i < d; i++) {
    const g = v[a + i] - v[b + i]
    q0 += g * g
  }
  return q0 + q1 + (q2 + q3)
}

/** Wφ of the rows [start, end), R×d; written to `white` from its row `to` on. */
export const whitenedRows = (
  { dimension: d, whitening: w }: EllipticTest,
  features: Float64Array,
  start: number,
  end: number,
  white: Float64Array = new Float64Array((end - start) * d),
  to = 0
): Float64Array => {
  for (let a = 0; a < end - start; a++) {
    const o = (start + a) * d
    for (let i = 0; i < d; i++) white[(to + a) * d + i] = innerProduct(w, i * d, features, o, i + 1)
  }
  return white
}

/**
 * Pass table of the rows [start, end): entry (a−start)·R + (b−start) is 1 where the pair (a,b) passes. R = end − start; O(R·d² + R²·d).
 */
export const passTable = (
  test: EllipticTest,
  features: Float64Array,
  start: number,
  end: number,
  out: Uint8Array
): void => {
  const { dimension: d, nu } = test
  const white = whitenedRows(test, features, start, end)
  const size = end - start
  const limit = nu * nu
  for (let a = 0; a < size; a++) {
    out[a * size + a] = 0
    for (let b = 0; b < a; b++) {
      const pass = squaredDistance(white, a * d, b * d, d) > limit ? 1 : 0
      out[a * size + b] = pass
      out[b * size + a] = pass
    }
  }
}
