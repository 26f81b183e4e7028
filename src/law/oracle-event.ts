/** The tape of a run as data: one event for each answer of an oracle, with what it was charged, and one for each pair the learner said it accepted. */
import type { Pair, Prefix, Prompt, Response, Token, TokenPair } from "../oracle/handle.ts"
import type {
  CheckedTilt,
  CheckedTokens,
  PairBatch,
  RewardedDraws,
  Sweep,
  TiltedToken,
  TiltRequest
} from "../oracle/services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"

/** What one call added to the ledger. */
export interface Charged {
  readonly prompts: bigint
  readonly sampling: bigint
  readonly rewards: bigint
}

/** A tilted draw against its anchor. `logNormaliser` where the learner was told it. */
export interface TiltedAnswer {
  readonly pair: Pair
  readonly accepted: boolean
  readonly logNormaliser: number | undefined
}

export type EventBody =
  | { readonly kind: "prompts"; readonly prompts: ReadonlyArray<Prompt> }
  | { readonly kind: "draw"; readonly prompts: ReadonlyArray<Prompt>; readonly responses: ReadonlyArray<Response> }
  | { readonly kind: "pairs"; readonly asked: number; readonly batch: PairBatch }
  | {
      readonly kind: "farthest"
      readonly anchor: Response
      readonly test: EllipticTest
      readonly asked: number
      readonly response: Response
    }
  | {
      readonly kind: "strong"
      readonly theta: Float64Array
      readonly prompts: ReadonlyArray<Prompt>
      readonly responses: ReadonlyArray<Response>
    }
  | {
      readonly kind: "explore"
      /** The committed parameters, in order. */
      readonly thetas: ReadonlyArray<Float64Array>
      readonly groups: ReadonlyArray<RewardedDraws>
    }
  | {
      readonly kind: "first-hit"
      readonly prompt: Prompt
      readonly test: EllipticTest
      readonly limit: number
      readonly hit: Pair | undefined
    }
  | {
      readonly kind: "sweep"
      readonly test: EllipticTest
      readonly limit: number
      readonly asked: number
      readonly answer: Sweep
    }
  | {
      readonly kind: "tilted"
      /** True when the oracle drew the anchor, too. */
      readonly anchorDrawn: boolean
      readonly request: TiltRequest
      readonly answer: TiltedAnswer
    }
  | { readonly kind: "rewards"; readonly responses: ReadonlyArray<Response>; readonly values: Float64Array }
  | { readonly kind: "reward-sum"; readonly response: Response; readonly n: number; readonly value: number }
  | { readonly kind: "differences"; readonly batch: PairBatch; readonly values: Float64Array }
  | { readonly kind: "enumerate"; readonly prompt: Prompt; readonly responses: ReadonlyArray<Response> }
  | { readonly kind: "accepted"; readonly phi: Float64Array; readonly layer: number | undefined }
  | { readonly kind: "token-start"; readonly prompt: Prompt; readonly prefix: Prefix }
  | { readonly kind: "token-extend"; readonly token: Token; readonly prefix: Prefix }
  | { readonly kind: "token-finish"; readonly prefix: Prefix; readonly response: Response }
  | { readonly kind: "token-draw"; readonly prefix: Prefix; readonly token: Token }
  | {
      readonly kind: "token-search"
      readonly prefix: Prefix
      readonly test: EllipticTest
      readonly limit: number
      readonly hit: TokenPair | undefined
    }
  | {
      readonly kind: "token-tilted"
      readonly prefix: Prefix
      readonly request: TiltRequest
      readonly answer: TiltedToken
    }
  | {
      readonly kind: "token-checked"
      readonly prefix: Prefix
      readonly request: CheckedTilt
      /** Visits. */
      readonly asked: number
      readonly answer: CheckedTokens
    }

export type OracleEvent = { readonly charged: Charged } & EventBody
