/** What the checker judges a claim on, and comes to: types, which are gone when it runs. */
import type { Certificate, Evidence, InstanceData, Verdict } from "./schema.ts"

/** The evidence of a kind. */
export type Of<K extends Evidence["kind"]> = Extract<Evidence, { readonly kind: K }>
export type Identity<K extends string> = {
  readonly identity: Extract<Of<"identity">["identity"], { readonly kind: K }>
}
export type Trial = Of<"trials">["runs"]["trials"][number]
export type Parameters = Certificate["claim"]["parameters"]
export type Problem = NonNullable<Certificate["instance"]>["problem"]

/** What is under examination. */
export interface Case extends Pick<Certificate, "claim" | "algorithm" | "seeds"> {
  readonly problem: Problem
  readonly data: InstanceData | null
  /** What was taken as stated. */
  readonly assumed: Array<string>
}

/** The verdict, and what the certificate must state. */
export type Finding = readonly [verdict: Verdict, statement: string]
/** The evidence that a claim takes, how it is judged, and whether it is about samples (else its level is 0). */
export type Rule = readonly [evidence: string, judge: (k: Case, e: never) => Finding, nature?: "sampled"]
/** What a count may be at most. */
export type Bound = (p: Parameters, problem: Problem) => bigint
