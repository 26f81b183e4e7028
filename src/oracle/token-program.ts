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

/** What programs ask: operations of the token oracle, prompts, and summed rewards. */
interface Asked extends Pick<TokenSampling["Service"], "draw" | "firstHit" | "tilted" | "checkedTilt"> {
  readonly prompts: Prompts["Service"]["draw"]
  readonly rewards: Rewards["Service"]["querySum"]
}
/** They answer at once, or as Effects. */
type Oracles = { readonly [O in keyof Asked]: (...given: Parameters<Asked[O]>) => unknown }
interface Request {
  readonly ask: keyof Asked
  readonly given: ReadonlyArray<unknown>
}
const request = <O extends keyof Asked>(ask: O, ...given: Parameters<Asked[O]>): Request => ({ ask, given })
const made = (oracles: Oracles, { ask, given }: Request): unknown =>
  (oracles[ask] as (...given: ReadonlyArray<unknown>) => unknown)(...given)

/**
 * A program that draws tokens one after another and ends with an A: a generator of requests, made of {@link freshPrompt}, {@link drawToken}, {@link searchTokens},
 * {@link tiltedToken} and {@link observeReward} by `yield*`, and run by {@link runTokenProgram}.
 */
export type TokenProgram<A> = Generator<Request, A, unknown>

/** n prompts x ~ ρ, independent. Free. */
export function* freshPrompts(n: number): TokenProgram<ReadonlyArray<Prompt>> {
  return (yield request("prompts", n)) as ReadonlyArray<Prompt>
}
/** A prompt x ~ ρ. Free. */
export function* freshPrompt(): TokenProgram<Prompt> {
  return (yield* freshPrompts(1))[0]
}
/** One token a ~ π_ref(·∣s) at a prefix: `draw` of `TokenSampling`. Charges one query. */
export function* drawToken(prefix: Prefix): TokenProgram<Token> {
  return (yield request("draw", prefix)) as Token
}
/** Draws up to `limit` token pairs at a prefix until one passes the test: `firstHit` of `TokenSampling`. Charges two queries a pair drawn; undefined where none passed. */
export function* searchTokens(prefix: Prefix, test: EllipticTest, limit: number): TokenProgram<TokenPair | undefined> {
  return (yield request("firstHit", prefix, test, limit)) as TokenPair | undefined
}
/** A tilted token against a fresh anchor at a prefix: `tilted` of `TokenSampling`. Charges one query and those of SoftmaxSampler (T6). */
export function* tiltedToken(prefix: Prefix, tilt: TiltRequest): TokenProgram<TiltedToken> {
  return (yield request("tilted", prefix, tilt)) as TiltedToken
}
/**
 * `visits` Checked tokens at a prefix, until one fires: `checkedTilt` of `TokenSampling`. A visit charges the anchor, at most T_span tokens and at most N₂ trials.
 */
export function* checkedTokens(prefix: Prefix, tilt: CheckedTilt, visits: number): TokenProgram<CheckedTokens> {
  return (yield request("checkedTilt", prefix, tilt, visits)) as CheckedTokens
}
/** The sum of n observed rewards, each in [0, R], of a response that is held. Charges n reward queries. */
export function* observeRewards(response: Response, n: number): TokenProgram<number> {
  return (yield request("rewards", response, n)) as number
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
  let step = program.next(undefined)
  const [prompt, now, reward] = [prompts.immediate?.draw, tokens.immediate, rewards.immediate?.querySum]
  if (prompt !== undefined && now !== undefined && reward !== undefined) {
    const oracles = { ...now, prompts: prompt, rewards: reward }
    while (step.done !== true) {
      yield* answer(() => {
        for (let work = 0; work < BLOCK && step.done !== true;) {
          const { ask, given } = step.value
          work += ask === "checkedTilt" ? (given[2] as number) : 1
          step = program.next(made(oracles, step.value))
        }
      })
    }
    return step.value
  }
  const oracles = { ...tokens, prompts: prompts.draw, rewards: rewards.querySum }
  while (step.done !== true)
    step = program.next(yield* made(oracles, step.value) as Effect.Effect<unknown, BudgetExhausted>)
  return step.value
})
