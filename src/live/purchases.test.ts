/** What is bought, in which requests, by which seeds, and what it is said to have cost; and what is made of a response once. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import { Answers } from "./answers.ts"
import { DrawJournal } from "./draw-journal.ts"
import { CallNumbers, Purchases } from "./purchases.ts"
import type { TextSource } from "./text-source.ts"
import type { Verifier } from "./verifier.ts"

const folder = mkdtempSync(join(tmpdir(), "coverbound-purchases-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Texts are the seeds of their choices; every request took one attempt more, and usage counts one choice of two tokens. */
const open = (journal?: DrawJournal) => {
  const asked: Array<{ readonly prompt: string; readonly n: number; readonly seed: number }> = []
  const source: TextSource = {
    name: "test",
    facts: () => ({ sampling: {}, usage: "one" }),
    draw: (prompt, n, seed) =>
      Effect.sync(() => {
        asked.push({ prompt, n, seed })
        const draws = Array.from({ length: n }, (_, i) => ({ text: `${seed + i}`, finished: true }))
        return { draws, promptTokens: 4, completionTokens: 2, retries: 1 }
      })
  }
  const purchases = new Purchases({
    source,
    prompts: ["a", "b"],
    limits: { batch: 3, concurrency: 2 },
    numbers: new CallNumbers(10),
    journal
  })
  const reserve = (x: number, n: number): void => Effect.runSync(purchases.reserve(new Map([[x, n]])))
  const take = (x: number, n: number) => purchases.take(x, n).map(({ text }) => Number(text))
  return { asked, purchases, reserve, take }
}

describe("draws", () => {
  it("are bought as far as they are missing, in requests of a batch, seeds as far apart as the choices of the one before", () => {
    const { asked, purchases, reserve, take } = open()
    reserve(0, 5)
    reserve(1, 1)
    reserve(0, 5)
    expect(asked).toEqual([
      { prompt: "a", n: 3, seed: 10 },
      { prompt: "a", n: 2, seed: 13 },
      { prompt: "b", n: 1, seed: 15 }
    ])
    expect([take(0, 2), take(1, 1)]).toEqual([[10, 11], [15]])
    purchases.putBack(0, 1)
    reserve(0, 6)
    expect(asked.slice(3)).toEqual([{ prompt: "a", n: 2, seed: 16 }])
    expect(take(0, 6)).toEqual([11, 12, 13, 14, 16, 17])
    expect(purchases.unused).toBe(0)
    expect(() => take(0, 1)).toThrow(RangeError)
  })

  it("cost what was counted: tokens of one choice as many times as there are choices, every attempt", () => {
    const { purchases, reserve } = open()
    reserve(0, 5)
    expect(purchases.bought).toEqual({ draws: 5, requests: 2, retries: 2, promptTokens: 8, completionTokens: 10 })
  })

  it("that stand in a journal are the same draws at the same cost, and are not asked for", () => {
    const file = join(folder, "draws.jsonl")
    const made = [1, 2].map(() => {
      const journal = new DrawJournal(file, {})
      const { asked, purchases, reserve, take } = open(journal)
      reserve(0, 5)
      journal.close()
      return { asked: asked.length, bought: purchases.bought, taken: take(0, 5) }
    })
    expect(made[1]).toEqual({ ...made[0], asked: 0 })
  })
})

describe("answers", () => {
  const verifier = (noisy: boolean, failed?: string): Verifier => {
    let asked = 0
    return {
      dimension: 1,
      names: undefined,
      rewardRange: 100,
      parameterRadius: 1,
      noisy,
      features: (all) =>
        Effect.sync(() => all.map(() => ({ value: [1], ...(failed === undefined ? {} : { failed }) }))),
      reward: () => Effect.sync(() => ({ value: ++asked, ...(failed === undefined ? {} : { failed }) }))
    }
  }
  const text = (finished: boolean) => ({ text: "1", finished })

  it("that were cut off, or are to another prompt, are others than those that ended", () => {
    const answers = new Answers({ verifier: verifier(false), numbers: new CallNumbers(1), journal: undefined })
    expect([...Effect.runSync(answers.rows(0, [text(true), text(false), text(true)]))]).toEqual([0, 1, 0])
    expect([...Effect.runSync(answers.rows(1, [text(true)]))]).toEqual([2])
    expect([answers.count, answers.at(1).finished]).toEqual([3, false])
  })

  it("are rewarded once, or each time where rewards are noisy", () => {
    for (const [noisy, seen] of [
      [false, [1, 1, 1]],
      [true, [1, 2, 3]]
    ] as const) {
      const answers = new Answers({ verifier: verifier(noisy), numbers: new CallNumbers(1), journal: undefined })
      Effect.runSync(answers.rows(0, [text(true)]))
      expect([0, 0, 0].map((row) => Effect.runSync(answers.reward(row)))).toEqual(seen)
      expect(answers.verified).toBe(noisy ? 3 : 1)
    }
  })

  it("say of what a journal holds what they said when it was asked, failures too", () => {
    const file = join(folder, "failed.jsonl")
    const said = ["it threw", undefined].map((failed) => {
      const journal = new DrawJournal(file, {})
      const answers = new Answers({ verifier: verifier(false, failed), numbers: new CallNumbers(1), journal })
      Effect.runSync(answers.rows(0, [text(true)]))
      const reward = Effect.runSync(answers.reward(0))
      journal.close()
      return { ...answers.failures, reward, verified: answers.verified }
    })
    expect(said[0]).toEqual({ checks: 1, rewards: 1, first: "it threw", reward: 1, verified: 1 })
    expect(said[1]).toEqual(said[0])
  })
})
