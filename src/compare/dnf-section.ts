/** DnfPrompts: what proper exploration costs as terms grow wider (proper-exploration/statement.md), planner by planner, beside SpannerSampling, which plans nothing. */
import * as Effect from "effect/Effect"
import {
  plannerExperiment,
  type PlannerExperiment,
  type PlannerResult,
  type PlannerRun,
  runPlanners
} from "./planner-experiment.ts"
import { geometricMean } from "../statistics/geometric-mean.ts"
import { exponentCell, exponentData, rowVerdict } from "./measured-exponent.ts"
import type { CompareSettings, Section, SectionMaker, SectionRow } from "./section.ts"

const rounded = (value: number): string => (value >= 1e5 ? value.toExponential(1).replace("+", "") : value.toFixed(0))

const satisfiedText = (runs: ReadonlyArray<PlannerRun>, widths: ReadonlyArray<number>): string => {
  const at = (k: number): string => {
    const known = runs.flatMap((r) => (r.width === k && r.satisfied !== undefined ? [r.satisfied] : []))
    return known.length === 0 ? "–" : (known.reduce((a, b) => a + b, 0) / known.length).toFixed(2)
  }
  return at(widths[0]) === "–" ? "–" : `${at(widths[0])} → ${at(widths[widths.length - 1])}`
}

/** The section of an experiment */
export const dnfTable = (plan: PlannerExperiment, { runs, slopes }: PlannerResult): Section => {
  const names = [...new Set(runs.map((r) => r.algorithm))]
  const shown = plan.widths.filter((k) => k % 2 === 0)
  const broken = runs.filter((r) => r.judgements.some((j) => j.verdict === "refuted"))
  const rows = names.map((name): SectionRow => {
    const own = runs.filter((r) => r.algorithm === name)
    const slope = slopes.find(({ algorithm }) => algorithm === name)
    const counts = shown.map((k) => {
      const at = own.filter((r) => r.width === k)
      const text = rounded(geometricMean(at.map((r) => r.rewardQueries)))
      return at.every((r) => r.reached) ? text : `>${text}`
    })
    return {
      cells: [name, ...counts, exponentCell(slope, 2), satisfiedText(own, plan.widths)],
      ...rowVerdict(slope === undefined ? [] : [slope])
    }
  })
  const expected = runs.reduce((s, r) => s + (r.expectedProbes ?? 0), 0)
  const seen = runs.reduce((s, r) => s + (r.expectedProbes === undefined ? 0 : r.probes), 0)
  return {
    id: "dnf-prompts",
    title: `DnfPrompts: rewards to ${plan.target} of the gap as terms grow wider, balanced formulas, n = ${plan.variables}`,
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
      exponents: slopes.map(exponentData)
    }
  }
}

const make = Effect.fnUntraced(function* (settings: CompareSettings): Effect.fn.Return<Section> {
  const { progress, quick, seed } = settings
  const plan = { ...plannerExperiment, seed, progress, ...(quick ? { widths: [2, 4, 6, 8], formulas: 3 } : {}) }
  return dnfTable(plan, yield* runPlanners(plan))
})

export const dnfSection: SectionMaker = { id: "dnf-prompts", make }
