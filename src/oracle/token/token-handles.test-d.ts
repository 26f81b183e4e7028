/** Compile-time tests: a token exists for a learner only once it was drawn. */
import type * as Effect from "effect/Effect"
import { describe, expectTypeOf, it } from "vitest"
import type { mtss } from "../../algorithm/mtss.ts"
import type { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import type { Prompt, Response } from "../handle.ts"
import type { BudgetExhausted } from "../ledger.ts"
import type { Prompts, Rewards } from "../services.ts"
import { Prefix, relativeTokenFeature, Token, tokenFeatures } from "./token-handle.ts"
import type { TokenSampling } from "./token-services.ts"

type Needs<A> = A extends { readonly run: (...args: never) => Effect.Effect<unknown, unknown, infer R> } ? R : never
type Fails<A> = A extends { readonly run: (...args: never) => Effect.Effect<unknown, infer E, unknown> } ? E : never

declare const prefix: Prefix
declare const response: Response
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
    expectTypeOf(tokenFeatures(prefix)).toEqualTypeOf<Float64Array>()
    // @ts-expect-error an index names no token
    expectTypeOf(relativeTokenFeature(0, 1)).toEqualTypeOf<Float64Array>()
    // @ts-expect-error a request is not its answer
    expectTypeOf(tokenFeatures(tokens.draw(prefix))).toEqualTypeOf<Float64Array>()
    // @ts-expect-error a whole response has its own features
    expectTypeOf(tokenFeatures(response)).toEqualTypeOf<Float64Array>()
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
