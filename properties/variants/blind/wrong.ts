/**
 * Wrong programs written from README and doc comments alone, before their author had read a law of method or a family of the audit: each breaks something that it
 * claims.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  algorithm,
  commit,
  type Goal,
  type LinearSoftmaxPolicy,
  onlineDpo,
  practicalParameters,
  type Problem,
  projectOnto,
  Prompts,
  ProperRewards,
  relativeFeature,
  Rewards,
  RidgeRegression,
  SpannerSamplingParameters,
  theoryParameters,
  truncation,
  WeakSampling,
  withLearned
} from "../surface.ts"

const count = Schema.Int.check(Schema.isGreaterThan(0))
const Passive = Schema.Struct({ lambda: Schema.Number, pairs: count })
type Passive = typeof Passive.Type

const sized = ({ dimension, rewardRange, parameterRadius }: Problem, { epsilon, coverage }: Goal): Passive => ({
  lambda: Math.min(1, (rewardRange / parameterRadius) ** 2),
  pairs: Math.min(2_000_000, Math.ceil((40 * dimension * rewardRange * Math.min(coverage, 300)) / epsilon))
})

/** Passive exploration that believes `label(ra, rb, t, R)` instead of ra − rb; `undefined` drops the pair. */
const mislabelled = (
  name: string,
  claims: ReadonlyArray<string>,
  label: (ra: number, rb: number, t: number, R: number) => number | undefined
) =>
  algorithm({
    name,
    summary: "least squares on pairs of the base model",
    proper: false,
    oracle: "weak",
    claims,
    parameters: Passive,
    fromTheory: sized,
    practical: sized,
    run: Effect.fnUntraced(function* ({ dimension: d, rewardRange }: Problem, { lambda, pairs }: Passive) {
      const [prompts, weak, rewards] = [yield* Prompts, yield* WeakSampling, yield* Rewards]
      const design = new RidgeRegression(d, lambda)
      const learned = (): LinearSoftmaxPolicy => {
        const theta = new Float64Array(d)
        design.solve(theta)
        return { kind: "linear-softmax", theta }
      }
      const all = Effect.fnUntraced(function* () {
        for (let seen = 0; seen < Math.min(pairs, 20_000);) {
          const xs = yield* prompts.draw(32)
          const left = yield* weak.draw(xs)
          const right = yield* weak.draw(xs)
          const r = yield* rewards.query(left.flatMap((a, i) => [a, right[i]]))
          for (let i = 0; i < 32; i++, seen++) {
            const y = label(r[2 * i], r[2 * i + 1], seen, rewardRange)
            if (y !== undefined) design.add(relativeFeature(left[i], right[i]), y)
          }
        }
      })
      yield* all().pipe(withLearned(learned))
      return learned()
    })
  })

const firstRewardOnly = mislabelled("first-reward-only", ["T1", "T2", "epsilon"], (ra) => ra)
const binarised = mislabelled("binarised", ["T1", "T2", "epsilon"], (ra, rb) => Math.sign(ra - rb))
const tiesDropped = mislabelled("ties-dropped", ["T1", "T2", "least-squares"], (ra, rb) =>
  ra === rb ? undefined : ra - rb
)
const staleAfter512 = mislabelled("forgets-after-512", ["T1", "T2", "least-squares"], (ra, rb, t) =>
  t < 512 ? ra - rb : undefined
)
const seventhFlipped = mislabelled("every-seventh-flipped", ["T1", "T2", "least-squares"], (ra, rb, t) =>
  t % 7 === 6 ? rb - ra : ra - rb
)
const intercept = mislabelled("global-intercept", ["T1", "T2", "epsilon"], (ra, _, __, R) => ra - R / 2)

/** The spanner, with something of it changed. */
const spanner = (
  name: string,
  claims: ReadonlyArray<string>,
  change: {
    readonly stale?: boolean
    readonly cap?: number
    readonly nu?: (nu: number) => number
  }
) =>
  algorithm({
    name,
    summary: "the spanner alone",
    proper: false,
    oracle: "weak",
    claims,
    parameters: SpannerSamplingParameters,
    fromTheory: (problem: Problem, goal: Goal) => theoryParameters(problem, goal),
    practical: practicalParameters,
    run: Effect.fnUntraced(function* (problem: Problem, parameters: SpannerSamplingParameters) {
      const [weak, rewards] = [yield* WeakSampling, yield* Rewards]
      const design = new RidgeRegression(problem.dimension, parameters.lambda)
      const learned = (): LinearSoftmaxPolicy => {
        const theta = new Float64Array(problem.dimension)
        design.solve(theta)
        return { kind: "linear-softmax", theta }
      }
      const nu = change.nu?.(parameters.nu) ?? parameters.nu
      const grow = Effect.fnUntraced(function* () {
        let test = truncation(problem, { nu }, design)
        let left = parameters.prompts
        while (left > 0) {
          const { promptsVisited, hit } = yield* weak.sweep(
            test,
            Math.min(parameters.pairsPerPrompt, change.cap ?? Infinity),
            left
          )
          left -= promptsVisited
          if (hit === undefined) continue
          if (change.stale === true) test = truncation(problem, { nu }, design)
          const difference = yield* rewards.queryDifference(hit)
          design.add(relativeFeature(hit.left, hit.right), difference)
          if (change.stale !== true) test = truncation(problem, { nu }, design)
        }
      })
      yield* grow().pipe(withLearned(learned))
      return learned()
    })
  })

const staleTest = spanner("stale-test", ["T1", "T2", "T3", "novelty"], { stale: true })
const capped = spanner("capped-search", ["T1", "T2", "epsilon"], { cap: 32_767 })
const nuSquared = spanner("nu-squared", ["T1", "T2", "T3", "T4", "novelty"], { nu: (nu) => nu * nu })

/** Online DPO on the projected estimate of the round before last. */
const laggingPlan = algorithm({
  ...onlineDpo,
  name: "shrunk-estimate",
  run: Effect.fnUntraced(function* (
    { dimension: d, parameterSet }: Problem,
    { lambda, pairs }: { readonly lambda: number; readonly pairs: number }
  ) {
    const proper = yield* ProperRewards
    const design = new RidgeRegression(d, lambda)
    const base = new Float64Array(d)
    const learned = (): LinearSoftmaxPolicy => {
      const theta = new Float64Array(d)
      design.solve(theta)
      return {
        kind: "linear-softmax",
        theta: projectOnto(
          theta.map((v) => 0.9 * v),
          parameterSet
        )
      }
    }
    const all = Effect.fnUntraced(function* () {
      for (let seen = 0; seen < Math.min(pairs, 4000); seen += 20) {
        const groups = yield* proper.explore(commit(learned().theta, base), 20)
        for (const { responses, rewards } of groups)
          design.add(relativeFeature(responses[0], responses[1]), rewards[0] - rewards[1])
      }
    })
    yield* all().pipe(withLearned(learned))
    return learned()
  })
})

export const blindWrong = [
  firstRewardOnly,
  binarised,
  tiesDropped,
  staleAfter512,
  seventhFlipped,
  intercept,
  staleTest,
  capped,
  nuSquared,
  laggingPlan
]
