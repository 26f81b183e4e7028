/** Shared grammar of judgements: how a deterministic clause and a clause over trials become verdicts. */
import type { RunRecord } from "../run/run-record.ts"
import { judgeBernoulli } from "../statistics/bernoulli-judgement.ts"
import type { Judgement } from "./theorem.ts"

/** A deterministic clause that must hold on every run: supported when it did, refuted otherwise; level 0. */
export const deterministic = (
  theorem: Judgement["theorem"],
  part: string,
  holds: boolean,
  measured: number | string,
  relation: Judgement["relation"],
  bound: number | string,
  note: string
): Judgement => ({ theorem, part, verdict: holds ? "supported" : "refuted", level: 0, measured, bound, relation, note })

/** A clause that could not be tested, and why. */
export const undecided = (
  theorem: Judgement["theorem"],
  part: string,
  measured: number | string,
  bound: number | string,
  note: string
): Judgement => ({ theorem, part, verdict: "undecided", level: 0, measured, bound, relation: "<=", note })

/** A clause P(bad) ≤ δ₀ judged on n independent trials with k bad, anytime-valid (evidence.md). */
export const overTrials = (
  theorem: Judgement["theorem"],
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

/** Suboptimality at most ε except with probability δ₀, over runs that came to their end. Part `epsilon`. */
export const reachesEpsilon = (
  theorem: Judgement["theorem"],
  runs: ReadonlyArray<RunRecord>,
  epsilon: number,
  delta0: number,
  level: number
): Judgement => {
  const worst = largest(runs.map((run) => run.suboptimality.value))
  const bad = runs.filter((run) => !(run.suboptimality.value <= epsilon)).length
  const what = `runs ended above epsilon = ${epsilon} (worst ${worst.toPrecision(3)})`
  return overTrials(theorem, "epsilon", bad, runs.length, delta0, level, what)
}

/** The largest of a list, −∞ when empty, without a spread over millions. */
export const largest = (values: Iterable<number>): number => {
  let top = -Infinity
  for (const v of values) if (v > top || Number.isNaN(v)) top = v
  return top
}
