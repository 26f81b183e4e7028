/**
 * Best-of-n with elliptic novelty: the inference-time diversity rule of representation-based exploration (arXiv:2510.11686). Each round draws an anchor and n
 * responses from the base model, keeps the response whose relative feature to the anchor has the largest elliptic norm under what was seen so far, and rewards
 * both; least squares on the differences gives the policy. Weak oracle, improper: the n draws are paid for, one of them is rewarded.
 *
 * Where n is a few times C_cov a rare good response is among the n in every round, so T_data is free of coverage and T_comp linear in it, like SpannerSampling's;
 * unlike SpannerSampling it pays the n draws in every round, and no theorem of the suite promises it anything.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RidgeRegression } from "../numeric/gram.ts"
import { relativeFeature } from "../oracle/handle.ts"
import { Journal, nextCheckpoint } from "../oracle/journal.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, Prompts, Rewards, WeakSampling } from "../oracle/services.ts"
import { projectOnto } from "../policy/parameter-set.ts"
import type { LinearSoftmaxPolicy } from "../policy/policy.ts"
import { algorithm, type Goal } from "./algorithm.ts"
import { withLearned } from "./learned.ts"
import { aboveZero, count } from "./parameter-ranges.ts"

/** Parameters of {@link bestOfNElliptic}, as a Schema with their ranges. */
export const BestOfNParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: aboveZero,
  /** n: responses drawn a round, beside the anchor. */
  draws: count,
  /** Rounds: two rewards each. */
  rounds: count
})
export type BestOfNParameters = typeof BestOfNParameters.Type

const once = Float64Array.of(1)

const run = Effect.fnUntraced(function* (
  problem: Problem,
  { lambda, draws, rounds }: BestOfNParameters
): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const { dimension: d, parameterSet } = problem
  const prompts = yield* Prompts
  const weak = yield* WeakSampling
  const rewards = yield* Rewards
  const journal = yield* Journal
  const design = new RidgeRegression(d, lambda)
  const phi = new Float64Array(d)
  const policy = (): LinearSoftmaxPolicy => {
    const theta = new Float64Array(d)
    design.solve(theta)
    return { kind: "linear-softmax", theta: projectOnto(theta, parameterSet) }
  }
  const explore = Effect.fnUntraced(function* () {
    let due = 1
    for (let t = 1; t <= rounds; t++) {
      const asked = yield* prompts.draw(1)
      const [anchor] = yield* weak.draw(asked)
      // ν enters no comparison here: the rule asks for the largest norm, not for one above a threshold.
      const novel = yield* weak.farthest(anchor, { dimension: d, whitening: design.whitening(), nu: 1 }, draws)
      const [difference] = yield* rewards.queryDifferences({
        pairs: [{ prompt: asked[0], left: novel, right: anchor }],
        counts: once
      })
      relativeFeature(novel, anchor, phi)
      design.add(phi, difference)
      if (t < due && t < rounds) continue
      due = nextCheckpoint(t)
      journal.progress("best of n", t, rounds)
      if (journal.checkpoint(policy) === "stop") return
    }
  })
  yield* explore().pipe(withLearned(policy))
  return policy()
})

/** No theorem of the suite promises it anything; n is sized as SpannerSampling's T_span is, so that the two can be compared. */
const sized = (problem: Problem, { coverage, epsilon }: Goal): BestOfNParameters => ({
  lambda: Math.min(1, (problem.rewardRange / problem.parameterRadius) ** 2),
  draws: Math.ceil(3 * coverage),
  rounds: Math.ceil((40 * problem.dimension * problem.rewardRange) / epsilon)
})

/** Best-of-n with elliptic novelty (arXiv:2510.11686): n draws a round, the most novel of them rewarded. Weak oracle; T_data measured, T_comp n draws a round. */
export const bestOfNElliptic = algorithm({
  name: "best-of-n-elliptic",
  summary: "rewards the most novel of n draws each round: T_data measured, n draws a round",
  proper: false,
  oracle: "weak",
  claims: ["T1", "T2", "least-squares", "novelty", "equivariant"],
  parameters: BestOfNParameters,
  fromTheory: sized,
  practical: sized,
  run
})
