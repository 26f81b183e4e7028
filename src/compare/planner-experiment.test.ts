/** The DnfPrompts experiment at a small size: SpannerSampling is flat in k where proper planners are not, and every run keeps to L2. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exponentVerdict } from "../statistics/exponent-judgement.ts"
import { fitExponents } from "../statistics/exponent-fit.ts"
import { plannerExperiment, plannerInstance, plannerSlopes, runPlanners } from "./planner-experiment.ts"
import { logProbeEvidence } from "../../lower-bounds/proper-exploration/probe-count.ts"

describe("DnfPrompts as k grows, balanced formulas", () => {
  const level = alpha("lower-bounds/planners-scale", 6)
  const plan = { ...plannerExperiment, variables: 12, terms: 32, widths: [2, 5, 8], formulas: 11, level }
  const { runs } = Effect.runSync(runPlanners(plan))
  // At this level no interval of the median can be had from these runs: Student's, on logarithms.
  const slope = (algorithm: string) => {
    const own = runs.filter((r) => r.algorithm === algorithm)
    const table = { response: own.map((r) => r.rewardQueries), predictors: { "2^k": own.map((r) => 2 ** r.width) } }
    return fitExponents(table, level).exponents[0]
  }
  const proper = ["dnf-random", "dnf-gradient", "dnf-local-search", "dnf-exhaustive"]

  it("every learner reaches the target", () => {
    expect(runs.length).toBe(3 * 11 * 5)
    expect(runs.filter((r) => !r.reached)).toEqual([])
    expect(new Set(runs.map((r) => r.algorithm))).toEqual(new Set(["spanner-sampling", ...proper]))
  })

  it("SpannerSampling's T_data is flat and its T_comp pays C_cov", () => {
    const verdict = exponentVerdict(slope("spanner-sampling"), { claim: "equals", predicted: 0, margin: 0.1, level })
    expect(verdict).toBe("supported")
    for (const run of runs)
      if (run.algorithm === "spanner-sampling") expect(run.samplingQueries).toBeGreaterThan(run.coverage)
  })

  it("each proper learner's T_data grows as the fraction that its plans satisfy falls", () => {
    for (const name of proper) {
      const verdict = exponentVerdict(slope(name), { claim: "at least", predicted: 0.6, margin: 0.6, level })
      expect(verdict, `${name} ${slope(name).estimate}`).toBe("supported")
      const fractions = plan.widths.map((k) => {
        const own = runs.filter((r) => r.algorithm === name && r.width === k)
        return own.reduce((s, r) => s + r.satisfied!, 0) / own.length
      })
      fractions.forEach((f, i) => i > 0 && expect(f).toBeLessThan(0.75 * fractions[i - 1]))
    }
  })

  it("L2's inequality holds on every run, and no run saw more probes than its plans allow", () => {
    let [seen, expected] = [0, 0]
    for (const run of runs) {
      const verdicts = Object.fromEntries(run.judgements.map((j) => [j.part, j.verdict]))
      expect(verdicts).toEqual({
        parameter: "supported",
        rounding: "supported",
        optimum: "supported",
        probes: "undecided"
      })
      if (run.expectedProbes === undefined) continue
      seen += run.probes
      expected += run.expectedProbes
    }
    expect(seen).toBeGreaterThan(1000)
    expect(logProbeEvidence(seen, expected, 2)).toBeLessThan(-Math.log(level))
  })

  it("fits no exponent where a run missed the target: its count is a lower bound", () => {
    const missed = runs.map((r) => (r.algorithm === "dnf-random" && r.trial === 0 ? { ...r, reached: false } : r))
    expect(plannerSlopes(missed).some((s) => s.algorithm === "dnf-random")).toBe(false)
    expect(plannerSlopes(missed).some((s) => s.algorithm === "dnf-gradient")).toBe(true)
  })
})

describe("an instance of the experiment", () => {
  it("pays on one term at least, and is another one for another trial", () => {
    for (const formula of ["balanced", "planted"] as const) {
      const plan = { ...plannerExperiment, formula }
      const [a, b] = [plannerInstance(plan, 5, 0), plannerInstance(plan, 5, 1)]
      expect(a.formula.literals).not.toEqual(b.formula.literals)
      const { exact } = a.instance
      const best = exact.meanReward.reduce((most, r) => Math.max(most, r), 0)
      expect(best).toBeCloseTo(Math.sqrt(5), 12)
      expect(exact.beta * plan.sharpness * Math.sqrt(5)).toBeCloseTo(1, 12)
    }
  })
})
