/**
 * θ* from rewards: the parameter of least norm whose linear rewards have an instance's reward differences.
 *
 * Least squares of r(x,y) − r(x,y₀) on φ(x,y) − φ(x,y₀) over all responses, y₀ the first of each prompt: rows enter a triangular
 * factor by Givens rotations (memory d², error of order 2⁻⁵³; the Gram matrix would square the condition number), whose pseudo-inverse
 * comes from ml-matrix's singular value decomposition. Singular values below 1e-12 of the largest count as zero.
 */
import { Matrix, SingularValueDecomposition } from "ml-matrix"
import type { FiniteInstance, ParameterSet } from "./instance.ts"
import { InvalidInstance } from "./invalid-instance.ts"
import { REALIZABILITY_TOLERANCE } from "./validate.ts"

type Rewarded = Pick<FiniteInstance, "dimension" | "rewardRange" | "offsets" | "features" | "meanReward">

const RANK_TOLERANCE = 1e-12

/** Rotates the row [a | b] of length d + 1 into the d×(d+1) triangle; `row` is overwritten. */
const absorb = (triangle: Float64Array, d: number, row: Float64Array): void => {
  for (let j = 0; j < d; j++) {
    if (row[j] === 0) continue
    const at = j * (d + 1)
    const r = Math.hypot(triangle[at + j], row[j])
    const c = triangle[at + j] / r
    const s = row[j] / r
    for (let k = j; k <= d; k++) {
      const t = triangle[at + k]
      triangle[at + k] = c * t + s * row[k]
      row[k] = c * row[k] - s * t
    }
    row[j] = 0
  }
}

/** The θ of least norm minimising ‖Aθ − z‖, A d×d. */
const minimumNorm = (a: Matrix, z: Float64Array): Float64Array => {
  const { leftSingularVectors: u, rightSingularVectors: v, diagonal } = new SingularValueDecomposition(a)
  const theta = new Float64Array(z.length)
  diagonal.forEach((singular, j) => {
    if (!(singular > RANK_TOLERANCE * diagonal[0])) return
    const along = z.reduce((sum, t, i) => sum + u.get(i, j) * t, 0) / singular
    for (let i = 0; i < theta.length; i++) theta[i] += v.get(i, j) * along
  })
  return theta
}

/** θ of least norm fitting all reward differences in least squares; exact (to rounding) when some θ does. O(N·d²). */
const leastSquaresTheta = (instance: Rewarded): Float64Array => {
  const { dimension: d, offsets, features, meanReward } = instance
  const triangle = new Float64Array(d * (d + 1))
  const row = new Float64Array(d + 1)
  for (let x = 0; x + 1 < offsets.length; x++) {
    const first = offsets[x]
    for (let y = first + 1; y < offsets[x + 1]; y++) {
      for (let j = 0; j < d; j++) row[j] = features[y * d + j] - features[first * d + j]
      row[d] = meanReward[y] - meanReward[first]
      absorb(triangle, d, row)
    }
  }
  const rows = Array.from({ length: d }, (_, i) => triangle.subarray(i * (d + 1), (i + 1) * (d + 1)))
  return minimumNorm(
    new Matrix(rows.map((r) => r.subarray(0, d))),
    Float64Array.from(rows, (r) => r[d])
  )
}

/** {@link leastSquaresTheta}, or an InvalidInstance naming the response that is furthest from fitting. */
export const realizingTheta = (instance: Rewarded): Float64Array => {
  const { dimension: d, offsets, features, meanReward, rewardRange } = instance
  const theta = leastSquaresTheta(instance)
  let worst = REALIZABILITY_TOLERANCE * rewardRange
  let problem: InvalidInstance | undefined
  for (let x = 0; x + 1 < offsets.length; x++) {
    const first = offsets[x]
    for (let y = first + 1; y < offsets[x + 1]; y++) {
      let predicted = meanReward[first]
      for (let j = 0; j < d; j++) predicted += theta[j] * (features[y * d + j] - features[first * d + j])
      const miss = Math.abs(meanReward[y] - predicted)
      if (miss <= worst) continue
      worst = miss
      problem = new InvalidInstance({
        field: `prompts[${x}].responses[${y - first}].meanReward`,
        value: meanReward[y],
        expectation: `${predicted}, as the closest linear reward has it: no thetaStar realizes these rewards, and this response is furthest off`
      })
    }
  }
  if (problem !== undefined) throw problem
  return theta
}

/** θ, or the nearest point of Θ where θ is outside by a relative 1e-9 or less: rounding of a fit whose truth is on the boundary. */
export const ontoBoundary = (theta: Float64Array, set: ParameterSet): Float64Array => {
  const limit = set.kind === "ball" ? set.radius : set.halfWidth
  const size =
    set.kind === "ball"
      ? Math.sqrt(theta.reduce((sum, t) => sum + t * t, 0))
      : theta.reduce((most, t) => Math.max(most, Math.abs(t)), 0)
  if (size <= limit || size > limit * (1 + 1e-9)) return theta
  return theta.map((t) => (set.kind === "ball" ? t * (limit / size) : Math.min(limit, Math.max(-limit, t))))
}
