/** What an entry of `verify`'s fault catalogue is, and how one is made. */
import { type Candidate, candidateOf } from "../../law/candidate.ts"
import { type Choices, variant } from "./spanner-sampling-variant.ts"

export interface Fault {
  readonly candidate: Candidate
  /** What is wrong, one phrase. */
  readonly what: string
  /** Checks of `verify` of which at least one must refute it. */
  readonly breaks: ReadonlyArray<string>
}

export const fault = (candidate: Candidate, what: string, ...breaks: ReadonlyArray<string>): Fault => ({
  candidate,
  what,
  breaks
})

/** A candidate with one part replaced. */
export const replacing = (name: string, part: Partial<Omit<Candidate, "name">>): Candidate => ({
  ...candidateOf(),
  ...part,
  name
})

/** SpannerSampling with some choices changed. */
export const spanner = (name: string, changed: Choices): Candidate =>
  replacing(name, { algorithm: variant(name, changed) })
