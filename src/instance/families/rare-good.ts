/**
 * RareGood(C, d): the response worth finding has mass 1/C, so that C_cov = Θ(C) (families.md).
 *
 * Each prompt has K = 2(d−1) common responses ±v_j of equal mass, v_1 … v_{d−1} an orthonormal basis of the first d−1 coordinates (its own
 * random rotation), with rewards 0.05R + ⟨θ*, φ⟩ ∈ [0, 0.1R]; and one rare response of mass 1/C, feature e_d and reward R. For d = 1 the
 * one common response has feature 0. With β = 0.7R/log C, e^{R/β} = C^{1.43} and J* − J_β(π_ref) is about R/4 whatever C is.
 */
import { Stream } from "../../numeric/stream.ts"
import { family } from "../family.ts"
import type { FiniteInstance, Noise } from "../instance.ts"
import { finiteInstance } from "../make-instance.ts"
import { orthonormalBasis, unitVector } from "./random-draws.ts"
import {
  betaOption,
  dimensionOption,
  noiseOption,
  numberAbove,
  refuseWide,
  rewardRangeOption,
  seedOption,
  wholeOption
} from "../family-options.ts"

/** A member of RareGood. */
export interface RareGoodOptions {
  /** C > 1: the rare response has mass 1/C. */
  readonly C: number
  readonly d: number
  readonly R?: number
  /** Default 0.7R/log C. */
  readonly beta?: number
  readonly prompts?: number
  readonly seed?: number
  readonly noise?: Noise["kind"]
}

/** e^{R/β} = C^{1.43}. */
export const defaultBeta = (R: number, C: number): number => (0.7 * R) / Math.log(C)

/**
 * The table of RareGood: prompts × (K + 1) responses, the rare one last. θ* = (0.05R·u, 0.95R), u a seeded unit vector; Θ = {‖θ‖ ≤ R}.
 *
 * @example
 * ```ts
 * import { finiteInstance, optimum, rareGood } from "coverbound/instance"
 *
 * for (const C of [10, 1e6]) console.log(optimum(finiteInstance(rareGood({ C, d: 2 }), "rare-good").exact).coverage.toFixed(1)) // => 7.1
 * // => 989124.7
 * ```
 */
export const rareGood = (options: RareGoodOptions): FiniteInstance => {
  const { C, d, R = 1, beta = defaultBeta(R, C), prompts: X = 4, seed = 1, noise = "bernoulli" } = options
  const stream = Stream.fromSeed(seed).split("rare-good")
  const u = unitVector(stream.split("theta"), d - 1)
  const thetaStar = Float64Array.from([...u.map((t) => 0.05 * R * t), 0.95 * R])
  const K = d === 1 ? 1 : 2 * (d - 1)
  const N = X * (K + 1)
  const features = new Float64Array(N * d)
  const meanReward = new Float64Array(N)
  const reference = new Float64Array(N)
  const responseLabels: Array<string> = []
  for (let x = 0; x < X; x++) {
    const basis = orthonormalBasis(stream.split("rotation", x), d - 1)
    for (let y = 0; y < K; y++) {
      const row = x * (K + 1) + y
      const v = d === 1 ? new Float64Array(0) : basis[y >> 1].map((t) => (y % 2 === 0 ? t : -t))
      const linear = v.reduce((sum, t, j) => sum + t * thetaStar[j], 0)
      features.set(v, row * d)
      // |⟨u, v⟩| ≤ 1 holds up to rounding.
      meanReward[row] = Math.min(0.1 * R, Math.max(0, 0.05 * R + linear))
      reference[row] = (1 - 1 / C) / K
      responseLabels.push(d === 1 ? "common" : `common ${y % 2 === 0 ? "+" : "-"}${(y >> 1) + 1}`)
    }
    const rare = x * (K + 1) + K
    features[rare * d + d - 1] = 1
    meanReward[rare] = R
    reference[rare] = 1 / C
    responseLabels.push("rare")
  }
  return {
    name: "rare-good",
    dimension: d,
    beta,
    rewardRange: R,
    parameterSet: { kind: "ball", radius: R },
    thetaStar,
    noise: { kind: noise },
    promptProbabilities: new Float64Array(X).fill(1 / X),
    offsets: Int32Array.from({ length: X + 1 }, (_, x) => x * (K + 1)),
    reference,
    features,
    meanReward,
    responseLabels
  }
}

/** `rare-good:C=…,d=…` */
export const rareGoodFamily = family({
  name: "rare-good",
  summary: "common responses of low reward and one of mass 1/C and reward R: coverage about C",
  options: {
    C: numberAbove("1 / mass of the rare response", 1, 1e12, 1e4),
    d: dimensionOption(2),
    R: rewardRangeOption,
    beta: betaOption(({ R, C }) => defaultBeta(R, C), { note: "; 0.7R/log C unless given" }),
    prompts: wholeOption("number of prompts, equally likely", 1, 65536, 4),
    seed: seedOption("of the rotations and of theta*"),
    noise: noiseOption(["bernoulli", "two-point", "none"], "bernoulli")
  },
  make: (values, spec) => {
    refuseWide("rare-good", values.prompts, 2 * values.d * values.d, `when d=${values.d}`)
    return finiteInstance(rareGood(values), spec)
  }
})
