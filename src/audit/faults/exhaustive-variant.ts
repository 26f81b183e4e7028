/** `exhaustive` with its choices as values: the text with none changed; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { exhaustive, type ExhaustiveParameters } from "../../algorithm/exhaustive.ts"
import { withLearned } from "../../algorithm/learned.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { type Prompt, relativeFeature, type Response } from "../../oracle/handle.ts"
import { Journal } from "../../oracle/journal.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, Prompts, ResponseSpace, Rewards, WeakSampling } from "../../oracle/services.ts"
import { whitenedNormSquared } from "../../policy/elliptic-test.ts"
import type { TruncatedMixturePolicy } from "../../policy/policy.ts"

export interface ExhaustiveChoices {
  /** Which response above ν is taken: any order will do. */
  readonly takes: "farthest" | "first"
  /** Where responses come from: Y(x), or as many draws as Y(x) had members when it was asked. */
  readonly responses: "enumerated" | "drawn"
  /** The feature that enters the design: of the pair taken, or whatever the buffer last held. */
  readonly adds: "taken" | "buffer"
  /** What is rewarded: the pair, or the response alone, its anchor taken to have reward 0. */
  readonly rewards: "pair" | "response"
  /** ν of the output's truncation. */
  readonly truncation: (nu: number) => number
}

const TEXT: ExhaustiveChoices = {
  takes: "farthest",
  responses: "enumerated",
  adds: "taken",
  rewards: "pair",
  truncation: (nu) => 2 * nu
}

const DRAWS = 64

const runWith = (choices: ExhaustiveChoices) =>
  Effect.fnUntraced(function* (
    { dimension: d, rewardRange: clip }: Problem,
    { lambda, nu, prompts: visits }: ExhaustiveParameters
  ): Effect.fn.Return<TruncatedMixturePolicy, BudgetExhausted, Prompts | ResponseSpace | Rewards | WeakSampling> {
    const prompts = yield* Prompts
    const space = yield* ResponseSpace
    const weak = yield* WeakSampling
    const rewards = yield* Rewards
    const journal = yield* Journal
    const design = new RidgeRegression(d, lambda)
    const buffer = new Float64Array(d)
    const known = new Map<Prompt, ReadonlyArray<Response>>()
    const policy = (): TruncatedMixturePolicy => {
      const thetas = new Float64Array(d)
      design.solve(thetas)
      const truncation = { dimension: d, whitening: design.whitening(), nu: choices.truncation(nu) }
      return { kind: "truncated-mixture", count: 1, thetas, clip, truncation }
    }
    const responsesTo = Effect.fnUntraced(function* (prompt: Prompt) {
      const before = known.get(prompt)
      if (before !== undefined) return before
      const all =
        choices.responses === "enumerated"
          ? yield* space.enumerate(prompt)
          : yield* weak.draw(new Array<Prompt>(DRAWS).fill(prompt))
      known.set(prompt, all)
      return all
    })
    const take = ([anchor, ...others]: ReadonlyArray<Response>) => {
      const test = { dimension: d, whitening: design.whitening(), nu }
      let best: { readonly response: Response; readonly phi: Float64Array } | undefined
      let norm = nu * nu
      for (const response of others) {
        const q = whitenedNormSquared(test, relativeFeature(response, anchor, buffer))
        if (q <= norm || (best !== undefined && choices.takes === "first")) continue
        norm = q
        best = { response, phi: choices.adds === "taken" ? buffer.slice() : buffer }
      }
      return best
    }
    const explore = Effect.fnUntraced(function* () {
      for (const prompt of yield* prompts.draw(visits)) {
        const responses = yield* responsesTo(prompt)
        // A person's guard against a loop that does not end.
        for (let taken = 0; taken < 1000; taken++) {
          const found = take(responses)
          if (found === undefined) break
          const asked = choices.rewards === "pair" ? [found.response, responses[0]] : [found.response]
          const [reward, anchorReward = 0] = yield* rewards.query(asked)
          journal.accepted(found.phi)
          design.add(found.phi, reward - anchorReward)
        }
      }
    })
    yield* explore().pipe(withLearned(policy))
    return policy()
  })

/** `exhaustive` with some choices changed. */
export const exhaustiveVariant = (name: string, changed: Partial<ExhaustiveChoices> = {}) =>
  algorithm({ ...exhaustive, name, run: runWith({ ...TEXT, ...changed }) })
