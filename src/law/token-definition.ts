/**
 * Policies that draw token by token, from their definition: every response is written out, path by path, with the mixture over the anchor taken at every
 * prefix. Exponential in H; no code is shared with `policy/token-evaluate.ts`.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { TokenTable } from "../instance/token-instance.ts"
import type { Stream } from "../numeric/stream.ts"
import type { TokenTiltedPolicy } from "../policy/policy.ts"
import { gramOf, inverseFactor } from "./algebra.ts"
import { direction, mixedRatio, rowsOf, tiltedBy, truncatedReward, type WrittenResponse } from "./definition.ts"

/** log π̂_h/π_ref,h of the rows of a node: for each anchor a′ its tilt by f_h(·,a′), averaged over a′ ~ π_ref,h. */
const tokenRatios = (
  tokens: TokenTable,
  { clip, thetas, truncations }: TokenTiltedPolicy,
  beta: number,
  node: number
): ReadonlyArray<number> => {
  const h = tokens.layers[node]
  const theta = thetas.subarray(h * tokens.dimension, (h + 1) * tokens.dimension)
  const rows = rowsOf(tokens, node)
  const mass = rows.map((row) => tokens.reference[row])
  const components = rows.map((anchor) =>
    tiltedBy(mass, truncatedReward(tokens, { clip, truncation: truncations[h] }, theta, node, anchor), beta)
  )
  return mixedRatio(mass, components)
}

/** Every response of positive π_ref-mass, with its tokens' log-ratios under the policy. */
export const tokenResponses = (
  tokens: TokenTable,
  beta: number,
  policy: TokenTiltedPolicy | { readonly kind: "reference" }
): ReadonlyArray<WrittenResponse> => {
  const out: Array<WrittenResponse> = []
  const ratios = Array.from(tokens.layers, (_, node) =>
    policy.kind === "reference" ? rowsOf(tokens, node).map(() => 0) : tokenRatios(tokens, policy, beta, node)
  )
  const walk = (node: number, { prompt, mass, reward, steps }: Omit<WrittenResponse, "logRatio">): void => {
    rowsOf(tokens, node).forEach((row, i) => {
      if (tokens.reference[row] === 0) return
      const longer = {
        prompt,
        mass: mass * tokens.reference[row],
        reward: reward + tokens.reward[row],
        steps: [...steps, ratios[node][i]]
      }
      if (tokens.next[row] >= 0) walk(tokens.next[row], longer)
      else out.push({ ...longer, logRatio: longer.steps.reduce((s, l) => s + l, 0) })
    })
  }
  tokens.roots.forEach((root, prompt) => walk(root, { prompt, mass: 1, reward: tokens.baseReward, steps: [] }))
  return out
}

/** A token policy that differs from layer to layer in θ_h, Σ_h and ν_h: from nothing truncated to everything, from θ = 0 to far outside Θ. */
export const someTokenPolicy = (
  { dimension: d, horizon }: TokenTable,
  { rewardRange: R }: Pick<FiniteInstance, "rewardRange">,
  stream: Stream
): TokenTiltedPolicy => ({
  kind: "token-tilted",
  horizon,
  dimension: d,
  thetas: Float64Array.from(
    Array.from({ length: horizon }, () => {
      const size = 3 * R * stream.next()
      return Array.from(direction(stream, d), (t) => size * t)
    }).flat()
  ),
  clip: [R, 0.2 * R][stream.nextInteger(2)],
  truncations: Array.from({ length: horizon }, () => {
    const lambda = [0.05, 1][stream.nextInteger(2)]
    const pairs = Array.from({ length: stream.nextInteger(6) }, () => direction(stream, d))
    const sigma = gramOf(pairs, d, lambda)
    return { dimension: d, whitening: inverseFactor(sigma, d), nu: [0.05, 0.3, 1, 10][stream.nextInteger(4)] }
  })
})
