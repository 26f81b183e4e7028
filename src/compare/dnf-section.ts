/** DnfPrompts: what proper exploration costs as terms grow wider (proper-exploration/statement.md), planner by planner, beside SpannerSampling, which plans nothing. */
import * as Effect from "effect/Effect"
import {
  plannerExperiment,
  type PlannerExperiment,
  type PlannerResult,
  type PlannerRun,
  type PlannerSlope,
  runPlanners
} from "./planner-experiment.ts"
import { judgeInterval } from "../statistics/exponent-judgement.ts"
import { geometricMean } from "../statistics/geometric-mean.ts"
import { exponentCell, UNFITTED } from "./exponent-cell.ts"
import type { CompareSettings, Section, SectionMaker, SectionRow } from "./section.ts"

/** SpannerSampling's T_data does not see k: its exponent in 2^k is 0 within this. */
const FLAT = 0.05
/** A polynomial-time planner's T_data grows with k: its exponent in 2^k is above this. */
const GROWTH = 0.3
const SPANNER = "spanner-sampling"

const rounded = (value: number): string => (value >= 1e5 ? value.toExponential(1).replace("+", "") : value.toFixed(0))

/** Exponent, and in brackets what is predicted of it with its verdict. */
const slopeOf = (name: string, slopes: ReadonlyArray<PlannerSlope>, level: number) => {
  const found = slopes.find((s) => s.algorithm === name && s.predictor === "two-to-k")
  if (found === undefined) return { text: UNFITTED, verdict: undefined }
  const { fit } = found
  const claim =
    name === SPANNER
      ? ({ claim: "equals", predicted: 0, margin: FLAT } as const)
      : // The verdict asks for an exponent above 0: GROWTH less the whole of its margin.
        ({ claim: "at least", predicted: GROWTH, margin: GROWTH } as const)
  const { verdict } = judgeInterval(fit, { ...claim, level })
  return { text: exponentCell(fit, 2, { says: name === SPANNER ? "=0" : ">0", verdict }), verdict }
}

const satisfiedText = (runs: ReadonlyArray<PlannerRun>, widths: ReadonlyArray<number>): string => {
  const at = (k: number): string => {
    const known = runs.flatMap((r) => (r.width === k && r.satisfied !== undefined ? [r.satisfied] : []))
    return known.length === 0 ? "–" : (known.reduce((a, b) => a + b, 0) / known.length).toFixed(2)
  }
  return at(widths[0]) === "–" ? "–" : `${at(widths[0])} → ${at(widths[widths.length - 1])}`
}

/** The section of an experiment. @param level of the verdicts on exponents */
export const dnfTable = (plan: PlannerExperiment, { runs, slopes }: PlannerResult, level: number): Section => {
  const names = [...new Set(runs.map((r) => r.algorithm))]
  const shown = plan.widths.filter((k) => k % 2 === 0)
  const broken = runs.filter((r) => r.judgements.some((j) => j.verdict === "refuted"))
  const rows = names.map((name): SectionRow => {
    const own = runs.filter((r) => r.algorithm === name)
    const slope = slopeOf(name, slopes, level)
    const counts = shown.map((k) => {
      const at = own.filter((r) => r.width === k)
      const text = rounded(geometricMean(at.map((r) => r.rewardQueries)))
      return at.every((r) => r.reached) ? text : `>${text}`
    })
    return {
      cells: [name, ...counts, slope.text, satisfiedText(own, plan.widths)],
      ...(slope.verdict === undefined ? {} : { verdict: slope.verdict })
    }
  })
  const expected = runs.reduce((s, r) => s + (r.expectedProbes ?? 0), 0)
  const seen = runs.reduce((s, r) => s + (r.expectedProbes === undefined ? 0 : r.probes), 0)
  return {
    id: "dnf-prompts",
    title: `DnfPrompts: rewards to ${plan.target} of the gap as terms grow wider, balanced formulas, n = ${plan.variables}`,
    marked: true,
    heads: ["learner", ...shown.map((k) => `k = ${k}`), "T_data in 2^k", "satisfied"],
    rows: [
      ...rows,
      {
        cells: [
          `  L2 held on ${runs.length - broken.length} of ${runs.length} runs; proper runs saw ${seen} probes, their plans allow ${expected.toFixed(0)} on average`
        ],
        verdict: broken.length === 0 ? "supported" : "refuted"
      }
    ],
    notes: [
      `Satisfied: the fraction of terms that the planned assignments satisfy, from k = ${plan.widths[0]} to ${plan.widths[plan.widths.length - 1]}. The dnf-… learners are proper and differ in their planner; dnf-exhaustive plans in time 2^n.`
    ],
    data: {
      runs: runs.map(({ judgements, ...run }) => ({
        ...run,
        probeChance: run.probeChance ?? null,
        satisfied: run.satisfied ?? null,
        expectedProbes: run.expectedProbes ?? null,
        verdicts: judgements.map(({ part, verdict }) => `${part} ${verdict}`)
      })),
      exponents: slopes.map(({ algorithm, fit, predictor }) => ({
        algorithm,
        predictor,
        exponent: fit.estimate,
        interval: [fit.lower, fit.upper]
      }))
    }
  }
}

const make = Effect.fnUntraced(function* ({
  level,
  progress,
  quick,
  seed
}: CompareSettings): Effect.fn.Return<Section> {
  const plan = {
    ...plannerExperiment,
    seed,
    ...(quick ? { widths: [2, 4, 6, 8], formulas: 3 } : {}),
    progress: (_done: number, _total: number, what: string) => progress(what)
  }
  return dnfTable(plan, yield* runPlanners(plan), level)
})

export const dnfSection: SectionMaker = { id: "dnf-prompts", make }
