/** `policy-gradient` with its choices as values: the text with none changed; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { withLearned } from "../../algorithm/learned.ts"
import { policyGradient, type PolicyGradientParameters } from "../../algorithm/policy-gradient.ts"
import { commit } from "../../oracle/commitment.ts"
import { features } from "../../oracle/handle.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, ProperRewards } from "../../oracle/services.ts"
import { projectOnto } from "../../policy/parameter-set.ts"
import type { LinearSoftmaxPolicy } from "../../policy/policy.ts"

export interface PolicyGradientChoices {
  /** +1 climbs, −1 descends. */
  readonly sign: 1 | -1
  /** What a draw is compared with: its group's mean, or nothing. */
  readonly baseline: "group mean" | "none"
  /** Whether ⟨θ,φ⟩ is taken off the reward. */
  readonly regularised: boolean
  readonly projects: boolean
  /** Step of update t. */
  readonly step: (p: PolicyGradientParameters, t: number) => number
}

const TEXT: PolicyGradientChoices = {
  sign: 1,
  baseline: "group mean",
  regularised: true,
  projects: true,
  step: ({ decay, step }, t) => step / (1 + t / decay)
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((s, v) => s + v, 0) / values.length

const runWith = (choices: PolicyGradientChoices) =>
  Effect.fnUntraced(function* (
    { dimension: d, parameterSet }: Problem,
    parameters: PolicyGradientParameters
  ): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, ProperRewards> {
    const { group, prompts, smoothing, updates } = parameters
    const proper = yield* ProperRewards
    const theta = new Float64Array(d)
    const policy = (): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta: theta.slice() })
    const climb = Effect.fnUntraced(function* () {
      for (let t = 0; t < updates; t++) {
        const groups = yield* proper.explore(commit(...Array.from({ length: group }, () => theta)), prompts)
        const gradient = new Float64Array(d)
        for (const { responses, rewards } of groups) {
          const phis = responses.map(features)
          const centre =
            choices.baseline === "none" ? new Float64Array(d) : theta.map((_, j) => mean(phis.map((phi) => phi[j])))
          const baseline = choices.baseline === "none" ? 0 : mean(rewards)
          const deviation = Math.sqrt(mean(rewards.map((r) => (r - mean(rewards)) ** 2)))
          phis.forEach((phi, i) => {
            let advantage = rewards[i] - baseline
            if (choices.regularised) phi.forEach((v, j) => (advantage -= theta[j] * (v - centre[j])))
            phi.forEach((v, j) => {
              gradient[j] += (advantage * (v - centre[j])) / ((deviation + smoothing) * group * prompts)
            })
          })
        }
        const eta = choices.sign * choices.step(parameters, t)
        for (let j = 0; j < d; j++) theta[j] += eta * gradient[j]
        if (choices.projects) projectOnto(theta, parameterSet)
      }
    })
    yield* climb().pipe(withLearned(policy))
    return policy()
  })

/** `policy-gradient` with some choices changed. */
export const policyGradientVariant = (name: string, changed: Partial<PolicyGradientChoices> = {}) =>
  algorithm({ ...policyGradient, name, run: runWith({ ...TEXT, ...changed }) })
