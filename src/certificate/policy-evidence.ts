/** T1's evidence: policies that runs put out, as log ratios, with the numbers the suite's own evaluation gave them. */
import type { FiniteInstance } from "../instance/instance.ts"
import { evaluateLogRatio, logRatio } from "../policy/evaluate.ts"
import type { Optimum } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { normaliserObjective, witnessOf } from "../theorem/t1-suboptimality-is-kl.ts"
import type { IdentityEvidence, Runs, SuboptimalityIdentity } from "../checker/certificate.ts"

type Policies = SuboptimalityIdentity["policies"]

/** Ratios one certificate carries at most. */
export const CARRIED_RATIOS = 4000

/** T·Σ_x R_x² past which the exact ratios of a mixture are not worked out: about a second. */
const MOST_WORK = 3e8

/** One policy of a trial. @throws RangeError where it gives a possible response no mass: log 0 has no place in JSON */
export const policyEvidence = (
  exact: FiniteInstance,
  best: Optimum,
  { trial, policy }: RunRecord
): Policies[number] => {
  const { offsets, dimension } = exact
  const pairs = exact.promptProbabilities.reduce((sum, _, x) => sum + (offsets[x + 1] - offsets[x]) ** 2, 0)
  const witness = witnessOf(policy, dimension, ({ count }) => count * pairs <= MOST_WORK)
  const ratio = logRatio(exact, witness).map((r, y) => (exact.reference[y] > 0 ? r : 0))
  const gap = ratio.findIndex((r) => !Number.isFinite(r))
  if (gap >= 0)
    throw new RangeError(`trial ${trial}: log ratio ${ratio[gap]} at response ${gap}, expected a finite number`)
  const { objective, suboptimality } = evaluateLogRatio(exact, ratio, best)
  return { logRatio: Array.from(ratio), objective, suboptimality }
}

/** Evidence for T1, on the policies of as many trials as fit. */
export const suboptimalityEvidence = (
  exact: FiniteInstance,
  best: Optimum,
  records: ReadonlyArray<RunRecord>,
  runs: Runs
): IdentityEvidence => {
  const few = Math.max(1, Math.floor(CARRIED_RATIOS / exact.reference.length))
  const normaliser = normaliserObjective({ exact, best })
  const policies = records.slice(0, few).map((record) => policyEvidence(exact, best, record))
  return { kind: "identity", identity: { kind: "suboptimality", runs, optimum: best.objective, normaliser, policies } }
}
