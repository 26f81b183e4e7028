/** T1: suboptimality is a KL divergence. */
import { evaluateOn } from "../policy/evaluate-instance.ts"
import type { Policy, TruncatedMixturePolicy } from "../policy/policy.ts"
import { policyProblem } from "../policy/policy-problem.ts"
import type { RunRecord } from "../run/run-record.ts"
import { checked, largest } from "./judging.ts"
import { restated, type Subject, type Theorem } from "./theorem.ts"

/** Classes per prompt past which a mixture is checked through its last component. */
const EXACT_WIDTH = 512

/** A policy that T1 is checked on: of a mixture too large to keep or to work out, its last component. T1 is about any policy, so that is as good a witness. */
export const witnessOf = (
  policy: RunRecord["policy"],
  d: number,
  affordable: (mixture: TruncatedMixturePolicy) => boolean
): Policy => {
  if (policy.kind === "mixture-digest") return { kind: "linear-softmax", theta: policy.last }
  if (policy.kind !== "truncated-mixture" || affordable(policy)) return policy
  return { kind: "linear-softmax", theta: policy.thetas.slice((policy.count - 1) * d, policy.count * d) }
}

/**
 * ∣J* − J_β(π) − β·KL(π‖π*_β)∣ in units of max{R, β·KL(π‖π_ref)}, the largest of its terms, with J_β computed from rewards and KL to π_ref: no term
 * shared with the right side. NaN where it is no policy.
 */
export const identityGap = (subject: Subject, policy: RunRecord["policy"]): number => {
  const { exact, best } = subject
  const { offsets, dimension: d } = exact
  const widest = largest(Array.from(exact.promptProbabilities, (_, x) => offsets[x + 1] - offsets[x]))
  const witness = witnessOf(policy, d, () => widest <= EXACT_WIDTH)
  if (policyProblem(witness, d) !== undefined) return Number.NaN
  const { klToReference, objective, suboptimality } = evaluateOn(subject, witness, best)
  return Math.abs(best.objective - objective - suboptimality) / Math.max(exact.rewardRange, exact.beta * klToReference)
}

/** β·E_ρ log Z(x), computed from the normalisers. */
export const normaliserObjective = ({ exact, best }: Pick<Subject, "best" | "exact">): number =>
  exact.promptProbabilities.reduce((s, rho, x) => s + rho * best.logNormaliser[x], 0) * exact.beta

/** 10⁻¹⁰ in units of max{R, β·KL}: the working precision of log-space sums over an instance. */
const TOLERANCE = 1e-10

export const suboptimalityIsKl: Theorem = restated({
  id: "T1",
  title: "suboptimality is a KL",
  statement:
    "J_\\beta(\\pi^*_\\beta)-J_\\beta(\\pi)=\\beta\\,\\mathbb{E}_\\rho\\,\\mathrm{KL}(\\pi\\,\\|\\,\\pi^*_\\beta)\\ \\text{for}\\ \\pi\\ll\\pi_{\\mathrm{ref}};\\quad J_\\beta(\\pi^*_\\beta)=\\beta\\,\\mathbb{E}_\\rho\\log Z(x)",
  page: "src/theorem/t1-suboptimality-is-kl.md",
  nature: "deterministic",
  judge: (subject, runs) => {
    const gaps = runs.map((run) => identityGap(subject, run.policy))
    const { exact, best } = subject
    const gap = Math.max(largest(gaps), Math.abs(normaliserObjective(subject) - best.objective) / exact.rewardRange)
    return [
      checked(
        "T1",
        "identity",
        gap,
        TOLERANCE,
        `largest gap between the two sides over ${runs.length} output policies and J* = β E log Z`
      )
    ]
  }
})
