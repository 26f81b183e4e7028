/** A law of one recorded run, and the algorithms it is about. */
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Observation } from "./candidate.ts"
import type { Finding, LawId } from "./law.ts"

/** What puts an algorithm under a law: what it says of itself, and its parameters. */
export type Described = Pick<AnyAlgorithm<never>, "claims" | "oracle" | "proper">

export interface RunLaw {
  readonly id: LawId
  readonly title: string
  /** Whether it also says something of runs that a budget ended. Default false. */
  readonly cut?: true
  /** Whether an algorithm is under it. Default: all are. */
  readonly about?: (algorithm: Described, parameters: ParameterRecord) => boolean
  readonly check: (observation: Observation) => ReadonlyArray<Finding>
}
