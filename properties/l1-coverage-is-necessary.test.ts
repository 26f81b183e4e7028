/** L1: what no learner can do on Needle(N,d,β,R) for less than its coverage (lower-bounds/coverage/statement.md). */
import fc from "fast-check"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { hitBound, necessaryQueries, outputBound } from "../lower-bounds/coverage/bound.ts"
import { needleChance } from "../lower-bounds/coverage/needle-chance.ts"
import { needleRuns } from "./arbitrary/needle-runs.ts"
import { needleShape } from "../lower-bounds/coverage/needle-shape.ts"
import { sequenceAlgorithms as algorithms } from "../src/algorithm/registry.ts"
import { impossibilityLaws } from "../src/law/impossibility-laws.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { coverageNecessary } from "../src/theorem/l1-coverage-necessary.ts"
import { assertLaw, SEED } from "./arbitrary/assert-law.ts"
import { needles } from "./arbitrary/hard-instance.ts"

/** Needles and committed budgets that every built-in algorithm is run on. */
const PLANS = [
  { N: 16, d: 1, beta: 1e-2, samplingQueries: 2n },
  { N: 200, d: 2, beta: 0.2, samplingQueries: 20n },
  { N: 4096, d: 30, beta: 0.1, samplingQueries: 512n },
  { N: 50, d: 5, beta: 1e3, samplingQueries: 8n }
]
const TRIALS = 40

describe("L1", () => {
  it("holds for parameters: h and its bounds, larger Θ, the mass on the needle that ε asks for", () => {
    assertLaw(impossibilityLaws.needle, { numRuns: 300, cases: needles })
  })

  it("asks for more queries the more is promised, and what it asks for is what its own bound needs", () => {
    const share = fc.integer({ min: 0, max: 99 }).map((percent) => percent / 100)
    fc.assert(
      fc.property(needles, share, share, (exact, delta, better) => {
        const shape = needleShape(exact)
        if (typeof shape === "string") throw new Error(shape)
        const odds = { responses: shape.responses, chance: needleChance(shape).upper }
        for (const perQuery of [odds.chance, 1 / shape.responses]) {
          const q = necessaryQueries(odds, perQuery, delta)
          expect(necessaryQueries(odds, perQuery, delta * better)).toBeGreaterThanOrEqual(q)
          const spent = perQuery === odds.chance ? { strong: q, weak: 0 } : { strong: 0, weak: q }
          const reached = outputBound(odds, { ...spent, named: 0 }, { strong: 1, named: 0 }, 0.25)
          expect(reached).toBeGreaterThanOrEqual((1 - delta) * (1 - 1e-12))
          expect(hitBound(odds, { ...spent, named: 0 })).toBeLessThanOrEqual(reached)
        }
      }),
      { numRuns: 300, seed: SEED }
    )
  })

  it("is beaten by no built-in algorithm, whatever the Needle", () => {
    const level = alpha("properties/l1-no-algorithm-beats-it", PLANS.length * algorithms.length)
    for (const [i, { samplingQueries, ...needle }] of PLANS.entries()) {
      for (const algorithm of algorithms) {
        const plan = { needle, trials: TRIALS, seed: 300 + i, samplingQueries, interpreter: "exact-law" } as const
        const { subject, runs } = Effect.runSync(needleRuns(algorithm, plan))
        expect(runs.every((run) => run.ledger.samplingQueries <= samplingQueries)).toBe(true)
        const judged = coverageNecessary.judge(subject, runs, level)
        expect(judged.length).toBeGreaterThan(0)
        for (const { note, part, verdict } of judged)
          expect(verdict, `${algorithm.name} on N = ${needle.N}, ${part}: ${note}`).not.toBe("refuted")
      }
    }
  })
})
