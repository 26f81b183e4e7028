/**
 * How far rewards are from linear in the features, where no θ realizes them. A constant per prompt is free: the theory compares responses to one prompt.
 *
 * The θ of {@link closestLinear} is the L² projection under ρ·π_ref: least squares of r − E_x r on φ − E_x φ, by singular values of the weighted Gram matrix
 * (those below 10⁻¹² of the largest count as zero).
 */
import { Matrix, pseudoInverse } from "ml-matrix"
import type { FiniteInstance } from "./instance.ts"

type Rewarded = Pick<
  FiniteInstance,
  "dimension" | "promptProbabilities" | "offsets" | "reference" | "features" | "meanReward"
>

export interface LinearResidual {
  /** min over constants c_x of max ∣r − ⟨θ, φ⟩ − c_x∣ over responses of positive mass, in units of reward. */
  readonly sup: number
  /** (E_ρ Var_{π_ref}(r − ⟨θ, φ⟩))^½, in units of reward. */
  readonly rms: number
  /** max ∣(r − r₀) − ⟨θ, φ − φ₀⟩∣ over all responses, those of mass 0 too, against the prompt's first: what an instance states as its misspecification. */
  readonly againstFirst: number
}

/** E_{π_ref} of each column of [φ | r] at prompt x, d + 1 numbers. */
const promptMeans = (instance: Rewarded, x: number): Float64Array => {
  const { dimension: d, features, meanReward, offsets, reference } = instance
  const means = new Float64Array(d + 1)
  for (let row = offsets[x]; row < offsets[x + 1]; row++) {
    for (let j = 0; j < d; j++) means[j] += reference[row] * features[row * d + j]
    means[d] += reference[row] * meanReward[row]
  }
  return means
}

/** θ minimising E_ρ Var_{π_ref}(r − ⟨θ, φ⟩), of least norm. O(N·d² + d³). */
export const closestLinear = (instance: Rewarded): Float64Array => {
  const { dimension: d, features, meanReward, offsets, promptProbabilities, reference } = instance
  const gram = Matrix.zeros(d, d)
  const moment = Matrix.zeros(d, 1)
  const centred = new Float64Array(d)
  for (let x = 0; x + 1 < offsets.length; x++) {
    const means = promptMeans(instance, x)
    for (let row = offsets[x]; row < offsets[x + 1]; row++) {
      const weight = promptProbabilities[x] * reference[row]
      for (let j = 0; j < d; j++) centred[j] = features[row * d + j] - means[j]
      for (let i = 0; i < d; i++) {
        const w = weight * centred[i]
        moment.set(i, 0, moment.get(i, 0) + w * (meanReward[row] - means[d]))
        for (let j = 0; j < d; j++) gram.set(i, j, gram.get(i, j) + w * centred[j])
      }
    }
  }
  return Float64Array.from(
    pseudoInverse(gram, 1e-12 * Math.max(Number.MIN_VALUE, gram.max()))
      .mmul(moment)
      .to1DArray()
  )
}

/** How far the rewards of an instance are from ⟨θ, φ⟩. O(N·d). */
export const linearResidual = (instance: Rewarded, theta: Float64Array): LinearResidual => {
  const { dimension: d, features, meanReward, offsets, promptProbabilities, reference } = instance
  let [sup, square, againstFirst] = [0, 0, 0]
  for (let x = 0; x + 1 < offsets.length; x++) {
    const left = Array.from({ length: offsets[x + 1] - offsets[x] }, (_, y) => {
      const row = offsets[x] + y
      let residual = meanReward[row]
      for (let j = 0; j < d; j++) residual -= theta[j] * features[row * d + j]
      return residual
    })
    const masses = reference.subarray(offsets[x], offsets[x + 1])
    let [low, high, mean] = [Infinity, -Infinity, 0]
    left.forEach((residual, y) => {
      againstFirst = Math.max(againstFirst, Math.abs(residual - left[0]))
      mean += masses[y] * residual
      if (masses[y] === 0) return
      low = Math.min(low, residual)
      high = Math.max(high, residual)
    })
    sup = Math.max(sup, (high - low) / 2)
    left.forEach((residual, y) => (square += promptProbabilities[x] * masses[y] * (residual - mean) ** 2))
  }
  return { sup, rms: Math.sqrt(square), againstFirst }
}
