/** `xpo` with its choices as values: the text with none changed; each change is a planted fault or a correct variant. */
import * as Effect from "effect/Effect"
import { algorithm } from "../../algorithm/algorithm.ts"
import { leastSquares, optimisticFit, type OptimisticProblem } from "../../algorithm/optimistic-fit.ts"
import { PaidDraws } from "../../algorithm/paid-draws.ts"
import { referencePairs } from "../../algorithm/reference-pairs.ts"
import { xpo, type XpoParameters } from "../../algorithm/xpo.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { features, type Prompt, relativeFeature } from "../../oracle/handle.ts"
import type { BudgetExhausted } from "../../oracle/ledger.ts"
import { type Problem, type ProperRewards, StrongSampling } from "../../oracle/services.ts"
import type { LinearSoftmaxPolicy } from "../../policy/policy.ts"

export interface XpoChoices {
  /** Sign of the optimistic term: + takes mass off what π_ref shows, − puts more on it. */
  readonly sign: 1 | -1
  /** Whether log Z_θ is in the objective. */
  readonly normaliser: boolean
  /** How many plans are made; the last one is kept from then on. */
  readonly plans: number
  /** Optimistic starts of a fit, of those the parameters allow. */
  readonly starts: (most: number) => number
  /** What is returned. */
  readonly output: "least squares" | "last plan"
}

const TEXT: XpoChoices = {
  sign: 1,
  normaliser: true,
  plans: Infinity,
  starts: (most) => most,
  output: "least squares"
}

const runWith = (choices: XpoChoices) =>
  Effect.fnUntraced(function* (
    { beta, dimension: d, parameterSet }: Problem,
    { lambda, optimism, pairs, planningDraws, starts }: XpoParameters
  ): Effect.fn.Return<LinearSoftmaxPolicy, BudgetExhausted, ProperRewards | StrongSampling> {
    const strong = yield* StrongSampling
    const design = new RidgeRegression(d, lambda)
    const base = new Float64Array(d)
    const referenceSum = new Float64Array(d)
    const met = new Map<Prompt, { visits: number; readonly draws: PaidDraws }>()
    let plan: Float64Array = new Float64Array(d)
    let made = 0
    return yield* referencePairs({
      name: "xpo",
      dimension: d,
      pairs,
      plan: () => {
        if (made++ >= choices.plans) return plan
        const objective: OptimisticProblem = {
          design,
          parameterSet,
          beta,
          optimism: choices.sign * optimism,
          referenceSum,
          prompts: choices.normaliser ? [...met.values()] : []
        }
        plan = optimisticFit(objective, choices.starts(starts), plan).theta
        return plan
      },
      observe: Effect.fnUntraced(function* (groups) {
        for (const { prompt, responses, rewards } of groups) {
          const [left, right] = responses
          design.add(relativeFeature(left, right), rewards[0] - rewards[1])
          features(right).forEach((v, j) => (referenceSum[j] += v))
          let entry = met.get(prompt)
          if (entry === undefined) {
            entry = { visits: 0, draws: new PaidDraws(d) }
            met.set(prompt, entry)
            const asked = new Array<Prompt>(planningDraws).fill(prompt)
            for (const response of yield* strong.draw(base, asked)) entry.draws.add(response)
          }
          entry.visits++
          entry.draws.add(right)
        }
      }),
      policy: () => ({
        kind: "linear-softmax",
        theta: choices.output === "last plan" ? plan.slice() : leastSquares({ design, parameterSet })
      })
    })
  })

/** `xpo` with some choices changed. */
export const xpoVariant = (name: string, changed: Partial<XpoChoices> = {}) =>
  algorithm({ ...xpo, name, run: runWith({ ...TEXT, ...changed }) })
