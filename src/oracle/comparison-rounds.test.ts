import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { comparisonRounds } from "./comparison-rounds.ts"
import { openOracles } from "./interpreter.ts"

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
