/** Live runs against a real runtime: llama.cpp (node-llama-cpp) behind an OpenAI-compatible server, beside the same model embedded. Skipped where it is not installed. */
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { checkpoint } from "../src/language-model/checkpoints.ts"
import { promptNode } from "../src/language-model/response-law.ts"
import { embeddedSource } from "../src/live/embedded-source.ts"
import { liveProblem, type LiveRuns, liveRuns } from "../src/live/live-run.ts"
import { serverSource } from "../src/live/server-source.ts"
import type { TextSource } from "../src/live/text-source.ts"
import { verifier } from "../src/live/verifier.ts"
import { examineServer } from "../src/server/server-law.ts"
import { transport } from "../src/server/transport.ts"
import { clopperPearson } from "../src/statistics/clopper-pearson.ts"
import { exactCellTest } from "../src/statistics/goodness-of-fit.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { checks, radius, reward } from "./arbitrary/arithmetic-checks.ts"
import { serveCompletions, type TestServer } from "./arbitrary/completions-server.ts"
import { llamaCppBackend, type LlamaCppBackend } from "./arbitrary/llama-cpp-server.ts"
import { llamaCpp } from "./arbitrary/llama-cpp.ts"

const NAME = "1M"
const PROMPTS = ["74-9=", "92-26=", "20*2=", "71*2="]
const TOKENS = 6
const LIMITS = { batch: 64, concurrency: 4 }

let runtime: LlamaCppBackend
let server: TestServer
beforeAll(async () => {
  if (llamaCpp === undefined) return
  const path = fileURLToPath(new URL(`../src/language-model/checkpoints/arithmetic-${NAME}.gguf`, import.meta.url))
  runtime = await llamaCppBackend(llamaCpp, path)
  server = await serveCompletions(runtime.backend)
})
afterAll(async () => {
  server?.close()
  await runtime?.dispose()
})

const judge = verifier({
  prompts: PROMPTS,
  dimension: 5,
  parameterRadius: radius,
  features: (prompt, response) => checks({ prompt }, response),
  reward: (prompt, response) => (reward({ prompt }, response) ? 1 : 0)
})

const live = async (): Promise<TextSource> => {
  const drawing = { tokens: TOKENS, stop: [], chat: false, batch: LIMITS.batch }
  const source = serverSource({ base: server.base, timeout: 60_000 }, drawing)
  await Effect.runPromise(source.probe(PROMPTS[0]))
  return source
}
const embedded = (): TextSource => {
  const { model, tokenizer } = checkpoint(NAME)
  return embeddedSource({ name: NAME, model, tokenizer }, { tokens: TOKENS, stop: [] })
}

const TRIALS = 1
const explore = (source: TextSource, level: number): Promise<LiveRuns> => {
  const problem = liveProblem(judge, 0.1)
  const goal = { epsilon: 0.1, delta: 0.1, coverage: 60 }
  return Effect.runPromise(
    liveRuns({
      algorithm: spannerSampling,
      problem,
      parameters: { ...spannerSampling.practical(problem, goal), prompts: 60, rounds: 4 },
      prompts: PROMPTS,
      source,
      verifier: judge,
      limits: LIMITS,
      seed: 3,
      trials: TRIALS,
      budget: {},
      evaluation: { answers: 60, draws: 120, success: 1, level },
      journal: undefined
    })
  )
}

describe.skipIf(llamaCpp === undefined)("llama.cpp behind a server", () => {
  it("is rejected at its own defaults and at OpenAI's fields alone (min_p stays), and accepted with neutral ones", async () => {
    const level = alpha("live/llama-cpp-law")
    const examining = examineServer({ base: server.base, timeout: 60_000 }, { prompt: "12+7=", draws: 3200, level })
    const { faults, laws, stated } = await Effect.runPromise(Effect.provide(examining, transport))
    expect(laws.map(({ rejected }) => rejected)).toEqual([true, true, false])
    expect([stated, faults]).toEqual([32, []])
  })

  it("draws from the embedded model's law", async () => {
    const { model, tokenizer } = checkpoint(NAME)
    const before = model.nodes
    const law = promptNode(model, tokenizer, PROMPTS[0]).logLaw.map(Math.exp)
    model.forget(before)
    const counts = new Array<number>(law.length).fill(0)
    const source = await live()
    for (let seed = 1; seed < 1600; seed += 32) {
      const { draws } = await Effect.runPromise(source.draw(PROMPTS[0], 32, seed))
      for (const { text } of draws) counts[text === "" ? tokenizer.end : tokenizer.encode(text[0])[0]]++
    }
    const total = law.reduce((a, b) => a + b, 0)
    expect(
      exactCellTest(
        counts,
        law.map((p) => p / total)
      ).pValue
    ).toBeGreaterThan(alpha("live/llama-cpp-draws"))
  })

  it("gives the same T_data, T_comp and accuracy as the model embedded, within intervals", async () => {
    const level = alpha("live/llama-cpp-accuracy", 4 * TRIALS)
    const [there, here] = [await explore(await live(), level), await explore(embedded(), level)]
    const within = (of: (runs: LiveRuns["runs"][number]) => number): void => {
      const [a, b] = [there, here].map(({ runs }) => runs.map(of))
      const spread = Math.max(...a, ...b) - Math.min(...a, ...b)
      // Both sources' runs lie within a few percent of one another, as runs of one source do among themselves.
      expect(spread).toBeLessThan(0.15 * Math.max(...a, ...b))
    }
    within(({ ledger }) => Number(ledger.rewardQueries))
    within(({ ledger }) => Number(ledger.samplingQueries))
    const accuracy = ({ runs }: LiveRuns) => {
      const right = runs.reduce((sum, { evaluation }) => sum + evaluation!.policy.right, 0)
      const answers = runs.reduce((sum, { evaluation }) => sum + evaluation!.policy.answers, 0)
      return clopperPearson(right, answers, level)
    }
    const [a, b] = [accuracy(there), accuracy(here)]
    expect(Math.max(a.lower, b.lower)).toBeLessThanOrEqual(Math.min(a.upper, b.upper))
    expect(Math.min(a.lower, b.lower)).toBeGreaterThan(0.3)
  })
})
