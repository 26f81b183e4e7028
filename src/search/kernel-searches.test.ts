/** What the literal oracle answers does not depend on whether a kernel searched for it: ledger and transcript are equal to the byte. */
import { availableParallelism } from "node:os"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { rareGood } from "../instance/families/rare-good.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { RidgeRegression } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { Prompt } from "../oracle/handle.ts"
import { openOracles } from "../oracle/interpreter.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { Prompts, WeakSampling } from "../oracle/services.ts"
import { PairFinder } from "./pair-finder.ts"
import { PassCache } from "./pass-cache.ts"
import { type SearchChoice, SessionSearch } from "./session-search.ts"

/** Prompts of R responses: commons in the first d−1 coordinates, the last one rare and alone in coordinate d. */
const wide = (R: number, d: number, rare: number): FiniteInstance => {
  const stream = Stream.fromSeed(R * d)
  const X = 2
  const features = Float64Array.from({ length: X * R * d }, (_, i) =>
    i % d === d - 1 ? 0 : (2 * stream.next() - 1) / Math.sqrt(d)
  )
  const reference = new Float64Array(X * R)
  for (let x = 0; x < X; x++) {
    reference.fill((1 - rare) / (R - 1), x * R, (x + 1) * R - 1)
    reference[(x + 1) * R - 1] = rare
    features.fill(0, ((x + 1) * R - 1) * d, (x + 1) * R * d - 1)
    features[(x + 1) * R * d - 1] = 1
  }
  return {
    name: "wide",
    dimension: d,
    beta: 0.1,
    rewardRange: 1,
    parameterSet: { kind: "ball", radius: 1 },
    thetaStar: new Float64Array(d),
    noise: { kind: "none" },
    promptProbabilities: Float64Array.of(0.5, 0.5),
    offsets: Int32Array.of(0, R, 2 * R),
    reference,
    features,
    meanReward: new Float64Array(X * R).fill(0.5)
  }
}

/** Tests that pass nearly always, half of the time, rarely and never, met in turn as a growing spanner would meet them. */
const tests = (exact: FiniteInstance): ReadonlyArray<EllipticTest> => {
  const { dimension: d, features } = exact
  const design = new RidgeRegression(d, 1)
  const stream = Stream.fromSeed(3)
  return [0.05, 0.5, 0.9, 1.2, 3].map((nu) => {
    for (let i = 0; i < 30; i++) {
      const row = stream.nextInteger(features.length / d)
      if (features[row * d + d - 1] === 0) design.add(features.slice(row * d, (row + 1) * d), 0)
    }
    return { dimension: d, whitening: design.whitening(), nu }
  })
}

const answers = (exact: FiniteInstance, searches: SearchChoice) => {
  const instance = finiteInstance(exact, "kernel-searches")
  const session = openOracles(instance, { interpreter: "literal", stream: Stream.fromSeed(5), searches })
  const d = exact.dimension
  const program = Effect.gen(function* () {
    const weak = yield* WeakSampling
    const [prompt] = yield* (yield* Prompts).draw(1)
    for (const test of tests(exact)) {
      for (const limit of [1, 77, 60_000, 60_000, 60_001, 3]) yield* weak.firstHit(prompt, test, limit)
      yield* weak.sweep(test, 20_000, 12)
      const tilt = { theta: new Float64Array(d).fill(0.3), clip: 1, truncation: test, beta: 0.2 }
      for (const promise of [2, 300]) yield* weak.tiltedPair(prompt, { tilt, promise, delta: 0.01 })
      // A promise far above the truth: nearly every trial is rejected.
      yield* weak.tiltedPair(prompt, { tilt, promise: 5e4, delta: 0.5 })
    }
  })
  Effect.runSync(Effect.provideContext(program, session.services))
  return {
    record: { transcript: session.transcript.digest(), ledger: session.ledger.snapshot(), tally: session.tally },
    backend: session.backend()
  }
}

/** What searched, at each of these batches: the same, which is given. */
const searchedBy = (
  seed: number,
  ask: (weak: WeakSampling["Service"], prompt: Prompt) => Effect.Effect<unknown, BudgetExhausted>
) => {
  const backends = [37, 4096, 2 ** 15].map((batch) => {
    const instance = finiteInstance(WIDE, "batches")
    const session = openOracles(instance, { interpreter: "literal", stream: Stream.fromSeed(seed), batch })
    const program = Effect.gen(function* () {
      const [prompt] = yield* (yield* Prompts).draw(1)
      yield* ask(yield* WeakSampling, prompt)
    })
    Effect.runSync(Effect.provideContext(program, session.services))
    return session.backend()
  })
  expect(new Set(backends).size).toBe(1)
  return backends[0]
}
const WIDE = wide(300, 5, 1e-4)
const WASM = `wasm (relaxed SIMD, ${availableParallelism() > 1 ? "2 threads" : "1 thread"})`

describe("kernels in the literal oracle", () => {
  it.each([
    ["RareGood", rareGood({ C: 1e4, d: 3, prompts: 3 })],
    ["R = 16, d = 4", wide(16, 4, 1e-3)],
    ["R = 256, d = 16", wide(256, 16, 1e-5)],
    ["R = 300, d = 5", wide(300, 5, 1e-4)],
    ["R = 1500, d = 7", wide(1500, 7, 1e-5)]
  ])("change no answer: %s", (_, exact) => {
    const withKernel = answers(exact, "wasm")
    const without = answers(exact, "js")
    expect(withKernel.record).toEqual(without.record)
    expect([without.backend, withKernel.backend]).toEqual(["js", WASM])
  })

  it("are named where they searched, whatever the batch", () => {
    const [, , rarely, , never] = tests(WIDE)
    // A kernel pays after 4819 pairs here, and after 812 trials.
    expect(searchedBy(1, (weak, prompt) => weak.firstHit(prompt, never, 4819))).toBe("js")
    expect(searchedBy(1, (weak, prompt) => weak.firstHit(prompt, never, 4820))).toBe(WASM)
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const twice = seeds.map((seed) =>
      searchedBy(seed, (weak, prompt) =>
        Effect.andThen(weak.firstHit(prompt, rarely, 30_000), weak.firstHit(prompt, rarely, 300))
      )
    )
    const tilt = { theta: new Float64Array(5).fill(0.3), clip: 1, truncation: never, beta: 0.2 }
    const tiltedAt = (seed: number, promise: number): string =>
      searchedBy(seed, (weak, prompt) => weak.tiltedPair(prompt, { tilt, promise, delta: 0.01 }))
    expect(new Set(twice)).toEqual(new Set(["js", WASM]))
    // A kernel counts estimation draws from 4112 on: 4075 and 4123 here.
    expect([85, 86].map((promise) => tiltedAt(0, promise))).toEqual(["js", WASM])
  })

  it("make room when the session's memory is full", () => {
    const exact = wide(300, 5, 1e-4)
    const { source } = finiteInstance(exact, "full")
    const search = new SessionSearch()
    const passes = new PassCache(exact, 64, search)
    const finder = new PairFinder(exact, source, passes, search)
    const { arena, era } = search.kernel!
    // A hog takes all but a little of the memory, of which this finder knows nothing.
    arena.begin()
    arena.reserve(arena.room - 4096)
    arena.keep()
    const [test] = tests(exact).slice(-1)
    const key = Stream.fromSeed(5)
    expect(finder.find(test, 0, key, 0, 100_000)).toBeUndefined()
    finder.spend(test, 0, 10_000)
    expect(finder.find(test, 0, key, 0, 100_000)).toBe(-1)
    expect(search.kernel!.era).toBe(era + 1)
    search.close()
    expect(() => search.kernel).toThrow("session: closed")
  })
})
