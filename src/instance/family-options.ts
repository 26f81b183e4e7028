/** Options that families have in common: a name means the same, and has the same range, in each. */
import type { Noise } from "./instance.ts"
import { type NumberOption, refuseOption } from "./family.ts"

type Default = NumberOption["default"]

/** A number in [minimum, maximum]. */
export const numberOption = (meaning: string, minimum: number, maximum: number, byDefault: Default): NumberOption => ({
  kind: "number",
  meaning,
  minimum,
  maximum,
  default: byDefault
})

/** A number in (least, maximum]. */
export const numberAbove = (meaning: string, least: number, maximum: number, byDefault: Default): NumberOption => ({
  ...numberOption(meaning, least, maximum, byDefault),
  above: true
})

/** An integer in [minimum, maximum]. */
export const wholeOption = (meaning: string, minimum: number, maximum: number, byDefault: number): NumberOption => ({
  ...numberOption(meaning, minimum, maximum, byDefault),
  integer: true
})

/** One of some names. */
export const choiceOption = <const C extends readonly [string, ...ReadonlyArray<string>]>(
  meaning: string,
  choices: C,
  byDefault: C[number]
) => ({ kind: "choice", meaning, choices, default: byDefault }) as const

/** How observed rewards deviate from their means. */
export const noiseOption = <const C extends readonly [Noise["kind"], ...ReadonlyArray<Noise["kind"]>]>(
  choices: C,
  byDefault: C[number]
) => choiceOption("of observed rewards", choices, byDefault)

/** @param meaning what is drawn from it */
export const seedOption = (meaning: string, byDefault = 1): NumberOption =>
  wholeOption(meaning, 0, Number.MAX_SAFE_INTEGER, byDefault)

/** d. */
export const dimensionOption = (byDefault: number): NumberOption => wholeOption("feature dimension", 1, 1024, byDefault)

/** R. */
export const rewardRangeOption: NumberOption = numberAbove("reward range", 0, 1e6, 1)

/** β. @param more what to say beside its name, and the largest β of the family */
export const betaOption = (
  byDefault: Default,
  { maximum = Number.MAX_VALUE, note = "" }: { readonly maximum?: number; readonly note?: string } = {}
): NumberOption => numberAbove(`KL regularisation${note}`, 0, maximum, byDefault)

/** Throws where `prompts` prompts of so many feature entries each would be more than 2²⁷. @param given what that number depends on, for people */
export const refuseWide = (family: string, prompts: number, entries: number, given: string): void => {
  const most = Math.max(1, Math.floor(2 ** 27 / entries))
  if (prompts > most) refuseOption(family, "prompts", prompts, `at most ${most} ${given} (2^27 feature entries)`)
}
