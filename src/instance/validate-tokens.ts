/**
 * What makes a token side one that t8-mtss.md speaks of, and one that tells of the same instance as the sequence side does: laws sum to 1, ‖φ‖ ≤ 1, every path
 * ends after H tokens on the row that its code names with the reward that it earned, Q*_h is linear in φ_h up to a constant per prefix, and both sides come to
 * the same J*.
 */
import { innerProduct } from "../numeric/inner-product.ts"
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import type { FiniteInstance } from "./instance.ts"
import { refuse as refuseInstance } from "./invalid-instance.ts"
import { compensatedSum, SUM_TOLERANCE } from "./probability-mass.ts"
import type { TokenInstance } from "./token-instance.ts"
import { layerParameters, type TokenValues, valuesOf } from "./token-values.ts"
import { NORM_TOLERANCE, REALIZABILITY_TOLERANCE } from "./validate.ts"

/** ∣J*(tokens) − J*(responses)∣ allowed, in units of R. */
const AGREEMENT = 1e-10

const refuse = (field: string, value: unknown, expectation: string): never =>
  refuseInstance(`tokens.${field}`, value, expectation)

const checkNode = (tokens: TokenInstance, n: number): void => {
  const { dimension: d, features, horizon, layers, next, offsets, reference } = tokens
  const [start, end] = [offsets[n], offsets[n + 1]]
  if (!(end > start)) refuse(`nodes[${n}]`, "no tokens", "at least one")
  for (let row = start; row < end; row++) {
    if (!(reference[row] >= 0)) refuse(`rows[${row}].probability`, reference[row], "a probability in [0, 1]")
    const square = innerProduct(features, row * d, features, row * d, d)
    if (!(square <= (1 + NORM_TOLERANCE) ** 2))
      refuse(`rows[${row}].features`, `norm ${Math.sqrt(square)}`, "at most 1")
    const leadsTo = next[row] < 0 ? horizon : layers[next[row]]
    if (leadsTo !== layers[n] + 1) refuse(`rows[${row}].next`, `layer ${leadsTo}`, `layer ${layers[n] + 1}`)
  }
  const sum = compensatedSum(reference, start, end)
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) refuse(`nodes[${n}]`, `probabilities summing to ${sum}`, "a sum of 1")
}

/** Throws unless every path of positive mass earns the mean reward of the row that its code names. `K` codes; O(N·K). */
const checkPathRewards = (tokens: TokenInstance, exact: FiniteInstance, K: number): void => {
  const { baseReward, code, layers, next, offsets, reference, reward, roots, rowOfCode } = tokens
  const low = new Float64Array(layers.length * K).fill(Infinity)
  const high = new Float64Array(layers.length * K).fill(-Infinity)
  for (let n = layers.length - 1; n >= 0; n--) {
    for (let row = offsets[n]; row < offsets[n + 1]; row++) {
      if (reference[row] === 0) continue
      const last = next[row] < 0
      for (let k = code[row]; k < (last ? code[row] + 1 : K); k++) {
        const after = next[row] * K + k - code[row]
        low[n * K + k] = Math.min(low[n * K + k], reward[row] + (last ? 0 : low[after]))
        high[n * K + k] = Math.max(high[n * K + k], reward[row] + (last ? 0 : high[after]))
      }
    }
  }
  const tolerance = REALIZABILITY_TOLERANCE * exact.rewardRange
  roots.forEach((node, x) => {
    for (let k = 0; k < K; k++) {
      if (low[node * K + k] === Infinity) continue
      const stated = exact.meanReward[rowOfCode(x, k)] - baseReward
      for (const earned of [low[node * K + k], high[node * K + k]])
        if (!(Math.abs(earned - stated) <= tolerance))
          refuse(`code[${k}]`, `a path from prompt ${x} that earns ${earned}`, `${stated}, as on the sequence side`)
    }
  })
}

/** J* of the sequence side: β·E_ρ log E_{π_ref} exp(r_star/β). */
const sequenceObjective = ({ beta, meanReward, offsets, promptProbabilities, reference }: FiniteInstance): number =>
  promptProbabilities.reduce((sum, rho, x) => {
    const [start, end] = [offsets[x], offsets[x + 1]]
    let top = -Infinity
    for (let y = start; y < end; y++) if (reference[y] > 0) top = Math.max(top, meanReward[y])
    return sum + rho * (top + beta * logTiltedMean(reference, start, meanReward, start, end - start, top, beta))
  }, 0)

/**
 * Throws the first problem as {@link InvalidInstance}; returns the values it computed on the way. O(N·(d² + K) + H·d³).
 * @param codeCount K: codes are 0 … K−1.
 */
export const validateTokens = (tokens: TokenInstance, exact: FiniteInstance, codeCount: number): TokenValues => {
  const { horizon, layers, roots } = tokens
  if (!(Number.isSafeInteger(horizon) && horizon >= 1)) refuse("horizon", horizon, "an integer of at least 1")
  if (roots.length !== exact.promptProbabilities.length)
    refuse("roots", `length ${roots.length}`, `${exact.promptProbabilities.length} (prompts)`)
  roots.forEach((node, x) => {
    if (layers[node] !== 0) refuse(`roots[${x}]`, `a node of layer ${layers[node]}`, "a node of layer 0")
  })
  for (let n = 0; n < layers.length; n++) {
    if (n > 0 && layers[n] < layers[n - 1]) refuse(`nodes[${n}]`, `layer ${layers[n]}`, "nodes in the order of layers")
    checkNode(tokens, n)
  }
  checkPathRewards(tokens, exact, codeCount)
  const values = valuesOf(tokens, exact)
  layerParameters(tokens, values).forEach(({ residual }, h) => {
    if (!(residual <= REALIZABILITY_TOLERANCE * exact.rewardRange))
      refuse(`layers[${h}]`, `Q* off a linear function by ${residual}`, "differences linear in the features")
  })
  const gap = Math.abs(values.objective - sequenceObjective(exact))
  if (!(gap <= AGREEMENT * exact.rewardRange)) refuse("reward", `J* off by ${gap}`, "the J* of the sequence side")
  return values
}
