/** Compile-time tests: a token exists for a learner only once it was drawn. */
import type * as Effect from "effect/Effect"
import { describe, expectTypeOf, it } from "vitest"
import type { mtss } from "../algorithm/mtss.ts"
import type { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { features, Prefix, type Prompt, relativeFeature, type Response, Token } from "./handle.ts"
import type { BudgetExhausted } from "./ledger.ts"
import type { Prompts, Rewards, TokenSampling } from "./services.ts"

type Needs<A> = A extends { readonly run: (...args: never) => Effect.Effect<unknown, unknown, infer R> } ? R : never
type Fails<A> = A extends { readonly run: (...args: never) => Effect.Effect<unknown, infer E, unknown> } ? E : never

declare const prefix: Prefix
declare const response: Response
declare const token: Token
declare const tokens: TokenSampling["Service"]

describe("token handles", () => {
  it("neither a prefix nor a token can be made", () => {
    // @ts-expect-error the constructor is private
    expectTypeOf(new Token()).toExtend<Token>()
    // @ts-expect-error the constructor is private
    expectTypeOf(new Prefix()).toExtend<Prefix>()
    expectTypeOf<{ readonly prefix: Prefix }>().not.toExtend<Token>()
    expectTypeOf<{ readonly prompt: Prompt; readonly layer: number }>().not.toExtend<Prefix>()
  })
  it("features of an undrawn token do not type-check", () => {
    // @ts-expect-error a prefix is not a token: nothing was drawn at it
    expectTypeOf(features(prefix)).toEqualTypeOf<Float64Array>()
    // @ts-expect-error an index names no token
    expectTypeOf(relativeFeature(0, 1)).toEqualTypeOf<Float64Array>()
    // @ts-expect-error a request is not its answer
    expectTypeOf(features(tokens.draw(prefix))).toEqualTypeOf<Float64Array>()
    // @ts-expect-error a token and a whole response have features of different kinds
    void (() => relativeFeature(token, response))
  })
  it("a prefix grows by drawn tokens only", () => {
    // @ts-expect-error
    expectTypeOf(tokens.extend(prefix)).toEqualTypeOf<Prefix>()
    expectTypeOf(tokens.finish).returns.toEqualTypeOf<Response>()
  })
})

describe("requirements", () => {
  it("MTSS needs prompts, tokens and rewards, and nothing else", () => {
    expectTypeOf<Needs<typeof mtss>>().toEqualTypeOf<Prompts | TokenSampling | Rewards>()
    expectTypeOf<Fails<typeof mtss>>().toEqualTypeOf<BudgetExhausted>()
  })
  it("an algorithm that draws whole responses cannot pass as one, nor the other way round", () => {
    expectTypeOf<Needs<typeof mtss>>().not.toExtend<Needs<typeof spannerSampling>>()
    expectTypeOf<Needs<typeof spannerSampling>>().not.toExtend<Needs<typeof mtss>>()
  })
})
