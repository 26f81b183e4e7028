/** What an audit of everything is asked and what it found, and how what does not hold and what was not done is listed. */
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import type { CheckResult } from "../verify/verify.ts"
import type { Axis } from "./axes.ts"
import type { PlannedCase } from "./cases.ts"
import type { CaseResult } from "./case-run.ts"
import type { ClaimVerdict } from "./claims.ts"
import type { OracleUse } from "./oracle-use.ts"
import type { Failure } from "./outcome.ts"
import type { Runner } from "./runner.ts"
import type { ExponentRow } from "./scaling.ts"
import type { Smallest } from "./smallest.ts"
import type { Standing } from "./standing.ts"

/** What an audit of everything may use. The same seed gives the same result. */
export interface PlanOptions {
  /** The instance of a SPEC. */
  readonly resolve: (spec: string) => Instance
  readonly seed: number
  /** Whether the learner must not know the instances: those that everybody can look up are turned by a rotation drawn from the seed. Default false. */
  readonly secret?: boolean
  /** Chance that anything correct is refuted, all tests together. */
  readonly level: number
  /** δ asked of the algorithm's own guarantee. Default 0.1. */
  readonly delta?: number
  /** Work after which no more is begun, in units of 20,000 oracle calls. Default: as much as it takes. */
  readonly budget?: number
  /** At most this many trials a case. Default: the case's own. */
  readonly trials?: number
  /** Runs a point of an axis. Default 8: as many as a 95 % interval of four medians takes. */
  readonly trialsPerPoint?: number
  readonly cases?: ReadonlyArray<PlannedCase>
  readonly axes?: ReadonlyArray<Axis>
  /** Whether the laws of its program are held. Default true. */
  readonly laws?: boolean
  /** Algorithms to stand beside. */
  readonly rivals: ReadonlyArray<AnyAlgorithm<OracleServices>>
  /** Stop at the first refutation: to measure power. */
  readonly untilRefuted?: boolean
  readonly progress?: (share: number, what: string) => void
}

/** Something that does not hold. One line. */
export interface Finding {
  readonly what: string
  /** The case it was found in, where there is one. */
  readonly where: string
  readonly failure?: Failure
}

/** What an audit of everything found: the verdicts of claims and of laws, exponents, its standing beside rivals, and one line for whatever does not hold. */
export interface PlanResult {
  readonly runner: Runner
  readonly options: PlanOptions
  readonly cases: ReadonlyArray<CaseResult>
  readonly laws: ReadonlyArray<CheckResult>
  readonly exponents: ReadonlyArray<ExponentRow>
  readonly standing: ReadonlyArray<Standing>
  readonly use: OracleUse
  /** Every clause of every claim and impossibility. */
  readonly clauses: ReadonlyArray<ClaimVerdict>
  /** Where to look, for a broken impossibility. */
  readonly whereToLook: string | undefined
  /** A smaller instance on which runs end above ε too, where a case refuted that they do not. */
  readonly smallest: Smallest | undefined
  readonly findings: ReadonlyArray<Finding>
  /** What there was no budget for, or no sense in. */
  readonly leftOut: ReadonlyArray<string>
  /** Of that, what was asked for and was not run, or not to its end. */
  readonly notRun: ReadonlyArray<string>
  readonly runs: number
  /** What it took, in units of BUDGET_UNIT. */
  readonly work: number
}

/** Laws whose refutation is a finding of its own: those of theorems are counted with their claims. */
const OWN_GROUPS: ReadonlyArray<string> = ["oracle", "policy", "method", "metamorphic"]

/** One line for whatever does not hold. */
export const findingsOf = ({
  cases,
  clauses,
  failures,
  laws,
  mismatches,
  nothingRan
}: Pick<PlanResult, "cases" | "clauses" | "laws"> & {
  readonly failures: ReadonlyArray<Finding>
  readonly mismatches: ReadonlyArray<string>
  readonly nothingRan: boolean
}): ReadonlyArray<Finding> => [
  ...failures,
  ...mismatches.map((what) => ({ what, where: "ledgers" })),
  ...clauses
    .filter(({ verdict }) => verdict === "refuted")
    .map(({ id, note, part, where }) => ({ what: `${id} ${part} refuted: ${note}`, where })),
  ...laws
    .filter(({ group, verdict }) => verdict === "refuted" && OWN_GROUPS.includes(group))
    .map(({ id, note, title }) => ({ what: `${title}: ${note}`, where: `law ${id}` })),
  ...(nothingRan && failures.length === 0
    ? [{ what: cases[0]?.note ?? "no trial finished", where: cases[0]?.planned.id ?? "the first case" }]
    : [])
]

/** What was left out, and what of it was asked for. @param hopeless why there was no sense in the rest, where there was none */
export const notDone = ({
  cases,
  hopeless,
  laws,
  leftOut,
  unfinished
}: Pick<PlanResult, "cases" | "laws" | "leftOut"> & {
  readonly hopeless: string | undefined
  readonly unfinished: ReadonlyArray<string>
}): Pick<PlanResult, "leftOut" | "notRun"> => ({
  leftOut: [
    ...leftOut,
    ...cases.flatMap(({ cutShort, note, planned: { id } }) =>
      note === undefined || (hopeless !== undefined && cutShort !== true) ? [] : [`case ${id}: ${note}`]
    ),
    ...(hopeless === undefined ? [] : [`the rest: ${hopeless}`])
  ],
  notRun: [
    ...leftOut,
    ...cases.flatMap(({ cutShort, planned: { id }, skipped }) =>
      cutShort === true && skipped === undefined ? [`case ${id}`] : []
    ),
    ...laws.flatMap((law) => (law.unfinished === true ? [`law ${law.id}`] : [])),
    ...unfinished
  ]
})
