/**
 * The Gram matrix Σ = λI + Σφφᵀ of a growing design and its ridge regression: rank-one updates in O(d²) without allocation.
 *
 * Σ^{-1} is carried by Sherman–Morrison and rebuilt from Σ's Cholesky factor every {@link REBUILD} updates, so that rounding
 * does not drift through millions of rounds. Small d (≤ about 64) is assumed; the oracles' hot loops use {@link whitening}.
 */

import { innerProduct } from "./inner-product.ts"

/** Σ was not positive definite to working precision. */
export class NotPositiveDefinite extends Error {
  readonly _tag = "NotPositiveDefinite"
  constructor(pivot: number, value: number) {
    super(`sigma: pivot ${pivot} is ${value}, expected a positive definite matrix`)
  }
}

const REBUILD = 1024

/** Lower Cholesky factor L (d×d row-major) of a symmetric positive definite matrix A = LLᵀ. */
export const cholesky = (a: Float64Array, d: number, out = new Float64Array(d * d)): Float64Array => {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let s = a[i * d + j]
      for (let k = 0; k < j; k++) s -= out[i * d + k] * out[j * d + k]
      if (i === j) {
        if (!(s > 0)) throw new NotPositiveDefinite(i, s)
        out[i * d + i] = Math.sqrt(s)
      } else out[i * d + j] = s / out[j * d + j]
    }
  }
  return out
}

/**
 * W = L^{-1} (d×d lower triangular, row-major), so that ‖φ‖²_{Σ^{-1}} = ‖Wφ‖². O(d³).
 *
 * @param sigma Σ = LLᵀ, d×d row-major, symmetric positive definite
 * @throws NotPositiveDefinite
 *
 * @example
 * ```ts
 * import { whitening } from "coverbound"
 *
 * const sigma = Float64Array.of(4, 0, 0, 25)
 * console.log(...whitening(sigma, 2)) // => 0.5 0 0 0.2
 * ```
 */
export const whitening = (sigma: Float64Array, d: number): Float64Array => lowerInverse(cholesky(sigma, d), d)

/** L^{-1} of a lower triangular d×d matrix, both row-major; of Rᵀ where `turned` and an upper triangular R is given. */
export const lowerInverse = (l: Float64Array, d: number, turned = false): Float64Array => {
  const [row, column] = turned ? [1, d] : [d, 1]
  const w = new Float64Array(d * d)
  for (let i = 0; i < d; i++) {
    const pivot = l[i * d + i]
    w[i * d + i] = 1 / pivot
    for (let j = 0; j < i; j++) {
      let s = 0
      for (let k = j; k < i; k++) s += l[i * row + k * column] * w[k * d + j]
      w[i * d + j] = -s / pivot
    }
  }
  return w
}

/**
 * Ridge regression as a design grows: Σ = λI + Σ φφᵀ (d×d), its inverse, the moment vector Σ yφ, and θ̂ = Σ^{-1}·moment. O(d²) an observation, without allocation.
 *
 * λ > 0, d ≥ 1; meant for d up to about 64.
 *
 * @example
 * ```ts
 * import { RidgeRegression } from "coverbound"
 *
 * const fit = new RidgeRegression(2, 1) // d = 2, λ = 1
 * fit.add(Float64Array.of(1, 0), 3)
 * fit.add(Float64Array.of(0, 1), -1)
 * console.log(...fit.solution()) // => 1.5 -0.5
 * ```
 */
export class RidgeRegression {
  readonly dimension: number
  readonly lambda: number
  /** Σ, d×d row-major. */
  readonly sigma: Float64Array
  /** Σ^{-1}, d×d row-major. */
  readonly inverse: Float64Array
  /** Σ_i y_i φ_i, length d. */
  readonly moment: Float64Array
  private readonly image: Float64Array
  private updates = 0

  constructor(dimension: number, lambda: number) {
    this.dimension = dimension
    this.lambda = lambda
    const d = dimension
    this.sigma = new Float64Array(d * d)
    this.inverse = new Float64Array(d * d)
    this.moment = new Float64Array(d)
    this.image = new Float64Array(d)
    for (let i = 0; i < d; i++) {
      this.sigma[i * d + i] = lambda
      this.inverse[i * d + i] = 1 / lambda
    }
  }

  /** Adds `weight` copies of an observation whose targets sum to `target` (weight 1: the target itself). */
  add(phi: Float64Array, target: number, weight = 1): void {
    const d = this.dimension
    const { sigma, inverse, moment, image } = this
    let q = 0
    for (let i = 0; i < d; i++) {
      image[i] = innerProduct(inverse, i * d, phi, 0, d)
      q += image[i] * phi[i]
    }
    const scale = weight / (1 + weight * q)
    for (let i = 0; i < d; i++) {
      const fi = weight * phi[i]
      const gi = scale * image[i]
      for (let j = 0; j < d; j++) {
        sigma[i * d + j] += fi * phi[j]
        inverse[i * d + j] -= gi * image[j]
      }
      moment[i] += target * phi[i]
    }
    if (++this.updates % REBUILD === 0) this.rebuild()
  }

  /** θ̂ = Σ^{-1}·moment into `out` at `offset`. */
  solve(out: Float64Array, offset = 0): void {
    const d = this.dimension
    for (let i = 0; i < d; i++) out[offset + i] = innerProduct(this.inverse, i * d, this.moment, 0, d)
  }

  /** θ̂ = Σ^{-1}·moment, a fresh array of length d. */
  solution(): Float64Array {
    const theta = new Float64Array(this.dimension)
    this.solve(theta)
    return theta
  }

  /** W with ‖φ‖²_{Σ^{-1}} = ‖Wφ‖², a fresh d×d array. */
  whitening(): Float64Array {
    return whitening(this.sigma, this.dimension)
  }

  private rebuild(): void {
    const d = this.dimension
    const w = this.whitening()
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let s = 0
        for (let k = Math.max(i, j); k < d; k++) s += w[k * d + i] * w[k * d + j]
        this.inverse[i * d + j] = s
      }
    }
  }
}
