/**
 * A case that has made all the trials it may make is judged once more, by the exact binomial test for that number, which was fixed beforehand: an anytime-valid test
 * pays for every look, and 28 bad runs of 118 at a promise of 0.1 can leave it undecided although P(28 or more) is 10⁻⁵.
 *
 * *Level.* The trials are judged as they come at half of the clause's level, and at the cap at the other half; a clause that is right is refuted with probability at
 * most their sum (union bound), whether or not an earlier look stopped the case.
 */
import { binomialTails } from "../statistics/incomplete-beta.ts"
import type { Judgement } from "../theorem/theorem.ts"

/** The share of a clause's level for the looks on the way; the rest is for the cap. */
export const LOOKS_SHARE = 0.5

/**
 * An undecided clause P(bad) ≤ δ₀ over all of `trials` runs: refuted where that many bad ones or more have probability at most `level`. Every other judgement as it is.
 */
export const atTheCap = (judgement: Judgement, trials: number, level: number): Judgement => {
  const { bound, measured, nature, part, verdict } = judgement
  if (verdict !== "undecided" || judgement.level === 0 || nature !== "evidence" || part !== "epsilon") return judgement
  if (typeof bound !== "number" || typeof measured !== "number" || !(bound < 1)) return judgement
  const bad = Math.round(measured * trials)
  if (bad === 0 || !(bound > 0)) return judgement
  const { logAtLeast } = binomialTails(bad, trials, bound)
  return logAtLeast > Math.log(level)
    ? judgement
    : {
        ...judgement,
        verdict: "refuted",
        note: `${judgement.note}; so many of ${trials}, or more, have probability ${Math.exp(logAtLeast).toPrecision(2)} at most`
      }
}
