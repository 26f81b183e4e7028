/** `online-dpo` with its choices as values: the text with none changed; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { withLearned } from "../../algorithm/learned.ts"
import { onlineDpo, type OnlineDpoParameters } from "../../algorithm/online-dpo.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { commit } from "../../oracle/commitment.ts"
import { relativeFeature, type Response } from "../../oracle/handle.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, Prompts, ProperRewards, Rewards, StrongSampling } from "../../oracle/services.ts"
import { projectOnto } from "../../policy/parameter-set.ts"
import type { LinearSoftmaxPolicy } from "../../policy/policy.ts"

export interface OnlineDpoChoices {
  /** What is made of r₁ − r₂. */
  readonly difference: (value: number) => number
  /** Pairs under one plan. */
  readonly batch: (seen: number) => number
  /** Which data a plan is made of. */
  readonly data: "all" | "last batch"
  /** Whether the greedy draw comes first or second. */
  readonly order: "greedy first" | "greedy second"
  /** The proper oracle; or the strong one for four draws, of which the longest is rewarded. */
  readonly rewards: "proper" | "chosen"
}

const TEXT: OnlineDpoChoices = {
  difference: (value) => value,
  batch: (seen) => Math.max(1, Math.floor(seen / 10)),
  data: "all",
  order: "greedy first",
  rewards: "proper"
}

const DRAWS = 4

const length = (y: Response, to: Response): number => relativeFeature(y, to).reduce((s, v) => s + v * v, 0)

const runWith = (choices: OnlineDpoChoices) =>
  Effect.fnUntraced(function* (
    { dimension: d, parameterSet }: Problem,
    { lambda, pairs }: OnlineDpoParameters
  ): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, ProperRewards | Prompts | StrongSampling | Rewards> {
    const proper = yield* ProperRewards
    const prompts = yield* Prompts
    const strong = yield* StrongSampling
    const rewards = yield* Rewards
    const base = new Float64Array(d)
    const whole = new RidgeRegression(d, lambda)
    const estimate = (design: RidgeRegression): Float64Array => {
      const theta = new Float64Array(d)
      design.solve(theta)
      return projectOnto(theta, parameterSet)
    }
    const policy = (): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta: estimate(whole) })
    const gather = Effect.fnUntraced(function* () {
      let recent = whole
      for (let seen = 0; seen < pairs;) {
        const theta = estimate(recent)
        const due = Math.min(pairs - seen, choices.batch(seen))
        if (choices.data === "last batch") recent = new RidgeRegression(d, lambda)
        const learn = (left: Response, right: Response, value: number): void => {
          const phi = relativeFeature(left, right)
          for (const design of new Set([whole, recent])) design.add(phi, choices.difference(value))
        }
        if (choices.rewards === "proper") {
          const thetas = choices.order === "greedy first" ? [theta, base] : [base, theta]
          for (const { responses, rewards: r } of yield* proper.explore(commit(...thetas), due))
            learn(responses[0], responses[1], r[0] - r[1])
        } else
          for (let i = 0; i < due; i++) {
            const [prompt] = yield* prompts.draw(1)
            const [anchor] = yield* strong.draw(base, [prompt])
            const drawn = yield* strong.draw(theta, new Array<typeof prompt>(DRAWS).fill(prompt))
            const best = drawn.reduce((a, b) => (length(b, anchor) > length(a, anchor) ? b : a))
            const [r, r0] = yield* rewards.query([best, anchor])
            learn(best, anchor, r - r0)
          }
        seen += due
      }
    })
    yield* gather().pipe(withLearned(policy))
    return policy()
  })

/** `online-dpo` with some choices changed. */
export const onlineDpoVariant = (name: string, changed: Partial<OnlineDpoChoices> = {}) =>
  algorithm({ ...onlineDpo, name, run: runWith({ ...TEXT, ...changed }) })
