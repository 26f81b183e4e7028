/**
 * Where a run writes down what it did. A journal is the experimenter's, not the learner's: it answers nothing about the instance except
 * "stop" (when an experiment measures queries to a target), and its default ignores everything.
 */
import * as Context from "effect/Context"
import type { Policy } from "../policy/policy.ts"

/** What a run tells its experimenter. */
export interface JournalShape {
  /**
   * The policy the learner would return now. Algorithms call it on a geometric schedule ({@link nextCheckpoint}); `stop` asks them to return it.
   * Arrays inside the policy may be reused by the caller after the call returns.
   */
  readonly checkpoint: (policy: () => Policy) => "continue" | "stop"
  /** An accepted relative feature (length d; copied by the journal); of tokens, with the layer 0 … H−1 whose spanner it joined. */
  readonly accepted: (phi: Float64Array, layer?: number) => void
  /** A pass of a multi-turn algorithm ended: prefixes visited in it, and whether a Check fired. */
  readonly pass?: (prefixes: number, fired: boolean) => void
  /** Free progress for people: done of total, in the algorithm's own unit. */
  readonly progress: (phase: string, done: number, total: number) => void
}

const ignore: JournalShape = {
  checkpoint: () => "continue",
  accepted: () => {},
  progress: () => {}
}

/** Where a run writes down what it did. A service with a default that ignores everything, so that it appears in no algorithm's requirements. */
export const Journal = Context.Reference<JournalShape>("coverbound/Journal", { defaultValue: () => ignore })

/** The round after t ≥ 0 at which a checkpoint is due: every round to 16, then ratio about 1.1. */
export const nextCheckpoint = (t: number): number => (t < 16 ? t + 1 : Math.ceil(t * 1.1))
