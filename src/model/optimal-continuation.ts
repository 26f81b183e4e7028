/**
 * The optimal policy π*_β over continuations, by dynamic programming over the sequence (theory T5).
 *
 * With r* a sum over tokens, Q*_h(s, a) − V*_h(s) depends on the prefix s only through its last class, and π*_β is a bigram
 * model whose transitions and words change with the place. This never looks at classes of responses, so that its Z, J* and
 * C_cov check those of the class enumeration.
 */
import type { Stream } from "../numeric/stream.ts"
import type { BigramModel } from "./bigram-model.ts"
import { CLASS_COUNT } from "./word-class.ts"

/** r* as a sum: `base` + Σ over the inner tokens of `inner` + `last` of the last token. Arrays of length V. */
export interface TokenReward {
  readonly base: number
  readonly inner: Float64Array
  readonly last: Float64Array
}

/** π*_β after each of the T classes that a prompt can end on. */
export interface OptimalContinuation {
  /** log Z = log E_{π_ref} exp(r* / β), length T. */
  readonly logNormaliser: Float64Array
  /** E_{π_ref} r*, length T. */
  readonly referenceReward: Float64Array
  /** sup r* and inf r* over the V^H continuations, whatever the class before. */
  readonly highestReward: number
  readonly lowestReward: number
  /** sup π*_β/π_ref after a class: C_cov(π*_β) is the largest over the prompts. */
  readonly coverage: (context: number) => number
  /** sup over places and prefixes of π*_h/π_ref,h: C_cond(π*_β), for prompts that end on `contexts`. */
  readonly conditionalCoverage: (contexts: Iterable<number>) => number
  /** Tokens of a continuation drawn from π*_β. */
  readonly draw: (context: number, stream: Stream) => Int32Array
}

/** What one more token is worth, class by class: a log-sum, a mean, a maximum and a minimum over the class's words. */
interface Worth {
  readonly tilt: Float64Array
  readonly mean: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
}

const worthOf = (model: BigramModel, reward: Float64Array, beta: number): Worth => {
  const worth = {
    tilt: new Float64Array(CLASS_COUNT),
    mean: new Float64Array(CLASS_COUNT),
    high: new Float64Array(CLASS_COUNT).fill(-Infinity),
    low: new Float64Array(CLASS_COUNT).fill(Infinity)
  }
  for (let c = 0; c < CLASS_COUNT; c++) {
    for (let token = model.classOffsets[c]; token < model.classOffsets[c + 1]; token++) {
      worth.mean[c] += model.wordProbability[token] * reward[token]
      worth.high[c] = Math.max(worth.high[c], reward[token])
      worth.low[c] = Math.min(worth.low[c], reward[token])
    }
    let sum = 0
    for (let token = model.classOffsets[c]; token < model.classOffsets[c + 1]; token++)
      sum += model.wordProbability[token] * Math.exp((reward[token] - worth.high[c]) / beta)
    worth.tilt[c] = Math.log(sum) + worth.high[c] / beta
  }
  return worth
}

/** Solves for π*_β at horizon H ≥ 1 and β > 0. */
export const optimalContinuation = (
  model: BigramModel,
  reward: TokenReward,
  horizon: number,
  beta: number
): OptimalContinuation => {
  const inner = worthOf(model, reward.inner, beta)
  const last = worthOf(model, reward.last, beta)
  // V*_h/β, E r*, sup and inf over the h tokens that remain, by the class before them; h = 0 … H.
  const values = [new Float64Array(CLASS_COUNT)]
  const means = [new Float64Array(CLASS_COUNT)]
  // Every class with words can follow every class, so the extremes do not depend on the class before.
  let high = reward.base
  let low = reward.base
  const exponents = new Float64Array(CLASS_COUNT)
  for (let h = 1; h <= horizon; h++) {
    const worth = h === 1 ? last : inner
    const value = new Float64Array(CLASS_COUNT)
    const mean = new Float64Array(CLASS_COUNT)
    let top = -Infinity
    for (let next = 0; next < CLASS_COUNT; next++) {
      exponents[next] = worth.tilt[next] + values[h - 1][next]
      top = Math.max(top, exponents[next])
    }
    for (let c = 0; c < CLASS_COUNT; c++) {
      let sum = 0
      for (let next = 0; next < CLASS_COUNT; next++) {
        const p = model.transition[c * CLASS_COUNT + next]
        sum += p * Math.exp(exponents[next] - top)
        mean[c] += p * (worth.mean[next] + means[h - 1][next])
      }
      value[c] = top + Math.log(sum)
    }
    values.push(value)
    means.push(mean)
    high += Math.max(...worth.high)
    low += Math.min(...worth.low)
  }
  const base = reward.base
  const logNormaliser = values[horizon].map((v) => v + base / beta)

  /** log π*_h/π_ref,h of the best word of class `next` after class c, with h tokens to go, that one included. */
  const bestLogRatio = (h: number, c: number, next: number): number =>
    (h === 1 ? last : inner).high[next] / beta + values[h - 1][next] - values[h][c]

  const conditionalCoverage = (contexts: Iterable<number>): number => {
    const first = new Set(contexts)
    let top = 0
    for (let h = horizon; h >= 1; h--)
      for (let c = 0; c < CLASS_COUNT; c++) {
        if (h === horizon && !first.has(c)) continue
        for (let next = 0; next < CLASS_COUNT; next++) top = Math.max(top, bestLogRatio(h, c, next))
      }
    return Math.exp(top)
  }

  const draw = (context: number, stream: Stream): Int32Array => {
    const tokens = new Int32Array(horizon)
    let c = context
    for (let h = horizon; h >= 1; h--) {
      const worth = h === 1 ? last : inner
      const tokenWorth = h === 1 ? reward.last : reward.inner
      let u = stream.next()
      let next = -1
      for (let candidate = 0; candidate < CLASS_COUNT && u >= 0; candidate++) {
        const p = model.transition[c * CLASS_COUNT + candidate]
        if (p === 0) continue
        next = candidate
        u -= p * Math.exp(worth.tilt[next] + values[h - 1][next] - values[h][c])
      }
      let w = stream.next()
      let token = model.classOffsets[next] - 1
      while (w >= 0 && token < model.classOffsets[next + 1] - 1) {
        token++
        w -= model.wordProbability[token] * Math.exp(tokenWorth[token] / beta - worth.tilt[next])
      }
      tokens[horizon - h] = token
      c = next
    }
    return tokens
  }

  return {
    logNormaliser,
    referenceReward: means[horizon].map((r) => r + base),
    highestReward: high,
    lowestReward: low,
    coverage: (context) => Math.exp(high / beta - logNormaliser[context]),
    conditionalCoverage,
    draw
  }
}
