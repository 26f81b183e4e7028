/** What the audit and the process that holds a user's module say to each other. Typed arrays and bigint travel as they are ("advanced" serialization). */
import type { SearchChoice } from "../../search/session-search.ts"
import type { Goal } from "../../algorithm/algorithm.ts"
import type { Failure, ParameterChoice, TrialJob, TrialOutcome } from "../../audit/outcome.ts"
import type { ClockSetting } from "./clock-setting.ts"
import type { AlgorithmDescription, ChosenParameters, LawsJob, LawsOutcome } from "../../audit/runner.ts"

/** First message: what to load, and its limits. */
export interface LoadRequest {
  readonly kind: "load"
  /** A file URL, or the name of a package. */
  readonly module: string
  /** File URL of the folder that names are resolved from. */
  readonly from: string
  /** Folder of this audit's own: the sandbox works in an empty one in it. */
  readonly folder: string
  /** Bytes that the module's heap may take. */
  readonly memory: number
  /** Seconds of its processor's time that the module may take between two calls of oracles. */
  readonly secondsPerCall: number
  /** What may make the searches of its oracles. */
  readonly searches: SearchChoice
}

/** What a loaded module's process is asked. */
export type Question =
  | { readonly kind: "parameters"; readonly choice: ParameterChoice; readonly spec: string; readonly goal: Goal }
  /** `fresh`: in a process that has made no other, under this clock. */
  | { readonly kind: "trial"; readonly job: TrialJob; readonly fresh: ClockSetting | undefined }
  | { readonly kind: "laws"; readonly job: LawsJob }
  | { readonly kind: "look"; readonly job: TrialJob }

export type Request = LoadRequest | Question

/** What it answers, by kind of question. */
export interface Answers {
  readonly parameters: ChosenParameters
  readonly trial: TrialOutcome
  readonly laws: LawsOutcome
  readonly look: string | undefined
}

export type Reply = Said & {
  /** Bytes that the module wrote to stdout or stderr so far. */
  readonly noise?: number
}

type Said =
  | { readonly kind: "loaded"; readonly description: AlgorithmDescription }
  /** The module cannot be used; a line for people. */
  | { readonly kind: "refused"; readonly why: string }
  /** The module's process ended while it was loaded. */
  | { readonly kind: "lost"; readonly failure: Failure }
  /** It made no progress while it was loaded, or under a law: nothing is known of it. */
  | { readonly kind: "stuck"; readonly why: string }
  | { readonly kind: "progress"; readonly id: string }
  /** Of the request's kind. */
  | { readonly kind: "answer"; readonly value: Answers[keyof Answers] }
