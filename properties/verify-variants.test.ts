/** Correct variants: `verify` accuses none of them (of a seeded sixth in `npm test`, of any in the long step). Together they spend one line of the α ledger. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { correctVariants, touches } from "../src/verify/faults/catalogue.ts"
import { variant } from "../src/verify/faults/spanner-sampling-variant.ts"
import { candidateOf, observe } from "../src/law/candidate.ts"
import { sameRun } from "../src/law/oracle-laws.ts"
import { checks } from "../src/verify/checks.ts"
import { observedInstances } from "../src/verify/instances.ts"
import { verify } from "../src/verify/verify.ts"
import { problemOf } from "../src/oracle/interpreter.ts"
import { optimum } from "../src/policy/optimum.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { isSampled } from "./sampled.ts"

describe("verify accuses no correct variant", () => {
  const level = alpha("properties/verify-correct-variants", correctVariants.length)

  const tried = correctVariants
    .map((v, i) => [v.candidate.name, v.what, v.candidate, i] as const)
    .filter(([name]) => isSampled(`verify ${name}`, 1 / 9))
  it.each(tried)("%s: %s", async (_, _what, candidate, i) => {
    // T7/epsilon takes as long as all others together: it is asked of the variant that sets other parameters by theory.
    const asked = checks.filter((c) => c.id !== "T7/epsilon" || candidate.name === "ridge-quarter")
    const { results } = await Effect.runPromise(
      verify({ candidate, checks: asked, of: touches(candidate), seed: 200 + i, level })
    )
    expect(results.filter((r) => r.verdict === "refuted")).toEqual([])
    expect(results.filter((r) => r.verdict === "supported").length).toBeGreaterThan(7)
  })

  it("and there are at least five", () => {
    expect(correctVariants.length).toBeGreaterThanOrEqual(5)
  })
})

describe("SpannerSampling seen through choices", () => {
  it("with no choice changed is spanner-sampling, run for run", async () => {
    for (const instance of observedInstances()) {
      const goal = {
        epsilon: 0.5 * instance.exact.rewardRange,
        delta: 0.05,
        coverage: optimum(instance.exact).coverage
      }
      const parameters = spannerSampling.practical(problemOf(instance), goal)
      for (const interpreter of ["literal", "exact-law"] as const) {
        const [text, rewritten] = await Promise.all(
          [spannerSampling, variant("seen-through")].map((a) =>
            Effect.runPromise(observe(candidateOf(a), { instance, parameters, interpreter, seed: 5 }))
          )
        )
        expect(sameRun(text, rewritten)).toBe(true)
      }
    }
  })
})
