/** The trials of a live call together. */
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { exhaustive } from "../algorithm/exhaustive.ts"
import { passive } from "../algorithm/passive.ts"
import { liveProblem, liveRuns } from "./live-run.ts"
import type { TextSource } from "./text-source.ts"
import type { Verifier } from "./verifier.ts"

const verifier: Verifier = {
  dimension: 1,
  names: undefined,
  rewardRange: 1,
  parameterRadius: 1,
  noisy: false,
  features: (asked) => Effect.sync(() => asked.map(({ text }) => ({ value: [Number(text)] }))),
  reward: ({ text }) => Effect.sync(() => ({ value: Number(text) }))
}

it("trials and evaluations share no seed, and an evaluation is on an account of its own", async () => {
  const seeds: Array<number> = []
  const source: TextSource = {
    name: "test",
    facts: () => ({ sampling: {}, usage: "all" }),
    draw: (_, n, seed) =>
      Effect.sync(() => {
        const draws = Array.from({ length: n }, (__, i) => ({ text: `${(seed + i) % 2}`, finished: true }))
        seeds.push(...draws.map((__, i) => seed + i))
        return { draws, promptTokens: 1, completionTokens: n, retries: 0 }
      })
  }
  const { runs } = await Effect.runPromise(
    liveRuns({
      algorithm: passive,
      problem: liveProblem(verifier, 0.5),
      parameters: { lambda: 1, pairs: 20 },
      prompts: ["p", "q"],
      source,
      verifier,
      limits: { batch: 8, concurrency: 2 },
      seed: 1,
      trials: 2,
      budget: {},
      evaluation: { answers: 3, draws: 5, success: 1, level: 0.05 },
      journal: undefined
    })
  )
  expect(new Set(seeds).size).toBe(seeds.length)
  expect(runs.map(({ live, ledger }) => [live.used, ledger.samplingQueries])).toEqual([
    [40, 40n],
    [40, 40n]
  ])
  expect(runs.map(({ evaluation }) => evaluation?.bought.draws)).toEqual([15, 15])
  expect(runs.reduce((sum, { evaluation, live }) => sum + live.bought.draws + evaluation!.bought.draws, 0)).toBe(
    seeds.length
  )
  expect(runs[0].transcript).not.toEqual(runs[1].transcript)
})

it.each([
  ["limits.batch: 0", { limits: { batch: 0, concurrency: 1 } }],
  ["limits.concurrency: NaN", { limits: { batch: 8, concurrency: NaN } }],
  ["trials: 1.5", { trials: 1.5 }],
  ["prompts.length: 0", { prompts: [] }],
  ["evaluation.answers: 1.5", { evaluation: { answers: 1.5, draws: 5, success: 1, level: 0.05 } }],
  ["evaluation.draws: 0", { evaluation: { answers: 3, draws: 0, success: 1, level: 0.05 } }],
  ["evaluation.success: NaN", { evaluation: { answers: 3, draws: 5, success: NaN, level: 0.05 } }],
  ["problem.dimension: 2", { problem: { ...liveProblem(verifier, 0.5), dimension: 2 } }],
  ["algorithm: exhaustive (enumeration oracle)", { algorithm: exhaustive as unknown as typeof passive }],
  ["parameters: ", { parameters: { lambda: NaN, pairs: 20 } }]
])("%s… is refused before anything is drawn", async (line, wrong) => {
  const source: TextSource = {
    name: "test",
    facts: () => ({ sampling: {}, usage: "all" }),
    draw: () => Effect.die(new Error("drawn"))
  }
  const options = {
    algorithm: passive,
    problem: liveProblem(verifier, 0.5),
    parameters: { lambda: 1, pairs: 20 },
    prompts: ["p", "q"],
    source,
    verifier,
    limits: { batch: 8, concurrency: 2 },
    seed: 1,
    trials: 1,
    budget: {}
  }
  await expect(Effect.runPromise(liveRuns(options))).rejects.toThrow("drawn")
  await expect(Effect.runPromise(liveRuns({ ...options, ...wrong }))).rejects.toThrow(line)
})

it.each([
  ["fewer", (draws: ReadonlyArray<unknown>) => draws.slice(1), "it gave 1 texts, expected 2"],
  ["more", (draws: ReadonlyArray<unknown>) => [...draws, draws[0]], "it gave 3 texts, expected 2"],
  ["other things", (draws: ReadonlyArray<unknown>) => draws.map(() => ({ text: 5 })), "it gave 0 texts, expected 2"]
])("a source that gives %s than it was asked for is unavailable", async (_, changed, reason) => {
  const draws = [0, 1].map(() => ({ text: "1", finished: true }))
  const source = {
    name: "test",
    facts: () => ({ sampling: {}, usage: "all" }),
    draw: () => Effect.succeed({ draws: changed(draws), promptTokens: 1, completionTokens: 2, retries: 0 })
  } as unknown as TextSource
  const parts = {
    problem: liveProblem(verifier, 0.5),
    verifier,
    source,
    prompts: ["p"],
    seed: 1,
    trials: 1,
    budget: {}
  }
  const runs = liveRuns({
    algorithm: passive,
    parameters: { lambda: 1, pairs: 20 },
    limits: { batch: 8, concurrency: 1 },
    ...parts
  })
  expect(await Effect.runPromise(Effect.flip(runs))).toMatchObject({ _tag: "BackendUnavailable", reason })
})
