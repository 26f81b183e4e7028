/**
 * Policy gradient in the group-relative form of GRPO (Z. Shao et al., arXiv:2402.03300): REINFORCE inside the linear softmax class, groups of G draws of π_θ at
 * one prompt, each draw weighed by how it did within its group. Strong oracle, proper.
 *
 * The reward of a draw is regularised: u = r − ⟨θ,φ⟩, which is r − β·log(π_θ/π_ref) up to β·log Z_θ(x), and that constant leaves with the group's mean, so no
 * normaliser is asked for. The advantage of a draw is (u − ū)/(s + ς), s the group's standard deviation of observed rewards, ς > 0 the smoothing that keeps a
 * group of equal rewards from being divided by 0. The score of a draw is ∇ log π_θ(y∣x) = (φ − E_{π_θ} φ)/β, with the group's mean in place of the expectation; β
 * is left to the step, so that θ moves in units of reward. Without noise θ* is a fixed point: u is then constant at every prompt.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { commit, features } from "../oracle/handle.ts"
import { Journal, nextCheckpoint } from "../oracle/journal.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, ProperRewards, type RewardedDraws } from "../oracle/services.ts"
import { projectOnto } from "../policy/parameter-set.ts"
import type { LinearSoftmaxPolicy } from "../policy/policy.ts"
import { algorithm, type Goal } from "./algorithm.ts"
import { withLearned } from "./learned.ts"
import { aboveZero, count } from "./parameter-ranges.ts"

/** Parameters of {@link policyGradient}, as a Schema with their ranges. */
export const PolicyGradientParameters = Schema.Struct({
  /** Updates of θ. */
  updates: count,
  /** Prompts of an update, a group at each. */
  prompts: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_536 })),
  /** G ≥ 2: draws at a prompt. T_data = T_comp = updates·prompts·G. */
  group: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 1024 })),
  /** η: step of the first update, in units of reward. */
  step: aboveZero,
  /** Updates after which the step is η/2: update t takes η/(1 + t/decay). */
  decay: aboveZero,
  /** ς > 0, in units of reward. */
  smoothing: aboveZero
})
export type PolicyGradientParameters = typeof PolicyGradientParameters.Type

/** Adds the gradient of one group, mean over its draws of (u − ū)/(s + ς)·(φ − φ̄), times `scale` to `out`. */
export const addGroupGradient = (
  { responses, rewards }: RewardedDraws,
  theta: Float64Array,
  smoothing: number,
  scale: number,
  out: Float64Array
): void => {
  const d = theta.length
  const G = responses.length
  const phis = responses.map(features)
  const centre = new Float64Array(d)
  for (const phi of phis) for (let j = 0; j < d; j++) centre[j] += phi[j] / G
  const mean = rewards.reduce((s, r) => s + r, 0) / G
  const deviation = Math.sqrt(rewards.reduce((s, r) => s + (r - mean) ** 2, 0) / G)
  for (let i = 0; i < G; i++) {
    const phi = phis[i]
    // u − ū: θ's part of it is relative, too.
    let advantage = rewards[i] - mean
    for (let j = 0; j < d; j++) advantage -= theta[j] * (phi[j] - centre[j])
    const weight = (scale * advantage) / ((deviation + smoothing) * G)
    for (let j = 0; j < d; j++) out[j] += weight * (phi[j] - centre[j])
  }
}

const run = Effect.fnUntraced(function* (
  { dimension: d, parameterSet }: Problem,
  { updates, prompts, group, step, decay, smoothing }: PolicyGradientParameters
): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, ProperRewards> {
  const proper = yield* ProperRewards
  const journal = yield* Journal
  const theta = new Float64Array(d)
  const gradient = new Float64Array(d)
  const policy = (): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta: theta.slice() })
  const climb = Effect.fnUntraced(function* () {
    let due = 1
    for (let t = 0; t < updates; t++) {
      const groups = yield* proper.explore(commit(...Array.from({ length: group }, () => theta)), prompts)
      gradient.fill(0)
      for (const one of groups) addGroupGradient(one, theta, smoothing, 1 / prompts, gradient)
      const eta = step / (1 + t / decay)
      for (let j = 0; j < d; j++) theta[j] += eta * gradient[j]
      projectOnto(theta, parameterSet)
      if (t + 1 < due && t + 1 < updates) continue
      due = nextCheckpoint(t + 1)
      journal.progress("policy-gradient", t + 1, updates)
      if (journal.checkpoint(policy) === "stop") return
    }
  })
  yield* climb().pipe(withLearned(policy))
  return policy()
})

/**
 * Practical parameters, for which nothing is promised; updates enough for π_ref to show what has mass 1/C_cov a hundred times and for θ to follow. A step of a
 * few β moves log π_θ by about 1: a longer one can leave π_θ on one response of every prompt, where groups are all alike and no gradient leads away.
 */
const sized = (
  { dimension: d, rewardRange: R, beta }: Problem,
  { epsilon, coverage }: Goal
): PolicyGradientParameters => {
  const [prompts, group] = [8, 8]
  const updates = Math.ceil((20 * d * R) / epsilon + (100 * coverage) / (prompts * group))
  return {
    updates,
    prompts,
    group,
    step: Math.min(R, 4 * beta),
    // A step that decays before anything worth finding was drawn would be too small to follow it.
    decay: Math.ceil(updates / 10),
    smoothing: 0.1 * R
  }
}

/** REINFORCE with group-relative advantages (GRPO, arXiv:2402.03300) inside the linear softmax class. Strong oracle, proper. */
export const policyGradient = algorithm({
  name: "policy-gradient",
  summary: "REINFORCE with group-relative advantages (GRPO) inside the policy class",
  proper: true,
  oracle: "strong",
  claims: ["T1", "T2", "L2", "policy-gradient", "equivariant"],
  parameters: PolicyGradientParameters,
  fromTheory: sized,
  practical: sized,
  run
})
