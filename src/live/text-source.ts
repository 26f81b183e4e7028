/** Whatever draws texts: a server, or a model that runs here. All that a live run asks of π_ref. */
import type * as Effect from "effect/Effect"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import type { Draws } from "../server/completions.ts"

/** Independent draws of π_ref at a prompt. */
export interface TextSource {
  /** For people and records: an address, or a model's name and digest. */
  readonly name: string
  /** n independent draws. The same prompt, n and seed give the same draws where the source draws by seed. */
  readonly draw: (prompt: string, n: number, seed: number) => Effect.Effect<Draws, BackendUnavailable>
  /** What is known of how it draws, for records; may become known with the first draws. */
  readonly facts: () => TextSourceFacts
}

/** How a source draws. */
export interface TextSourceFacts {
  /** Sampling parameters that are sent. */
  readonly sampling: Readonly<Record<string, number>>
  /** Whose tokens usage counts: those of all n choices, of one of them, or nobody's. */
  readonly usage: "all" | "one" | "none"
}
