/**
 * The exact optimum of a token side by dynamic programming (T5), in log space: V*, log π*_h/π_ref,h, J*, coverage per token and per response, and the θ*_h of
 * every layer.
 */
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import type { FiniteInstance } from "./instance.ts"
import { layerParameter, type LayerParameter } from "./layer-parameter.ts"
import type { TokenTable } from "./token-instance.ts"

/** The exact optimum of a token side (T5). */
export interface TokenValues {
  /** V*_h of what is still to come, by node: β·log E_{π_ref} exp(Q*_h/β) without what the prefix has earned; length M. */
  readonly value: Float64Array
  /** Q*_h − (what the prefix has earned), by row, length N. */
  readonly actionValue: Float64Array
  /** log π*_h/π_ref,h = (Q*_h − V*_h)/β by row; stated also where π_ref = 0. Length N. */
  readonly logRatio: Float64Array
  /** J* = E_ρ V*_1, in units of reward. */
  readonly objective: number
  /** C_cond(π*_β): sup π*_h/π_ref,h over tokens of positive mass that some response of positive mass passes. */
  readonly conditionalCoverage: number
  /** C_cov(π*_β) as the largest product of token ratios along a path. */
  readonly logCoverage: number
}

/** Nodes that a response of positive mass passes, as 0 or 1. */
export const reachable = (tokens: TokenTable, promptProbabilities: Float64Array): Uint8Array => {
  const seen = new Uint8Array(tokens.layers.length)
  tokens.roots.forEach((node, x) => {
    if (promptProbabilities[x] > 0) seen[node] = 1
  })
  // Nodes come in the order of their layers.
  for (let n = 0; n < seen.length; n++) {
    if (seen[n] === 0) continue
    for (let row = tokens.offsets[n]; row < tokens.offsets[n + 1]; row++)
      if (tokens.reference[row] > 0 && tokens.next[row] >= 0) seen[tokens.next[row]] = 1
  }
  return seen
}

/** For every node, the largest sum of `increment` over the rows of a path of positive mass from it on. */
export const largestPathSum = (tokens: TokenTable, increment: Float64Array): Float64Array => {
  const best = new Float64Array(tokens.layers.length)
  for (let n = best.length - 1; n >= 0; n--) {
    let top = -Infinity
    for (let row = tokens.offsets[n]; row < tokens.offsets[n + 1]; row++) {
      if (tokens.reference[row] === 0) continue
      const rest = tokens.next[row] < 0 ? 0 : best[tokens.next[row]]
      if (increment[row] + rest > top) top = increment[row] + rest
    }
    best[n] = top
  }
  return best
}

/**
 * π*_β of a token side, exactly, by dynamic programming (T5): values, log ratios, J*, coverage per token and per response. O(N).
 *
 * @param tokens the table, N rows
 * @param exact β > 0 in units of reward, and ρ (length X), as the instance has them
 */
export const valuesOf = (
  tokens: TokenTable,
  { beta, promptProbabilities }: Pick<FiniteInstance, "beta" | "promptProbabilities">
): TokenValues => {
  const { baseReward, next, offsets, reference, reward, roots } = tokens
  const M = tokens.layers.length
  const value = new Float64Array(M)
  const actionValue = new Float64Array(reference.length)
  const logRatio = new Float64Array(reference.length)
  const reached = reachable(tokens, promptProbabilities)
  let logConditional = 0
  for (let n = M - 1; n >= 0; n--) {
    let top = -Infinity
    for (let row = offsets[n]; row < offsets[n + 1]; row++) {
      actionValue[row] = reward[row] + (next[row] < 0 ? 0 : value[next[row]])
      if (reference[row] > 0 && actionValue[row] > top) top = actionValue[row]
    }
    // An excess over the best token, so that a tiny probability keeps its digits (see policy/optimum.ts).
    const excess = logTiltedMean(reference, offsets[n], actionValue, offsets[n], offsets[n + 1] - offsets[n], top, beta)
    value[n] = top + beta * excess
    for (let row = offsets[n]; row < offsets[n + 1]; row++) logRatio[row] = (actionValue[row] - top) / beta - excess
    if (reached[n] === 1) logConditional = Math.max(logConditional, -excess)
  }
  const paths = largestPathSum(tokens, logRatio)
  let objective = 0
  let logCoverage = 0
  roots.forEach((node, x) => {
    objective += promptProbabilities[x] * (baseReward + value[node])
    if (promptProbabilities[x] > 0) logCoverage = Math.max(logCoverage, paths[node])
  })
  return { value, actionValue, logRatio, objective, conditionalCoverage: Math.exp(logConditional), logCoverage }
}

/** θ*_h of every layer, and how far Q*_h is from linear there (realizability). */
export const layerParameters = (tokens: TokenTable, { actionValue }: TokenValues): ReadonlyArray<LayerParameter> =>
  Array.from({ length: tokens.horizon }, (_, h) => layerParameter(tokens, actionValue, h))
