/** `passive` with its choices as values: the text with none changed; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { withLearned } from "../../algorithm/learned.ts"
import { passive, type PassiveParameters } from "../../algorithm/passive.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { type Pair, relativeFeature, type Response } from "../../oracle/handle.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, Prompts, Rewards, WeakSampling } from "../../oracle/services.ts"
import type { LinearSoftmaxPolicy } from "../../policy/policy.ts"

export interface PassiveChoices {
  /** Ridge of the regression. */
  readonly ridge: (lambda: number) => number
  /** Whether a pair stated once for many counts as many. */
  readonly counts: boolean
  /** Sign of the i-th difference. */
  readonly sign: (i: number) => 1 | -1
  /** Pairs an oracle call asks for, at most. */
  readonly batch: number
  /** `pairs`: as the oracle gives them; `draws`: prompt by prompt; `picked`: two draws against an anchor, the one farther from it is rewarded; `twice`: every pair rewarded twice. */
  readonly from: "pairs" | "draws" | "picked" | "twice"
}

const TEXT: PassiveChoices = { ridge: (lambda) => lambda, counts: true, sign: () => 1, batch: 65_536, from: "pairs" }

const distance = (a: Response, b: Response): number => relativeFeature(a, b).reduce((s, v) => s + v * v, 0)

const runWith = (choices: PassiveChoices) =>
  Effect.fnUntraced(function* (
    { dimension: d }: Problem,
    { lambda, pairs }: PassiveParameters
  ): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, Prompts | WeakSampling | Rewards> {
    const prompts = yield* Prompts
    const weak = yield* WeakSampling
    const rewards = yield* Rewards
    const design = new RidgeRegression(d, choices.ridge(lambda))
    const policy = (): LinearSoftmaxPolicy => {
      const theta = new Float64Array(d)
      design.solve(theta)
      return { kind: "linear-softmax", theta }
    }
    const asked = Effect.fnUntraced(function* (n: number) {
      if (choices.from === "pairs" || choices.from === "twice") return yield* weak.pairs(n)
      const at = yield* prompts.draw(n)
      const [left, right, other] = [yield* weak.draw(at), yield* weak.draw(at), yield* weak.draw(at)]
      const pick = (i: number): Response =>
        choices.from === "picked" && distance(other[i], right[i]) > distance(left[i], right[i]) ? other[i] : left[i]
      return {
        pairs: at.map((prompt, i): Pair => ({ prompt, left: pick(i), right: right[i] })),
        counts: new Float64Array(n).fill(1)
      }
    })
    const gather = Effect.fnUntraced(function* () {
      let seen = 0
      let at = 0
      while (seen < pairs) {
        const batch = yield* asked(Math.min(choices.batch, pairs - seen))
        for (let again = 0; again < (choices.from === "twice" ? 2 : 1); again++) {
          const differences = yield* rewards.queryDifferences(batch)
          batch.pairs.forEach(({ left, right }, i) => {
            design.add(
              relativeFeature(left, right),
              choices.sign(at++) * differences[i],
              choices.counts ? batch.counts[i] : 1
            )
          })
        }
        seen += batch.counts.reduce((a, b) => a + b, 0)
      }
    })
    yield* gather().pipe(withLearned(policy))
    return policy()
  })

/** `passive` with some choices changed. */
export const passiveVariant = (name: string, changed: Partial<PassiveChoices> = {}) =>
  algorithm({ ...passive, name, run: runWith({ ...TEXT, ...changed }) })
