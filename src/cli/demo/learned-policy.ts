/** The policy of a SpannerSampling run whose record keeps it whole. */
import type { TruncatedMixturePolicy } from "../../policy/policy.ts"
import type { RunRecord } from "../../run/run-record.ts"

export const learnedPolicy = (run: RunRecord): TruncatedMixturePolicy => {
  if (run.policy.kind === "truncated-mixture") return run.policy
  throw new Error(`demo: SpannerSampling returned a ${run.policy.kind}, expected a truncated mixture`)
}
