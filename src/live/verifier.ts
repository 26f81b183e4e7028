/** What a user knows of responses: φ by checks, and the reward. Both are functions of a prompt and a response, made wherever their module runs. */
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"

/** The module of checks said what it must not: one line. */
export class ChecksFailed extends Data.TaggedError("ChecksFailed")<{ readonly what: string }> {
  override get message(): string {
    return this.what
  }
}

export interface Asked {
  /** Prompt number. */
  readonly x: number
  readonly text: string
  readonly finished: boolean
}

/** What a check or a reward gave; `failed` says why it gave none (it threw, or never ended), which counts as zeros. */
export interface Verdict<A> {
  readonly value: A
  readonly failed?: string
}

export interface Verifier {
  /** d. */
  readonly dimension: number
  /** What each coordinate of φ says, where its module has names. */
  readonly names: ReadonlyArray<string> | undefined
  /** R: rewards lie in [0, R]. */
  readonly rewardRange: number
  /** B ≥ ‖θ*‖. */
  readonly parameterRadius: number
  /** Whether two rewards of one response may differ. */
  readonly noisy: boolean
  /** φ of each, ‖φ‖₂ ≤ 1. */
  readonly features: (
    asked: ReadonlyArray<Asked>
  ) => Effect.Effect<ReadonlyArray<Verdict<ReadonlyArray<number>>>, ChecksFailed>
  readonly reward: (asked: Asked) => Effect.Effect<Verdict<number>, ChecksFailed>
}
