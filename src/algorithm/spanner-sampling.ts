/**
 * SpannerSampling (t7-spanner-sampling.md): weak oracle, inference time, improper.
 *
 * Phase 1 looks among paid draws for pairs whose relative feature is new (elliptic norm above ν) and rewards only those: coverage is paid in draws, not in rewards.
 * Phase 2 alternates ridge regression with draws from the base model tilted by the current estimate, truncated where the spanner knows nothing.
 */
import * as Effect from "effect/Effect"
import { RidgeRegression } from "../numeric/gram.ts"
import { comparisonRounds } from "../oracle/comparison-rounds.ts"
import { relativeFeature } from "../oracle/handle.ts"
import { Journal, nextCheckpoint } from "../oracle/journal.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, type Prompts, Rewards, WeakSampling } from "../oracle/services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { TruncatedMixturePolicy } from "../policy/policy.ts"
import { algorithm } from "./algorithm.ts"
import { withLearned } from "./learned.ts"
import { practicalParameters, SpannerSamplingParameters, theoryParameters } from "./spanner-sampling-parameters.ts"

const once = Float64Array.of(1)
/** Rounds of the mixture that room is made for at first. */
const FIRST_ROUNDS = 4096

/** Phase 1: the spanner. Grows `design` in place and returns its last test, the truncation of phase 2. */
export const growSpanner = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: SpannerSamplingParameters,
  design: RidgeRegression
): Effect.fn.Return<void, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const weak = yield* WeakSampling
  const rewards = yield* Rewards
  const journal = yield* Journal
  const phi = new Float64Array(problem.dimension)
  let left = parameters.prompts
  while (left > 0) {
    const { promptsVisited, hit } = yield* weak.sweep(
      truncation(problem, parameters, design),
      parameters.pairsPerPrompt,
      left
    )
    left -= promptsVisited
    journal.progress("spanner", parameters.prompts - left, parameters.prompts)
    if (hit === undefined) continue
    const [difference] = yield* rewards.queryDifferences({ pairs: [hit], counts: once })
    relativeFeature(hit.left, hit.right, phi)
    journal.accepted(phi)
    design.add(phi, difference)
  }
})

/** Passes what the spanner does not know: phase 1 looks for it, phase 2 truncates by it. */
export const truncation = (
  problem: Problem,
  { nu }: Pick<SpannerSamplingParameters, "nu">,
  design: RidgeRegression
): EllipticTest => ({
  dimension: problem.dimension,
  whitening: design.whitening(),
  nu
})

/** The one policy of the current estimate: what is known before there are rounds to mix over. */
export const currentPolicy = (
  problem: Problem,
  parameters: Pick<SpannerSamplingParameters, "nu">,
  design: RidgeRegression
): TruncatedMixturePolicy => {
  const theta = new Float64Array(problem.dimension)
  design.solve(theta)
  return {
    kind: "truncated-mixture",
    count: 1,
    thetas: theta,
    clip: problem.rewardRange,
    truncation: truncation(problem, parameters, design)
  }
}

/** Phase 2: rounds of ridge regression and tilted draws, truncated by the spanner that `design` now holds. Returns the uniform mixture over its rounds. */
export const exploreTilted = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: SpannerSamplingParameters,
  design: RidgeRegression
): Effect.fn.Return<TruncatedMixturePolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const { dimension: d, beta, rewardRange: clip } = problem
  const { rounds, promise, rejectionLevel: delta } = parameters
  const journal = yield* Journal
  const theta = new Float64Array(d)
  const span = truncation(problem, parameters, design)
  // Grown as rounds are made: T_exp may be far more than a target or a budget lets through.
  let thetas = new Float64Array(Math.min(rounds, FIRST_ROUNDS) * d)
  const phi = new Float64Array(d)
  const request = { tilt: { theta, clip, truncation: span, beta }, promise, delta }
  let t = 0
  let due = 1
  const mixture = (count: number): TruncatedMixturePolicy => ({
    kind: "truncated-mixture",
    count,
    thetas,
    clip,
    truncation: span
  })
  const learned = () => (t === 0 ? currentPolicy(problem, parameters, design) : mixture(t))
  yield* comparisonRounds({
    rounds,
    request: () => {
      design.solve(theta)
      return request
    },
    observe: (pair, difference) => {
      if (t * d === thetas.length) {
        const wider = new Float64Array(Math.min(rounds, 2 * t) * d)
        wider.set(thetas)
        thetas = wider
      }
      for (let j = 0; j < d; j++) thetas[t * d + j] = theta[j]
      t++
      design.add(relativeFeature(pair.left, pair.right, phi), difference)
      if (t < due && t < rounds) return "continue"
      due = nextCheckpoint(t)
      journal.progress("exploration", t, rounds)
      return journal.checkpoint(learned)
    }
  }).pipe(withLearned(learned))
  return mixture(t)
})

const run = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: SpannerSamplingParameters
): Effect.fn.Return<TruncatedMixturePolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const design = new RidgeRegression(problem.dimension, parameters.lambda)
  yield* growSpanner(problem, parameters, design).pipe(withLearned(() => currentPolicy(problem, parameters, design)))
  return yield* exploreTilted(problem, parameters, design)
})

/**
 * SpannerSampling (T7; FMR25 Theorem 3.1): a spanner of paid draws, then tilted draws and regression. Weak oracle, improper: T_data free of coverage, T_comp linear in
 * C_cov.
 */
export const spannerSampling = algorithm({
  name: "spanner-sampling",
  summary: "inference-time exploration with a spanner of paid draws: T_data free of coverage, T_comp linear in it",
  proper: false,
  oracle: "weak",
  claims: ["T1", "T2", "T3", "T4", "T6", "T7", "least-squares", "novelty", "equivariant"],
  parameters: SpannerSamplingParameters,
  fromTheory: (problem, goal) => theoryParameters(problem, goal),
  practical: practicalParameters,
  run
})
