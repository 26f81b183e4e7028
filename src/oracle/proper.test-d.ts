/**
 * Compile-time tests: within `StrongSampling | ProperRewards | Prompts` a reward is observed only at a fresh draw of a committed parameter, once. Every
 * `@ts-expect-error` is an attempt at another way; without the error it names, the file does not compile.
 */
import * as Effect from "effect/Effect"
import { describe, expectTypeOf, it } from "vitest"
import { commit, Commitment, features, type Prompt, relativeFeature, type Response } from "./handle.ts"
import type { BudgetExhausted } from "./ledger.ts"
import { Prompts, ProperRewards, type RewardedDraws, Rewards, StrongSampling, WeakSampling } from "./services.ts"

declare const theta: Float64Array
declare const prompt: Prompt
declare const response: Response
declare const rewarded: RewardedDraws
declare const proper: ProperRewards["Service"]
declare const strong: StrongSampling["Service"]
declare const weak: WeakSampling["Service"]
declare const rewards: Rewards["Service"]

/** What a proper learner may need. */
type Proper = StrongSampling | ProperRewards | Prompts
type Learner<R> = Effect.Effect<unknown, BudgetExhausted, R>

describe("proper rewards", () => {
  it("take a commitment and a number, and answer with draws already rewarded", () => {
    expectTypeOf(proper.explore).parameters.toEqualTypeOf<[commitment: Commitment, n: number]>()
    expectTypeOf(proper.explore(commit(theta), 3)).toEqualTypeOf<
      Effect.Effect<ReadonlyArray<RewardedDraws>, BudgetExhausted>
    >()
    // Nothing else is on offer.
    expectTypeOf<Exclude<keyof ProperRewards["Service"], "immediate">>().toEqualTypeOf<"explore">()
  })

  it("take no response: not one that is held, not a weak draw, not a strong draw", () => {
    expectTypeOf<Response>().not.toExtend<Commitment>()
    // @ts-expect-error a response is no commitment
    void proper.explore(response, 1)
    void Effect.gen(function* () {
      const [drawn] = yield* weak.draw([prompt])
      // @ts-expect-error a draw of π_ref is no commitment
      yield* proper.explore(drawn, 1)
      const [planned] = yield* strong.draw(theta, [prompt])
      // @ts-expect-error a draw of π_θ is no commitment
      yield* proper.explore(planned, 1)
      // @ts-expect-error nor are several
      yield* proper.explore([planned], 1)
    })
  })

  it("take no draw a second time", () => {
    expectTypeOf<RewardedDraws>().not.toExtend<Commitment>()
    // @ts-expect-error rewarded draws are no commitment
    void proper.explore(rewarded, 1)
    // @ts-expect-error nor are their responses
    void proper.explore(rewarded.responses, 1)
    // @ts-expect-error nor is one of them
    void proper.explore(rewarded.responses[0], 1)
  })

  it("choose the prompt themselves: a learner that chose it could choose θ after it", () => {
    expectTypeOf<Prompt>().not.toExtend<number>()
    // @ts-expect-error a prompt is no number of prompts
    void proper.explore(commit(theta), prompt)
    // @ts-expect-error there is no place for one
    void proper.explore(commit(theta), 1, prompt)
  })
})

describe("a commitment", () => {
  it("is made by commit and in no other way", () => {
    expectTypeOf(commit(theta, theta)).toEqualTypeOf<Commitment>()
    // @ts-expect-error the constructor is private
    void new Commitment(Symbol("commitment"), [theta])
    // @ts-expect-error a look-alike lacks what is private
    const alike: Commitment = { size: 1 }
    void alike
    // @ts-expect-error parameters are no commitment
    void proper.explore(theta, 1)
    // @ts-expect-error a list of parameters neither
    void proper.explore([theta], 1)
  })

  it("is of parameters, not of responses", () => {
    expectTypeOf<Response>().not.toExtend<Float64Array>()
    // @ts-expect-error a response is no parameter
    void commit(response)
    // @ts-expect-error a policy is no parameter
    void commit({ kind: "linear-softmax", theta })
  })

  it("shows no parameter at a draw", () => {
    // @ts-expect-error what was committed to is not read back
    void commit(theta).thetas
    expectTypeOf<keyof Commitment>().toEqualTypeOf<"size">()
  })
})

describe("the plain reward oracle", () => {
  it("is out of reach of a learner whose requirements are within the proper ones", () => {
    const honest = Effect.gen(function* () {
      return yield* (yield* ProperRewards).explore(commit(theta), 1)
    })
    expectTypeOf(honest).toExtend<Learner<Proper>>()
    const chooses = Effect.gen(function* () {
      const prompts = yield* (yield* Prompts).draw(1)
      const drawn = yield* (yield* StrongSampling).draw(theta, prompts)
      return yield* (yield* Rewards).query(drawn)
    })
    // @ts-expect-error it asks for Rewards
    const within: Learner<Proper> = chooses
    void within
    const weakly = Effect.flatMap(WeakSampling, (oracle) => oracle.pairs(1))
    // @ts-expect-error it asks for the weak oracle
    const draws: Learner<Proper> = weakly
    void draws
    // What Rewards would take, proper learners hold: only the requirements channel keeps it from them.
    expectTypeOf(rewards.query).parameter(0).toEqualTypeOf<ReadonlyArray<Response>>()
  })
})

describe("features", () => {
  it("are of a response that is held", () => {
    expectTypeOf(features(response)).toEqualTypeOf<Float64Array>()
    // @ts-expect-error a prompt is no response
    void features(prompt)
    // @ts-expect-error a row number is no response
    void features(3)
    // @ts-expect-error a look-alike is no response
    void features({ prompt })
    // @ts-expect-error rewarded draws are several
    void features(rewarded)
    // @ts-expect-error a row number is no response
    void relativeFeature(response, 3)
    // @ts-expect-error a prompt is no response
    void relativeFeature(prompt, response)
    // @ts-expect-error features are no response
    void relativeFeature(response, features(response))
  })
})
