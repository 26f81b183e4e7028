import { expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { asWhole, comparisonRounds, roundOracles } from "./comparison-rounds.ts"
import { openOracles } from "./interpreter.ts"
import { Prompts, Rewards, WeakSampling } from "./services.ts"

const instance = finiteInstance(rareGood({ C: 20, d: 2 }), "test")
const request = {
  tilt: {
    theta: Float64Array.of(0, 0.5),
    clip: 1,
    truncation: { dimension: 2, whitening: Float64Array.of(1, 0, 0, 1), nu: 9 },
    beta: instance.exact.beta
  },
  promise: 20,
  delta: 0.1
}

it.effect("makes as many rounds as asked for, each charging two rewards, and stops when told", () =>
  Effect.gen(function* () {
    for (const [rounds, stopAt, made] of [
      [700, Infinity, 700],
      [700, 3, 3],
      [0, 1, 0]
    ] as const) {
      const { ledger, services } = openOracles(instance, { interpreter: "exact-law", stream: Stream.fromSeed(1) })
      let seen = 0
      const done = yield* comparisonRounds({
        rounds,
        request: () => request,
        observe: () => (++seen >= stopAt ? "stop" : "continue")
      }).pipe(Effect.provideContext(services))
      expect([done, seen]).toEqual([made, made])
      expect(ledger.snapshot().rewardQueries).toBe(2n * BigInt(made))
    }
  })
)

it.effect("ends in BudgetExhausted at the limit, with the rounds before it observed", () =>
  Effect.gen(function* () {
    const budget = { rewardQueries: 9n }
    const { ledger, services } = openOracles(instance, { interpreter: "literal", stream: Stream.fromSeed(2), budget })
    let seen = 0
    const failure = yield* comparisonRounds({
      rounds: 100,
      request: () => request,
      observe: () => (seen++, "continue")
    }).pipe(Effect.provideContext(services), Effect.flip)
    expect(failure._tag).toBe("BudgetExhausted")
    expect([seen, ledger.snapshot().rewardQueries]).toEqual([4, 9n])
  })
)

it.effect("are asked as one where the oracles say so, and never past an oracle of the program's own", () =>
  Effect.gen(function* () {
    const { services } = openOracles(instance, { interpreter: "exact-law", stream: Stream.fromSeed(3) })
    const rewards = Context.get(services, Rewards)
    const oracles = roundOracles(Context.get(services, Prompts), Context.get(services, WeakSampling), rewards)
    const { draw, queryDifference, tiltedPair } = oracles!
    let whole = 0
    asWhole({ draw, queryDifference, tiltedPair }, (asked) => {
      whole++
      const { pair } = tiltedPair(draw(1)[0], asked)
      return { pair, difference: queryDifference(pair) }
    })
    const differences: Array<number> = []
    const rounds = comparisonRounds({
      rounds: 20,
      request: () => request,
      observe: (_, difference) => (differences.push(difference), "continue")
    })
    yield* rounds.pipe(Effect.provideContext(services))
    expect([whole, differences.length]).toEqual([20, 20])
    // Rewards of the program's own, nearer to it than the oracles'.
    const immediate = { ...rewards.immediate!, queryDifference: () => 7 }
    yield* rounds.pipe(Effect.provideService(Rewards, { ...rewards, immediate }), Effect.provideContext(services))
    expect([whole, differences.slice(20)]).toEqual([20, new Array(20).fill(7)])
  })
)
