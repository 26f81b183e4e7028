import { lowerInverse } from "./gram.ts"

/**
 * A ridge design by its square root: R upper triangular with RᵀR = λI + Σφφᵀ, and z with Rθ = z the ridge regression of the targets.
 *
 * Rows are rotated in one after another (Givens; Golub and Van Loan, Matrix Computations, §5.2.5), so that Σ is never formed. Forming it rounds its smallest eigenvalue, λ,
 * by about 2⁻⁵³·‖Σ‖: at λ = 10⁻⁹ an elliptic norm is then known to five digits. Here its relative error is of the order 2⁻⁵³·√(‖Σ‖/λ), 10⁻¹⁰ at λ = 10⁻⁹ and ‖Σ‖ = 100.
 */
export class SquareRootDesign {
  readonly dimension: number
  /** R, d×d row-major. */
  private readonly root: Float64Array
  private readonly target: Float64Array
  private readonly row: Float64Array

  constructor(dimension: number, lambda: number) {
    const d = dimension
    this.dimension = d
    this.root = new Float64Array(d * d)
    this.target = new Float64Array(d)
    this.row = new Float64Array(d)
    for (let i = 0; i < d; i++) this.root[i * d + i] = Math.sqrt(lambda)
  }

  /** Adds a feature with its target. O(d²). */
  add(phi: Float64Array, target: number): void {
    const { dimension: d, root, row, target: z } = this
    row.set(phi)
    let y = target
    for (let i = 0; i < d; i++) {
      if (row[i] === 0) continue
      const length = Math.hypot(root[i * d + i], row[i])
      const c = root[i * d + i] / length
      const s = row[i] / length
      for (let j = i; j < d; j++) {
        const [a, b] = [root[i * d + j], row[j]]
        root[i * d + j] = c * a + s * b
        row[j] = c * b - s * a
      }
      const before = z[i]
      z[i] = c * before + s * y
      y = c * y - s * before
    }
  }

  /** θ = R⁻¹z into `out`. */
  solve(out: Float64Array): void {
    const { dimension: d, root, target } = this
    for (let i = d - 1; i >= 0; i--) {
      let s = target[i]
      for (let j = i + 1; j < d; j++) s -= root[i * d + j] * out[j]
      out[i] = s / root[i * d + i]
    }
  }

  /** W = R⁻ᵀ (d×d lower triangular, row-major), so that ‖φ‖²_{Σ^{-1}} = ‖Wφ‖². */
  whitening(): Float64Array {
    return lowerInverse(this.root, this.dimension, true)
  }
}
