/**
 * min ½θᵀAθ − bᵀθ over the ball ‖θ‖₂ ≤ r or the box ‖θ‖_∞ ≤ h, A symmetric positive definite (d×d row-major), d up to about 64.
 *
 * Ball: the solution is (A + μI)^{-1}b with the least μ ≥ 0 that fits; μ is the root of 1/‖θ(μ)‖ = 1/r by Newton's method, which converges monotonically from
 * μ = 0 (J. J. Moré and D. C. Sorensen, doi:10.1137/0904038). Box: sweeps of exact coordinate minimisation, which alone converge, each followed by a projected
 * Newton step (D. P. Bertsekas, doi:10.1137/0320018): coordinates that the gradient holds at their bound stay there, the others take a Newton step, shortened
 * until the projected point descends, so that a bad condition does not cost thousands of sweeps.
 */
import { innerProduct } from "./inner-product.ts"
import { cholesky } from "./gram.ts"

/** Newton steps of either method; it takes a handful. */
const MOST_STEPS = 100
const TOLERANCE = 1e-12

/** Lᵀ or L is solved in place: x ← (LLᵀ)^{-1}x. */
const solveCholesky = (l: Float64Array, d: number, x: Float64Array): void => {
  forward(l, d, x)
  for (let i = d - 1; i >= 0; i--) {
    let s = x[i]
    for (let k = i + 1; k < d; k++) s -= l[k * d + i] * x[k]
    x[i] = s / l[i * d + i]
  }
}

/** x ← L^{-1}x. */
const forward = (l: Float64Array, d: number, x: Float64Array): void => {
  for (let i = 0; i < d; i++) {
    let s = x[i]
    for (let k = 0; k < i; k++) s -= l[i * d + k] * x[k]
    x[i] = s / l[i * d + i]
  }
}

const squaredNorm = (x: Float64Array): number => x.reduce((s, v) => s + v * v, 0)

/** The minimiser over ‖θ‖₂ ≤ radius, written to `out`. @throws NotPositiveDefinite */
export const minimiseOverBall = (a: Float64Array, b: Float64Array, radius: number, out: Float64Array): Float64Array => {
  const d = b.length
  const shifted = a.slice()
  let mu = 0
  for (let step = 0; step < MOST_STEPS; step++) {
    for (let i = 0; i < d; i++) shifted[i * d + i] = a[i * d + i] + mu
    const l = cholesky(shifted, d)
    out.set(b)
    solveCholesky(l, d, out)
    const norm = Math.sqrt(squaredNorm(out))
    // From the left of the root every iterate is outside, so coming within rounding of the sphere ends the search.
    if (norm <= radius * (1 + TOLERANCE)) break
    const q = out.slice()
    forward(l, d, q)
    mu += ((norm * norm) / squaredNorm(q)) * ((norm - radius) / radius)
  }
  const norm = Math.sqrt(squaredNorm(out))
  if (norm > radius) for (let i = 0; i < d; i++) out[i] *= radius / norm
  return out
}

/** ½θᵀAθ − bᵀθ, and its gradient Aθ − b into `gradient`. */
const quadratic = (a: Float64Array, b: Float64Array, theta: Float64Array, gradient: Float64Array): number => {
  const d = b.length
  let value = 0
  for (let i = 0; i < d; i++) {
    const s = innerProduct(a, i * d, theta, 0, d)
    gradient[i] = s - b[i]
    value += theta[i] * (0.5 * s - b[i])
  }
  return value
}

/** The minimiser over ‖θ‖_∞ ≤ halfWidth, written to `out`, which is where the search starts. @throws NotPositiveDefinite */
export const minimiseOverBox = (
  a: Float64Array,
  b: Float64Array,
  halfWidth: number,
  out: Float64Array
): Float64Array => {
  const d = b.length
  const clip = (v: number): number => Math.max(-halfWidth, Math.min(halfWidth, v))
  for (let i = 0; i < d; i++) out[i] = clip(out[i])
  const gradient = new Float64Array(d)
  const trialGradient = new Float64Array(d)
  const trial = new Float64Array(d)
  for (let step = 0; step < MOST_STEPS; step++) {
    let moved = 0
    for (let i = 0; i < d; i++) {
      let s = b[i]
      for (let j = 0; j < d; j++) if (j !== i) s -= a[i * d + j] * out[j]
      const next = clip(s / a[i * d + i])
      moved = Math.max(moved, Math.abs(next - out[i]))
      out[i] = next
    }
    if (moved <= TOLERANCE * halfWidth) break
    const value = quadratic(a, b, out, gradient)
    const free: Array<number> = []
    for (let i = 0; i < d; i++)
      if (!((out[i] >= halfWidth && gradient[i] < 0) || (out[i] <= -halfWidth && gradient[i] > 0))) free.push(i)
    if (free.length === 0) continue
    const n = free.length
    const sub = new Float64Array(n * n)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sub[i * n + j] = a[free[i] * d + free[j]]
    const direction = Float64Array.from(free, (i) => gradient[i])
    solveCholesky(cholesky(sub, n), n, direction)
    for (let length = 1; length > 1e-10; length /= 2) {
      trial.set(out)
      free.forEach((i, k) => (trial[i] = clip(out[i] - length * direction[k])))
      const next = quadratic(a, b, trial, trialGradient)
      const descent = free.reduce((s, i) => s + gradient[i] * (out[i] - trial[i]), 0)
      if (next > value - 1e-4 * descent) continue
      out.set(trial)
      break
    }
  }
  return out
}
