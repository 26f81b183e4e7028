/** Recognising Needle(N,d,β,R) in a finite instance, as a table of N responses or as its two classes. */
import type { FiniteInstance } from "../../src/instance/instance.ts"
import type { NeedleShape } from "./needle-chance.ts"

/** Masses are compared with 1/N up to the rounding of a division and a sum. */
const ROUNDING = 1e-12

/** N, d, β and R of an instance that is a Needle, or one line saying why it is not. */
export const needleShape = (exact: FiniteInstance): NeedleShape | string => {
  const { dimension: d, beta, rewardRange: R, reference, features, meanReward, parameterSet, thetaStar } = exact
  if (exact.promptProbabilities.length !== 1) return `prompts: ${exact.promptProbabilities.length}, expected 1`
  if (exact.noise.kind !== "none") return `noise: ${exact.noise.kind}, expected none`
  let needle = -1
  let others = 0
  for (let y = 0; y < reference.length; y++) {
    let zero = true
    for (let j = 0; j < d; j++) zero &&= features[y * d + j] === 0
    if (zero) {
      if (meanReward[y] !== 0) return `response ${y}: reward ${meanReward[y]} with feature 0, expected 0`
      others += reference[y]
    } else if (needle >= 0) return `response ${y}: a second feature that is not 0, expected one needle`
    else needle = y
  }
  if (needle < 0) return "features: all 0, expected one needle"
  const N = Math.round(1 / reference[needle])
  if (!(Math.abs(reference[needle] * N - 1) <= ROUNDING && N >= 2))
    return `needle: base mass ${reference[needle]}, expected 1/N`
  if (!(Math.abs(others - (1 - 1 / N)) <= ROUNDING)) return `other responses: base mass ${others}, expected 1 - 1/${N}`
  if (meanReward[needle] !== R) return `needle: reward ${meanReward[needle]}, expected R = ${R}`
  if (parameterSet.kind !== "ball" || parameterSet.radius !== R) return "parameterSet: expected the ball of radius R"
  let square = 0
  for (let j = 0; j < d; j++) {
    const v = features[needle * d + j]
    square += v * v
    if (!(Math.abs(thetaStar[j] - R * v) <= ROUNDING * R))
      return `thetaStar[${j}]: ${thetaStar[j]}, expected R times the needle's feature`
  }
  if (!(Math.abs(square - 1) <= ROUNDING)) return `needle: feature of squared norm ${square}, expected 1`
  return { responses: N, dimension: d, beta, rewardRange: R }
}
