/** The tape of a run as data: one event for each answer of an oracle, with what it was charged, and one for each pair the learner said it accepted. */
import type { Pair, Prompt, Response } from "../oracle/handle.ts"
import type { PairBatch, RewardedDraws, Sweep, TiltRequest } from "../oracle/services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { TokenEvent } from "./recording-tokens.ts"

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

export type OracleEvent = { readonly charged: Charged } & (
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
  | { readonly kind: "differences"; readonly batch: PairBatch; readonly values: Float64Array }
  | { readonly kind: "enumerate"; readonly prompt: Prompt; readonly responses: ReadonlyArray<Response> }
  | { readonly kind: "accepted"; readonly phi: Float64Array; readonly layer: number | undefined }
  | TokenEvent
)
