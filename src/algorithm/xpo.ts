/**
 * XPO, exploratory preference optimisation (T. Xie et al., arXiv:2405.21046), in its regression form: the parameter committed to minimises squared loss plus
 * α·β·Σ log π_θ(y_ref) (predictions.md; `optimistic-fit.ts`). Strong oracle, proper.
 *
 * The oracle says nothing of log π_θ or of a normaliser, so Z_θ(x) is estimated from draws of π_θ at θ = 0, that is of π_ref, at each prompt met: paid, not
 * rewarded, and kept for when the prompt comes again. That is where XPO pays for coverage: with fewer than about C_cov of them it does not know that there is
 * anything to be optimistic about. A good plan must still be found (L2).
 *
 * Output: π of the final least-squares fit over Θ, not of the last plan, which errs upward by what α is worth.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RidgeRegression } from "../numeric/gram.ts"
import { features, type Prompt, relativeFeature } from "../oracle/handle.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, type ProperRewards, StrongSampling } from "../oracle/services.ts"
import type { LinearSoftmaxPolicy } from "../policy/policy.ts"
import { algorithm, type Goal } from "./algorithm.ts"
import { leastSquares, optimisticFit, type OptimisticProblem } from "./optimistic-fit.ts"
import { PaidDraws } from "./paid-draws.ts"
import { referencePairs } from "./reference-pairs.ts"
import { aboveZero, count, practicalRidge } from "./parameter-ranges.ts"

/** Parameters of {@link xpo}, as a Schema with their ranges. */
export const XpoParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: aboveZero,
  /** Pairs drawn and rewarded: T_data is twice this. */
  pairs: count,
  /** α ≥ 0, in units of reward: weight of optimism against squared loss. */
  optimism: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0)),
  /** Draws of π_ref paid at each prompt when it is first met, for its normaliser. */
  planningDraws: count,
  /** Optimistic starts of a fit, at most. */
  starts: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 64 }))
})
export type XpoParameters = typeof XpoParameters.Type

/** Planning draws per Effect. */
const LARGEST_BATCH = 8192

const run = Effect.fnUntraced(function* (
  problem: Problem,
  { lambda, pairs, optimism, planningDraws, starts }: XpoParameters
): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, ProperRewards | StrongSampling> {
  const { dimension: d, beta, parameterSet } = problem
  const strong = yield* StrongSampling
  const design = new RidgeRegression(d, lambda)
  const base = new Float64Array(d)
  const referenceSum = new Float64Array(d)
  const phi = new Float64Array(d)
  const met = new Map<Prompt, { visits: number; readonly draws: PaidDraws }>()
  let plan: Float64Array = new Float64Array(d)

  const plannedAt = Effect.fnUntraced(function* (prompt: Prompt) {
    const draws = new PaidDraws(d)
    for (let paid = 0; paid < planningDraws;) {
      const batch = new Array<Prompt>(Math.min(LARGEST_BATCH, planningDraws - paid)).fill(prompt)
      for (const response of yield* strong.draw(base, batch)) draws.add(response)
      paid += batch.length
    }
    const entry = { visits: 0, draws }
    met.set(prompt, entry)
    return entry
  })

  return yield* referencePairs({
    name: "xpo",
    dimension: d,
    pairs,
    plan: () => {
      const objective: OptimisticProblem = {
        design,
        parameterSet,
        beta,
        optimism,
        referenceSum,
        prompts: [...met.values()].filter(({ visits }) => visits > 0)
      }
      plan = optimisticFit(objective, starts, plan).theta
      return plan
    },
    observe: Effect.fnUntraced(function* (groups) {
      for (const { prompt, responses, rewards } of groups) {
        const [left, right] = responses
        design.add(relativeFeature(left, right, phi), rewards[0] - rewards[1])
        features(right).forEach((v, j) => (referenceSum[j] += v))
        const entry = met.get(prompt) ?? (yield* plannedAt(prompt))
        entry.visits++
        entry.draws.add(right)
      }
    }),
    policy: () => ({ kind: "linear-softmax", theta: leastSquares({ design, parameterSet }) })
  })
})

/**
 * Practical parameters, for which nothing is promised. Planning draws are SpannerSampling's T_span, a few times C_cov. α = R·√(d/T) balances what optimism may cost
 * on T pairs, about α·R·T, against the n·R² of squared loss after n looks at a wrong direction: n is about √(dT), as in XPO's own theorem.
 */
const sized = (problem: Problem, { epsilon, coverage }: Goal): XpoParameters => {
  const { dimension: d, rewardRange: R, parameterRadius: B } = problem
  const pairs = Math.ceil((40 * d * R) / epsilon)
  return {
    lambda: practicalRidge(R, B),
    pairs,
    optimism: R * Math.sqrt(d / pairs),
    planningDraws: Math.ceil(3 * coverage),
    starts: Math.min(d, 8)
  }
}

/** XPO, exploratory preference optimisation (arXiv:2405.21046), in its regression form: optimism by taking mass off what π_ref shows. Strong oracle, proper. */
export const xpo = algorithm({
  name: "xpo",
  summary: "optimism by taking mass off what the base model shows: T_data free of coverage where plans can be found",
  proper: true,
  oracle: "strong",
  claims: ["T1", "T2", "L2", "least-squares", "optimism", "equivariant"],
  parameters: XpoParameters,
  fromTheory: sized,
  practical: sized,
  run
})
