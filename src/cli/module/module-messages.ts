/** What the audit and the process that holds a user's module say to each other. Typed arrays and bigint travel as they are ("advanced" serialization). */
import type { SearchChoice } from "../../search/session-search.ts"
import type { Goal } from "../../algorithm/algorithm.ts"
import type { ParameterChoice, TrialJob, TrialOutcome } from "../../audit/outcome.ts"
import type { AlgorithmDescription, ChosenParameters, LawsJob, LawsOutcome } from "../../audit/runner.ts"

/** First message: what to load, and its limits. */
export interface LoadRequest {
  readonly kind: "load"
  /** A file URL, or the name of a package. */
  readonly module: string
  /** File URL of the folder that names are resolved from. */
  readonly from: string
  /** Marks lines on stderr as the host's own. */
  readonly mark: string
  /** Bytes of resident memory past which the process ends itself. */
  readonly memory: number
  /** Seconds after which a trial that asks its oracles is given up. */
  readonly secondsPerTrial: number
  /** What may make the searches of its oracles. */
  readonly searches: SearchChoice
}

export type Request =
  | LoadRequest
  | { readonly kind: "parameters"; readonly choice: ParameterChoice; readonly spec: string; readonly goal: Goal }
  | { readonly kind: "trial"; readonly job: TrialJob }
  | { readonly kind: "laws"; readonly job: LawsJob }
  | { readonly kind: "look"; readonly job: TrialJob }
  /** Where are you? Answered at once by a process whose event loop turns. */
  | { readonly kind: "where" }

export type Reply =
  | { readonly kind: "loaded"; readonly description: AlgorithmDescription }
  /** The module cannot be used; a line for people. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "parameters"; readonly chosen: ChosenParameters }
  | { readonly kind: "trial"; readonly outcome: TrialOutcome }
  | { readonly kind: "progress"; readonly id: string }
  | { readonly kind: "laws"; readonly outcome: LawsOutcome }
  | { readonly kind: "look"; readonly said: string | undefined }
  | { readonly kind: "at"; readonly operation: string }

/** What the host says on stderr, after its mark, when it ends before it could answer. */
export type LastWord = "exit" | "memory" | "outside"
