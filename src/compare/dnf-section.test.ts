/** The verdict cells of DnfPrompts: on planted counts, and L2's on runs. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { plannerExperiment, type PlannerRun, plannerSlopes, runPlanners } from "./planner-experiment.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { dnfTable } from "./dnf-section.ts"

const WIDTHS = [2, 3, 4, 6]

/** Runs of a learner whose T_data is (2^k)^exponent, the formulas of a width apart by `factors`. */
const runs = (
  algorithm: string,
  exponent: number,
  factors: ReadonlyArray<number> = [1, 1]
): ReadonlyArray<PlannerRun> =>
  WIDTHS.flatMap((width) =>
    // Ten formulas a width: what a 99 % interval of four medians takes.
    factors
      .flatMap((factor) => Array.from({ length: 10 / factors.length }, () => factor))
      .map((factor, trial) => ({
        algorithm,
        formula: "balanced" as const,
        width,
        trial,
        coverage: 10,
        reached: true,
        rewardQueries: factor * 100 * 2 ** (exponent * width),
        samplingQueries: 1000,
        suboptimality: 0.1,
        probeChance: undefined,
        satisfied: algorithm === "spanner-sampling" ? undefined : 1 / width,
        probes: 3,
        expectedProbes: algorithm === "spanner-sampling" ? undefined : 2.5,
        judgements: []
      }))
  )

const tableOf = (all: ReadonlyArray<PlannerRun>) =>
  dnfTable({ ...plannerExperiment, widths: WIDTHS }, { runs: all, slopes: plannerSlopes(all) })

describe("DnfPrompts' section", () => {
  it("shows counts at even k, the exponent in 2^k beside what is predicted, and the terms satisfied", () => {
    const { heads, rows } = tableOf([...runs("spanner-sampling", 0), ...runs("dnf-random", 1)])
    expect(heads).toEqual(["learner", "k = 2", "k = 4", "k = 6", "T_data in 2^k", "satisfied"])
    expect(rows).toEqual([
      { cells: ["spanner-sampling", "100", "100", "100", "0.00±0.00 =0✓", "–"], verdict: "supported" },
      { cells: ["dnf-random", "400", "1600", "6400", "1.00±0.00 >0✓", "0.50 → 0.17"], verdict: "supported" },
      {
        cells: ["  L2 held on 80 of 80 runs; proper runs saw 120 probes, their plans allow 100 on average"],
        verdict: "supported"
      }
    ])
  })

  it.each([
    ["spanner-sampling", 0.04, [1, 1], "=0", "supported"],
    ["spanner-sampling", 0.2, [1, 1], "=0", "refuted"],
    ["spanner-sampling", -0.2, [1, 1], "=0", "refuted"],
    ["spanner-sampling", 0, [1 / 2, 2], "=0", "undecided"],
    ["dnf-random", 0.1, [1, 1], ">0", "supported"],
    ["dnf-random", -0.1, [1, 1], ">0", "refuted"],
    ["dnf-random", 0.3, [1 / 8, 8], ">0", "undecided"]
  ] as const)("%s at an exponent of %d, apart by %j: %s is %s", (name, exponent, factors, says, verdict) => {
    const [row] = tableOf(runs(name, exponent, factors)).rows
    const mark = { supported: "✓", refuted: "✗", undecided: "?" }[verdict]
    expect(row.verdict).toBe(verdict)
    expect(row.cells[4]).toMatch(new RegExp(`^${exponent.toFixed(2)}±\\d\\.\\d\\d ${says}\\${mark}$`))
  })

  it("fits nothing to a learner with a run that missed the target, and shows its counts as lower bounds", () => {
    const [row] = tableOf(runs("dnf-random", 1).map((r) => ({ ...r, reached: r.width < 6 || r.trial > 0 }))).rows
    expect(row).toEqual({ cells: ["dnf-random", "400", "1600", ">6400", "–", "0.50 → 0.17"] })
  })

  it("refutes L2 by one run that breaks it", () => {
    const broken = runs("dnf-random", 1).map((run, i): PlannerRun => {
      if (i > 0) return run
      const judgement = { theorem: "L2", part: "probes", verdict: "refuted" } as PlannerRun["judgements"][number]
      return { ...run, judgements: [judgement] }
    })
    const row = tableOf(broken).rows.at(-1)!
    expect(row.verdict).toBe("refuted")
    expect(row.cells[0]).toMatch(/^ {2}L2 held on 39 of 40 runs;/)
  })

  it("finds L2 held on runs", () => {
    const level = alpha("audit/compare-dnf")
    const plan = { ...plannerExperiment, variables: 10, terms: 16, widths: [2, 4], formulas: 2, level }
    const result = Effect.runSync(runPlanners(plan))
    const { rows } = dnfTable(plan, result)
    expect(rows.length).toBe(6)
    expect(rows[5].verdict).toBe("supported")
    expect(rows[5].cells[0]).toMatch(/^ {2}L2 held on 20 of 20 runs; proper runs saw [1-9]\d* probes/)
    for (const { cells } of rows.slice(1, 5)) expect(cells[4]).toMatch(/^\d\.\d\d → \d\.\d\d$/)
  })
})
