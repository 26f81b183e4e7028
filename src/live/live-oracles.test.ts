/** Live oracles answer in the laws of the literal interpreter, draw by draw, and charge what they use. */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactHomogeneityTest } from "../../properties/statistics/homogeneity.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { whitening } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { features, type Prompt, promptIndex, type Response } from "../oracle/handle.ts"
import { openOracles } from "../oracle/interpreter.ts"
import { BudgetExhausted, type Ledger } from "../oracle/ledger.ts"
import { Prompts, Rewards, WeakSampling } from "../oracle/services.ts"
import { type EllipticTest, ellipticNormSquared } from "../policy/elliptic-test.ts"
import { exactCellTest } from "../statistics/goodness-of-fit.ts"
import { Answers } from "./answers.ts"
import { liveOracles } from "./live-oracles.ts"
import { CallNumbers, type Delivered, Purchases } from "./purchases.ts"
import { repeatedDraws } from "./repeated-draws.ts"
import type { TextSource } from "./text-source.ts"
import type { Verifier } from "./verifier.ts"

const instance = finiteInstance({ ...rareGood({ C: 40, d: 3, prompts: 3 }), noise: { kind: "none" } }, "test")
const { exact } = instance
const R = exact.offsets[1]
const PROMPTS = Array.from(exact.promptProbabilities, (_, x) => `${x}`)

/** Rows of the instance as texts, drawn by seed. */
const source: TextSource = {
  name: "test",
  facts: () => ({ sampling: {}, usage: "all" }),
  draw: (prompt, n, seed) =>
    Effect.sync(() => {
      const [start, end] = [exact.offsets[Number(prompt)], exact.offsets[Number(prompt) + 1]]
      const draws = Array.from({ length: n }, (_, i) => {
        let u = Stream.fromSeed(seed).split("choice", i).next()
        let row = start
        while (row < end - 1 && (u -= exact.reference[row]) >= 0) row++
        return { text: `${row}`, finished: true }
      })
      return { draws, promptTokens: 1, completionTokens: n, retries: 0 }
    })
}
const verifier: Verifier = {
  dimension: 3,
  names: undefined,
  rewardRange: exact.rewardRange,
  parameterRadius: 1,
  noisy: false,
  features: (asked) =>
    Effect.sync(() =>
      asked.map(({ text }) => ({ value: Array.from(exact.features.subarray(3 * Number(text), 3 * Number(text) + 3)) }))
    ),
  reward: ({ text }) => Effect.sync(() => ({ value: exact.meanReward[Number(text)] }))
}

interface Session {
  readonly services: Context.Context<Prompts | WeakSampling | Rewards>
  readonly ledger: Ledger
}
const openLive = (seed: number, budget = {}, draw = source) => {
  const delivered: Array<Delivered> = []
  const purchases = new Purchases({
    source: draw,
    prompts: PROMPTS,
    limits: { batch: 8, concurrency: 2 },
    numbers: new CallNumbers(1 + 1e6 * seed),
    journal: undefined,
    deliver: (one) => delivered.push(one)
  })
  const answers = new Answers({ verifier, numbers: new CallNumbers(1), journal: undefined })
  const oracles = liveOracles({
    prompts: 3,
    account: { purchases, answers },
    stream: Stream.fromSeed(seed),
    budget,
    batch: 8
  })
  return { ...oracles, purchases, answers, delivered }
}
const openLiteral = (seed: number): Session => {
  const { ledger, services } = openOracles(instance, { interpreter: "literal", stream: Stream.fromSeed(seed) })
  return { ledger, services }
}

const run = <A, E>({ services }: Session, effect: Effect.Effect<A, E, Prompts | WeakSampling | Rewards>): A =>
  Effect.runSync(Effect.provideContext(effect, services))

const tabulate = (session: Session, n: number, cells: number, request: (s: Session) => number): Array<number> => {
  const counts = new Array<number>(cells).fill(0)
  for (let i = 0; i < n; i++) counts[request(session)]++
  return counts
}

const onePrompt = Effect.flatMap(Prompts, (p) => p.draw(1)).pipe(Effect.map(([p]) => p))
const charged = (
  session: Session,
  effect: Effect.Effect<Prompt, BudgetExhausted, Prompts | WeakSampling>
): readonly [Prompt, number] => {
  const before = session.ledger.snapshot().samplingQueries
  const prompt = run(session, effect)
  return [prompt, Number(session.ledger.snapshot().samplingQueries - before)]
}

const test: EllipticTest = {
  dimension: 3,
  whitening: whitening(Float64Array.of(5, 1, 0, 1, 7, 0, 0, 0, 1), 3),
  nu: 0.75
}
const passProbability = (x: number): number => {
  let p = 0
  for (let a = exact.offsets[x]; a < exact.offsets[x + 1]; a++)
    for (let b = exact.offsets[x]; b < exact.offsets[x + 1]; b++)
      if (ellipticNormSquared(test, exact.features, a, b) > test.nu ** 2) p += exact.reference[a] * exact.reference[b]
  return p
}

/** Which row of its prompt a response is, up to those alike. */
const kindOf = (held: Response): number => {
  const phi = features(held)
  const start = exact.offsets[promptIndex(held.prompt)]
  return Array.from({ length: R }, (_, row) => row).findIndex((row) =>
    phi.every((v, j) => v === exact.features[3 * (start + row) + j])
  )
}

describe("live oracles", () => {
  it("charge the pairs of a search by the truncated geometric law", () => {
    const LIMIT = 12
    const law = Array.from(exact.promptProbabilities, (rho, x) => {
      const p = passProbability(x)
      return [...Array.from({ length: LIMIT }, (_, k) => rho * p * (1 - p) ** k), rho * (1 - p) ** LIMIT]
    }).flat()
    const session = openLive(1)
    const counts = tabulate(session, 6000, law.length, (one) => {
      let found = false
      const [prompt, draws] = charged(
        one,
        Effect.gen(function* () {
          const prompt = yield* onePrompt
          found = (yield* (yield* WeakSampling).firstHit(prompt, test, LIMIT)) !== undefined
          return prompt
        })
      )
      return promptIndex(prompt) * (LIMIT + 1) + (found ? draws / 2 - 1 : LIMIT)
    })
    expect(exactCellTest(counts, law).pValue).toBeGreaterThan(alpha("live/first-hit-law"))
    // What was bought and not used waits, and is no more than a chunk a prompt.
    const { purchases, ledger } = session
    expect(ledger.snapshot().samplingQueries).toBe(BigInt(purchases.bought.draws - purchases.unused))
    expect(purchases.unused).toBeLessThan(3 * 2 * LIMIT)
  })

  it("answer tilted draws, farthest ones and batches as the literal interpreter does", () => {
    const truncation: EllipticTest = { ...test, whitening: whitening(Float64Array.of(5, 1, 0, 1, 7, 0, 0, 0, 4), 3) }
    const request = {
      tilt: { theta: Float64Array.of(0.03, -0.02, 0.9), clip: 1, truncation, beta: exact.beta },
      promise: 20,
      delta: 0.3
    }
    const level = alpha("live/agreement", 3)
    const agree = (cells: number, n: number, request: (session: Session) => number): void => {
      const [live, literal] = [openLive(2), openLiteral(2)].map((session) => tabulate(session, n, cells, request))
      expect(exactHomogeneityTest(live, literal).pValue).toBeGreaterThan(level)
    }
    agree(5 * R * R * 2, 1500, (session) => {
      let cell = 0
      const [, draws] = charged(
        session,
        Effect.gen(function* () {
          const prompt = yield* onePrompt
          const { accepted, pair } = yield* (yield* WeakSampling).tiltedPair(prompt, request)
          cell = (kindOf(pair.left) * R + kindOf(pair.right)) * 2 + (accepted ? 1 : 0)
          return prompt
        })
      )
      const trials = draws - 1 - Math.ceil(8 * request.promise * Math.log(4 / request.delta))
      return Math.min(4, Math.floor(Math.log2(trials))) * R * R * 2 + cell
    })
    agree(R * R, 2500, (session) =>
      run(
        session,
        Effect.gen(function* () {
          const weak = yield* WeakSampling
          const [anchor] = yield* weak.draw([yield* onePrompt])
          return kindOf(anchor) * R + kindOf(yield* weak.farthest(anchor, test, 7))
        })
      )
    )
    agree(6 * 7, 700, (session) =>
      run(
        session,
        Effect.gen(function* () {
          const batch = yield* (yield* WeakSampling).pairs(30)
          const differences = yield* (yield* Rewards).queryDifferences(batch)
          const rare = batch.pairs.filter(({ left, right }) => kindOf(left) !== kindOf(right)).length
          const sum = differences.reduce((a, b) => a + b, 0)
          return Math.min(5, Math.floor(rare / 6)) * 7 + Math.max(-3, Math.min(3, Math.round(sum))) + 3
        })
      )
    )
  })

  it("hold a budget before anything is bought for it", () => {
    const { ledger, purchases, ...session } = openLive(3, { samplingQueries: 21n })
    const spent = run({ ledger, ...session }, Effect.flip(Effect.flatMap(WeakSampling, (weak) => weak.pairs(11))))
    expect(spent).toBeInstanceOf(BudgetExhausted)
    expect([purchases.bought.draws, ledger.snapshot().samplingQueries]).toEqual([0, 0n])
    const never: EllipticTest = { ...test, nu: 100 }
    const search = Effect.gen(function* () {
      return yield* (yield* WeakSampling).firstHit(yield* onePrompt, never, 50)
    })
    expect(run({ ledger, ...session }, Effect.flip(search))).toBeInstanceOf(BudgetExhausted)
    // Ten pairs fit into 21 draws.
    expect([purchases.bought.draws, purchases.unused, ledger.snapshot().samplingQueries]).toEqual([20, 0, 20n])
  })
})

describe("repeated draws", () => {
  const requests = (draw: TextSource): ReadonlyArray<Delivered> => {
    const session = openLive(4, {}, draw)
    run(
      session,
      Effect.flatMap(WeakSampling, (weak) => Effect.forEach(Array.from({ length: 60 }), () => weak.pairs(24)))
    )
    return session.delivered
  }
  it("are not seen where there are none, whatever the law", () => {
    expect(repeatedDraws(requests(source)).pValue).toBeGreaterThan(alpha("live/repeated-draws"))
    expect(repeatedDraws([]).pValue).toBe(1)
  })
  it("are seen of a server that draws every request by one seed, or gives one choice n times", () => {
    const fixed: TextSource = { ...source, draw: (prompt, n) => source.draw(prompt, n, 7) }
    const alike: TextSource = {
      ...source,
      draw: (prompt, n, seed) =>
        Effect.map(source.draw(prompt, n, seed), (got) => ({ ...got, draws: got.draws.map(() => got.draws[0]) }))
    }
    for (const faulty of [fixed, alike]) expect(repeatedDraws(requests(faulty)).pValue).toBeLessThan(1e-6)
  })
})
