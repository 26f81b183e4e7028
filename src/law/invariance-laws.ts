/** Invariances of policies and their values: per-prompt offsets, β, classes, and what has probability 0. All deterministic. */
import type { FiniteInstance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import type { Stream } from "../numeric/stream.ts"
import { type Evaluation, evaluate } from "../policy/evaluate.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"
import { rowsOf, somePolicies } from "./definition.ts"
import { EXACT, type InstanceLaw, prompts } from "./instance-law.ts"
import { atMost, type Finding, near } from "./law.ts"

const sameEvaluation = (a: Evaluation, b: Evaluation, tolerance: number, what: string): ReadonlyArray<Finding> => [
  near(a.suboptimality, b.suboptimality, tolerance, `${what}: suboptimality`),
  near(Math.log(a.coverage), Math.log(b.coverage), 1e-8, `${what}: log coverage`),
  near(a.klToReference, b.klToReference, 1e-9 * Math.max(1, a.klToReference), `${what}: KL to the base model`)
]

/** That some policies have the same suboptimality, coverage and KL on both instances, each with its optimum. */
const sameValues = (
  exact: FiniteInstance,
  before: Optimum,
  other: FiniteInstance,
  after: Optimum,
  stream: Stream
): ReadonlyArray<Finding> =>
  somePolicies(exact, stream).flatMap((policy) =>
    sameEvaluation(
      evaluate(exact, policy, before),
      evaluate(other, policy, after),
      EXACT * exact.rewardRange,
      policy.kind
    )
  )

const offsets: InstanceLaw = {
  id: "policy/prompt-offsets",
  title: "adding a constant per prompt to r* moves J* by its mean and nothing else",
  check: (exact, stream) => {
    const shift = exact.promptProbabilities.map(() => exact.rewardRange * (2 * stream.next() - 1))
    const meanReward = exact.meanReward.slice()
    let mean = 0
    for (const x of prompts(exact)) {
      mean += exact.promptProbabilities[x] * shift[x]
      for (const y of rowsOf(exact, x)) meanReward[y] += shift[x]
    }
    const moved = { ...exact, meanReward }
    const [before, after] = [optimum(exact), optimum(moved)]
    const rounding = 1e-10 + (1e-14 * exact.rewardRange) / exact.beta
    let gap = 0
    before.logRatio.forEach((v, y) => {
      if (exact.reference[y] > 0) gap = Math.max(gap, Math.abs(v - after.logRatio[y]))
    })
    return [
      atMost(gap, rounding, "log π*/π_ref moved"),
      near(after.objective, before.objective + mean, EXACT * exact.rewardRange, "J* against J* + E c"),
      near(Math.log(after.coverage), Math.log(before.coverage), rounding, "log C_cov moved"),
      ...sameValues(exact, before, moved, after, stream)
    ]
  }
}

const monotone: InstanceLaw = {
  id: "policy/monotone-in-beta",
  title: "as β rises, J*, E_π* r, KL(π*‖π_ref) and C_cov(π*) fall; E_π_ref r ≤ J* ≤ E_π* r ≤ max r",
  // With s = 1/β: dE_π* r/ds = Var ≥ 0, dKL/ds = s·Var ≥ 0, d log C_cov/ds = max r − E_π* r ≥ 0 at the maximising prompt; J* is a
  // supremum of functions that fall in β.
  check: (exact, stream) => {
    const factor = 1 + 9 * stream.next()
    const looser = { ...exact, beta: exact.beta * factor }
    const [tight, loose] = [exact, looser].map((at) => {
      const best = optimum(at)
      return { best, star: evaluate(at, { kind: "linear-softmax", theta: exact.thetaStar }, best) }
    })
    const slack = 1e-9 * exact.rewardRange
    let most = 0
    for (const x of prompts(exact)) {
      const rewards = rowsOf(exact, x).flatMap((y) => (exact.reference[y] > 0 ? [exact.meanReward[y]] : []))
      most += exact.promptProbabilities[x] * Math.max(...rewards)
    }
    return [
      atMost(loose.best.objective - tight.best.objective, slack, "J* rose with β"),
      atMost(loose.star.meanReward - tight.star.meanReward, slack, "E_π* r rose with β"),
      atMost(
        loose.star.klToReference - tight.star.klToReference,
        1e-8 * Math.max(1, tight.star.klToReference),
        "KL(π*‖π_ref) rose with β"
      ),
      atMost(Math.log(loose.best.coverage / tight.best.coverage), 1e-9, "C_cov(π*) rose with β"),
      atMost(tight.best.referenceObjective - tight.best.objective, slack, "J* below E_π_ref r"),
      atMost(tight.best.objective - tight.star.meanReward, slack, "J* above E_π* r"),
      atMost(tight.star.meanReward - most, slack, "E_π* r above E max r")
    ]
  }
}
const classes: InstanceLaw = {
  id: "policy/merging-classes",
  title: "merging responses of equal feature and reward changes no policy's value and no coverage",
  check: (exact, stream) => {
    const merged = finiteInstance(exact, "law").exact
    const [raw, less] = [optimum(exact), optimum(merged)]
    return [
      near(raw.objective, less.objective, EXACT * exact.rewardRange, "J*"),
      near(Math.log(raw.coverage), Math.log(less.coverage), 1e-8, "log C_cov"),
      ...sameValues(exact, raw, merged, less, stream)
    ]
  }
}

const unseen: InstanceLaw = {
  id: "policy/zero-mass",
  title: "what has probability 0 (a response under π_ref, a prompt under ρ) changes nothing, whatever its reward",
  check: (exact, stream) => {
    const meanReward = exact.meanReward.slice()
    for (const x of prompts(exact)) {
      for (const y of rowsOf(exact, x)) {
        if (exact.reference[y] === 0 || exact.promptProbabilities[x] === 0)
          meanReward[y] = exact.rewardRange * stream.next()
      }
    }
    const other = { ...exact, meanReward }
    const [before, after] = [optimum(exact), optimum(other)]
    return [
      near(after.objective, before.objective, EXACT * exact.rewardRange, "J*"),
      near(Math.log(after.coverage), Math.log(before.coverage), EXACT, "log C_cov"),
      ...sameValues(exact, before, other, after, stream)
    ]
  }
}

export const invarianceLaws: ReadonlyArray<InstanceLaw> = [offsets, monotone, classes, unseen]
