/** Shared grammar of judgements: how a deterministic clause and a clause over trials become verdicts. */
import { judgeBernoulli } from "../statistics/bernoulli-judgement.ts"
import type { Judgement, TheoremId } from "./theorem.ts"

/** A deterministic clause that must hold on every run: supported when it did, refuted otherwise; level 0. */
export const deterministic = (
  theorem: TheoremId,
  part: string,
  holds: boolean,
  measured: number | string,
  relation: Judgement["relation"],
  bound: number | string,
  note: string
): Judgement => ({ theorem, part, verdict: holds ? "supported" : "refuted", level: 0, measured, bound, relation, note })

/** A clause that could not be tested, and why. */
export const undecided = (
  theorem: TheoremId,
  part: string,
  measured: number | string,
  bound: number | string,
  note: string
): Judgement => ({ theorem, part, verdict: "undecided", level: 0, measured, bound, relation: "<=", note })

/** A clause P(bad) ≤ δ₀ judged on n independent trials with k bad, anytime-valid (evidence.md). */
export const overTrials = (
  theorem: TheoremId,
  part: string,
  bad: number,
  trials: number,
  delta0: number,
  level: number,
  what: string
): Judgement => {
  const { verdict, upperBound } = judgeBernoulli({ bad, trials, delta0, level })
  const enough = verdict === "undecided" ? `; P(bad) is at most ${upperBound.toPrecision(3)} at this level` : ""
  return {
    theorem,
    part,
    verdict,
    level,
    measured: trials === 0 ? "none" : bad / trials,
    bound: delta0,
    relation: "<=",
    note: `${bad} of ${trials} ${what}${enough}`
  }
}

/** The largest of a list, −∞ when empty, without a spread over millions. */
export const largest = (values: Iterable<number>): number => {
  let top = -Infinity
  for (const v of values) if (v > top || Number.isNaN(v)) top = v
  return top
}
