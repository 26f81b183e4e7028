/** What instance laws share: the shape of a law, its tolerance, and sums over an instance. */
import type { FiniteInstance } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import type { Finding, LawId } from "./law.ts"

/** A deterministic law of an instance; `stream` makes the law's own choices (policies, offsets). */
export interface InstanceLaw {
  readonly id: LawId
  readonly title: string
  readonly check: (exact: FiniteInstance, stream: Stream) => ReadonlyArray<Finding>
}

/** The tolerance of T1 and T2, in units of R (T1) and of log C_cov (T2). */
export const EXACT = 1e-10

export const prompts = (exact: FiniteInstance): ReadonlyArray<number> => Array.from(exact.promptProbabilities.keys())
