/**
 * Exact evaluation of a policy on the token side, by dynamic programming over nodes: J_β, suboptimality as β·Σ_h E_π̂ KL(π̂_h‖π*_h) (T1 and the chain rule),
 * KL to π_ref, and coverage per token and per response.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { TokenTable } from "../instance/token-instance.ts"
import { largestPathSum, reachable, type TokenValues, valuesOf } from "../instance/token-values.ts"
import { innerProduct } from "../numeric/inner-product.ts"
import { logTiltedMean } from "../numeric/log-sum-exp.ts"
import { passTable } from "./elliptic-test.ts"
import type { Evaluation } from "./evaluate.ts"
import { klTerm } from "./kl-term.ts"
import type { BasePolicy, Policy, TokenTiltedPolicy } from "./policy.ts"
import { policyProblem } from "./policy-problem.ts"

/** {@link Evaluation} of a policy that draws token by token. */
export interface TokenEvaluation extends Evaluation {
  /** C_cond(π) = sup π_h/π_ref,h over tokens that π_ref can reach. */
  readonly conditionalCoverage: number
}

/** Policies that can be told token by token. */
export type TokenPolicy = TokenTiltedPolicy | BasePolicy

/** Writes log π̂_h/π_ref,h of the rows of node n: the mixture over the anchor a′. O(R·d² + R²·d). */
const writeLogRatio = (
  { features, layers, offsets, reference }: TokenTable,
  { clip, dimension: d, thetas, truncations }: TokenTiltedPolicy,
  beta: number,
  n: number,
  out: Float64Array
): void => {
  const [start, end] = [offsets[n], offsets[n + 1]]
  const size = end - start
  const cut = new Uint8Array(size * size)
  passTable(truncations[layers[n]], features, start, end, cut)
  const scores = Float64Array.from({ length: size }, (_, i) =>
    innerProduct(thetas, layers[n] * d, features, (start + i) * d, d)
  )
  const anchors = Array.from({ length: size }, (_, i) => i).filter((i) => reference[start + i] > 0)
  // Where no pair of the node is truncated or clipped every anchor gives the same law.
  const plain = anchors.every((a) =>
    anchors.every((i) => cut[a * size + i] === 0 && Math.abs(scores[i] - scores[a]) <= clip)
  )
  // As in mixture-ratio.ts: ratios next to 1 are accumulated as ratio − 1.
  const nearReference = 8 * clip <= beta
  const sums = new Float64Array(size)
  for (const a of plain ? anchors.slice(0, 1) : anchors) {
    const tilts = scores.map((score, i) =>
      cut[a * size + i] === 1 ? 0 : Math.max(-clip, Math.min(clip, score - scores[a]))
    )
    const top = anchors.reduce((most, i) => Math.max(most, tilts[i]), -Infinity)
    const excess = logTiltedMean(reference, start, tilts, 0, size, top, beta)
    const weight = plain ? 1 : reference[start + a]
    for (let i = 0; i < size; i++) {
      const logit = (tilts[i] - top) / beta - excess
      sums[i] += weight * (nearReference ? Math.expm1(logit) : Math.exp(logit))
    }
  }
  for (let i = 0; i < size; i++) out[start + i] = nearReference ? Math.log1p(sums[i]) : Math.log(sums[i])
}

/** log π_h/π_ref,h by row, length N; −∞ where the policy gives no mass. */
export const tokenLogRatio = (tokens: TokenTable, policy: TokenPolicy, beta: number): Float64Array => {
  const out = new Float64Array(tokens.reference.length)
  if (policy.kind === "reference") return out
  for (let n = 0; n < tokens.layers.length; n++) writeLogRatio(tokens, policy, beta, n, out)
  return out
}

/** P(a prefix of π stands at a node), length M. */
export const nodeOccupancy = (
  tokens: TokenTable,
  promptProbabilities: Float64Array,
  ratio: Float64Array
): Float64Array => {
  const occupancy = new Float64Array(tokens.layers.length)
  tokens.roots.forEach((node, x) => {
    occupancy[node] += promptProbabilities[x]
  })
  for (let n = 0; n < occupancy.length; n++) {
    for (let row = tokens.offsets[n]; row < tokens.offsets[n + 1]; row++) {
      if (tokens.next[row] >= 0 && tokens.reference[row] > 0)
        occupancy[tokens.next[row]] += occupancy[n] * tokens.reference[row] * Math.exp(ratio[row])
    }
  }
  return occupancy
}

const refuseOther = ({ dimension, horizon }: TokenTable, policy: TokenPolicy): void => {
  const problem = policyProblem(policy, dimension)
  if (problem !== undefined) throw new TypeError(problem)
  if (policy.kind === "reference") return
  if (policy.kind !== "token-tilted")
    throw new TypeError(`policy: ${(policy as Policy).kind}, expected one that is told token by token`)
  for (const [field, has, wants] of [
    ["horizon", policy.horizon, horizon],
    ["dimension", policy.dimension, dimension]
  ])
    if (has !== wants) throw new TypeError(`policy.${field}: ${has}, expected ${wants}, the instance's`)
}

/**
 * Exact evaluation of a policy that draws token by token, by dynamic programming over the token table (T5): what {@link evaluate} says, per token.
 *
 * @param tokens the table, N rows
 * @param exact β in units of reward, and ρ
 * @param values π*_β, if already at hand
 * @throws TypeError for what is no token policy over the table's layers and features
 */
export const evaluateTokens = (
  tokens: TokenTable,
  exact: Pick<FiniteInstance, "beta" | "promptProbabilities">,
  policy: TokenPolicy,
  values: TokenValues = valuesOf(tokens, exact)
): TokenEvaluation => {
  refuseOther(tokens, policy)
  const { beta, promptProbabilities } = exact
  const { layers, offsets, reference, reward, roots } = tokens
  const ratio = tokenLogRatio(tokens, policy, beta)
  const occupancy = nodeOccupancy(tokens, promptProbabilities, ratio)
  const reached = reachable(tokens, promptProbabilities)
  let kl = 0
  let gap = 0
  let earned = tokens.baseReward
  let logConditional = 0
  for (let n = 0; n < layers.length; n++) {
    for (let row = offsets[n]; row < offsets[n + 1]; row++) {
      if (reference[row] === 0) continue
      const p = reference[row] * Math.exp(ratio[row])
      if (reached[n] === 1 && ratio[row] > logConditional) logConditional = ratio[row]
      if (occupancy[n] === 0) continue
      if (p > 0) kl += occupancy[n] * p * ratio[row]
      earned += occupancy[n] * p * reward[row]
      gap +=
        occupancy[n] * klTerm(p, reference[row] * Math.exp(values.logRatio[row]), ratio[row] - values.logRatio[row])
    }
  }
  const paths = largestPathSum(tokens, ratio)
  let logCoverage = -Infinity
  roots.forEach((node, x) => {
    if (promptProbabilities[x] > 0) logCoverage = Math.max(logCoverage, paths[node])
  })
  return {
    objective: earned - beta * kl,
    suboptimality: beta * gap,
    klToReference: kl,
    meanReward: earned,
    coverage: Math.exp(logCoverage),
    conditionalCoverage: Math.exp(logConditional)
  }
}
