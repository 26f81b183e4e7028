import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { runTrial } from "../run/run-trial.ts"
import { instanceDigest } from "../instance/digest.ts"
import { needleInstance } from "../instance/families/needle.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { openOracles, type OracleServices, problemOf } from "../oracle/interpreter.ts"
import { Prompts, Rewards, WeakSampling } from "../oracle/services.ts"
import { reveal } from "../oracle/handle.ts"
import { optimum, referenceSuboptimality } from "../policy/optimum.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactHomogeneityTest } from "../../properties/statistics/homogeneity.ts"
import type { AnyAlgorithm } from "./algorithm.ts"
import { bestOfNElliptic } from "./best-of-n-elliptic.ts"
import { exhaustive } from "./exhaustive.ts"
import { passive } from "./passive.ts"
import { sequenceAlgorithms as algorithms } from "./registry.ts"
import { softmaxSampler } from "./softmax-sampler.ts"
import { spannerSampling } from "./spanner-sampling.ts"
import { spannerSamplingAdaptive } from "./spanner-sampling-adaptive.ts"
import { spannerSamplingConstants, theoryParameters } from "./spanner-sampling-parameters.ts"

const instance = finiteInstance(rareGood({ C: 60, d: 3 }), "rare-good:test")
const digest = instanceDigest(instance)
const best = optimum(instance.exact)
const problem = problemOf(instance)
const goal = { epsilon: 0.1, delta: 0.02, coverage: best.coverage }

const trial = (algorithm: AnyAlgorithm<OracleServices>, options: Partial<Parameters<typeof runTrial>[0]> = {}) =>
  Effect.runPromise(
    runTrial({
      algorithm,
      instance,
      digest,
      parameters: algorithm.practical(problem, goal),
      interpreter: "literal",
      seed: 3,
      trial: 0,
      ...options
    })
  )

describe("every built-in algorithm", () => {
  it.each(algorithms.map((a) => [a.name, a] as const))(
    "%s: learns RareGood with practical parameters",
    async (_, algorithm) => {
      for (const interpreter of ["literal", "exact-law"] as const) {
        const record = await trial(algorithm, { interpreter })
        expect(record.outcome).toBe("completed")
        expect(record.suboptimality.value).toBeLessThan(0.1)
        expect(referenceSuboptimality(instance.exact, best)).toBeGreaterThan(0.2)
      }
    }
  )

  it.each(algorithms.map((a) => [a.name, a] as const))(
    "%s: the same seed gives the same run whatever the batch",
    async (_, algorithm) => {
      const [a, b, c] = await Promise.all([
        trial(algorithm),
        trial(algorithm, { batch: 7 }),
        trial(algorithm, { seed: 4 })
      ])
      expect(b).toEqual(a)
      expect(c.checkpoints).not.toEqual(a.checkpoints)
    }
  )

  it.each(algorithms.map((a) => [a.name, a] as const))(
    "%s: a spent budget ends the run at the limit with what was learned",
    async (_, algorithm) => {
      const full = await trial(algorithm)
      for (const share of [2n, 3n]) {
        const samplingQueries = full.ledger.samplingQueries / share
        const record = await trial(algorithm, { budget: { samplingQueries } })
        expect(record.outcome).toBe("budget-exhausted")
        expect(record.ledger.samplingQueries).toBe(samplingQueries)
        const rewardQueries = full.ledger.rewardQueries / share
        const starved = await trial(algorithm, { budget: { rewardQueries } })
        expect(starved.outcome).toBe("budget-exhausted")
        expect(starved.ledger.rewardQueries).toBe(rewardQueries)
        expect(Number.isFinite(starved.suboptimality.value)).toBe(true)
      }
    }
  )
})

describe("spanner-sampling", () => {
  it("runs the same whether oracles answer at once or through Effects alone", async () => {
    const session = (immediate: boolean) => {
      const opened = openOracles(instance, { interpreter: "literal", stream: Stream.fromSeed(5) })
      if (immediate) return opened
      const strip = <S extends { readonly immediate?: unknown }>(service: S): Omit<S, "immediate"> => {
        const { immediate: _, ...rest } = service
        return rest
      }
      const services = opened.services.pipe(
        Context.add(Prompts, strip(Context.get(opened.services, Prompts))),
        Context.add(WeakSampling, strip(Context.get(opened.services, WeakSampling))),
        Context.add(Rewards, strip(Context.get(opened.services, Rewards)))
      )
      return { ...opened, services }
    }
    const parameters = { ...spannerSampling.practical(problem, goal), rounds: 40, prompts: 60 }
    const run = async (immediate: boolean) => {
      const { services, ledger } = session(immediate)
      const policy = await Effect.runPromise(Effect.provideContext(spannerSampling.run(problem, parameters), services))
      return { policy, ledger: ledger.snapshot() }
    }
    expect(await run(false)).toEqual(await run(true))
  })

  it("accepts fewer pairs than T3 allows, and rewards nothing but accepted pairs and rounds", async () => {
    const parameters = spannerSampling.practical(problem, goal)
    const record = await trial(spannerSampling)
    expect(record.ledger.rewardQueries).toBe(2n * BigInt(record.spanner.count + parameters.rounds))
  })
})

describe("spanner-sampling-adaptive", () => {
  it("is not told C_cov: its parameters are the same whatever the goal's coverage", () => {
    for (const of of ["practical", "fromTheory"] as const)
      expect(spannerSamplingAdaptive[of](problem, { ...goal, coverage: 7e5 })).toEqual(
        spannerSamplingAdaptive[of](problem, goal)
      )
  })

  it("pays within a constant of the run that knows C_cov, whatever it is", async () => {
    for (const C of [30, 3e3, 3e6]) {
      const at = finiteInstance(rareGood({ C, d: 2 }), "test")
      const told = { ...goal, coverage: optimum(at.exact).coverage }
      const costs = await Promise.all(
        [spannerSampling, spannerSamplingAdaptive].map(async (algorithm) => {
          const parameters = algorithm.practical(problemOf(at), told)
          const runs = await Promise.all(
            [0, 1, 2, 3].map((index) =>
              trial(algorithm, { instance: at, parameters, interpreter: "exact-law", trial: index, target: 0.1 })
            )
          )
          expect(runs.every((run) => run.suboptimality.value <= 0.1)).toBe(true)
          return runs.reduce((sum, run) => sum + Number(run.ledger.samplingQueries), 0)
        })
      )
      expect(costs[1] / costs[0]).toBeLessThan(8)
    }
  })

  it("doubles no further than T2 allows, where no response is worth finding", async () => {
    // Every reward is 0: nothing attains R, and only e^{R/β} says when to stop.
    const exact = rareGood({ C: 50, d: 2, beta: 0.25 })
    const dull = finiteInstance(
      { ...exact, thetaStar: exact.thetaStar.map(() => 0), meanReward: exact.meanReward.map(() => 0) },
      "dull"
    )
    const parameters = spannerSamplingAdaptive.practical(problemOf(dull), goal)
    const record = await trial(spannerSamplingAdaptive, { instance: dull, parameters, interpreter: "exact-law" })
    expect(record.outcome).toBe("completed")
    expect(record.sampler.maxEntitled).toBeLessThanOrEqual(12 * 2 * Math.exp(4) * Math.log(4 / 0.05) + 2)
    expect(record.suboptimality.value).toBeLessThan(0.01)
  })
})

describe("best-of-n-elliptic", () => {
  it("draws n and an anchor a round, and rewards two", async () => {
    const parameters = { ...bestOfNElliptic.practical(problem, goal), rounds: 25 }
    const { ledger } = await trial(bestOfNElliptic, { parameters, checkpoints: false })
    expect(ledger.rewardQueries).toBe(50n)
    expect(ledger.samplingQueries).toBe(25n * BigInt(parameters.draws + 1))
  })
})

describe("T7's parameter solver", () => {
  it("stands on a fixed point of theory's formulas", () => {
    for (const [d, C] of [
      [2, 1e4],
      [4, 1e6],
      [1, 3],
      [8, 1e3]
    ] as const) {
      const at = finiteInstance(rareGood({ C, d }), "test")
      const p = problemOf(at)
      const g = { epsilon: 0.1, delta: 0.02, coverage: C }
      const c = spannerSamplingConstants(p, g)
      const L = d * Math.log(1 + (4 * (c.spannerSize + c.rounds)) / d)
      expect(c.logDeterminant / L).toBeCloseTo(1, 12)
      expect(c.confidenceRadius / (Math.SQRT1_2 * Math.sqrt(2 * Math.log(50) + L) + 1)).toBeCloseTo(1, 12)
      expect(c.nu).toBe(Math.min(1, p.beta / c.confidenceRadius))
      const parameters = theoryParameters(p, g)
      expect(parameters.rounds).toBe(c.rounds)
    }
  })

  it("gives the sizes t7-spanner-sampling.md states", () => {
    const at = finiteInstance(rareGood({ C: 1e4, d: 2 }), "test")
    const p = theoryParameters(problemOf(at), { epsilon: 0.1, delta: 0.02, coverage: 1e4 })
    expect(p.prompts).toBeGreaterThan(1e7)
    expect(p.prompts).toBeLessThan(2e7)
    expect(p.rounds).toBeGreaterThan(3e5)
    expect(p.rounds).toBeLessThan(4e5)
    expect(2 * p.prompts * p.pairsPerPrompt).toBeGreaterThan(2e15)
    expect(2 * p.prompts * p.pairsPerPrompt).toBeLessThan(3e15)
  })
})

describe("exhaustive", () => {
  it("pays for the whole response space of each prompt it meets", async () => {
    const wide = needleInstance({ N: 5000, d: 3 }, "needle:test")
    const record = await trial(exhaustive, {
      instance: wide,
      parameters: exhaustive.practical(problemOf(wide), goal)
    })
    expect(record.ledger.samplingQueries).toBe(5000n)
    expect(record.suboptimality.value).toBeLessThan(0.1)
  })

  it("meets its own theory at theory's constants", async () => {
    const small = finiteInstance(rareGood({ C: 10, d: 2, prompts: 1 }), "test")
    const parameters = exhaustive.fromTheory(problemOf(small), { epsilon: 0.2, delta: 0.1, coverage: 10 })
    const record = await trial(exhaustive, { instance: small, parameters, checkpoints: false })
    expect(record.suboptimality.value).toBeLessThan(0.2)
  })
})

describe("passive", () => {
  it("is proper: as many sampling queries as rewards", async () => {
    const record = await trial(passive)
    expect(record.ledger.samplingQueries).toBe(record.ledger.rewardQueries)
  })
})

describe("softmaxSampler", () => {
  it("draws as the interpreters' tilted request does", () => {
    const { exact } = instance
    const rows = exact.reference.length
    const tilt = {
      theta: Float64Array.of(0.02, 0.03, 0.8),
      clip: 1,
      truncation: { dimension: 3, whitening: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), nu: 9 },
      beta: exact.beta
    }
    const counts = { program: new Array<number>(rows).fill(0), request: new Array<number>(rows).fill(0) }
    for (const form of ["program", "request"] as const) {
      const { services } = openOracles(instance, { interpreter: "literal", stream: Stream.fromSeed(6) })
      const coins = Stream.fromSeed(7)
      const draws = Effect.gen(function* () {
        const [prompt] = yield* (yield* Prompts).draw(1)
        const weak = yield* WeakSampling
        const logit = (row: number): number =>
          tilt.theta.reduce((s, t, j) => s + t * exact.features[row * 3 + j], 0) / exact.beta
        for (let i = 0; i < 1500; i++) {
          const [anchor] = yield* weak.draw([prompt])
          const request = { tilt, promise: 40, delta: 0.2 }
          const { response } =
            form === "request"
              ? yield* weak.tilted(anchor, request)
              : yield* softmaxSampler({
                  prompt,
                  logit: (y) => logit(reveal(y).row) - logit(reveal(anchor).row),
                  promise: 40,
                  delta: 0.2,
                  uniform: () => coins.next()
                })
          // Prompts differ between the two sessions' streams only by seed: compare rows within a prompt.
          counts[form][reveal(response).row % (rows / 4)]++
        }
      })
      Effect.runSync(Effect.provideContext(draws, services))
    }
    expect(exactHomogeneityTest(counts.program, counts.request).pValue).toBeGreaterThan(
      alpha("algorithm/softmax-sampler-agreement")
    )
  })
})
