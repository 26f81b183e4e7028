/**
 * Cases that only runs can size: budgets that end in the middle of a phase, and coverage far beyond the plan's.
 *
 * *Far.* C_cov = 10⁷ … 10¹² costs a learner nothing where an oracle searches for it, and shows what 10⁵ cannot: caps that no parameter shows, and counts past 2³¹. A
 * learner that draws by itself would need as many answers. So each case is made only of learners whose load (calls, and handles that they were given) did not grow with
 * C_cov so far: what is out of a learner's reach accuses nobody.
 */
import type { RunRecord } from "../run/run-record.ts"
import { type PlannedCase, practically, wholeResponses } from "./cases.ts"
import type { TrialOutcome } from "./outcome.ts"

/** A first run of a case, as far as others are sized by it. */
export interface Sizing {
  readonly record: RunRecord
  /** Units of work, and handles that it was given. */
  readonly load: number
}

/** What an outcome sizes others by. */
export const sizingOf = (outcome: TrialOutcome): Sizing | undefined =>
  outcome.kind === "finished" ? { record: outcome.record, load: outcome.work + (outcome.handles ?? 0) } : undefined

const whole = practically(wholeResponses)

/** The case whose first run says what a whole run spends. */
export const CUT_FROM = "rare-good-1e3"
/** Of what a whole run spends: early and late, in the middle of whatever phases it has. Odd numbers of rewards, so that a pair is torn. */
const CUTS = [
  { of: "rewardQueries", share: 0.2, id: "rewards-early" },
  { of: "rewardQueries", share: 0.8, id: "rewards-late" },
  { of: "samplingQueries", share: 0.05, id: "draws-early" },
  { of: "samplingQueries", share: 0.7, id: "draws-late" }
] as const

/** Budgets that end in the middle of a phase of this learner. */
export const cutCases = ({ record: { ledger } }: Sizing): ReadonlyArray<PlannedCase> =>
  CUTS.flatMap(({ id, of, share }) => {
    const spent = Number(ledger[of])
    const budget = BigInt(Math.floor(share * spent)) | 1n
    return Number.isSafeInteger(spent) && budget < ledger[of]
      ? [
          whole(`cut-${id}`, `a budget of ${share} of what a run spends`, () => "rare-good:C=1e3,d=4", 0.1, [2, 2], {
            budget: { [of]: budget }
          })
        ]
      : []
  })

/** Where far begins: the cases between which load must not grow. */
export const FAR_FROM = ["rare-good-1e3", "rare-good-1e5"] as const
const FAR = ["1e7", "1e9", "1e12"]

/** Load may grow by as much from one case to the next: C_cov grows a hundredfold. */
const GROWTH = 3
/** And not past this. */
const MOST_LOAD = 200_000

/** Whether a learner's load stays as it is where coverage grows. */
export const within = (before: Sizing | undefined, now: Sizing | undefined): boolean =>
  before !== undefined && now !== undefined && now.load <= Math.min(GROWTH * before.load, MOST_LOAD)

/** Coverage far beyond the plan's, from the nearest on. */
export const farCases: ReadonlyArray<PlannedCase> = FAR.map((C) =>
  whole(`far-${C}`, "coverage far beyond", () => `rare-good:C=${C},d=2`, 0.1, [2, 24])
)

/** At most this many are added to the plan. */
export const SIZED_CASES = CUTS.length + FAR.length
