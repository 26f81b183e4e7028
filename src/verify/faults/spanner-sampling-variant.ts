/**
 * SpannerSampling with its choices as values: with none changed it is `spanner-sampling`, event for event (a test says so); each change is a planted fault
 * or a correct variant of the catalogue.
 */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import type { SpannerSamplingParameters } from "../../algorithm/spanner-sampling-parameters.ts"
import { cholesky, RidgeRegression, whitening } from "../../numeric/gram.ts"
import { type Pair, type Prompt, relativeFeature, type Response } from "../../oracle/handle.ts"
import { Journal } from "../../oracle/journal.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, Prompts, Rewards, WeakSampling } from "../../oracle/services.ts"
import { type EllipticTest, whitenedNormSquared } from "../../policy/elliptic-test.ts"
import type { TruncatedMixturePolicy } from "../../policy/policy.ts"

/** What a variant does otherwise; every default is the text of t7-spanner-sampling.md. */
export interface Choices {
  /** How phase 1 asks: a sweep, a search per prompt, or plain draws tested by the learner. Default: sweep. */
  readonly search: "sweep" | "first-hit" | "draws"
  /** Which pairs are taken, where the learner tests them itself ("draws"). Default: squared norm above ν². */
  readonly takes: (normSquared: number, nu: number) => boolean
  /** Pairs drawn per prompt. */
  readonly limit: (pairsPerPrompt: number) => number
  /** Prompts left after a prompt without a hit. */
  readonly afterMiss: (left: number) => number
  /** The matrix that tests are made of: the design's, or something else. */
  readonly testMatrix: (sigma: Float64Array, d: number, lambda: number) => Float64Array
  /** Ridge of the regression. */
  readonly ridge: (lambda: number) => number
  /** Rounds between refits. */
  readonly refitEvery: number
  /** Whether the spanner's rewards enter the regression. */
  readonly keepsSpannerData: boolean
  readonly solver: "sherman-morrison" | "cholesky"
  /** Pair members in the opposite order: φ ← −φ, r₁ − r₂ ← r₂ − r₁. */
  readonly antithetic: boolean
  /** What is made of an observed difference. */
  readonly difference: (value: number, R: number) => number
  /** ±clip of the tilt. */
  readonly clip: (R: number) => number
  /** ν of the truncation. */
  readonly truncation: (nu: number) => number
  /** Where a round's prompt and anchor come from. */
  readonly rounds: "fresh" | "one prompt" | "chained anchors"
  /** What is returned. */
  readonly output: "mixture" | "last"
}

const TEXT: Choices = {
  search: "sweep",
  takes: (q, nu) => q > nu * nu,
  limit: (n) => n,
  afterMiss: (left) => left,
  testMatrix: (sigma) => sigma,
  ridge: (lambda) => lambda,
  refitEvery: 1,
  keepsSpannerData: true,
  solver: "sherman-morrison",
  antithetic: false,
  difference: (value) => value,
  clip: (R) => R,
  truncation: (nu) => nu,
  rounds: "fresh",
  output: "mixture"
}

const once = Float64Array.of(1)

/** Σ^{-1}·moment by two triangular solves with Σ's Cholesky factor. */
const choleskySolve = (sigma: Float64Array, moment: Float64Array, out: Float64Array): void => {
  const d = moment.length
  const l = cholesky(sigma, d)
  for (let i = 0; i < d; i++) {
    out[i] = moment[i]
    for (let k = 0; k < i; k++) out[i] -= l[i * d + k] * out[k]
    out[i] /= l[i * d + i]
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) out[i] -= l[k * d + i] * out[k]
    out[i] /= l[i * d + i]
  }
}

const runWith = (choices: Choices) =>
  Effect.fnUntraced(function* (
    problem: Problem,
    parameters: SpannerSamplingParameters
  ): Effect.fn.Return<TruncatedMixturePolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
    const { dimension: d, beta, rewardRange: R } = problem
    const { lambda, nu, prompts: visits, pairsPerPrompt, rounds, promise, rejectionLevel: delta } = parameters
    const prompts = yield* Prompts
    const weak = yield* WeakSampling
    const rewards = yield* Rewards
    const journal = yield* Journal
    const spanner = new RidgeRegression(d, lambda)
    const fit = new RidgeRegression(d, choices.ridge(lambda))
    const phi = new Float64Array(d)
    const learn = (pair: Pair, value: number, design: ReadonlyArray<RidgeRegression>) => {
      relativeFeature(pair.left, pair.right, phi)
      const y = choices.difference(value, R)
      if (choices.antithetic) for (let j = 0; j < d; j++) phi[j] = -phi[j]
      for (const one of design) one.add(phi, choices.antithetic ? -y : y)
    }
    const testOf = (threshold: number): EllipticTest => ({
      dimension: d,
      whitening: whitening(choices.testMatrix(spanner.sigma, d, lambda), d),
      nu: threshold
    })

    /** The learner's own search by plain draws. */
    const drawUntil = Effect.fnUntraced(function* (prompt: Prompt, test: EllipticTest, limit: number) {
      for (let i = 0; i < limit; i++) {
        const [left, right] = yield* weak.draw([prompt, prompt])
        if (choices.takes(whitenedNormSquared(test, relativeFeature(left, right, phi)), nu))
          return { prompt, left, right }
      }
      return undefined
    })
    let left = visits
    while (left > 0) {
      const test = testOf(nu)
      const limit = choices.limit(pairsPerPrompt)
      let hit: Pair | undefined
      if (choices.search === "sweep") {
        const sweep = yield* weak.sweep(test, limit, left)
        left -= sweep.promptsVisited
        hit = sweep.hit
      } else {
        const [prompt] = yield* prompts.draw(1)
        left--
        hit =
          choices.search === "draws" ? yield* drawUntil(prompt, test, limit) : yield* weak.firstHit(prompt, test, limit)
      }
      if (hit === undefined) {
        left = choices.afterMiss(left)
        continue
      }
      const [value] = yield* rewards.queryDifferences({ pairs: [hit], counts: once })
      journal.accepted(relativeFeature(hit.left, hit.right, phi))
      learn(hit, value, choices.keepsSpannerData ? [spanner, fit] : [spanner])
    }

    const span = testOf(choices.truncation(nu))
    const thetas = new Float64Array(rounds * d)
    const theta = new Float64Array(d)
    const clip = choices.clip(R)
    let home: Prompt | undefined
    let anchor: Response | undefined
    for (let t = 0; t < rounds; t++) {
      if (t % choices.refitEvery === 0) {
        if (choices.solver === "cholesky") choleskySolve(fit.sigma, fit.moment, theta)
        else fit.solve(theta)
      }
      thetas.set(theta, t * d)
      const request = { tilt: { theta, clip, truncation: span, beta }, promise, delta }
      let pair: Pair
      if (choices.rounds === "chained anchors" && anchor !== undefined) {
        const { response } = yield* weak.tilted(anchor, request)
        pair = { prompt: anchor.prompt, left: response, right: anchor }
      } else {
        const prompt: Prompt =
          choices.rounds === "one prompt" && home !== undefined ? home : (yield* prompts.draw(1))[0]
        home = prompt
        pair = (yield* weak.tiltedPair(prompt, request)).pair
      }
      anchor = pair.left
      const [value] = yield* rewards.queryDifferences({ pairs: [pair], counts: once })
      learn(pair, value, [fit])
    }
    const from = choices.output === "last" ? rounds - 1 : 0
    return { kind: "truncated-mixture", count: rounds - from, thetas: thetas.slice(from * d), clip, truncation: span }
  })

/** `spanner-sampling` with some choices changed. */
export const variant = (name: string, changed: Partial<Choices> = {}) =>
  algorithm({ ...spannerSampling, name, run: runWith({ ...TEXT, ...changed }) })
