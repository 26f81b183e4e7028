/** Laws of policies and of their exact evaluation, on any instance: T1, T2 and what a policy is. All deterministic. */
import type { FiniteInstance } from "../instance/instance.ts"
import { evaluate, logRatio } from "../policy/evaluate.ts"
import { optimum, referenceSuboptimality } from "../policy/optimum.ts"
import { type BothSides, evaluateOn } from "../policy/evaluate-instance.ts"
import type { Policy, TruncatedMixturePolicy } from "../policy/policy.ts"
import { suboptimalityMeter } from "../policy/suboptimality.ts"
import { logCoverageBound } from "../theorem/t2-coverage-is-bounded.ts"
import { dot } from "./algebra.ts"
import { logMean, optimalRatio, ratioByDefinition, relative, rowsOf, somePolicies } from "./definition.ts"
import { evaluationByDefinition, evaluationFindings, writtenOut } from "./evaluation-definition.ts"
import { EXACT, type InstanceLaw, prompts } from "./instance-law.ts"
import { invarianceLaws } from "./invariance-laws.ts"
import { atMost, type Finding, near } from "./law.ts"

/** What realizability may be off by (1e-9·R, `instance/validate.ts`), as a logit. */
const logitSlack = (exact: FiniteInstance): number => EXACT + (4e-9 * exact.rewardRange) / exact.beta
/** T1 for one policy: both sides from their definitions, and what the suite measures against both. */
export const identityOf = (both: BothSides, policy: Policy): ReadonlyArray<Finding> => {
  const { exact } = both
  const best = optimum(exact)
  const tolerance = EXACT * exact.rewardRange
  const defined = evaluationByDefinition(writtenOut(both, policy), exact)
  return [
    near(
      best.objective - defined.objective,
      defined.suboptimality,
      tolerance,
      `${policy.kind}: J* − J against β·KL, by definition`
    ),
    ...evaluationFindings(evaluateOn(both, policy, best), defined, exact.beta, tolerance, 1e-8, policy.kind)
  ]
}

const identity: InstanceLaw = {
  id: "T1/identity",
  title: "J* − J(π) = β·KL(π‖π*), both sides from their definitions, for every kind of policy",
  check: (exact, stream) => somePolicies(exact, stream).flatMap((policy) => identityOf({ exact }, policy))
}

const normaliser: InstanceLaw = {
  id: "T1/normaliser",
  title: "J* = β·E log Z; the parameter θ* attains it; the base model's gap is β·KL(π_ref‖π*)",
  check: (exact) => {
    const best = optimum(exact)
    const tolerance = EXACT * exact.rewardRange
    let byNormaliser = 0
    for (const x of prompts(exact)) byNormaliser += exact.promptProbabilities[x] * exact.beta * best.logNormaliser[x]
    const star = evaluate(exact, { kind: "linear-softmax", theta: exact.thetaStar }, best)
    const base = evaluate(exact, { kind: "reference" }, best)
    return [
      near(best.objective, byNormaliser, tolerance, "J* against β·E log Z"),
      atMost(star.suboptimality, tolerance, "suboptimality of π_θ* (realizability)"),
      near(base.objective, best.referenceObjective, tolerance, "J(π_ref) against E r*"),
      near(
        base.suboptimality,
        referenceSuboptimality(exact, best),
        tolerance,
        "the base model's suboptimality, two ways"
      )
    ]
  }
}

const coverageBound: InstanceLaw = {
  id: "T2/bound",
  title: "1 ≤ C_cov(π*) ≤ min{exp(R/β), 1/min π_ref}, and 1/Z*(x,y′) = π*(y′)/π_ref(y′) ≤ C_cov for every anchor y′",
  check: (exact) => {
    const log = Math.log(optimum(exact).coverage)
    const slack = logitSlack(exact)
    const findings: Array<Finding> = [
      atMost(-log, EXACT, "log C_cov is at least 0"),
      atMost(log - logCoverageBound(exact), EXACT, "log C_cov above its bound")
    ]
    for (const x of prompts(exact)) {
      if (exact.promptProbabilities[x] === 0) continue
      const star = optimalRatio(exact, x)
      const rows = rowsOf(exact, x).filter((y) => exact.reference[y] > 0)
      const masses = rows.map((y) => exact.reference[y])
      for (const anchor of rows) {
        const logits = rows.map((y) => dot(exact.thetaStar, relative(exact, y, anchor)) / exact.beta)
        const logZ = logMean(masses, logits)
        findings.push(
          near(-logZ, star[anchor - exact.offsets[x]], slack, "−log Z*(x,y′) against log π*/π_ref at y′"),
          atMost(-logZ - log, slack, "log 1/Z*(x,y′) above log C_cov")
        )
      }
    }
    return findings
  }
}

const normalised: InstanceLaw = {
  id: "policy/normalised",
  title: "every policy is a distribution at every prompt, equal to its definition",
  check: (exact, stream) =>
    somePolicies(exact, stream).flatMap((policy) => {
      const ratio = logRatio(exact, policy)
      return prompts(exact).flatMap((x) => {
        const rows = rowsOf(exact, x)
        const defined = ratioByDefinition(exact, policy, x)
        let sum = 0
        let gap = 0
        rows.forEach((y, i) => {
          if (exact.reference[y] === 0) return
          const p = exact.reference[y] * Math.exp(ratio[y])
          sum += p
          gap = Math.max(gap, Math.abs(p - exact.reference[y] * Math.exp(defined[i])))
        })
        return [
          near(sum, 1, 1e-9, `${policy.kind}: Σ π(·∣x) against 1`),
          atMost(gap, 1e-9, `${policy.kind}: π against its definition`)
        ]
      })
    })
}
const mixtures = (policies: ReadonlyArray<Policy>): ReadonlyArray<TruncatedMixturePolicy> =>
  policies.flatMap((p) => (p.kind === "truncated-mixture" ? [p] : []))

const convex: InstanceLaw = {
  id: "policy/mixture-is-convex",
  title:
    "a mixture is no worse than the average of its components, and measuring it step by step is measuring it at once",
  check: (exact, stream) => {
    const best = optimum(exact)
    const d = exact.dimension
    return mixtures(somePolicies(exact, stream)).flatMap((policy) => {
      const parts = Array.from({ length: policy.count }, (_, t) =>
        evaluate(exact, { ...policy, count: 1, thetas: policy.thetas.slice(t * d, (t + 1) * d) }, best)
      )
      const average = parts.reduce((s, e) => s + e.suboptimality, 0) / policy.count
      const { suboptimality } = evaluate(exact, policy, best)
      const meter = suboptimalityMeter(exact, best, stream, 2)
      let last = 0
      for (let count = 1; count <= policy.count; count++) last = meter.measure({ ...policy, count }).value
      return [
        atMost(suboptimality - average, EXACT * exact.rewardRange, "mixture above its components' average"),
        near(last, suboptimality, EXACT * exact.rewardRange, "suboptimality measured along a growing mixture")
      ]
    })
  }
}

export const policyLaws: ReadonlyArray<InstanceLaw> = [
  identity,
  normaliser,
  coverageBound,
  normalised,
  convex,
  ...invarianceLaws
]
