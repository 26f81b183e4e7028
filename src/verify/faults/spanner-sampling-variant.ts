/**
 * SpannerSampling that sees its oracles through changes of its own: the shipped algorithm runs, but what it asks and what it hears passes through the choices below. The
 * oracles behind them are the suite's own, so a tape shows what such a learner really does. Each choice is a planted fault or a correct variant of the catalogue; with none
 * it is `spanner-sampling`, event for event (a test says so).
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { type AnyAlgorithm, algorithm } from "../../algorithm/algorithm.ts"
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import type { SpannerSamplingParameters } from "../../algorithm/spanner-sampling-parameters.ts"
import { whitening } from "../../numeric/gram.ts"
import { type Pair, type Prompt, relativeFeature, type Response } from "../../oracle/handle.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { Journal } from "../../oracle/journal.ts"
import { type Problem, Prompts, Rewards, type TiltRequest, WeakSampling } from "../../oracle/services.ts"
import { type EllipticTest, whitenedNormSquared } from "../../policy/elliptic-test.ts"
import type { TruncatedMixturePolicy } from "../../policy/policy.ts"

/** What a variant does otherwise; what is left out is the text of t7-spanner-sampling.md. */
export interface Choices {
  /** How phase 1 asks: a sweep, a search per prompt, or plain draws tested by the learner. */
  readonly search?: "sweep" | "first-hit" | "draws"
  /** Which pairs are taken, where the learner tests them itself ("draws"). Default: squared norm above ν². */
  readonly takes?: (normSquared: number, nu: number) => boolean
  /** Pairs drawn per prompt. */
  readonly limit?: (pairsPerPrompt: number) => number
  /** Prompts left after a prompt without a hit ("first-hit", "draws"). */
  readonly afterMiss?: (left: number) => number
  /** The matrix that tests are made of, from that of the accepted pairs; default: the algorithm's own tests. */
  readonly testMatrix?: (sigma: Float64Array, d: number, lambda: number) => Float64Array
  /** Ridge of the design. */
  readonly ridge?: (lambda: number) => number
  /** Rounds between refits. Default 1. */
  readonly refitEvery?: number
  /** Whether the spanner's rewards are heard: 0 otherwise. Default true. */
  readonly keepsSpannerData?: boolean
  /** θ_j of a tilt, and of the output. */
  readonly estimate?: (theta: number) => number
  /** Pair members in the opposite order: φ ← −φ, r₁ − r₂ ← r₂ − r₁. */
  readonly antithetic?: boolean
  /** What is made of an observed difference. */
  readonly difference?: (value: number, R: number) => number
  /** ±clip of the tilt. */
  readonly clip?: (R: number) => number
  /** ν of the truncation. */
  readonly truncation?: (nu: number) => number
  /** Where a round's prompt and anchor come from. */
  readonly rounds?: "fresh" | "one prompt" | "chained anchors"
  /** What is returned. */
  readonly output?: "mixture" | "last"
}

const above = (normSquared: number, nu: number): boolean => normSquared > nu * nu
const same = (value: number): number => value

const turned = ({ left, prompt, right }: Pair): Pair => ({ prompt, left: right, right: left })

/** The oracles as such a learner sees them, and the journal that tells them what was accepted. */
const seenThrough = (
  {
    afterMiss = same,
    antithetic = false,
    clip = same,
    difference = same,
    estimate = same,
    keepsSpannerData = true,
    limit: limitOf = same,
    refitEvery = 1,
    rounds,
    search = "sweep",
    takes = above,
    testMatrix,
    truncation: nuOf = same
  }: Choices,
  { dimension: d, rewardRange: R }: Problem,
  { lambda, nu }: SpannerSamplingParameters,
  services: Context.Context<OracleServices>
) => {
  const prompts = Context.get(services, Prompts)
  const { immediate: _, ...weak } = Context.get(services, WeakSampling)
  const rewards = Context.get(services, Rewards)
  const sigma = Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? lambda : 0))
  const phi = new Float64Array(d)
  let round = 0
  let theta: Float64Array = new Float64Array(d)
  let home: Prompt | undefined
  let anchor: Response | undefined

  const heard = (pair: Pair): Pair => (antithetic ? turned(pair) : pair)
  const testOf = (test: EllipticTest): EllipticTest =>
    testMatrix === undefined ? test : { ...test, whitening: whitening(testMatrix(sigma, d, lambda), d) }

  /** The learner's own search by plain draws. */
  const drawUntil = Effect.fnUntraced(function* (prompt: Prompt, test: EllipticTest, limit: number) {
    for (let i = 0; i < limit; i++) {
      const [left, right] = yield* weak.draw([prompt, prompt])
      if (takes(whitenedNormSquared(test, relativeFeature(left, right, phi)), nu)) return { prompt, left, right }
    }
    return undefined
  })
  const sweep = Effect.fnUntraced(function* (asked: EllipticTest, pairs: number, left: number) {
    const test = testOf(asked)
    const limit = limitOf(pairs)
    if (search === "sweep") {
      const found = yield* weak.sweep(test, limit, left)
      return { ...found, hit: found.hit && heard(found.hit) }
    }
    const [prompt] = yield* prompts.draw(1)
    const hit = yield* search === "draws" ? drawUntil(prompt, test, limit) : weak.firstHit(prompt, test, limit)
    return hit === undefined
      ? { promptsVisited: left - afterMiss(left - 1), hit }
      : { promptsVisited: 1, hit: heard(hit) }
  })

  const requestOf = ({ tilt, ...request }: TiltRequest): TiltRequest => {
    if (round++ % refitEvery === 0) theta = tilt.theta.map(estimate)
    const truncation = { ...testOf(tilt.truncation), nu: nuOf(tilt.truncation.nu) }
    return { ...request, tilt: { ...tilt, theta, clip: clip(tilt.clip), truncation } }
  }
  const tiltedPair = Effect.fnUntraced(function* (asked: Prompt, request: TiltRequest) {
    const own = requestOf(request)
    home ??= asked
    let found
    if (rounds === "chained anchors" && anchor !== undefined) {
      const { accepted, response } = yield* weak.tilted(anchor, own)
      found = { pair: { prompt: anchor.prompt, left: response, right: anchor }, accepted }
    } else found = yield* weak.tiltedPair(rounds === "one prompt" ? home : asked, own)
    anchor = found.pair.left
    return { ...found, pair: heard(found.pair) }
  })

  const seen = (value: number): number => (round > 0 || keepsSpannerData ? difference(value, R) : 0)
  return {
    services: services.pipe(
      Context.add(WeakSampling, { ...weak, sweep, tiltedPair }),
      Context.add(Rewards, {
        query: rewards.query,
        queryOne: rewards.queryOne,
        querySum: rewards.querySum,
        queryDifferences: (batch) => Effect.map(rewards.queryDifferences(batch), (values) => values.map(seen)),
        queryDifference: (pair) => Effect.map(rewards.queryDifference(pair), seen)
      })
    ),
    accepted: (row: Float64Array) => {
      for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i * d + j] += row[i] * row[j]
    }
  }
}

const runWith = (choices: Choices): AnyAlgorithm<OracleServices>["run"] =>
  Effect.fnUntraced(function* (problem: Problem, parameters: SpannerSamplingParameters) {
    const { accepted, services } = seenThrough(choices, problem, parameters, yield* Effect.context<OracleServices>())
    const journal = yield* Journal
    const policy = yield* spannerSampling
      .run(problem, { ...parameters, lambda: (choices.ridge ?? same)(parameters.lambda) })
      .pipe(
        Effect.provideContext(services),
        Effect.provideService(Journal, {
          ...journal,
          accepted: (phi, layer) => {
            accepted(phi)
            journal.accepted(phi, layer)
          }
        })
      )
    return outputOf(choices, policy as TruncatedMixturePolicy, problem.dimension)
  })

const outputOf = (
  { estimate = same, output }: Choices,
  { count, thetas, ...mixture }: TruncatedMixturePolicy,
  d: number
): TruncatedMixturePolicy => {
  const first = output === "last" ? count - 1 : 0
  return { ...mixture, count: count - first, thetas: thetas.slice(first * d, count * d).map(estimate) }
}

/** `spanner-sampling` with some choices changed. */
export const variant = (name: string, changed: Choices = {}): AnyAlgorithm<OracleServices> =>
  algorithm({ ...spannerSampling, name, run: runWith(changed) })
