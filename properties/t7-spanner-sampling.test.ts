/**
 * T7: SpannerSampling (t7-spanner-sampling.md). The deterministic steps of its proof on arbitrary instances, and what the proof needs of a run on arbitrary runs.
 * Its probabilistic steps and its ε are in verify.test.ts.
 */
import fc from "fast-check"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { accounting } from "../src/law/accounting-law.ts"
import { algorithmLaws } from "../src/law/algorithm-laws.ts"
import { candidateOf, observe } from "../src/law/candidate.ts"
import { firstBroken } from "../src/law/law.ts"
import { onlyHeld } from "../src/law/oracle-laws.ts"
import { proofSteps } from "../src/law/proof-steps.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { computationBound, dataBound } from "../src/theorem/t7-spanner-sampling.ts"
import { assertLaw, SEED } from "./arbitrary/assert-law.ts"
import { instances } from "../src/arbitrary/instance.ts"
import { spannerParameters } from "./arbitrary/parameters.ts"

describe("T7's proof", () => {
  it.each(proofSteps.map((law) => [law.id, law] as const))("%s", (_, law) => {
    assertLaw(law, { numRuns: 1200 })
  })
})

describe("runs of spanner-sampling, any instance, any parameters", () => {
  const laws = [
    ...algorithmLaws.map((law) => [law.id, law.check] as const),
    ["oracle/accounting", accounting] as const,
    ["oracle/held", onlyHeld] as const
  ]

  it.each(["exact-law", "literal"] as const)(
    "%s: keep every law of its tape and T7's bounds on T_data and T_comp",
    async (interpreter) => {
      await fc.assert(
        fc.asyncProperty(instances(), spannerParameters, fc.nat(1000), async (exact, parameters, seed) => {
          const instance = finiteInstance(exact, "arbitrary")
          const run = await Effect.runPromise(
            observe(candidateOf(spannerSampling), { instance, parameters, interpreter, seed })
          )
          for (const [id, check] of laws) expect(firstBroken(check(run)), id).toBeUndefined()
          expect(run.record.ledger.rewardQueries <= dataBound(exact.dimension, parameters)).toBe(true)
          expect(run.record.ledger.samplingQueries <= computationBound(parameters)).toBe(true)
          expect(Number.isFinite(run.record.suboptimality.value)).toBe(true)
        }),
        { numRuns: 400, seed: SEED }
      )
    }
  )
})
