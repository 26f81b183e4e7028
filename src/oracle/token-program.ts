/**
 * Programs that draw tokens one after another: what the next request is depends on the last answer, and there are millions of them.
 *
 * Such a program is a generator that yields requests as data and is resumed with their answers. It is written once; where every interpreter answers at once
 * (`immediate`) it runs in blocks inside one Effect, otherwise each request is an Effect of its own. The order of requests is the same, so both give the same run.
 */
import * as Effect from "effect/Effect"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { Prefix, Prompt, Response, Token, TokenPair } from "./handle.ts"
import type { BudgetExhausted } from "./ledger.ts"
import {
  type CheckedTilt,
  type CheckedTokens,
  Prompts,
  Rewards,
  type TiltedToken,
  type TiltRequest,
  TokenSampling
} from "./services.ts"
import { answer } from "./tap.ts"

type Request =
  | { readonly kind: "prompts"; readonly n: number }
  | { readonly kind: "token"; readonly prefix: Prefix }
  | { readonly kind: "search"; readonly prefix: Prefix; readonly test: EllipticTest; readonly limit: number }
  | { readonly kind: "tilted"; readonly prefix: Prefix; readonly request: TiltRequest }
  | { readonly kind: "checked"; readonly prefix: Prefix; readonly request: CheckedTilt; readonly visits: number }
  | { readonly kind: "rewards"; readonly response: Response; readonly n: number }
type Answer = ReadonlyArray<Prompt> | Token | TokenPair | undefined | TiltedToken | CheckedTokens | number

/**
 * A program that draws tokens one after another and ends with an A: a generator of requests, made of {@link freshPrompt}, {@link drawToken}, {@link searchTokens},
 * {@link tiltedToken} and {@link observeReward} by `yield*`, and run by {@link runTokenProgram}.
 */
export type TokenProgram<A> = Generator<Request, A, Answer>

/** n prompts x ~ ρ, independent. Free. */
export function* freshPrompts(n: number): TokenProgram<ReadonlyArray<Prompt>> {
  return (yield { kind: "prompts", n }) as ReadonlyArray<Prompt>
}
/** A prompt x ~ ρ. Free. */
export function* freshPrompt(): TokenProgram<Prompt> {
  return (yield* freshPrompts(1))[0]
}
/** One token a ~ π_ref(·∣s) at a prefix: `draw` of `TokenSampling`. Charges one query. */
export function* drawToken(prefix: Prefix): TokenProgram<Token> {
  return (yield { kind: "token", prefix }) as Token
}
/** Draws up to `limit` token pairs at a prefix until one passes the test: `firstHit` of `TokenSampling`. Charges two queries a pair drawn; undefined where none passed. */
export function* searchTokens(prefix: Prefix, test: EllipticTest, limit: number): TokenProgram<TokenPair | undefined> {
  return (yield { kind: "search", prefix, test, limit }) as TokenPair | undefined
}
/** A tilted token against a fresh anchor at a prefix: `tilted` of `TokenSampling`. Charges one query and those of SoftmaxSampler (T6). */
export function* tiltedToken(prefix: Prefix, request: TiltRequest): TokenProgram<TiltedToken> {
  return (yield { kind: "tilted", prefix, request }) as TiltedToken
}
/**
 * `visits` Checked tokens at a prefix, until one fires: `checkedTilt` of `TokenSampling`. A visit charges the anchor, at most T_span tokens and at most N₂ trials.
 */
export function* checkedTokens(prefix: Prefix, request: CheckedTilt, visits: number): TokenProgram<CheckedTokens> {
  return (yield { kind: "checked", prefix, request, visits }) as CheckedTokens
}
/** The sum of n observed rewards, each in [0, R], of a response that is held. Charges n reward queries. */
export function* observeRewards(response: Response, n: number): TokenProgram<number> {
  return (yield { kind: "rewards", response, n }) as number
}

/** One observed reward in [0, R] of a response that is held. Charges one reward query. */
export const observeReward = (response: Response): TokenProgram<number> => observeRewards(response, 1)

/** Visits and other requests per Effect: short enough (about a millisecond) for fibres, timers and interruption to get their turn. */
const BLOCK = 4096

/**
 * Runs a program to its end: in blocks of about a millisecond where every oracle answers at once, request by request otherwise, in the same order. Fails with BudgetExhausted
 * where a budget ends it.
 */
export const runTokenProgram = Effect.fnUntraced(function* <A>(
  program: TokenProgram<A>
): Effect.fn.Return<A, BudgetExhausted, Prompts | TokenSampling | Rewards> {
  const prompts = yield* Prompts
  const tokens = yield* TokenSampling
  const rewards = yield* Rewards
  const [prompt, now, reward] = [prompts.immediate?.draw, tokens.immediate, rewards.immediate?.querySum]
  let step = program.next(undefined)
  if (prompt !== undefined && now !== undefined && reward !== undefined) {
    const perform = (request: Request): Answer => {
      switch (request.kind) {
        case "prompts":
          return prompt(request.n)
        case "token":
          return now.draw(request.prefix)
        case "search":
          return now.firstHit(request.prefix, request.test, request.limit)
        case "tilted":
          return now.tilted(request.prefix, request.request)
        case "checked":
          return now.checkedTilt(request.prefix, request.request, request.visits)
        case "rewards":
          return reward(request.response, request.n)
      }
    }
    while (step.done !== true) {
      yield* answer(() => {
        for (let work = 0; work < BLOCK && step.done !== true;) {
          const request = step.value
          work += request.kind === "checked" ? request.visits : 1
          step = program.next(perform(request))
        }
      })
    }
    return step.value
  }
  const perform = (request: Request): Effect.Effect<Answer, BudgetExhausted> => {
    switch (request.kind) {
      case "prompts":
        return prompts.draw(request.n)
      case "token":
        return tokens.draw(request.prefix)
      case "search":
        return tokens.firstHit(request.prefix, request.test, request.limit)
      case "tilted":
        return tokens.tilted(request.prefix, request.request)
      case "checked":
        return tokens.checkedTilt(request.prefix, request.request, request.visits)
      case "rewards":
        return rewards.querySum(request.response, request.n)
    }
  }
  while (step.done !== true) step = program.next(yield* perform(step.value))
  return step.value
})
