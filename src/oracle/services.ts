/**
 * The oracles of the sampling framework (framework.md) as Effect services. The requirements channel of an algorithm names the ones
 * it may touch: that *is* its place in the framework.
 *
 * Operations are per batch or per round, never per sample. Interpreters that answer at once (literal loops, exact-law) also offer
 * `immediate`, the same operations as plain functions, for {@link comparisonRounds}; an interpreter behind a network offers none.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ParameterSet } from "../instance/instance.ts"
import type { EllipticTest, TruncatedLinearTilt } from "../policy/elliptic-test.ts"
import type { Commitment } from "./commitment.ts"
import type { Pair, Prompt, Response } from "./handle.ts"
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
}

/** What the learner is told before it starts (framework.md): the constants every theorem mentions and nothing of π_ref or r*. */
export interface Problem extends ProblemConstants {
  /** Θ itself: what a proper learner commits to must lie in it. */
  readonly parameterSet: ParameterSet
  /** Present where responses are made of tokens. */
  readonly tokens?: TokenConstants
}

/** x ~ ρ. Prompts are counted but free. */
export class Prompts extends Context.Service<
  Prompts,
  {
    /** n prompts, independent. */
    readonly draw: (n: number) => Effect.Effect<ReadonlyArray<Prompt>>
    readonly immediate?: { readonly draw: (n: number) => ReadonlyArray<Prompt> }
  }
>()("coverbound/Prompts") {}

/** The answer of {@link WeakSampling.sweep}. */
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

/** The weak oracle: y ~ π_ref(·∣x), and the two compound requests that an interpreter may answer in law. */
export class WeakSampling extends Context.Service<
  WeakSampling,
  {
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
    readonly sweep: (
      test: EllipticTest,
      limit: number,
      prompts: number
    ) => Effect.Effect<Sweep, BudgetExhausted, Prompts>
    /**
     * Draws n ≥ 1 responses at the anchor's prompt and keeps the one whose relative feature to the anchor has the largest elliptic norm (the first drawn of
     * equals; ν does not enter): best-of-n for novelty. Charges n.
     */
    readonly farthest: (anchor: Response, test: EllipticTest, n: number) => Effect.Effect<Response, BudgetExhausted>
    /** SoftmaxSampler at an anchor the learner holds: charges N₁ and the trials made (T6). */
    readonly tilted: (anchor: Response, request: TiltRequest) => Effect.Effect<TiltedDraw, BudgetExhausted>
    /** Draws an anchor y′ ~ π_ref (one query), then {@link tilted}. */
    readonly tiltedPair: (prompt: Prompt, request: TiltRequest) => Effect.Effect<TiltedPair, BudgetExhausted>
    readonly immediate?: { readonly tiltedPair: (prompt: Prompt, request: TiltRequest) => TiltedPair }
  }
>()("coverbound/WeakSampling") {}

/** The reward oracle: observed rewards in [0, R] with mean r*(x,y), independent given the responses. */
export class Rewards extends Context.Service<
  Rewards,
  {
    /** One observed reward for each response. Charges one query each. */
    readonly query: (responses: ReadonlyArray<Response>) => Effect.Effect<Float64Array, BudgetExhausted>
    /**
     * Both rewards of every pair of the batch, summed over each pair's multiplicity: Σ(r₁−r₂), aligned with `batch.pairs`.
     * Charges two queries a pair.
     */
    readonly queryDifferences: (batch: PairBatch) => Effect.Effect<Float64Array, BudgetExhausted>
    readonly immediate?: {
      /** r₁ − r₂ of one pair; charges two queries. */
      readonly queryDifference: (pair: Pair) => number
      /** One observed reward of one response; charges one query. */
      readonly query?: (response: Response) => number
    }
  }
>()("coverbound/Rewards") {}

/** The strong oracle: y ~ π_θ(·∣x) for any θ ∈ Θ the learner names. Its draws are for planning; what a proper learner rewards is drawn by {@link ProperRewards}. */
export class StrongSampling extends Context.Service<
  StrongSampling,
  {
    /** One response of π_θ to each prompt. Charges one strong query each. Dies with `OutsideParameterSet` where θ ∉ Θ. */
    readonly draw: (
      theta: Float64Array,
      prompts: ReadonlyArray<Prompt>
    ) => Effect.Effect<ReadonlyArray<Response>, BudgetExhausted>
  }
>()("coverbound/StrongSampling") {}

/** What one prompt gave a proper learner: a fresh draw of each committed parameter, each with its observed reward. */
export interface RewardedDraws {
  readonly prompt: Prompt
  /** One response per committed parameter, in order. */
  readonly responses: ReadonlyArray<Response>
  /** Their observed rewards, aligned. */
  readonly rewards: Float64Array
}

/**
 * The reward oracle of proper (training-time) exploration: a reward is observed only at a fresh draw of a parameter committed to before its prompt was drawn.
 *
 * Committing, drawing and rewarding are one operation. Were they three, a learner could draw many responses and reward those it likes, which is inference-time
 * exploration under another name, and what L2 says of proper learners would not hold of it.
 */
export class ProperRewards extends Context.Service<
  ProperRewards,
  {
    /**
     * n times: a fresh prompt x ~ ρ, then y_i ~ π_{θ_i}(·∣x) for each committed θ_i, and the rewards of all. Charges m·n strong queries and m·n reward
     * queries. Dies with `OutsideParameterSet` where a θ_i ∉ Θ.
     */
    readonly explore: (
      commitment: Commitment,
      n: number
    ) => Effect.Effect<ReadonlyArray<RewardedDraws>, BudgetExhausted>
  }
>()("coverbound/ProperRewards") {}

/** Enumeration of Y(x). A learner that uses it pays ∣Y(x)∣ sampling queries each time it asks. */
export class ResponseSpace extends Context.Service<
  ResponseSpace,
  {
    /** Every response to x; responses that no feature tells apart may share a handle. */
    readonly enumerate: (prompt: Prompt) => Effect.Effect<ReadonlyArray<Response>, BudgetExhausted>
  }
>()("coverbound/ResponseSpace") {}
