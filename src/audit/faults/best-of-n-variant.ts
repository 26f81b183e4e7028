/** `best-of-n-elliptic` with its choices as values: the text with none changed; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { bestOfNElliptic, type BestOfNParameters } from "../../algorithm/best-of-n-elliptic.ts"
import { withLearned } from "../../algorithm/learned.ts"
import { RidgeRegression, whitening } from "../../numeric/gram.ts"
import { relativeFeature, type Response } from "../../oracle/handle.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, Prompts, Rewards, WeakSampling } from "../../oracle/services.ts"
import { whitenedNormSquared } from "../../policy/elliptic-test.ts"
import { projectOnto } from "../../policy/parameter-set.ts"
import type { LinearSoftmaxPolicy } from "../../policy/policy.ts"

export interface BestOfNChoices {
  /** Whether the oracle keeps the farthest, or the learner draws and compares for itself, and by what. */
  readonly keep: "oracle" | "farthest" | "nearest"
  /** Whether Σ follows what was seen. */
  readonly updatesTest: boolean
  /** What is rewarded beside the anchor: the one kept, or every draw (n of them, each against the anchor). */
  readonly rewards: "kept" | "all"
  /** The anchor that the n draws are compared with and the one that is rewarded. */
  readonly anchors: "one" | "two"
}

const TEXT: BestOfNChoices = { keep: "oracle", updatesTest: true, rewards: "kept", anchors: "one" }

const runWith = (choices: BestOfNChoices) =>
  Effect.fnUntraced(function* (
    { dimension: d, parameterSet }: Problem,
    { draws, lambda, rounds }: BestOfNParameters
  ): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
    const prompts = yield* Prompts
    const weak = yield* WeakSampling
    const rewards = yield* Rewards
    const design = new RidgeRegression(d, lambda)
    const first = whitening(design.sigma, d)
    const policy = (): LinearSoftmaxPolicy => {
      const theta = new Float64Array(d)
      design.solve(theta)
      return { kind: "linear-softmax", theta: projectOnto(theta, parameterSet) }
    }
    const explore = Effect.fnUntraced(function* () {
      for (let t = 0; t < rounds; t++) {
        const asked = yield* prompts.draw(1)
        const [anchor] = yield* weak.draw(asked)
        const test = { dimension: d, whitening: choices.updatesTest ? design.whitening() : first, nu: 1 }
        const norm = (y: Response): number => whitenedNormSquared(test, relativeFeature(y, anchor))
        let kept: ReadonlyArray<Response>
        if (choices.keep === "oracle" && choices.rewards === "kept") kept = [yield* weak.farthest(anchor, test, draws)]
        else {
          const drawn = yield* weak.draw(new Array<(typeof asked)[number]>(draws).fill(asked[0]))
          const better = (a: Response, b: Response) =>
            choices.keep === "nearest" ? norm(b) < norm(a) : norm(b) > norm(a)
          kept = choices.rewards === "all" ? drawn : [drawn.reduce((a, b) => (better(a, b) ? b : a))]
        }
        const against = choices.anchors === "one" ? anchor : (yield* weak.draw(yield* prompts.draw(1)))[0]
        for (const y of kept) {
          const [r, r0] = yield* rewards.query([y, against])
          design.add(relativeFeature(y, against), r - r0)
        }
      }
    })
    yield* explore().pipe(withLearned(policy))
    return policy()
  })

/** `best-of-n-elliptic` with some choices changed. */
export const bestOfNVariant = (name: string, changed: Partial<BestOfNChoices> = {}) =>
  algorithm({ ...bestOfNElliptic, name, run: runWith({ ...TEXT, ...changed }) })
