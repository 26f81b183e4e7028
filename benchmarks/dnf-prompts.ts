/**
 * What proper exploration costs on DnfPrompts, k = 2 … 10: T_data of SpannerSampling beside proper learners that differ in their planner, on formulas no
 * assignment satisfies much of (balanced) and on formulas one assignment satisfies half of (planted). The counts are the ledger's: a result, not a timing.
 */
import * as Effect from "effect/Effect"
import {
  plannerExperiment,
  type PlannerResult,
  type PlannerRun,
  runPlanners
} from "../src/compare/planner-experiment.ts"
import { logProbeEvidence } from "../lower-bounds/proper-exploration/probe-count.ts"
import { geometricMean } from "../src/statistics/geometric-mean.ts"
import type { Suite, Table, Target } from "./suite.ts"

const QUICK = [2, 4, 6]
const { variables, terms, sharpness, widths, formulas, target, level } = plannerExperiment

const mean = (values: ReadonlyArray<number>): number => values.reduce((s, v) => s + v, 0) / values.length

const byAlgorithm = (runs: ReadonlyArray<PlannerRun>): ReadonlyArray<readonly [string, ReadonlyArray<PlannerRun>]> =>
  [...new Set(runs.map((r) => r.algorithm))].map((name) => [name, runs.filter((r) => r.algorithm === name)])

/** One number for each learner and k. */
const grid = (
  title: string,
  runs: ReadonlyArray<PlannerRun>,
  cell: (runs: ReadonlyArray<PlannerRun>) => string
): Table => {
  const ks = [...new Set(runs.map((r) => r.width))]
  return {
    title,
    columns: ["learner", ...ks.map((k) => `k=${k}`)],
    rows: byAlgorithm(runs).map(([name, own]) => [name, ...ks.map((k) => cell(own.filter((r) => r.width === k)))])
  }
}

const tables = ({ runs, slopes }: PlannerResult): ReadonlyArray<Table> => {
  const kind = runs[0].formula
  const where = `${kind} formulas, n = ${variables}, m = ${terms}, c = ${sharpness}`
  return [
    grid(
      `T_data to ${target} of the first suboptimality, geometric mean; ${where}`,
      runs,
      (own) => `${own.every((r) => r.reached) ? "" : "> "}${geometricMean(own.map((r) => r.rewardQueries)).toFixed(0)}`
    ),
    grid(`Fraction of terms that planned parameters satisfy; ${where}`, runs, (own) =>
      own[0].satisfied === undefined ? "–" : mean(own.map((r) => r.satisfied!)).toFixed(4)
    ),
    grid(`C_cov paid: T_comp, geometric mean; ${where}`, runs, (own) =>
      geometricMean(own.map((r) => r.samplingQueries)).toExponential(1)
    ),
    {
      title: `Probes rewarded against Σ q_t; ${where}`,
      columns: ["learner", "probes", "Σ q_t", "ln evidence"],
      rows: byAlgorithm(runs.filter((r) => r.expectedProbes !== undefined)).map(([name, own]) => {
        const [seen, expected] = [own.reduce((s, r) => s + r.probes, 0), own.reduce((s, r) => s + r.expectedProbes!, 0)]
        return [name, `${seen}`, expected.toFixed(1), logProbeEvidence(seen, expected, 2).toFixed(2)]
      })
    },
    {
      title: `Exponents of T_data; ${where}`,
      columns: ["learner", "in", "exponent", "95 % interval"],
      rows: slopes.map(({ algorithm, predictor, fit }) => [
        algorithm,
        predictor === "two-to-k" ? "2^k" : "1/(chance of a probe)",
        fit.estimate.toFixed(3),
        `${fit.lower.toFixed(3)} – ${fit.upper.toFixed(3)}`
      ])
    }
  ]
}

const targets = ({ runs, slopes }: PlannerResult, quick: boolean): ReadonlyArray<Target> => {
  const kind = runs[0].formula
  const inK = slopes.filter((s) => s.predictor === "two-to-k")
  const refuted = runs.flatMap((r) => r.judgements.filter((j) => j.verdict === "refuted"))
  return [
    {
      claim: `${kind}: L2 refuted on no run, level ${level} over all`,
      measured: `${refuted.length} of ${runs.length} runs`,
      held: refuted.length === 0,
      kind: "result"
    },
    {
      claim: `${kind}: spanner-sampling's T_data is flat in k: exponent in 2^k within 0 ± 0.05`,
      measured: inK
        .filter((s) => s.algorithm === "spanner-sampling")
        .map((s) => `${s.fit.lower.toFixed(3)} – ${s.fit.upper.toFixed(3)}`)
        .join(),
      held: inK.some((s) => s.algorithm === "spanner-sampling" && Math.max(-s.fit.lower, s.fit.upper) <= 0.05),
      // Few widths are too few for a verdict.
      kind: quick ? "timing" : "result"
    },
    ...(kind === "balanced"
      ? inK
          .filter((s) => s.algorithm !== "spanner-sampling")
          .map(({ algorithm, fit }): Target => ({
            claim: `balanced: ${algorithm}'s T_data grows with k: exponent in 2^k above 0.3`,
            measured: `${fit.lower.toFixed(3)} – ${fit.upper.toFixed(3)}`,
            held: fit.lower > 0.3,
            kind: quick ? "timing" : "result"
          }))
      : [])
  ]
}

export const dnfPromptsSuite: Suite = {
  name: "dnf-prompts",
  summary: "reward queries on DnfPrompts as terms grow wider: proper planners against SpannerSampling (L2)",
  run: async ({ quick, log }) => {
    const results: Array<PlannerResult> = []
    for (const formula of ["balanced", "planted"] as const) {
      results.push(
        await Effect.runPromise(
          runPlanners({
            ...plannerExperiment,
            formula,
            widths: quick ? QUICK : widths,
            formulas: quick ? 3 : formulas,
            progress: (done, total, what) => done % 20 === 0 && log(`dnf-prompts: ${done}/${total} ${what}`)
          })
        )
      )
    }
    return {
      tables: results.flatMap(tables),
      targets: results.flatMap((r) => targets(r, quick)),
      series: results.flatMap(({ runs }) =>
        runs.map((r) => ({
          name: `${r.formula} ${r.algorithm} k=${r.width} formula ${r.trial} T_data`,
          unit: "queries",
          samples: [r.rewardQueries]
        }))
      ),
      notes: [
        "the exhaustive planner takes 2^n time; on balanced formulas even it is held to OPT, which falls with k",
        "that good planning is hard is a theorem about large n; what a run shows is what bad planning costs"
      ]
    }
  }
}
