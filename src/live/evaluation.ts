/**
 * What the learned policy answers, by fresh draws, on an account of its own: nothing of it is the learner's cost.
 *
 * An answer is made as it would be in use: K draws of the base model at a prompt, the first of them also the anchor, one of the K chosen with the policy's weights. The
 * policy that is judged is the one so carried out, K included, whose answers are independent: its accuracy has an exact interval. As K grows it is the policy itself.
 */
import * as Effect from "effect/Effect"
import type { BackendUnavailable } from "../kernel/backend-unavailable.ts"
import { innerProduct } from "../numeric/inner-product.ts"
import type { Stream } from "../numeric/stream.ts"
import type { Problem } from "../oracle/services.ts"
import { tiltLogit } from "../policy/elliptic-test.ts"
import type { Policy } from "../policy/policy.ts"
import type { LinearResidual } from "../instance/misspecification.ts"
import { clopperPearson } from "../statistics/clopper-pearson.ts"
import type { Interval } from "../statistics/confidence-sequence.ts"
import { type Account, drawnRows } from "./answers.ts"
import type { Bought } from "./purchases.ts"
import { seenLinearity } from "./seen-linearity.ts"
import type { ChecksFailed } from "./verifier.ts"

/** How a learned policy's answers are judged: N of them, each the best of K draws by the policy's weights. */
export interface EvaluationPlan {
  /** N: answers. */
  readonly answers: number
  /** K: draws an answer. */
  readonly draws: number
  /** Least reward that counts as right. */
  readonly success: number
  /** α of the intervals. */
  readonly level: number
}

/** Right answers of so many, with an exact interval. */
export interface Accuracy {
  readonly right: number
  readonly answers: number
  readonly interval: Interval
}

/** Rewards of base draws at one prompt. */
export interface BaseRate {
  readonly draws: number
  readonly right: number
  /** Draws with any reward at all, and the largest that was seen. */
  readonly rewarded: number
  readonly largest: number
}

/** What a learned policy answers beside the base model, and what finding that out cost. */
export interface Evaluation {
  readonly plan: EvaluationPlan
  /** The policy's answers, and the base model's own (the first of each K draws). */
  readonly policy: Accuracy
  readonly base: Accuracy
  /** Prompt by prompt, over all draws. */
  readonly rates: ReadonlyArray<BaseRate>
  /** How far rewards are from linear in φ on the responses drawn. */
  readonly linear: LinearResidual
  readonly bought: Bought
  /** Rewards that were verified for it. */
  readonly verified: number
  /** One answer of each at every prompt that was asked, the last: for people. */
  readonly shown: ReadonlyArray<{ readonly x: number; readonly base: string; readonly policy: string }>
}

/** log-weights of rows under a policy. @throws RangeError for a policy of tokens, which has no weights of responses */
const weightsOf = (
  policy: Policy,
  { beta }: Problem,
  features: Float64Array,
  rows: Int32Array,
  stream: Stream
): Float64Array => {
  switch (policy.kind) {
    case "reference":
      return new Float64Array(rows.length)
    case "linear-softmax": {
      const d = policy.theta.length
      return Float64Array.from(rows, (row) => innerProduct(policy.theta, 0, features, row * d, d) / beta)
    }
    case "truncated-mixture": {
      const d = policy.truncation.dimension
      const k = stream.nextInteger(policy.count)
      const theta = policy.thetas.subarray(k * d, (k + 1) * d)
      const tilt = { theta, clip: policy.clip, truncation: policy.truncation, beta }
      return Float64Array.from(rows, (row) => tiltLogit(tilt, features, row, rows[0]))
    }
    case "token-tilted":
      throw new RangeError("policy: of tokens, expected one of responses")
  }
}

/** An index with probability proportional to e^{log-weight}. */
const choose = (logs: Float64Array, stream: Stream): number => {
  const top = logs.reduce((a, b) => Math.max(a, b), -Infinity)
  const weights = logs.map((log) => Math.exp(log - top))
  let u = stream.next() * weights.reduce((a, b) => a + b, 0)
  let i = 0
  while (i < weights.length - 1 && (u -= weights[i]) >= 0) i++
  return i
}

const accuracy = (right: number, answers: number, level: number): Accuracy => ({
  right,
  answers,
  interval: clopperPearson(right, answers, level)
})

export interface EvaluationParts {
  readonly problem: Problem
  readonly prompts: number
  readonly account: Account
  readonly stream: Stream
  readonly progress?: (done: number, total: number) => void
}

/** Prompts whose draws are bought together. */
const AT_ONCE = 16

export const evaluatePolicy = Effect.fnUntraced(function* (
  policy: Policy,
  plan: EvaluationPlan,
  { account, problem, progress, prompts, stream }: EvaluationParts
): Effect.fn.Return<Evaluation, BackendUnavailable | ChecksFailed> {
  const { answers, purchases } = account
  const [places, coins] = [stream.split("prompts"), stream.split("coins")]
  const rates = Array.from({ length: prompts }, () => ({ draws: 0, right: 0, rewarded: 0, largest: 0 }))
  const shown = new Map<number, Evaluation["shown"][number]>()
  const seen = new Map<number, { x: number; row: number; draws: number; reward: number }>()
  let [right, base] = [0, 0]
  for (let made = 0; made < plan.answers;) {
    const asked = Array.from({ length: Math.min(AT_ONCE, plan.answers - made) }, () => places.nextInteger(prompts))
    const drawn = yield* drawnRows(account, asked, plan.draws)
    for (const [i, x] of asked.entries()) {
      const rows = drawn[i]
      const chosen = choose(weightsOf(policy, problem, answers.features, rows, coins), coins)
      const rewards: Array<number> = []
      for (const row of rows) rewards.push(yield* answers.reward(row))
      const rate = rates[x]
      rewards.forEach((reward, k) => {
        const one = seen.get(rows[k]) ?? { x, row: rows[k], draws: 0, reward }
        one.draws++
        seen.set(rows[k], one)
        rate.draws++
        if (reward >= plan.success) rate.right++
        if (reward > 0) rate.rewarded++
        rate.largest = Math.max(rate.largest, reward)
      })
      if (rewards[0] >= plan.success) base++
      if (rewards[chosen] >= plan.success) right++
      shown.set(x, { x, base: answers.at(rows[0]).text, policy: answers.at(rows[chosen]).text })
      made++
    }
    progress?.(made, plan.answers)
  }
  return {
    plan,
    policy: accuracy(right, plan.answers, plan.level),
    base: accuracy(base, plan.answers, plan.level),
    rates,
    linear: seenLinearity(answers, [...seen.values()]),
    bought: purchases.bought,
    verified: answers.verified,
    shown: [...shown.values()]
  }
})
