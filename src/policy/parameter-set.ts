/** Θ as a set one can stay in: membership, and the Euclidean projection that a learner uses to commit to a parameter of the class (framework.md). */
import type { ParameterSet } from "../instance/instance.ts"

/** Room for the rounding of a norm: a θ projected onto Θ must count as a member. */
const ROUNDING = 1e-12

/** ‖θ‖₂. */
const norm = (theta: ArrayLike<number>): number => {
  let square = 0
  for (let j = 0; j < theta.length; j++) square += theta[j] * theta[j]
  return Math.sqrt(square)
}

/** Whether θ ∈ Θ, up to the rounding of its norm. NaN is nowhere. */
export const inParameterSet = (theta: ArrayLike<number>, set: ParameterSet): boolean => {
  if (set.kind === "ball") return norm(theta) <= set.radius * (1 + ROUNDING)
  for (let j = 0; j < theta.length; j++) if (!(Math.abs(theta[j]) <= set.halfWidth * (1 + ROUNDING))) return false
  return true
}

/**
 * The point of Θ nearest to θ, written over it. A θ already inside is left as it is.
 *
 * @example
 * ```ts
 * import { inParameterSet, projectOnto } from "coverbound"
 *
 * const ball = { kind: "ball", radius: 1 } as const
 * const theta = projectOnto(Float64Array.of(3, 4), ball)
 * console.log(theta[0].toFixed(2), theta[1].toFixed(2), inParameterSet(theta, ball)) // => 0.60 0.80 true
 * ```
 */
export const projectOnto = (theta: Float64Array, set: ParameterSet): Float64Array => {
  if (set.kind === "box") {
    for (let j = 0; j < theta.length; j++) theta[j] = Math.max(-set.halfWidth, Math.min(set.halfWidth, theta[j]))
    return theta
  }
  const length = norm(theta)
  if (length > set.radius) for (let j = 0; j < theta.length; j++) theta[j] *= set.radius / length
  return theta
}
