/** What a policy's answers are made of: draws whose rewards are known here, K an answer. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import type { Policy } from "../policy/policy.ts"
import { Answers } from "./answers.ts"
import { evaluatePolicy } from "./evaluation.ts"
import { liveProblem } from "./live-run.ts"
import { CallNumbers, Purchases } from "./purchases.ts"
import type { TextSource } from "./text-source.ts"
import type { Verifier } from "./verifier.ts"

const [ANSWERS, K] = [200, 4]
const verifier: Verifier = {
  dimension: 1,
  names: undefined,
  rewardRange: 1,
  parameterRadius: 1,
  noisy: false,
  features: (asked) => Effect.sync(() => asked.map(({ text }) => ({ value: [Number(text)] }))),
  reward: ({ text }) => Effect.sync(() => ({ value: Number(text) }))
}

/** Answers of a policy at one prompt, whose draws are 1 with probability 0.3, and the draws, K an answer. */
const evaluated = (policy: Policy) => {
  const stream = Stream.fromSeed(1)
  const drawn: Array<number> = []
  const source: TextSource = {
    name: "test",
    facts: () => ({ sampling: {}, usage: "all" }),
    draw: (_, n) =>
      Effect.sync(() => {
        const draws = Array.from({ length: n }, () => (stream.next() < 0.3 ? 1 : 0))
        drawn.push(...draws)
        const texts = draws.map((one) => ({ text: `${one}`, finished: true }))
        return { draws: texts, promptTokens: 1, completionTokens: n, retries: 0 }
      })
  }
  const evaluation = Effect.runSync(
    evaluatePolicy(
      policy,
      { answers: ANSWERS, draws: K, success: 1, level: 0.05 },
      {
        problem: liveProblem(verifier, 1),
        prompts: 1,
        account: {
          purchases: new Purchases({
            source,
            prompts: ["p"],
            limits: { batch: 8, concurrency: 1 },
            numbers: new CallNumbers(1),
            journal: undefined
          }),
          answers: new Answers({ verifier, numbers: new CallNumbers(1), journal: undefined })
        },
        stream: Stream.fromSeed(2)
      }
    )
  )
  const answers = Array.from({ length: ANSWERS }, (_, i) => drawn.slice(i * K, (i + 1) * K))
  const count = (right: (draws: ReadonlyArray<number>) => boolean): number => answers.filter(right).length
  return {
    evaluation,
    first: count(([one]) => one === 1),
    any: count((draws) => draws.includes(1)),
    all: count((draws) => !draws.includes(0)),
    ones: drawn.filter((one) => one === 1).length
  }
}
const softmax = (theta: number): Policy => ({ kind: "linear-softmax", theta: Float64Array.of(theta) })
const mixture = (thetas: ReadonlyArray<number>, nu: number): Policy => ({
  kind: "truncated-mixture",
  count: thetas.length,
  thetas: Float64Array.from(thetas),
  clip: 100,
  truncation: { dimension: 1, whitening: Float64Array.of(1), nu }
})

describe("an evaluation", () => {
  it("counts the policy's answers and the base model's own, which is the first of each K draws", () => {
    const { all, any, evaluation, first, ones } = evaluated(softmax(90))
    expect([evaluation.policy.right, evaluation.base.right]).toEqual([any, first])
    expect(evaluated(softmax(-90)).evaluation.policy.right).toBe(all)
    expect(evaluation.rates).toEqual([{ draws: ANSWERS * K, right: ones, rewarded: ones, largest: 1 }])
    expect([evaluation.bought.draws, evaluation.verified]).toEqual([ANSWERS * K, 2])
    expect(evaluation.policy.interval.lower).toBeLessThan(any / ANSWERS)
    expect(evaluation.policy.interval.upper).toBeGreaterThan(any / ANSWERS)
  })

  it("draws among the K by the policy's weights, and the components of a mixture alike", () => {
    // Of the base model any of the K is as good: neither the first each time, nor the best.
    const { evaluation, first, any } = evaluated({ kind: "reference" })
    expect(evaluation.policy.right).not.toBe(first)
    expect(evaluation.policy.right).toBeLessThan(any / 2)
    // One component takes a 1 where there is any, the other where there is nothing else: each half of the time.
    const right = evaluated(mixture([90, -90], 10)).evaluation.policy.right
    expect(right / any).toBeGreaterThan(0.35)
    expect(right / any).toBeLessThan(0.65)
    // Truncated, they are the base model, anchored at the first draw.
    expect(evaluated(mixture([90, 90], 0.5)).evaluation.policy.right).toBeLessThan(any / 2)
  })

  it("refuses a policy of tokens", () => {
    expect(() => evaluated({ kind: "token-tilted" } as Policy)).toThrow(/policy: of tokens/)
  })
})
