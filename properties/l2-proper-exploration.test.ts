/** L2: a good proper explorer solves Max-k-DNF (lower-bounds/proper-exploration/statement.md). */
import fc from "fast-check"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { dnfShape } from "../src/instance/families/dnf-prompts.ts"
import { passive } from "../src/algorithm/passive.ts"
import { impossibilityLaws } from "../src/law/impossibility-laws.ts"
import { runTrial } from "../src/run/run-trial.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { problemOf } from "../src/oracle/interpreter.ts"
import { optimum } from "../src/policy/optimum.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { properExploration } from "../src/theorem/l2-proper-exploration.ts"
import { assertLaw, SEED } from "./arbitrary/assert-law.ts"
import { dnfInstances } from "./arbitrary/hard-instance.ts"

const FORMULAS = 40

describe("L2", () => {
  it("holds for parameters and assignments: what is seen against what is satisfied", () => {
    assertLaw(impossibilityLaws.dnf, { numRuns: 500, cases: dnfInstances })
  })

  it("gives a proper learner coverage at most e^{R/β} = e^{kc}, and OPT at least 2^{−k}", () => {
    fc.assert(
      fc.property(dnfInstances, (exact) => {
        const formula = dnfShape(exact)
        if (typeof formula === "string") throw new Error(formula)
        expect(Math.log(optimum(exact).coverage)).toBeLessThanOrEqual(exact.rewardRange / exact.beta + 1e-9)
        expect(exact.rewardRange ** 2).toBeCloseTo(formula.width, 12)
      }),
      { numRuns: 200, seed: SEED }
    )
  })

  it("is kept by the built-in proper learner on any formula, whatever it is told to draw", async () => {
    const level = alpha("properties/l2-proper-learner-keeps-it", FORMULAS)
    await fc.assert(
      fc.asyncProperty(dnfInstances, fc.integer({ min: 1, max: 200 }), fc.nat(1000), async (exact, pairs, seed) => {
        const instance = finiteInstance(exact, "arbitrary")
        const [problem, best] = [problemOf(instance), optimum(instance.exact)]
        const goal = { epsilon: 0.1 * problem.rewardRange, delta: 0.1, coverage: best.coverage }
        const parameters = { ...passive.practical(problem, goal), pairs }
        const run = {
          algorithm: passive,
          instance,
          digest: "",
          parameters,
          interpreter: "exact-law",
          seed,
          trial: 0
        } as const
        const record = await Effect.runPromise(runTrial({ ...run, best }))
        const subject = { exact: instance.exact, best, problem, algorithm: passive, parameters, goal }
        const judged = properExploration.judge(subject, [record], level)
        expect(judged.map((j) => j.part)).toEqual(["parameter", "rounding", "optimum", "probes"])
        for (const { note, part, verdict } of judged) expect(verdict, `${part}: ${note}`).not.toBe("refuted")
      }),
      { numRuns: FORMULAS, seed: SEED }
    )
  })
})
