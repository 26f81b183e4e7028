/**
 * Arbitrary trees as instances with a token side, and parameters of MTSS for them. φ_h(s,a) = Q*_h(s,a)/R (d = 1) makes any tree realizable with θ*_h = R, ties, zero masses, one
 * token and one layer included.
 */
import fc from "fast-check"
import type { MtssParameters } from "../../src/algorithm/mtss-parameters.ts"
import { type TokenTree, values } from "../../src/law/token-tree.ts"
import { autoregressiveInstance } from "../../src/instance/autoregressive.ts"
import { tokenBigramFamily } from "../../src/instance/families/token-bigram.ts"
import { instantiate } from "../../src/instance/family.ts"
import type { Instance } from "../../src/instance/instance.ts"
import { tokenTrees } from "../../src/arbitrary/token-tree.ts"

/** Node of a prefix: layers one after another. */
const firstNode = (actions: number, layer: number): number => {
  let n = 0
  for (let h = 0; h < layer; h++) n += actions ** h
  return n
}

/** The tree as an instance; its rewards are multiples of R/4, which are the codes. */
export const instanceOfTree = (tree: TokenTree, noise: "none" | "bernoulli" = "none"): Instance => {
  const { actions: A, beta, conditionals, depth: H, rewards, rewardRange: R } = tree
  const star = values(tree)
  const reference: Array<number> = []
  const features: Array<number> = []
  const next: Array<number> = []
  const reward: Array<number> = []
  const code: Array<number> = []
  const layers: Array<number> = []
  for (let h = 0; h < H; h++) {
    for (let node = 0; node < A ** h; node++) layers.push(h)
    for (let child = 0; child < A ** (h + 1); child++) {
      const last = h === H - 1
      reference.push(conditionals[h][child])
      features.push(Math.min(1, Math.max(0, star[h + 1][child] / R)))
      next.push(last ? -1 : firstNode(A, h + 1) + child)
      reward.push(last ? rewards[child] : 0)
      code.push(last ? Math.round((4 * rewards[child]) / R) : 0)
    }
  }
  return autoregressiveInstance(
    {
      horizon: H,
      dimension: 1,
      roots: Int32Array.of(0),
      layers: Int32Array.from(layers),
      offsets: Int32Array.from({ length: layers.length + 1 }, (_, n) => n * A),
      reference: Float64Array.from(reference),
      features: Float64Array.from(features),
      next: Int32Array.from(next),
      reward: Float64Array.from(reward),
      baseReward: 0,
      code: Int32Array.from(code),
      describeToken: (row) => `${row % A}`
    },
    {
      head: {
        name: "token-tree",
        dimension: 1,
        beta,
        rewardRange: R,
        parameterSet: { kind: "ball", radius: R },
        thetaStar: Float64Array.of(R),
        noise: { kind: noise },
        promptProbabilities: Float64Array.of(1)
      },
      feature: (k) => [k / 4],
      meanReward: (k) => (k * R) / 4,
      responseCount: BigInt(A) ** BigInt(H)
    },
    "token-tree"
  )
}

const noises = fc.constantFrom("none" as const, "bernoulli" as const)

/** Bigram chains of few enough paths to write out (9³ a prompt): d = S+1, several prompts. */
const bigrams = fc
  .record({
    seed: fc.nat(1e6),
    H: fc.integer({ min: 1, max: 3 }),
    classes: fc.integer({ min: 1, max: 3 }),
    shares: fc.integer({ min: 1, max: 2 }),
    prompts: fc.integer({ min: 1, max: 2 }),
    zeros: fc.constantFrom(0, 0.4),
    spread: fc.constantFrom(0, 3),
    noise: noises
  })
  .map((options) => instantiate(tokenBigramFamily, options))

/** Trees and bigram chains. Shrinks to one token, one layer, rewards 0, no noise. */
export const tokenInstances: fc.Arbitrary<Instance> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ tree: tokenTrees, noise: noises }).map((o) => instanceOfTree(o.tree, o.noise)) },
  { weight: 1, arbitrary: bigrams }
)

export const mtssParameterSets: fc.Arbitrary<MtssParameters> = fc.record({
  lambda: fc.constantFrom(1, 0.01, 1e-5),
  nu: fc.constantFrom(1, 0.3),
  tokensPerPrefix: fc.integer({ min: 1, max: 12 }),
  rollouts: fc.integer({ min: 1, max: 6 }),
  rewardsPerRollout: fc.integer({ min: 1, max: 3 }),
  precision: fc.constantFrom(0, 0.05),
  certifyingRollouts: fc.integer({ min: 1, max: 8 }),
  promise: fc.constantFrom(1, 2, 4),
  trials: fc.integer({ min: 1, max: 40 })
})
