/**
 * Online DPO in its regression form: greedy draws from π_θ̂ against draws from π_ref, least squares on reward differences (predictions.md). Strong oracle, proper.
 *
 * Nothing makes it try what it has not seen: until a draw of π_ref shows the rare response of RareGood, θ̂ knows nothing of it and π_θ̂ gives it no more mass than
 * π_ref does, so its T_data can grow with C_cov. XPO differs by its optimism alone.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RidgeRegression } from "../numeric/gram.ts"
import { relativeFeature } from "../oracle/handle.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import type { Problem, ProperRewards } from "../oracle/services.ts"
import { projectOnto } from "../policy/parameter-set.ts"
import type { LinearSoftmaxPolicy } from "../policy/policy.ts"
import { algorithm, type Goal } from "./algorithm.ts"
import { referencePairs } from "./reference-pairs.ts"
import { aboveZero, count } from "./parameter-ranges.ts"

/** Parameters of {@link onlineDpo}, as a Schema with their ranges. */
export const OnlineDpoParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: aboveZero,
  /** Pairs drawn and rewarded: T_data = T_comp = twice this. */
  pairs: count
})
export type OnlineDpoParameters = typeof OnlineDpoParameters.Type

const run = (
  { dimension: d, parameterSet }: Problem,
  { lambda, pairs }: OnlineDpoParameters
): Effect.Effect<LinearSoftmaxPolicy, BudgetExhausted, ProperRewards> =>
  Effect.suspend(() => {
    const design = new RidgeRegression(d, lambda)
    const phi = new Float64Array(d)
    const estimate = (): Float64Array => {
      const theta = new Float64Array(d)
      design.solve(theta)
      return projectOnto(theta, parameterSet)
    }
    return referencePairs({
      name: "online-dpo",
      dimension: d,
      pairs,
      plan: estimate,
      observe: (groups) =>
        Effect.sync(() => {
          for (const { responses, rewards } of groups)
            design.add(relativeFeature(responses[0], responses[1], phi), rewards[0] - rewards[1])
        }),
      policy: () => ({ kind: "linear-softmax", theta: estimate() })
    })
  })

/**
 * No theorem of the suite promises online DPO anything; for comparison it is given SpannerSampling's order of rounds and, beside them, the multiple of C_cov that
 * it may need before anything worth learning is drawn.
 */
const sized = (
  { dimension, rewardRange, parameterRadius }: Problem,
  { epsilon, coverage }: Goal
): OnlineDpoParameters => ({
  lambda: Math.min(1, (rewardRange / parameterRadius) ** 2),
  pairs: Math.ceil((40 * dimension * rewardRange) / epsilon + 20 * coverage)
})

/** Online DPO in its regression form: greedy draws of π_θ̂ against draws of π_ref, least squares. Strong oracle, proper; T_data grows with coverage. */
export const onlineDpo = algorithm({
  name: "online-dpo",
  summary: "greedy draws of the current estimate against the base model, least squares: no exploration of its own",
  proper: true,
  oracle: "strong",
  claims: ["T1", "T2", "L2", "least-squares", "equivariant"],
  parameters: OnlineDpoParameters,
  fromTheory: sized,
  practical: sized,
  run
})
