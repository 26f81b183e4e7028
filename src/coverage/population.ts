/**
 * How often a base model is right, prompt by prompt: known from its law, or counted in samples.
 *
 * The prompts given are the population: uncertainty is that of the draws, not of which prompts were asked. All intervals of one population hold at once with
 * probability 1 − α: each prompt's p is in its Clopper–Pearson interval at α/X (Bonferroni), and whatever is monotone in p inherits that for every k, M and β.
 */
import type { Instance } from "../instance/instance.ts"
import { clopperPearson } from "../statistics/clopper-pearson.ts"
import type { Interval } from "../statistics/confidence-sequence.ts"

/** p(right) of a prompt: exact, or c successes among n draws. */
export type PromptRate =
  | { readonly label: string; readonly p: number }
  | { readonly label: string; readonly draws: number; readonly successes: number }

export interface Population {
  /** SPEC or file. */
  readonly name: string
  readonly prompts: readonly [PromptRate, ...ReadonlyArray<PromptRate>]
  /** What is known of how the samples were drawn, and what was found odd in them, a line each. */
  readonly notes: ReadonlyArray<string>
}

/** Where p of each prompt lies, all at once at level α (chance of error, in (0, 1)); points where the law is known. */
export const rateIntervals = ({ prompts }: Population, level: number): ReadonlyArray<Interval> =>
  prompts.map((one) =>
    "p" in one ? { lower: one.p, upper: one.p } : clopperPearson(one.successes, one.draws, level / prompts.length)
  )

/** Fewest draws at a prompt; Infinity where the law is known. */
export const fewestDraws = ({ prompts }: Population): number =>
  prompts.reduce((least, one) => Math.min(least, "p" in one ? Infinity : one.draws), Infinity)

/** Mass of the responses whose mean reward is at least `success` (in units of R), at each prompt of positive probability. */
export const exactPopulation = (instance: Instance, success: number): Population => {
  const { exact } = instance
  const prompts = Array.from(exact.promptProbabilities, (rho, x): PromptRate | undefined => {
    if (rho === 0) return undefined
    let p = 0
    for (let row = exact.offsets[x]; row < exact.offsets[x + 1]; row++)
      if (exact.meanReward[row] >= success * exact.rewardRange) p += exact.reference[row]
    return { label: instance.describePrompt(x), p: Math.min(1, p) }
  }).filter((one) => one !== undefined)
  return { name: instance.spec, prompts: [prompts[0], ...prompts.slice(1)], notes: [...(instance.facts ?? [])] }
}
