/**
 * L2: a good proper explorer solves Max-k-DNF (lower-bounds/proper-exploration/statement.md). Judged on DnfPrompts: the
 * inequality at every parameter the runs committed to or returned, and at θ*; what rounding makes of it; and for proper runs, that no more probes were
 * seen than the committed parameters allow.
 */
import { dnfShape, sharpness } from "../instance/families/dnf-prompts.ts"
import { termCount } from "../instance/families/dnf-formula.ts"
import { optimumBound, parameterSide } from "../../lower-bounds/proper-exploration/inequality.ts"
import { maxDnf, MOST_VARIABLES } from "../../lower-bounds/proper-exploration/max-dnf.ts"
import { logProbeEvidence, refutingProbes } from "../../lower-bounds/proper-exploration/probe-count.ts"
import { roundingError, roundParameter } from "../../lower-bounds/proper-exploration/rounding.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { linearSoftmaxLogRatio } from "../policy/evaluate.ts"
import type { ProperPlans } from "../oracle/strong.ts"
import type { RunRecord } from "../run/run-record.ts"
import { checked, undecided } from "./judging.ts"
import { type Hypothesis, type Judgement, restated, type Subject, type Theorem } from "./theorem.ts"

/** E_x π_θ(1∣x) from the instance itself, not from the formula: what is compared with L2's right side. */
const probeRate = (exact: FiniteInstance, theta: Float64Array): number => {
  const ratio = linearSoftmaxLogRatio(exact, { kind: "linear-softmax", theta })
  let sum = 0
  for (let x = 0; x < exact.promptProbabilities.length; x++) {
    const probe = exact.offsets[x] + 1
    sum += exact.promptProbabilities[x] * exact.reference[probe] * Math.exp(ratio[probe])
  }
  return sum
}

/** A class's log ratio is off by a few ulp of its exponents, which reach kc + (k−1)c; relative error of {@link probeRate}. */
const rateError = (width: number, c: number): number => (32 + 8 * width * Math.max(1, c)) * 2 ** -52

/** A learner whose every query is weak and rewarded has committed to θ = 0 throughout, in pairs at one prompt. */
const plansOf = (subject: Subject, run: RunRecord): ProperPlans | undefined => {
  if (run.plans !== undefined) return run.plans
  const passive = subject.algorithm.oracle === "weak" && subject.algorithm.claims.includes("L2")
  return passive
    ? {
        thetas: new Float64Array(subject.exact.dimension),
        counts: Float64Array.of(Number(run.ledger.rewardQueries)),
        group: 2
      }
    : undefined
}

const inBox = (theta: Float64Array): boolean => theta.every((t) => Math.abs(t) <= 1)

/** Probes seen by all proper runs end to end against Σ q_t. */
const probes = (
  subject: Subject,
  runs: ReadonlyArray<RunRecord>,
  rate: (theta: Float64Array) => number,
  level: number
): Judgement => {
  const d = subject.exact.dimension
  let seen = 0
  let expected = 0
  let judged = 0
  let group = 1
  for (const run of runs) {
    const plans = plansOf(subject, run)
    if (plans === undefined || run.rewardedFeatures === undefined) continue
    judged++
    group = Math.max(group, plans.group)
    seen += Number(run.rewardedFeatures)
    plans.counts.forEach((count, p) => {
      expected += count * rate(plans.thetas.subarray(p * d, (p + 1) * d))
    })
  }
  if (judged === 0)
    return undecided(
      "evidence",
      "L2",
      "probes",
      "no run says which parameters it committed to and how many probes it saw"
    )
  const refuted = logProbeEvidence(seen, expected, group) >= -Math.log(level)
  return {
    theorem: "L2",
    part: "probes",
    nature: "evidence",
    // That probes do not outrun Σq_t is a theorem for proper runs, so anything short of refutation is what it predicts; it proves nothing of properness.
    verdict: refuted ? "refuted" : "undecided",
    level,
    measured: seen,
    bound: expected,
    relation: "<=",
    note: `${seen} probes in ${judged} proper runs, ${expected.toPrecision(4)} expected; ${refutingProbes(expected, level, group)} would refute`
  }
}

const judge = (subject: Subject, runs: ReadonlyArray<RunRecord>, level: number): ReadonlyArray<Judgement> => {
  const { exact } = subject
  const formula = dnfShape(exact)
  if (typeof formula === "string") return []
  const d = exact.dimension
  const m = termCount(formula)
  const c = sharpness(formula.width, exact.beta)
  const slack = 1 + roundingError(formula) + rateError(formula.width, c)
  const thetas: Array<Float64Array> = [exact.thetaStar]
  for (const run of runs) {
    if (run.policy.kind === "linear-softmax") thetas.push(run.policy.theta)
    const plans = run.plans
    plans?.counts.forEach((_, p) => thetas.push(plans.thetas.subarray(p * d, (p + 1) * d)))
  }
  const inside = thetas.filter(inBox)
  const outside = thetas.length - inside.length
  const note = `${inside.length} parameters${outside > 0 ? `; ${outside} outside Θ, of which L2 says nothing` : ""}`
  const optimum = d <= MOST_VARIABLES ? maxDnf(formula).fraction : undefined
  const worst = {
    parameter: { margin: Infinity, measured: 0, bound: 0 },
    rounding: { margin: Infinity, measured: 0, bound: 0 },
    optimum: { margin: Infinity, measured: 0, bound: 0 }
  }
  const enter = (part: keyof typeof worst, measured: number, bound: number): void => {
    const margin = bound * slack - measured
    // A NaN anywhere must stay, and fails the clause.
    if (!Number.isNaN(worst[part].margin) && !(margin >= worst[part].margin)) worst[part] = { margin, measured, bound }
  }
  for (const theta of inside) {
    const q = probeRate(exact, theta)
    const side = parameterSide(formula, exact.beta, theta)
    enter("parameter", q, Math.min(side.theory, side.sharp))
    enter("rounding", q, optimumBound(roundParameter(formula, theta).satisfied / m, c))
    if (optimum !== undefined) enter("optimum", q, optimumBound(optimum, c))
  }
  const clause = (part: keyof typeof worst, what: string): Judgement => {
    const { bound, margin, measured } = worst[part]
    return inside.length === 0
      ? undecided("checked", "L2", part, note)
      : checked("L2", part, measured, bound, `${what}; tightest of ${note}`, margin >= 0)
  }
  return [
    clause("parameter", "chance of a probe against what sign, independent and threshold rounding satisfy"),
    clause("rounding", "chance of a probe against the assignment that rounding finds"),
    optimum === undefined
      ? undecided("checked", "L2", "optimum", `${d} variables: OPT is computed up to ${MOST_VARIABLES}`)
      : clause("optimum", `chance of a probe against σ(c)·OPT + σ(-c)(1-OPT), OPT = ${optimum}`),
    probes(subject, runs, (theta) => probeRate(exact, theta), level)
  ]
}

const hypotheses: ReadonlyArray<Hypothesis> = [
  {
    says: "\\text{the instance is a DnfPrompts of some }k\\text{-DNF}",
    unmet: ({ exact }) => {
      const formula = dnfShape(exact)
      return typeof formula === "string" ? [`instance is not a DnfPrompts: ${formula}`] : []
    }
  }
]

export const properExploration: Theorem = restated({
  id: "L2",
  title: "A good proper explorer solves Max-k-DNF",
  statement:
    String.raw`On \mathrm{DnfPrompts}(F,\beta), for every \theta\in[-1,1]^n: \mathbb{E}_x\pi_\theta(1\mid x)\le\min\{\mathrm{sign}+\mathrm{independent}+e^{-c},\ ` +
    String.raw`\tanh(c/2)\,\mathrm{threshold}+\sigma(-c)\}\le\sigma(c)\,\mathrm{OPT}+\sigma(-c)(1-\mathrm{OPT})` +
    String.raw`; for a\in\{\pm1\}^n also \ge\sigma(c)\,\mathrm{sat}(a). A proper run sees at most \sum_t\mathbb{E}_x\pi_{\theta^t}(1\mid x) probes, up to Freedman's inequality.`,
  paper: "Theorem 4.1",
  page: "lower-bounds/proper-exploration/statement.md",
  nature: "probabilistic",
  hypotheses,
  judge
})
