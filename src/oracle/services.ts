/**
 * The oracles of the sampling framework (framework.md) as Effect services. The requirements channel of an algorithm names the ones
 * it may touch: that *is* its place in the framework.
 *
 * Operations are per batch or per round, never per sample. Interpreters that answer at once (literal loops, exact-law) also offer
 * `immediate`, the same operations as plain functions, for programs that ask millions of times ({@link runProgram}); an interpreter behind a network offers none.
 * The table in operations.ts lists what every operation here is asked with and answers.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ParameterSet } from "../instance/instance.ts"
import type { EllipticTest, TruncatedLinearTilt } from "../policy/elliptic-test.ts"
import type { Commitment, Pair, Prefix, Prompt, Response, Token, TokenPair } from "./handle.ts"
import type { BudgetExhausted } from "./ledger.ts"

/** The constants that bounds are made of. */
export interface ProblemConstants {
  /** d. */
  readonly dimension: number
  /** β, in units of reward. */
  readonly beta: number
  /** R. */
  readonly rewardRange: number
  /** B ≥ ‖θ‖₂ over Θ. */
  readonly parameterRadius: number
}

/** What a learner is told of responses that are made token by token (t8-mtss.md). */
export interface TokenConstants {
  /** H: tokens in a response. */
  readonly horizon: number
  /** d of the token features. */
  readonly dimension: number
  /** Whether rewards are observed without noise: how many rollouts a target needs depends on it. */
  readonly noiseFree: boolean
  /** B ≥ max_h ‖θ*_h‖₂ over the layers. */
  readonly parameterRadius: number
}

/** What the learner is told before it starts (framework.md): the constants every theorem mentions and nothing of π_ref or r*. */
export interface Problem extends ProblemConstants {
  /** Θ itself: what a proper learner commits to must lie in it. */
  readonly parameterSet: ParameterSet
  /** Present where responses are made of tokens. */
  readonly tokens?: TokenConstants
}

/** The operations of a service as plain functions. They throw BudgetExhausted. */
export type Immediate<S> = {
  readonly [
    O in keyof S as S[O] extends (...args: never) => Effect.Effect<infer _A, infer _E, infer _R> ? O : never
  ]: S[O] extends (...args: infer P) => Effect.Effect<infer A, infer _E, infer _R> ? (...args: P) => A : never
}

/** A service: its operations, and those that may answer at once. `Later` never do. */
type Offered<S, Later extends keyof S = never> = S & { readonly immediate?: Immediate<Omit<S, Later>> }

/** What {@link Prompts} answers. */
export interface PromptsOperations {
  /** n prompts, independent. */
  readonly draw: (n: number) => Effect.Effect<ReadonlyArray<Prompt>>
}
/** x ~ ρ. Prompts are counted but free. */
export class Prompts extends Context.Service<Prompts, Offered<PromptsOperations>>()("coverbound/Prompts") {}

/** The answer of `sweep` of {@link WeakSampling}. */
export interface Sweep {
  /** Prompts visited, the accepting one included. */
  readonly promptsVisited: number
  /** The first pair that passed, if any did. */
  readonly hit: Pair | undefined
}

/** Pairs with multiplicity: equal pairs may be stated once with their count (a batch is a multiset; order carries nothing). */
export interface PairBatch {
  readonly pairs: ReadonlyArray<Pair>
  /** Multiplicities, aligned with `pairs`; they sum to the number of pairs drawn. */
  readonly counts: Float64Array
}

/** What a tilted draw needs beside the tilt: the promise M ≥ sup p/π_ref and the failure level δ of SoftmaxSampler. */
export interface TiltRequest {
  readonly tilt: TruncatedLinearTilt
  /** M ≥ 1. */
  readonly promise: number
  /** δ in (0, 1). */
  readonly delta: number
}

/** A draw by SoftmaxSampler (t6-softmax-sampler.md). */
export interface TiltedDraw {
  readonly response: Response
  /** False: no trial was accepted and `response` is the last rejected one. */
  readonly accepted: boolean
  /** log Ẑ, estimated from the draws that were paid for. */
  readonly logNormaliser: number
}

/** A tilted draw against a fresh anchor y′ ~ π_ref. */
export interface TiltedPair {
  /** left: the tilted draw; right: the anchor. */
  readonly pair: Pair
  readonly accepted: boolean
}

/** What {@link WeakSampling} answers. */
export interface WeakSamplingOperations {
  /** One response to each prompt. Charges one query each. */
  readonly draw: (prompts: ReadonlyArray<Prompt>) => Effect.Effect<ReadonlyArray<Response>, BudgetExhausted>
  /** n pairs, each at a fresh prompt. Charges 2n. */
  readonly pairs: (n: number) => Effect.Effect<PairBatch, BudgetExhausted, Prompts>
  /** Draws up to `limit` pairs at x until one passes; charges two queries a pair drawn. */
  readonly firstHit: (
    prompt: Prompt,
    test: EllipticTest,
    limit: number
  ) => Effect.Effect<Pair | undefined, BudgetExhausted>
  /** Visits up to `prompts` fresh prompts with {@link firstHit}, stopping at the first pair that passes. */
  readonly sweep: (test: EllipticTest, limit: number, prompts: number) => Effect.Effect<Sweep, BudgetExhausted, Prompts>
  /**
   * Draws n ≥ 1 responses at the anchor's prompt and keeps the one whose relative feature to the anchor has the largest elliptic norm (the first drawn of
   * equals; ν does not enter): best-of-n for novelty. Charges n.
   */
  readonly farthest: (anchor: Response, test: EllipticTest, n: number) => Effect.Effect<Response, BudgetExhausted>
  /** SoftmaxSampler at an anchor the learner holds: charges N₁ and the trials made (T6). */
  readonly tilted: (anchor: Response, request: TiltRequest) => Effect.Effect<TiltedDraw, BudgetExhausted>
  /** Draws an anchor y′ ~ π_ref (one query), then {@link tilted}. */
  readonly tiltedPair: (prompt: Prompt, request: TiltRequest) => Effect.Effect<TiltedPair, BudgetExhausted>
}
/** The weak oracle: y ~ π_ref(·∣x), and the two compound requests that an interpreter may answer in law. */
export class WeakSampling extends Context.Service<WeakSampling, Offered<WeakSamplingOperations, "sweep">>()(
  "coverbound/WeakSampling"
) {}

/** What {@link Rewards} answers. */
export interface RewardsOperations {
  /** One observed reward for each response. Charges one query each. */
  readonly query: (responses: ReadonlyArray<Response>) => Effect.Effect<Float64Array, BudgetExhausted>
  /**
   * Both rewards of every pair of the batch, summed over each pair's multiplicity: Σ(r₁−r₂), aligned with `batch.pairs`.
   * Charges two queries a pair.
   */
  readonly queryDifferences: (batch: PairBatch) => Effect.Effect<Float64Array, BudgetExhausted>
  /** {@link query} of one response. */
  readonly queryOne: (response: Response) => Effect.Effect<number, BudgetExhausted>
  /** {@link queryDifferences} of one pair: r₁ − r₂. */
  readonly queryDifference: (pair: Pair) => Effect.Effect<number, BudgetExhausted>
  /** The sum of n ≥ 1 observed rewards of one response. Charges n queries. */
  readonly querySum: (response: Response, n: number) => Effect.Effect<number, BudgetExhausted>
}
/** The reward oracle: observed rewards in [0, R] with mean r*(x,y), independent given the responses. */
export class Rewards extends Context.Service<Rewards, Offered<RewardsOperations>>()("coverbound/Rewards") {}

/** What {@link StrongSampling} answers. */
export interface StrongSamplingOperations {
  /** One response of π_θ to each prompt. Charges one strong query each. Dies with `OutsideParameterSet` where θ ∉ Θ. */
  readonly draw: (
    theta: Float64Array,
    prompts: ReadonlyArray<Prompt>
  ) => Effect.Effect<ReadonlyArray<Response>, BudgetExhausted>
}
/** The strong oracle: y ~ π_θ(·∣x) for any θ ∈ Θ the learner names. Its draws are for planning; what a proper learner rewards is drawn by {@link ProperRewards}. */
export class StrongSampling extends Context.Service<StrongSampling, Offered<StrongSamplingOperations>>()(
  "coverbound/StrongSampling"
) {}

/** What one prompt gave a proper learner: a fresh draw of each committed parameter, each with its observed reward. */
export interface RewardedDraws {
  readonly prompt: Prompt
  /** One response per committed parameter, in order. */
  readonly responses: ReadonlyArray<Response>
  /** Their observed rewards, aligned. */
  readonly rewards: Float64Array
}

/** What {@link ProperRewards} answers. */
export interface ProperRewardsOperations {
  /**
   * n times: a fresh prompt x ~ ρ, then y_i ~ π_{θ_i}(·∣x) for each committed θ_i, and the rewards of all. Charges m·n strong queries and m·n reward
   * queries. Dies with `OutsideParameterSet` where a θ_i ∉ Θ.
   */
  readonly explore: (commitment: Commitment, n: number) => Effect.Effect<ReadonlyArray<RewardedDraws>, BudgetExhausted>
}
/**
 * The reward oracle of proper (training-time) exploration: a reward is observed only at a fresh draw of a parameter committed to before its prompt was drawn.
 *
 * Committing, drawing and rewarding are one operation. Were they three, a learner could draw many responses and reward those it likes, which is inference-time
 * exploration under another name, and what L2 says of proper learners would not hold of it.
 */
export class ProperRewards extends Context.Service<ProperRewards, Offered<ProperRewardsOperations>>()(
  "coverbound/ProperRewards"
) {}

/** What {@link ResponseSpace} answers. */
export interface ResponseSpaceOperations {
  /** Every response to x; responses that no feature tells apart may share a handle. */
  readonly enumerate: (prompt: Prompt) => Effect.Effect<ReadonlyArray<Response>, BudgetExhausted>
}
/** Enumeration of Y(x). A learner that uses it pays ∣Y(x)∣ sampling queries each time it asks. */
export class ResponseSpace extends Context.Service<ResponseSpace, Offered<ResponseSpaceOperations>>()(
  "coverbound/ResponseSpace"
) {}

/** A tilted token against a fresh anchor a′ ~ π_ref(·∣s) (t8-mtss.md). */
export interface TiltedToken {
  /** The tilted draw a. */
  readonly token: Token
  /** a′. */
  readonly anchor: Token
  /** False: no trial was accepted and `token` is the last rejected one. */
  readonly accepted: boolean
  /** f_h(s,a,a′)/β of the request. */
  readonly logit: number
  /** log Ẑ_h(s,a′), estimated from the draws that were paid for. */
  readonly logNormaliser: number
}

/** What Checked tokens are drawn by (t9-mtss-is-pac.md): a pair outside `tilt.truncation` fires. Where θ = 0 nothing is tilted: one draw of π_ref is the token. */
export interface CheckedTilt {
  readonly tilt: TruncatedLinearTilt
  /** T_span ≥ 1: tokens that the Check draws against the anchor, and that estimate the normaliser. */
  readonly draws: number
  /** M ≥ 1: a trial a is accepted with probability min{1, e^{f(a)/β}/(2MẐ)}. */
  readonly promise: number
  /** N₂ ≥ 1: trials at most; the last one is the token where none is accepted. */
  readonly trials: number
}

/** Tokens that visits of {@link TokenSamplingOperations.checkedTilt} returned, equal ones with their count. */
export interface CheckedToken {
  readonly token: Token
  /** a′. */
  readonly anchor: Token
  /** How often this token came against this anchor. */
  readonly count: number
  /** f_h(s,a,a′)/β of the request. */
  readonly logit: number
}

/** The visits of one request, in no order. */
export interface CheckedTokens {
  /** Visits made: all that were asked for, or up to the one that fired. */
  readonly visits: number
  /** (y, a′): what ended the request, y being one of the T_span tokens or the token to be returned. */
  readonly fired: TokenPair | undefined
  /** What visits that did not fire returned. */
  readonly tokens: ReadonlyArray<CheckedToken>
  /** Σ log Ẑ over them. */
  readonly logNormaliser: number
}

/** What {@link TokenSampling} answers. */
export interface TokenSamplingOperations {
  /** The empty prefix of a prompt. Free. */
  readonly start: (prompt: Prompt) => Prefix
  /** The prefix with a drawn token appended. Free: the token was paid for. */
  readonly extend: (token: Token) => Prefix
  /** The response that a prefix of H tokens is; throws TypeError where tokens are missing. */
  readonly finish: (prefix: Prefix) => Response
  /** One token a ~ π_ref(·∣s). Charges one query. */
  readonly draw: (prefix: Prefix) => Effect.Effect<Token, BudgetExhausted>
  /** Draws up to `limit` token pairs at s until one passes; charges two queries a pair drawn. */
  readonly firstHit: (
    prefix: Prefix,
    test: EllipticTest,
    limit: number
  ) => Effect.Effect<TokenPair | undefined, BudgetExhausted>
  /** Draws an anchor a′ (one query), then SoftmaxSampler at token level: charges N₁ and the trials made (T6). */
  readonly tilted: (prefix: Prefix, request: TiltRequest) => Effect.Effect<TiltedToken, BudgetExhausted>
  /**
   * `visits` times at s, one after another until one fires: an anchor a′ ~ π_ref, then T_span tokens y_i ~ π_ref; the first with (y_i, a′) outside the truncation
   * fires. If none does, Ẑ = mean e^{f(y_i,a′)/β}, and trials a ~ π_ref are made until one is accepted, at most N₂; a fires where (a, a′) is outside the truncation, and is
   * returned otherwise. A visit charges 1, the tokens drawn up to the firing one (else T_span), and the trials made.
   */
  readonly checkedTilt: (
    prefix: Prefix,
    request: CheckedTilt,
    visits: number
  ) => Effect.Effect<CheckedTokens, BudgetExhausted>
}
/**
 * The token oracle of multi-turn exploration (t8-mtss.md): a token of π_ref at any prefix the learner holds. Every token drawn is one sampling query.
 *
 * The compound requests are those of the weak oracle, at a prefix instead of a prompt, so that an interpreter may answer them in law. Requests are immutable: a
 * new θ or Σ is a new request, and identity tells an interpreter that nothing changed.
 */
export class TokenSampling extends Context.Service<TokenSampling, Offered<TokenSamplingOperations>>()(
  "coverbound/TokenSampling"
) {}
