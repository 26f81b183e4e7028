/** Compile-time tests: the requirements channel of an algorithm is its place in the sampling framework. */
import type * as Effect from "effect/Effect"
import { describe, expectTypeOf, it } from "vitest"
import { type Prompt, type Response, Response as ResponseHandle } from "../oracle/handle.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import type { bestOfNElliptic } from "./best-of-n-elliptic.ts"
import type {
  Prompts,
  ProperRewards,
  ResponseSpace,
  Rewards,
  StrongSampling,
  WeakSampling
} from "../oracle/services.ts"
import type { exhaustive } from "./exhaustive.ts"
import type { onlineDpo } from "./online-dpo.ts"
import type { passive } from "./passive.ts"
import type { policyGradient } from "./policy-gradient.ts"
import type { spannerSampling } from "./spanner-sampling.ts"
import type { spannerSamplingAdaptive } from "./spanner-sampling-adaptive.ts"
import type { xpo } from "./xpo.ts"

type Needs<A> = A extends { readonly run: (...args: never) => Effect.Effect<unknown, unknown, infer R> } ? R : never
type Fails<A> = A extends { readonly run: (...args: never) => Effect.Effect<unknown, infer E, unknown> } ? E : never

describe("requirements", () => {
  it("SpannerSampling needs prompts, the weak oracle and rewards, and nothing else", () => {
    expectTypeOf<Needs<typeof spannerSampling>>().toEqualTypeOf<Prompts | WeakSampling | Rewards>()
    expectTypeOf<Fails<typeof spannerSampling>>().toEqualTypeOf<BudgetExhausted>()
  })
  it("passive exploration needs no more", () => {
    expectTypeOf<Needs<typeof passive>>().toEqualTypeOf<Prompts | WeakSampling | Rewards>()
  })
  it("neither do SpannerSampling without C_cov, nor best-of-n by novelty", () => {
    expectTypeOf<Needs<typeof spannerSamplingAdaptive>>().toEqualTypeOf<Prompts | WeakSampling | Rewards>()
    expectTypeOf<Needs<typeof bestOfNElliptic>>().toEqualTypeOf<Prompts | WeakSampling | Rewards>()
  })
  it("exhaustive design enumerates and never draws", () => {
    expectTypeOf<Needs<typeof exhaustive>>().toEqualTypeOf<Prompts | ResponseSpace | Rewards>()
  })
  it("online DPO and policy gradient need proper rewards alone: what they draw is rewarded, and nothing else is", () => {
    expectTypeOf<Needs<typeof onlineDpo>>().toEqualTypeOf<ProperRewards>()
    expectTypeOf<Needs<typeof policyGradient>>().toEqualTypeOf<ProperRewards>()
    expectTypeOf<Fails<typeof onlineDpo>>().toEqualTypeOf<BudgetExhausted>()
    expectTypeOf<Fails<typeof policyGradient>>().toEqualTypeOf<BudgetExhausted>()
  })
  it("XPO plans with strong draws, too, and never asks the plain reward oracle", () => {
    expectTypeOf<Needs<typeof xpo>>().toEqualTypeOf<ProperRewards | StrongSampling>()
    expectTypeOf<Fails<typeof xpo>>().toEqualTypeOf<BudgetExhausted>()
  })
  it("a proper learner passes as one by its type; one that asks for Rewards does not", () => {
    interface Proper {
      readonly run: (...args: never) => Effect.Effect<unknown, unknown, ProperRewards | StrongSampling | Prompts>
    }
    expectTypeOf<typeof onlineDpo>().toExtend<Proper>()
    expectTypeOf<typeof xpo>().toExtend<Proper>()
    expectTypeOf<typeof policyGradient>().toExtend<Proper>()
    expectTypeOf<typeof passive>().not.toExtend<Proper>()
    expectTypeOf<typeof spannerSampling>().not.toExtend<Proper>()
  })
  it("an algorithm that enumerates cannot pass as one that needs the weak oracle", () => {
    interface WeakOnly {
      readonly run: (...args: never) => Effect.Effect<unknown, unknown, Prompts | WeakSampling | Rewards>
    }
    expectTypeOf<typeof spannerSampling>().toExtend<WeakOnly>()
    expectTypeOf<typeof exhaustive>().not.toExtend<WeakOnly>()
  })
})

describe("handles", () => {
  it("a response cannot be made, only drawn", () => {
    expectTypeOf<{ readonly prompt: Prompt }>().not.toExtend<Response>()
    // @ts-expect-error the constructor is private
    expectTypeOf(new ResponseHandle()).toExtend<Response>()
  })
})
