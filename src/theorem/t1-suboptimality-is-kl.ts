/** T1: suboptimality is a KL divergence. */
import { evaluate, evaluateLogRatio, linearSoftmaxLogRatio } from "../policy/evaluate.ts"
import type { Policy } from "../policy/policy.ts"
import { deterministic, largest } from "./judging.ts"
import { FMR25, type Subject, type Theorem } from "./theorem.ts"

/** Classes per prompt past which a mixture is checked through its last component instead. */
const EXACT_WIDTH = 512
/** Mixture components past which the same holds: T1 is about any policy, so the last component is as good a witness. */
const EXACT_COMPONENTS = 4096

/** ∣J* − J_β(π) − β·KL(π‖π*_β)∣ with J_β computed from rewards and KL to π_ref: no term shared with the right side. */
export const identityGap = ({ exact, best }: Subject, policy: Policy): number => {
  const widest = largest(
    Array.from(exact.promptProbabilities, (_, x) => exact.offsets[x + 1] - exact.offsets[x])
  )
  const last = (p: Extract<Policy, { kind: "truncated-mixture" }>): Float64Array =>
    p.thetas.slice((p.count - 1) * exact.dimension, p.count * exact.dimension)
  const { objective, suboptimality } =
    policy.kind === "truncated-mixture" && (widest > EXACT_WIDTH || policy.count > EXACT_COMPONENTS)
      ? evaluateLogRatio(exact, linearSoftmaxLogRatio(exact, { kind: "linear-softmax", theta: last(policy) }), best)
      : evaluate(exact, policy, best)
  return Math.abs(best.objective - objective - suboptimality)
}

/** β·E_ρ log Z(x), computed from the normalisers. */
const normaliserObjective = ({ exact, best }: Subject): number => {
  let s = 0
  for (let x = 0; x < exact.promptProbabilities.length; x++) s += exact.promptProbabilities[x] * best.logNormaliser[x]
  return exact.beta * s
}

/** 10⁻¹⁰ in units of max{R, β·KL}: the working precision of log-space sums over an instance. */
const TOLERANCE = 1e-10

export const suboptimalityIsKl: Theorem = {
  id: "T1",
  title: "suboptimality is a KL",
  statement:
    "J_\\beta(\\pi^*_\\beta)-J_\\beta(\\pi)=\\beta\\,\\mathbb{E}_\\rho\\,\\mathrm{KL}(\\pi\\,\\|\\,\\pi^*_\\beta)\\ \\text{for}\\ \\pi\\ll\\pi_{\\mathrm{ref}};\\quad J_\\beta(\\pi^*_\\beta)=\\beta\\,\\mathbb{E}_\\rho\\log Z(x)",
  citation: { ...FMR25, statement: "T1" },
  nature: "deterministic",
  unmet: () => [],
  judge: (subject, runs) => {
    const unit = Math.max(subject.exact.rewardRange, 1)
    const gaps = runs.map((run) => identityGap(subject, run.policy))
    const gap = Math.max(largest(gaps), Math.abs(normaliserObjective(subject) - subject.best.objective)) / unit
    return [
      deterministic(
        "T1",
        "identity",
        gap <= TOLERANCE,
        gap,
        "<=",
        TOLERANCE,
        `largest gap between the two sides over ${runs.length} output policies and J* = β E log Z`
      )
    ]
  }
}
