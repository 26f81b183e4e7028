/** What online DPO, XPO and policy gradient pay: how their queries grow with C_cov, and the impossibilities they keep to. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { needleRuns } from "../../properties/arbitrary/needle-runs.ts"
import { coverageSweep } from "../compare/coverage-slopes.ts"
import { dnfFamily } from "../instance/families/dnf-prompts.ts"
import { runTrial } from "../run/run-trial.ts"
import { queriesOf } from "../run/sweep.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { instantiate } from "../instance/family.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { type OracleServices, problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { fitExponents } from "../statistics/exponent-fit.ts"
import { exponentVerdict } from "../statistics/exponent-judgement.ts"
import { coverageNecessary } from "../theorem/l1-coverage-necessary.ts"
import { properExploration } from "../theorem/l2-proper-exploration.ts"
import { type AnyAlgorithm, algorithm } from "./algorithm.ts"
import { onlineDpo } from "./online-dpo.ts"
import { passive } from "./passive.ts"
import { policyGradient } from "./policy-gradient.ts"
import { xpo } from "./xpo.ts"

const learners: ReadonlyArray<AnyAlgorithm<OracleServices>> = [onlineDpo, xpo, policyGradient]

describe("on RareGood, as C_cov grows", () => {
  // Waiting for a rare draw is exponential, and its logarithm spreads: online DPO needs more runs to show its exponent.
  const sweeps = learners.map((learner) =>
    Effect.runSync(
      coverageSweep({
        algorithms: [learner],
        // At C = 100 what optimism finds is drawn by chance almost as soon.
        coverages: learner === xpo ? [1e3, 1e4] : [1e2, 1e3, 1e4],
        instance: (C) => finiteInstance(rareGood({ C, d: 2 }), `rare-good:C=${C},d=2`),
        target: 0.1,
        trials: learner === policyGradient ? 8 : 40,
        seed: 65,
        interpreter: "literal"
      })
    )
  )
  const points = sweeps.flatMap((s) => s.points)
  const level = alpha("algorithm/proper-learners-scale", 4)
  // At this level no interval of the median can be had from these runs: Student's, on logarithms.
  const fitOf = (name: string, quantity: "T_data" | "T_comp") => {
    const own = points.filter((p) => p.algorithm === name)
    const table = {
      response: own.map((p) => queriesOf(p, quantity)),
      predictors: { C_cov: own.map((p) => p.coverage) }
    }
    return fitExponents(table, level).exponents[0]
  }

  it("all reach 0.1 R", () => {
    expect(points.filter((p) => !p.reached).map((p) => `${p.algorithm} ${p.at} ${p.trial}`)).toEqual([])
  })

  it("online DPO and policy gradient pay for coverage in rewards", () => {
    for (const name of ["online-dpo", "policy-gradient"]) {
      const verdict = exponentVerdict(fitOf(name, "T_data"), { claim: "at least", predicted: 0.7, margin: 0.5, level })
      expect(verdict, `${name} ${fitOf(name, "T_data").estimate}`).toBe("supported")
    }
  })

  it("XPO pays in planning draws instead", () => {
    const [data, draws] = [fitOf("xpo", "T_data"), fitOf("xpo", "T_comp")]
    expect(exponentVerdict(data, { claim: "at most", predicted: 0, margin: 0.5, level }), `${data.estimate}`).toBe(
      "supported"
    )
    expect(exponentVerdict(draws, { claim: "equals", predicted: 1, margin: 0.25, level }), `${draws.estimate}`).toBe(
      "supported"
    )
  })
})

describe("impossibilities", () => {
  /** XPO that spends a budget of 64 on exploring, not on planning draws. */
  const frugal = algorithm({
    ...xpo,
    name: "xpo-frugal",
    practical: (problem, goal) => ({ ...xpo.practical(problem, goal), planningDraws: 4 })
  })
  const contestants = [...learners, frugal]
  const level = alpha("lower-bounds/proper-learners-and-needle", 2 * contestants.length)

  it.each(contestants.map((a) => [a.name, a] as const))(
    "%s does not beat L1, by a committed budget of 64",
    (_, learner) => {
      const { subject, runs } = Effect.runSync(
        needleRuns(learner, {
          needle: { N: 1024, d: 8 },
          trials: 100,
          seed: 66,
          samplingQueries: 64n,
          interpreter: "exact-law"
        })
      )
      for (const part of coverageNecessary.judge(subject, runs, 2 * level)) {
        expect(part.verdict, part.note).not.toBe("refuted")
        // The bound says something: h is 0.010, so 64 queries are worth 0.64 of a needle at most.
        if (part.part === "holding") expect(Number(part.bound)).toBeLessThan(0.7)
      }
    }
  )

  it("L2 holds on every run of proper learners on DnfPrompts", () => {
    const instance = instantiate(dnfFamily, { n: 8, k: 3, m: 24, beta: 0.4, seed: 67 })
    const problem = problemOf(instance)
    const best = optimum(instance.exact)
    const goal = { epsilon: 0.1 * problem.rewardRange, delta: 0.02, coverage: best.coverage }
    const level = alpha("lower-bounds/proper-learners-and-dnf", learners.length + 1)
    for (const learner of [passive, ...learners]) {
      const parameters = learner.practical(problem, goal)
      const runs = [0, 1].map((trial) =>
        Effect.runSync(
          runTrial({
            algorithm: learner,
            instance,
            digest: "dnf",
            parameters,
            interpreter: "literal",
            seed: 68,
            trial,
            best,
            budget: { rewardQueries: 4000n },
            checkpoints: false
          })
        )
      )
      const subject = { exact: instance.exact, best, problem, algorithm: learner, parameters, goal }
      const judged = Object.fromEntries(properExploration.judge(subject, runs, level).map((j) => [j.part, j]))
      for (const part of ["parameter", "rounding", "optimum"])
        expect(judged[part].verdict, `${learner.name}, ${part}`).toBe("supported")
      expect(judged.probes.verdict, judged.probes.note).toBe("undecided")
      expect(Number(judged.probes.measured)).toBeGreaterThan(0)
    }
  })
})
