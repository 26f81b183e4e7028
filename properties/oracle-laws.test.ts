/**
 * Laws of the oracles: charges, budgets, handles and reproducibility on arbitrary instances for every built-in algorithm (deterministic), and answers
 * against their exact laws (Monte Carlo at levels of the α ledger, from fixed seeds).
 */
import fc from "fast-check"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { ParameterRecord } from "../src/algorithm/algorithm.ts"
import { sequenceAlgorithms as algorithms } from "../src/algorithm/registry.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import type { SpannerSamplingParameters } from "../src/algorithm/spanner-sampling-parameters.ts"
import { type Candidate, candidateOf, observe, type ObserveOptions } from "../src/law/candidate.ts"
import { type Finding, firstBroken } from "../src/law/law.ts"
import { accounting } from "../src/law/accounting-law.ts"
import { handles } from "../src/law/handle-laws.ts"
import { budgets, onlyHeld, reproducible } from "../src/law/oracle-laws.ts"
import { checks } from "../src/verify/checks.ts"
import { verify } from "../src/verify/verify.ts"
import { rareGood } from "../src/instance/families/rare-good.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import type { Interpreter } from "../src/oracle/interpreter.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { exactHomogeneityTest } from "./statistics/homogeneity.ts"
import { SEED } from "./arbitrary/assert-law.ts"
import { LONG } from "./sampled.ts"
import { instances } from "../src/arbitrary/instance.ts"
import { spannerParameters } from "./arbitrary/parameters.ts"
import { tokenInstances } from "./arbitrary/token-instance.ts"

/** Small parameters of any algorithm, from those of one. */
const parametersOf = (name: string, { lambda, nu, prompts, ...rest }: SpannerSamplingParameters): ParameterRecord => {
  switch (name) {
    case "spanner-sampling":
      return { lambda, nu, prompts, ...rest }
    case "exhaustive":
      return { lambda, nu, prompts }
    case "xpo":
      return { lambda, pairs: prompts, optimism: nu, planningDraws: 7, starts: 2 }
    case "policy-gradient":
      return { updates: prompts, prompts: 2, group: 3, step: nu, decay: 4, smoothing: 0.1 }
    case "spanner-sampling-adaptive": {
      const { pairsPerPrompt: pairsPerCoverage, promise: promisePerCoverage, rejectionLevel, rounds } = rest
      return { lambda, nu, prompts, pairsPerCoverage, rounds, promisePerCoverage, rejectionLevel, probes: 5 }
    }
    case "best-of-n-elliptic":
      return { lambda, draws: prompts, rounds: rest.rounds }
    default:
      return { lambda, pairs: 3 * prompts }
  }
}

const everywhere = (
  numRuns: number,
  law: (candidate: Candidate, options: ObserveOptions) => Effect.Effect<ReadonlyArray<Finding>>
) =>
  it.each(algorithms.flatMap((a) => (["exact-law", "literal"] as const).map((i) => [a.name, i, a] as const)))(
    "%s, %s",
    async (name, interpreter, algorithm) => {
      await fc.assert(
        fc.asyncProperty(instances(), spannerParameters, fc.nat(1000), async (exact, parameters, seed) => {
          // The adaptive learner may double its guess of C_cov up to e^{R/β}: here it ends there, whatever its parameters.
          if (name === "spanner-sampling-adaptive") fc.pre(exact.rewardRange / exact.beta <= 5)
          const options = {
            instance: finiteInstance(exact, "arbitrary"),
            parameters: parametersOf(name, parameters),
            interpreter,
            seed
          }
          expect(firstBroken(await Effect.runPromise(law(candidateOf(algorithm), options)))).toBeUndefined()
        }),
        { numRuns, seed: SEED }
      )
    }
  )

describe("every answer is charged what it owes, to a learner that holds what it uses", () => {
  everywhere(LONG ? 200 : 70, (candidate, options) =>
    Effect.map(observe(candidate, options), (run) => [...accounting(run), ...onlyHeld(run)])
  )
})

describe("budgets stop a run exactly at their limit, and leave alone what fits", () => {
  everywhere(LONG ? 40 : 20, budgets)
})

describe("a run depends on its seed: not on the batch, nor on how oracles answer", () => {
  // The last clause (another trial differs) is about instances with something to draw; `verify` checks it there.
  everywhere(LONG ? 60 : 25, (candidate, options) =>
    Effect.map(reproducible(candidate, options), (findings) => findings.slice(0, 3))
  )
})

describe("handles", () => {
  it("of every kind tell nothing, cannot be made, changed or taken to another session", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          instances().map((exact) => finiteInstance(exact, "arbitrary")),
          tokenInstances
        ),
        fc.constantFrom<Interpreter>("exact-law", "literal"),
        async (instance, interpreter) => {
          expect(firstBroken(await Effect.runPromise(handles(candidateOf(), instance, interpreter)))).toBeUndefined()
        }
      ),
      { numRuns: LONG ? 100 : 40, seed: SEED }
    )
  })
})

describe("answers", () => {
  it("have their exact laws under both interpreters", async () => {
    const { results } = await Effect.runPromise(
      verify({
        candidate: candidateOf(),
        checks,
        of: ["oracles"],
        select: ["oracle"],
        seed: 12,
        level: alpha("properties/oracle-laws")
      })
    )
    expect(results.map((r) => r.id)).toEqual([
      "oracle/ledger",
      "oracle/handles",
      "oracle/trials",
      "oracle/draws",
      "oracle/first-hit",
      "oracle/sweep",
      "oracle/strong",
      "oracle/farthest",
      "oracle/rewards",
      "oracle/checked"
    ])
    for (const { id, verdict, note } of results) expect(verdict, `${id}: ${note}`).toBe("supported")
  })

  it("add up to the same law of whole runs: literal and exact-law runs agree in T_comp and in pairs accepted", async () => {
    const instance = finiteInstance(rareGood({ C: 12, d: 2, prompts: 2 }), "rare-good:C=12,d=2,prompts=2")
    const parameters: SpannerSamplingParameters = {
      lambda: 1,
      nu: 0.5,
      prompts: 12,
      pairsPerPrompt: 8,
      rounds: 4,
      promise: 4,
      rejectionLevel: 0.3
    }
    const measured = async (interpreter: Interpreter, trial: number) => {
      const { record } = await Effect.runPromise(
        observe(candidateOf(spannerSampling), { instance, parameters, interpreter, seed: 13, trial, taped: false })
      )
      return [Number(record.ledger.samplingQueries), record.spanner.count] as const
    }
    const RUNS = 1500
    const literal = await Promise.all(Array.from({ length: RUNS }, (_, t) => measured("literal", t)))
    // Other trials: two samples must not share a stream.
    const exactLaw = await Promise.all(Array.from({ length: RUNS }, (_, t) => measured("exact-law", RUNS + t)))
    const level = alpha("properties/whole-run-agreement", 2)
    for (const side of [0, 1] as const) {
      // Cells from the pooled sample's quantiles: the same for both, whatever the labels.
      const pooled = [...literal, ...exactLaw].map((m) => m[side]).sort((a, b) => a - b)
      const edges = [
        ...new Set(Array.from({ length: 11 }, (_, q) => pooled[Math.floor((q + 1) * (pooled.length / 12))]))
      ]
      const counts = [literal, exactLaw].map((sample) => {
        const cells = new Array<number>(edges.length + 1).fill(0)
        for (const m of sample) cells[edges.filter((edge) => m[side] > edge).length]++
        return cells
      })
      expect(edges.length).toBeGreaterThan(side === 0 ? 8 : 1)
      expect(exactHomogeneityTest(counts[0], counts[1]).pValue).toBeGreaterThan(level)
    }
  })
})
