/**
 * SpannerSampling with C_cov unknown (t7-spanner-sampling.md, "unknown coverage"; beyond FMR25): a guess C is doubled until the draws themselves say that it is enough.
 *
 * Each stage searches for new pairs with T_span and M in proportion to its guess; the spanner and all rewards carry over. The stage then asks what coverage a
 * response could have that was *not* seen. Of a response y drawn from the current tilt, at anchor y′,
 *
 *     log C̄ = f(y,y′)/β − log Ẑ(y′)  +  (R − r(y))/β :
 *
 * the coverage of y itself, and what a response of the largest reward R would have beyond it. C̄ does not depend on which y was drawn where f is right, equals
 * log C_cov(π*_β) once a response of reward R is known, and until then is what must be feared: a response of reward R and mass below 1/C̄ would not move the optimum.
 * Stop when the guess has reached it. Where no response attains R the price is e^{(R − max r*)/β}: nobody without C_cov can tell such an instance from one
 * that hides a better response.
 *
 * R − r(y) is no difference of rewards of one prompt: a constant added to all of them changes what must be feared, so that this learner does not claim `equivariant`.
 *
 * Rewards are spent on the question only where the draws leave it open: with r̄ the largest plausible mean reward of anchors, (R − r̄)/β − log Ẑ above log C
 * already says no.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { innerProduct } from "../numeric/inner-product.ts"
import { RidgeRegression } from "../numeric/gram.ts"
import { type Pair, relativeFeature } from "../oracle/handle.ts"
import type { BudgetExhausted } from "../oracle/ledger.ts"
import { type Problem, Prompts, Rewards, WeakSampling } from "../oracle/services.ts"
import { type TruncatedLinearTilt, whitenedNormSquared } from "../policy/elliptic-test.ts"
import type { TruncatedMixturePolicy } from "../policy/policy.ts"
import { algorithm, type Goal } from "./algorithm.ts"
import { currentPolicy, exploreTilted, growSpanner, truncation } from "./spanner-sampling.ts"
import { practicalParameters, type SpannerSamplingParameters, theoryParameters } from "./spanner-sampling-parameters.ts"
import { withLearned } from "./learned.ts"
import { count, ellipticScale, samplerLevel } from "./parameter-ranges.ts"

const factor = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1e-6))

/** SpannerSampling's parameters, those that follow coverage stated per unit of it. */
export const AdaptiveParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: ellipticScale,
  /** ν > 0: elliptic threshold of the spanner and of the truncation. */
  nu: ellipticScale,
  /** T_prompt of each stage. */
  prompts: count,
  /** T_span / C. */
  pairsPerCoverage: factor,
  /** T_exp. */
  rounds: count,
  /** M / C. */
  promisePerCoverage: factor,
  /** δ_rej. */
  rejectionLevel: samplerLevel,
  /** Tilted pairs drawn to judge a stage. */
  probes: count
})
export type AdaptiveParameters = typeof AdaptiveParameters.Type

/** T_span is an integer that the oracle counts in doubles. */
const MOST_PAIRS = Number.MAX_SAFE_INTEGER

/** SpannerSampling's parameters at a guess C ≥ 1. */
const at = (
  { pairsPerCoverage, promisePerCoverage, ...rest }: AdaptiveParameters,
  coverage: number
): SpannerSamplingParameters => ({
  ...rest,
  pairsPerPrompt: Math.min(MOST_PAIRS, Math.ceil(pairsPerCoverage * coverage)),
  promise: Math.max(1, promisePerCoverage * coverage)
})

/** Share of T_prompt that a stage searches before it is judged; the guess that passes gets the whole. */
const SEARCH_SHARE = 1 / 4
/** Share of M that a judging draw is promised: the normaliser of a guess that is enough is then still seen in about 9 draws of a response of mass 1/C. */
const JUDGING_SHARE = 1 / 4

const run = Effect.fnUntraced(function* (
  problem: Problem,
  parameters: AdaptiveParameters
): Effect.fn.Return<TruncatedMixturePolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
  const { dimension: d, beta, rewardRange: R } = problem
  const prompts = yield* Prompts
  const weak = yield* WeakSampling
  const rewards = yield* Rewards
  const design = new RidgeRegression(d, parameters.lambda)
  const phi = new Float64Array(d)
  let anchorsSeen = 0
  let anchorRewards = 0

  /** f_θ(y, y′) of a pair, truncated as the policy is. */
  const tilt = ({ left, right }: Pair, { theta, clip, truncation: span }: TruncatedLinearTilt): number => {
    relativeFeature(left, right, phi)
    if (whitenedNormSquared(span, phi) > span.nu ** 2) return 0
    return Math.max(-clip, Math.min(clip, innerProduct(theta, 0, phi, 0, d)))
  }

  /** Whether no response that was not seen could have more coverage than the guess. Pairs it had to reward enter the regression. */
  const enough = Effect.fnUntraced(function* (stage: SpannerSamplingParameters, guess: number) {
    const asked = tiltOf(problem, stage, design)
    const request = { tilt: asked, promise: Math.max(1, stage.promise * JUDGING_SHARE), delta: stage.rejectionLevel }
    const pairs: Array<Pair> = []
    let logNormaliser = 0
    for (let i = 0; i < parameters.probes; i++) {
      const [prompt] = yield* prompts.draw(1)
      const [right] = yield* weak.draw([prompt])
      const draw = yield* weak.tilted(right, request)
      logNormaliser += draw.logNormaliser / parameters.probes
      pairs.push({ prompt, left: draw.response, right })
    }
    // The largest mean reward of anchors that what was seen leaves plausible: two standard errors of a variable in [0, R].
    const plausible = anchorsSeen === 0 ? R : Math.min(R, anchorRewards / anchorsSeen + R / Math.sqrt(anchorsSeen))
    if ((R - plausible) / beta - logNormaliser > Math.log(guess)) return false
    let beyond = 0
    for (const pair of pairs) {
      const [reward, anchorReward] = yield* rewards.query([pair.left, pair.right])
      beyond += (R - reward + tilt(pair, asked)) / pairs.length
      anchorsSeen++
      anchorRewards += anchorReward
      design.add(relativeFeature(pair.left, pair.right, phi), reward - anchorReward)
    }
    return beyond / beta - logNormaliser <= Math.log(guess)
  })

  // By T2 no coverage passes e^{R/β}: there doubling ends whatever the draws say.
  const most = Math.exp(Math.min(R / beta, 700))
  const search = Effect.fnUntraced(function* () {
    for (let guess = 1; ; guess = Math.min(2 * guess, most)) {
      const stage = at(parameters, guess)
      const part = Math.ceil(stage.prompts * SEARCH_SHARE)
      yield* growSpanner(problem, { ...stage, prompts: part }, design)
      const last = guess >= most || stage.pairsPerPrompt >= MOST_PAIRS
      if (!last && !(yield* enough(stage, guess))) continue
      yield* growSpanner(problem, { ...stage, prompts: Math.max(1, stage.prompts - part) }, design)
      if (last || (yield* enough(stage, guess))) return stage
    }
  })
  const stage = yield* search().pipe(withLearned(() => currentPolicy(problem, at(parameters, 1), design)))
  return yield* exploreTilted(problem, stage, design)
})

/** The tilt of the current estimate. */
const tiltOf = (problem: Problem, stage: SpannerSamplingParameters, design: RidgeRegression): TruncatedLinearTilt => {
  return {
    theta: design.solution(),
    clip: problem.rewardRange,
    truncation: truncation(problem, stage, design),
    beta: problem.beta
  }
}

/** Tilted pairs that judge a stage. */
const PROBES = 6

/** Per unit of coverage, with the goal's own coverage unused: the parameters of C = 1. */
const perCoverage = ({ pairsPerPrompt, promise, ...rest }: SpannerSamplingParameters): AdaptiveParameters => ({
  ...rest,
  pairsPerCoverage: pairsPerPrompt,
  promisePerCoverage: promise,
  probes: PROBES
})

/** Each of the at most 1 + log₂ e^{R/β} stages takes its share of δ. */
const fromTheory = (problem: Problem, { epsilon, delta }: Goal): AdaptiveParameters => {
  const stages = 1 + Math.ceil(problem.rewardRange / problem.beta / Math.LN2)
  return perCoverage(theoryParameters(problem, { epsilon, delta: delta / stages, coverage: 1 }))
}

const practical = (problem: Problem, goal: Goal): AdaptiveParameters =>
  perCoverage(practicalParameters(problem, { ...goal, coverage: 1 }))

/** SpannerSampling that is not told C_cov (t7-spanner-sampling.md, "unknown coverage"): it doubles a guess until its own draws say that it is enough. Weak oracle. */
export const spannerSamplingAdaptive = algorithm({
  name: "spanner-sampling-adaptive",
  summary: "SpannerSampling that is not told C_cov: it doubles a guess until its own draws say it is enough",
  proper: false,
  oracle: "weak",
  claims: ["T1", "T2", "T3", "T4", "T6", "least-squares", "novelty"],
  parameters: AdaptiveParameters,
  fromTheory,
  practical,
  run
})
