/** What is said between the command, the process that holds a module of checks, and the module's own sandbox. */
import type { SandboxRequest } from "../module/sandbox.ts"
import type { PromptRecord } from "./prompts-file.ts"

/** What a module says of itself. */
export interface ChecksDescription {
  readonly dimension: number
  readonly names?: ReadonlyArray<string>
  readonly rewardRange: number
  readonly parameterRadius?: number
  readonly noisy: boolean
}

export interface LoadChecks extends SandboxRequest {
  readonly kind: "load"
  readonly prompts: ReadonlyArray<PromptRecord>
}

export interface JudgeResponse {
  readonly kind: "features" | "reward"
  readonly x: number
  readonly text: string
  readonly finished: boolean
  /** Ask twice: what is a function gives the same. */
  readonly twice: boolean
}

/** Of one response: a value, none because the module failed on it, or what no module may say. */
export type Judged =
  | { readonly kind: "value"; readonly value: number | ReadonlyArray<number> }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "wrong"; readonly why: string }

export type ChecksRequest = LoadChecks | { readonly kind: "judge"; readonly of: ReadonlyArray<JudgeResponse> }

export type ChecksReply =
  | { readonly kind: "loaded"; readonly description: ChecksDescription }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "judged"; readonly of: ReadonlyArray<Judged> }
