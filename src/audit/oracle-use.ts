/** Which oracles an algorithm used, from the ledgers of its runs, beside what it says of itself. */
import type { Charge } from "../oracle/ledger.ts"
import type { RunRecord } from "../run/run-record.ts"
import type { AlgorithmDescription } from "./runner.ts"

/** The sampling oracles by the names that `oracle` of an algorithm has for them. */
const CLASS: ReadonlyArray<readonly [AlgorithmDescription["oracle"], Charge]> = [
  ["weak", "weakSampling"],
  ["strong", "strongSampling"],
  ["token", "tokenSampling"],
  ["enumeration", "enumeration"]
]

export interface OracleUse {
  readonly declared: AlgorithmDescription["oracle"]
  readonly declaredProper: boolean
  /** Oracles that were charged, over all runs. */
  readonly observed: ReadonlyArray<AlgorithmDescription["oracle"]>
  /** Whether every reward was asked at a fresh draw of a committed θ (every draw of π_ref rewarded counts: θ = 0). undefined where nothing was rewarded. */
  readonly observedProper: boolean | undefined
  /** What contradicts the declaration, one line each. */
  readonly mismatches: ReadonlyArray<string>
}

/** Rewards only at fresh draws of committed parameters, or at every draw of π_ref, each once. */
const properRun = ({ ledger, plans }: RunRecord): boolean => {
  const { rewards, weakSampling } = ledger.perOracle
  return rewards === (plans === undefined ? weakSampling : BigInt(plans.counts.reduce((sum, n) => sum + n, 0)))
}

/** Reads the ledgers. A weak learner may use only weak draws; a strong one weak draws too (θ = 0). */
export const oracleUse = ({ oracle, proper }: AlgorithmDescription, records: ReadonlyArray<RunRecord>): OracleUse => {
  const observed = CLASS.filter(([, charge]) => records.some((run) => run.ledger.perOracle[charge] > 0n)).map(
    ([name]) => name
  )
  const rewarded = records.filter((run) => run.outcome !== "budget-exhausted" && run.ledger.rewardQueries > 0n)
  const observedProper = rewarded.length === 0 ? undefined : rewarded.every(properRun)
  const foreign = observed.filter((name) => name !== oracle && !(oracle === "strong" && name === "weak"))
  return {
    declared: oracle,
    declaredProper: proper,
    observed,
    observedProper,
    mismatches: [
      ...foreign.map((name) => `says it uses the ${oracle} oracle, and its runs charged the ${name} oracle`),
      ...(proper && observedProper === false
        ? ["says it is proper, and asked rewards of responses that were not fresh draws of a committed parameter"]
        : [])
    ]
  }
}
