/**
 * RarePrompt(C, d, q): RareGood in which only prompts of total mass q have the rare response (families.md). What SpannerSampling's novelty threshold is for: a learner that rewards
 * one find at every prompt meets a rare response once in 1/q prompts.
 *
 * The first half of the prompts share the mass q and have the responses of RareGood; the others share 1 − q and have its common ones alone, of equal mass. All common responses
 * have reward 0.05R, and rewards are seen without noise unless asked: what is to be gained lies in the rare response alone, J* − J_β(π_ref) = q times RareGood's, and no
 * part of T_data goes to telling common responses apart, which takes Θ(1/ε) rewards of every learner.
 */
import { family, refuseOption } from "../family.ts"
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
import type { FiniteInstance } from "../instance.ts"
import { finiteInstance } from "../make-instance.ts"
import { defaultBeta, rareGood, type RareGoodOptions } from "./rare-good.ts"

export interface RarePromptOptions extends RareGoodOptions {
  /** ρ-mass of the prompts that have the rare response, in (0, 1]. */
  readonly q: number
}

/** The table of RarePrompt. `prompts` is even, 4 by default. */
export const rarePrompt = ({ q, prompts = 4, noise = "none", ...options }: RarePromptOptions): FiniteInstance => {
  const whole = rareGood({ ...options, noise, prompts })
  const K = whole.offsets[1] - 1
  const half = prompts / 2
  const kept = Array.from(whole.reference, (_, row) => row).filter((row) => row < half * (K + 1) || row % (K + 1) < K)
  const { dimension: d, rewardRange: R } = whole
  const rare = (row: number): boolean => whole.features[row * d + d - 1] === 1
  return {
    ...whole,
    name: "rare-prompt",
    promptProbabilities: Float64Array.from({ length: prompts }, (_, x) => (x < half ? q : 1 - q) / half),
    offsets: Int32Array.from({ length: prompts + 1 }, (_, x) => x * K + Math.min(x, half)),
    reference: Float64Array.from(kept, (row) => (row < half * (K + 1) ? whole.reference[row] : 1 / K)),
    features: Float64Array.from(kept.flatMap((row) => Array.from(whole.features.subarray(row * d, (row + 1) * d)))),
    thetaStar: Float64Array.from({ length: d }, (_, j) => (j === d - 1 ? 0.95 * R : 0)),
    meanReward: Float64Array.from(kept, (row) => (rare(row) ? R : 0.05 * R)),
    responseLabels: kept.map((row) => whole.responseLabels![row])
  }
}

/** `rare-prompt:C=…,d=…,q=…` */
export const rarePromptFamily = family({
  name: "rare-prompt",
  summary:
    "rare-good where only a fraction q of the prompts has the rare response: what paying for novelty alone is worth",
  options: {
    C: numberAbove("1 / mass of the rare response where there is one", 1, 1e12, 100),
    d: dimensionOption(2),
    q: numberAbove("mass of the prompts that have the rare response", 0, 1, 0.01),
    R: rewardRangeOption,
    beta: betaOption(({ R, C }) => defaultBeta(R, C), { note: "; 0.7R/log C unless given" }),
    prompts: wholeOption("number of prompts, an even one: half of them have the rare response", 2, 65536, 4),
    seed: seedOption("of the rotations"),
    noise: noiseOption(["bernoulli", "none"], "none")
  },
  make: (values, spec) => {
    const { d, prompts } = values
    if (prompts % 2 !== 0) refuseOption("rare-prompt", "prompts", prompts, "an even number")
    refuseWide("rare-prompt", prompts, 2 * d * d, `when d=${d}`)
    return finiteInstance(rarePrompt(values), spec)
  }
})
