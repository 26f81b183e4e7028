/**
 * Passive exploration: pairs from π_ref, least squares on reward differences, output π_θ̂. The reference point of predictions.md: it spends no draw it does not
 * reward, so on RareGood its T_data must grow with C_cov. Proper with θ = 0.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { RidgeRegression } from "../numeric/gram.ts"
import { relativeFeature } from "../oracle/handle.ts"
import { Journal, nextCheckpoint } from "../oracle/journal.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, type Prompts, Rewards, WeakSampling } from "../oracle/services.ts"
import type { LinearSoftmaxPolicy } from "../policy/policy.ts"
import { algorithm, type Goal } from "./algorithm.ts"
import { withLearned } from "./learned.ts"
import { aboveZero, count } from "./parameter-ranges.ts"

/** Parameters of {@link passive}, as a Schema with their ranges. */
export const PassiveParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: aboveZero,
  /** Pairs drawn and rewarded: T_data = T_comp = twice this. */
  pairs: count
})
export type PassiveParameters = typeof PassiveParameters.Type

/** Largest batch: literal batches hold a handle per pair, so memory must not follow n. */
const LARGEST_BATCH = 65_536

const run = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: PassiveParameters
): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const { dimension: d } = problem
  const weak = yield* WeakSampling
  const rewards = yield* Rewards
  const journal = yield* Journal
  const design = new RidgeRegression(d, parameters.lambda)
  const phi = new Float64Array(d)
  const policy = (): LinearSoftmaxPolicy => {
    const theta = new Float64Array(d)
    design.solve(theta)
    return { kind: "linear-softmax", theta }
  }
  const gather = Effect.fnUntraced(function* () {
    let seen = 0
    while (seen < parameters.pairs) {
      const due = Math.min(parameters.pairs, nextCheckpoint(seen))
      while (seen < due) {
        const batch = yield* weak.pairs(Math.min(LARGEST_BATCH, due - seen))
        const differences = yield* rewards.queryDifferences(batch)
        for (let i = 0; i < batch.pairs.length; i++) {
          design.add(relativeFeature(batch.pairs[i].left, batch.pairs[i].right, phi), differences[i], batch.counts[i])
          seen += batch.counts[i]
        }
      }
      journal.progress("passive", seen, parameters.pairs)
      if (journal.checkpoint(policy) === "stop") break
    }
  })
  yield* gather().pipe(withLearned(policy))
  return policy()
})

/**
 * No theorem of the suite promises passive exploration anything; for comparison it is given SpannerSampling's order of rounds times the C_cov
 * that predictions.md says it must pay.
 */
const sized = (problem: Problem, { epsilon, coverage }: Goal): PassiveParameters => ({
  lambda: Math.min(1, (problem.rewardRange / problem.parameterRadius) ** 2),
  pairs: Math.ceil((40 * problem.dimension * problem.rewardRange * coverage) / epsilon)
})

/** Passive exploration: pairs of π_ref, least squares on reward differences. Weak oracle, proper; T_data = T_comp grows with coverage. */
export const passive = algorithm({
  name: "passive",
  summary: "pairs from the base model, least squares: rewards every draw, so coverage is paid in T_data",
  proper: true,
  oracle: "weak",
  claims: ["T1", "T2", "L2", "least-squares", "equivariant"],
  parameters: PassiveParameters,
  fromTheory: sized,
  practical: sized,
  run
})
