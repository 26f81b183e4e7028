/**
 * The rollouts of a token tape: which tokens were drawn one after another from which beginning, under which tilts, and what reward they came to. Followed by
 * identity: a prefix is what `start` or `extend` answered, a token what a draw at a prefix answered.
 */
import { insidePrefix, type Prefix, type Prompt, type Response, type Token } from "../oracle/handle.ts"
import type { TiltRequest } from "../oracle/services.ts"
import type { OracleEvent } from "./oracle-event.ts"

/** One token of a rollout: its layer, and the tilt it was drawn by (undefined: a plain draw of π_ref). */
export interface Step {
  readonly layer: number
  readonly request: TiltRequest | undefined
}

export interface Rollout {
  /** A prompt, or the token whose value is asked. */
  readonly from: Prompt | Token
  readonly steps: ReadonlyArray<Step>
  /** Σ_k ℓ_k of its tokens: f/β − log Ẑ, 0 for a plain draw. */
  readonly logRatio: number
}

export class Rollouts {
  private readonly byPrefix = new Map<Prefix, Rollout>()
  private readonly byToken = new Map<Token, Rollout>()
  private readonly byResponse = new Map<Response, Rollout>()

  /** Reads the next event of a tape. */
  read(event: OracleEvent): void {
    if (event.kind === "token-start") this.byPrefix.set(event.prefix, { from: event.prompt, steps: [], logRatio: 0 })
    if (event.kind === "token-draw") this.step(event.prefix, event.token, undefined, 0)
    if (event.kind === "token-tilted") {
      const { logit, logNormaliser, token } = event.answer
      this.step(event.prefix, token, event.request, logit - logNormaliser)
    }
    if (event.kind === "token-extend")
      this.byPrefix.set(event.prefix, this.byToken.get(event.token) ?? { from: event.token, steps: [], logRatio: 0 })
    if (event.kind === "token-finish") {
      const rollout = this.byPrefix.get(event.prefix)
      if (rollout !== undefined) this.byResponse.set(event.response, rollout)
    }
  }

  at(prefix: Prefix): Rollout | undefined {
    return this.byPrefix.get(prefix)
  }

  of(response: Response): Rollout | undefined {
    return this.byResponse.get(response)
  }

  private step(prefix: Prefix, token: Token, request: TiltRequest | undefined, ratio: number): void {
    const before = this.byPrefix.get(prefix)
    if (before === undefined) return
    const steps = [...before.steps, { layer: insidePrefix(prefix).layer, request }]
    this.byToken.set(token, { from: before.from, steps, logRatio: before.logRatio + ratio })
  }
}
