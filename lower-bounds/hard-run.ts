/**
 * What a run record must say for L1 and L2 to be judged on it, beyond what every record has: two optional fields. Absent fields make a judgement
 * undecided, never wrong.
 */
import type { ProperPlans } from "../src/oracle/strong.ts"
import type { RunRecord } from "../src/run/run-record.ts"

export interface HardRunEvidence {
  /** Reward queries at responses with φ ≠ 0. In Needle that is the needle, in DnfPrompts the probes; every other response has φ = 0. */
  readonly rewardedFeatures?: bigint
  readonly plans?: ProperPlans
}

export type HardRun = RunRecord & HardRunEvidence

/**
 * Whether the record shows that a response with φ ≠ 0 was held: an accepted relative feature that is not 0, or a reward queried at one. Draws that were
 * neither accepted nor rewarded leave no trace, so this may miss one; it never invents one.
 */
export const showsFeature = (run: HardRun): boolean =>
  (run.rewardedFeatures ?? 0n) > 0n || run.spanner.accepted.some((v) => v !== 0)
