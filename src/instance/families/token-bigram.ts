/**
 * Random class-bigram chains: what comes next depends on the class of the token before, and each token of class c′ has a share v ∈ {0, …, V} in the reward,
 * r* = R·Σ v/(V·H).
 *
 * Rows of a node are pairs (class, share) with mass P(c′∣c)·P(v∣c′). Features (e_{c′}, v/V)/√2, d = S+1, make Q*_h linear whatever the chain:
 * θ*_h = √2·(V*_{h+1}(1), …, V*_{h+1}(S), R/H). Rows may have mass 0, and two tokens of a class may share their feature.
 */
import { Stream } from "../../numeric/stream.ts"
import { autoregressiveInstance } from "../autoregressive.ts"
import { family, type ValuesOf } from "../family.ts"
import type { Instance } from "../instance.ts"
import { randomMasses } from "./random-draws.ts"
import { betaOption, noiseOption, numberOption, rewardRangeOption, seedOption, wholeOption } from "../family-options.ts"

const options = {
  H: wholeOption("tokens in a response", 1, 64, 8),
  classes: wholeOption("classes of tokens", 1, 32, 4),
  shares: wholeOption("levels of reward above 0", 1, 8, 2),
  prompts: wholeOption("number of prompts", 1, 256, 3),
  R: rewardRangeOption,
  beta: betaOption(({ R, H }) => R / (2 * H), { note: "; R/(2H) unless given" }),
  zeros: numberOption("chance that a transition or share has probability 0", 0, 1, 0),
  spread: numberOption("decades that masses span", 0, 100, 0.5),
  noise: noiseOption(["none", "bernoulli"], "none"),
  seed: seedOption("of everything")
}

export const tokenBigram = (values: ValuesOf<typeof options>, spec: string): Instance => {
  const { H, R, beta, classes: S, noise, prompts: X, shares: V, spread, zeros } = values
  const stream = Stream.fromSeed(values.seed).split("token-bigram")
  const transitions = Array.from({ length: S }, (_, c) => randomMasses(stream.split("transition", c), S, spread, zeros))
  const shares = Array.from({ length: S }, (_, c) => randomMasses(stream.split("share", c), V + 1, spread, zeros))
  const opening = stream.split("opening")
  const width = S * (V + 1)
  const M = S * H
  const N = M * width
  const d = S + 1
  const reference = new Float64Array(N)
  const features = new Float64Array(N * d)
  const next = new Int32Array(N)
  const reward = new Float64Array(N)
  const code = new Int32Array(N)
  for (let row = 0; row < N; row++) {
    const [node, to, v] = [Math.floor(row / width), Math.floor((row % width) / (V + 1)), row % (V + 1)]
    const layer = Math.floor(node / S)
    reference[row] = transitions[node % S][to] * shares[to][v]
    features[row * d + to] = Math.SQRT1_2
    features[row * d + S] = (v / V) * Math.SQRT1_2
    next[row] = layer === H - 1 ? -1 : (layer + 1) * S + to
    reward[row] = (R * v) / (V * H)
    code[row] = v
  }
  return autoregressiveInstance(
    {
      horizon: H,
      dimension: d,
      roots: Int32Array.from({ length: X }, () => opening.nextInteger(S)),
      layers: Int32Array.from({ length: M }, (_, n) => Math.floor(n / S)),
      offsets: Int32Array.from({ length: M + 1 }, (_, n) => n * width),
      reference,
      features,
      next,
      reward,
      baseReward: 0,
      code,
      describeToken: (row) => `${Math.floor((row % width) / (V + 1))}:${row % (V + 1)}`
    },
    {
      head: {
        name: "token-bigram",
        dimension: 1,
        beta,
        rewardRange: R,
        parameterSet: { kind: "ball", radius: R },
        thetaStar: Float64Array.of(R),
        noise: { kind: noise },
        promptProbabilities: new Float64Array(X).fill(1 / X)
      },
      feature: (k) => [k / (V * H)],
      meanReward: (k) => Math.min(R, (R * k) / (V * H)),
      label: (k) => `${k} of ${V * H}`,
      responseCount: BigInt(width) ** BigInt(H)
    },
    spec
  )
}

/** `token-bigram:seed=…` */
export const tokenBigramFamily = family({
  name: "token-bigram",
  summary: "a random chain of token classes; some tokens carry a share of the reward",
  options,
  make: tokenBigram
})
