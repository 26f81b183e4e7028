/**
 * TokenChain(H, C): A = {0, 1}, π_ref uniform, r* = c·Σ_h a_h (t2-coverage-is-bounded.md, families.md): the gap between coverage per token and per response. With e^{c/β} = C/(2−C),
 * C_cond = C and C_cov = C^H exactly. R = cH. Token features φ_h(s,a) = a (d = 1, θ*_h = c); φ(y) = Σ a_h/H on the sequence side (θ* = R).
 */
import { autoregressiveInstance } from "../autoregressive.ts"
import { family } from "../family.ts"
import type { Instance } from "../instance.ts"
import { betaOption, noiseOption, numberAbove, wholeOption } from "../family-options.ts"

/** A member of TokenChain. */
export interface TokenChainOptions {
  /** H ≥ 1. */
  readonly H: number
  /** C = C_cond in (1, 2). */
  readonly C: number
  readonly beta?: number
  readonly noise?: "bernoulli" | "none"
}

/**
 * TokenChain (families.md): H coins and a reward for each head. C_cond = C per token, C_cov = C^H per response; responses token by token.
 *
 * @param spec kept as the instance's name, `token-chain:H=16,C=1.5`
 * @throws InvalidInstance outside the ranges of the options
 *
 * @example
 * ```ts
 * import { tokenChain, valuesOf } from "coverbound/instance"
 *
 * const instance = tokenChain({ H: 8, C: 1.5 }, "token-chain:H=8,C=1.5")
 * const { conditionalCoverage, logCoverage } = valuesOf(instance.tokens!, instance.exact)
 * console.log(conditionalCoverage.toFixed(3), Math.exp(logCoverage / 8).toFixed(3)) // => 1.500 1.500
 * ```
 */
export const tokenChain = ({ H, C, beta = 1, noise = "none" }: TokenChainOptions, spec: string): Instance => {
  const c = beta * Math.log(C / (2 - C))
  const N = 2 * H
  return autoregressiveInstance(
    {
      horizon: H,
      dimension: 1,
      roots: Int32Array.of(0),
      layers: Int32Array.from({ length: H }, (_, h) => h),
      offsets: Int32Array.from({ length: H + 1 }, (_, h) => 2 * h),
      reference: new Float64Array(N).fill(0.5),
      features: Float64Array.from({ length: N }, (_, row) => row % 2),
      next: Int32Array.from({ length: N }, (_, row) => (row < N - 2 ? (row >> 1) + 1 : -1)),
      reward: Float64Array.from({ length: N }, (_, row) => c * (row % 2)),
      baseReward: 0,
      code: Int32Array.from({ length: N }, (_, row) => row % 2),
      describeToken: (row) => `${row % 2}`
    },
    {
      head: {
        name: "token-chain",
        dimension: 1,
        beta,
        rewardRange: c * H,
        parameterSet: { kind: "ball", radius: c * H },
        thetaStar: Float64Array.of(c * H),
        noise: { kind: noise },
        promptProbabilities: Float64Array.of(1)
      },
      feature: (ones) => [ones / H],
      // min: c·(H/H)·… must not pass R by an ulp.
      meanReward: (ones) => Math.min(c * H, c * ones),
      label: (ones) => `${ones} ones`,
      responseCount: 2n ** BigInt(H)
    },
    spec
  )
}

/** `token-chain:H=…,C=…` */
export const tokenChainFamily = family({
  name: "token-chain",
  summary: "H coins, a reward for each head: coverage C per token, C^H per response",
  options: {
    H: wholeOption("tokens in a response", 1, 256, 16),
    C: numberAbove("coverage per token, C_cond", 1, 1.999999, 1.5),
    beta: betaOption(1, { maximum: 1e6 }),
    noise: noiseOption(["none", "bernoulli"], "none")
  },
  make: tokenChain
})
