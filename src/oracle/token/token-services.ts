/**
 * The token oracle of multi-turn exploration (t8-mtss.md): a token of π_ref at any prefix the learner holds. Every token drawn is one sampling query.
 *
 * The compound requests are those of the weak oracle, at a prefix instead of a prompt, so that an interpreter may answer them in law. Requests are immutable: a
 * new θ or Σ is a new request, and identity tells an interpreter that nothing changed.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { EllipticTest } from "../../policy/elliptic-test.ts"
import type { Prompt, Response } from "../handle.ts"
import type { BudgetExhausted } from "../ledger.ts"
import type { TiltRequest } from "../services.ts"
import type { Prefix, Token, TokenPair } from "./token-handle.ts"

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

/** The operations as plain functions, for interpreters that answer at once. @throws BudgetExhausted */
export interface ImmediateTokens {
  readonly draw: (prefix: Prefix) => Token
  readonly firstHit: (prefix: Prefix, test: EllipticTest, limit: number) => TokenPair | undefined
  readonly tilted: (prefix: Prefix, request: TiltRequest) => TiltedToken
}

export class TokenSampling extends Context.Service<
  TokenSampling,
  {
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
    readonly immediate?: ImmediateTokens
  }
>()("coverbound/TokenSampling") {}
