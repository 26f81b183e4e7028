/** T3: a spanner has at most n_max(d,ν,λ) pairs, whatever it was offered (t3-spanner-is-small.md). */
import fc from "fast-check"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { exhaustive } from "../src/algorithm/exhaustive.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { algorithmLaws } from "../src/law/algorithm-laws.ts"
import { candidateOf, observe } from "../src/law/candidate.ts"
import { firstBroken } from "../src/law/law.ts"
import { type Sequence, sequenceLaws } from "../src/law/spanner-laws.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { spannerSize } from "../src/policy/spanner-size.ts"
import { assertFindings, SEED } from "./arbitrary/assert-law.ts"
import { instances } from "../src/arbitrary/instance.ts"
import { spannerParameters } from "./arbitrary/parameters.ts"
import { sequences } from "./arbitrary/sequence.ts"

const accepted = algorithmLaws.find(({ id }) => id === "T3/accepted-pairs")!

describe("T3", () => {
  it.each(sequenceLaws.filter((law) => law.id.startsWith("T3/")).map((law) => [law.id, law] as const))(
    "%s",
    (_, law) => {
      assertFindings(sequences, law.check, 1000)
    }
  )

  it("is attained up to a constant: orthogonal vectors of norm 2 fill a spanner until λ stops them", () => {
    // d = 1: after n acceptances Σ = λ + 4n, so the next passes while 4/(λ+4n) > ν².
    const sequence: Sequence = {
      dimension: 1,
      lambda: 1,
      nu: 0.1,
      vectors: Array.from({ length: 200 }, () => Float64Array.of(2))
    }
    const taken = sequence.vectors.filter((_, n) => 4 / (1 + 4 * n) > 0.01).length
    expect(taken).toBe(100)
    expect(spannerSize(1, 0.1, 1)).toBeGreaterThanOrEqual(taken)
    expect(firstBroken(sequenceLaws[0].check(sequence))).toBeUndefined()
  })

  it("holds on every run of spanner-sampling and exhaustive, on any instance with any parameters", async () => {
    await fc.assert(
      fc.asyncProperty(instances(), spannerParameters, fc.nat(1000), async (exact, parameters, seed) => {
        const instance = finiteInstance(exact, "arbitrary")
        for (const [algorithm, own] of [
          [spannerSampling, parameters],
          [exhaustive, { lambda: parameters.lambda, nu: parameters.nu, prompts: parameters.prompts }]
        ] as const) {
          const run = await Effect.runPromise(
            observe(candidateOf(algorithm), { instance, parameters: own, interpreter: "exact-law", seed })
          )
          expect(firstBroken(accepted.check(run)), algorithm.name).toBeUndefined()
          expect(run.record.spanner.count).toBeLessThanOrEqual(spannerSize(exact.dimension, own.nu, own.lambda))
        }
      }),
      { numRuns: 120, seed: SEED }
    )
  })
})
