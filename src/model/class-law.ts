/**
 * The exact law of a continuation's statistics under the bigram model, and continuations conditioned on them.
 *
 * G_h(c)[s] = P(the last h tokens have statistics s | the class before them is c) obeys
 *
 *     G_h(c) = Σ_c′ P(c′|c) · Σ_v P(a word of c′ adds v) · shift_v G_{h−1}(c′),   G_0 = δ₀,
 *
 * since statistics are sums over tokens (a word's share depends on whether it is the last, h = 1). Continuations are V^H, codes
 * a few hundred.
 */
import type { Stream } from "../numeric/stream.ts"
import type { BigramModel } from "./bigram-model.ts"
import { type CodeMass, codeMassByClass, type ResponseStatistics } from "./response-statistics.ts"
import { CLASS_COUNT } from "./word-class.ts"

/** G_h for h = 0 … H: `remaining[h][c·K + code]`. */
export interface ClassLaw {
  readonly statistics: ResponseStatistics
  readonly remaining: ReadonlyArray<Float64Array>
  readonly innerMass: ReadonlyArray<CodeMass>
  readonly lastMass: ReadonlyArray<CodeMass>
}

/** Runs the dynamic program: H·T²·K multiplications. */
export const classLaw = (model: BigramModel, statistics: ResponseStatistics): ClassLaw => {
  const { codeCount: K, horizon } = statistics
  const innerMass = codeMassByClass(model, statistics.innerCode)
  const lastMass = codeMassByClass(model, statistics.lastCode)
  const none = new Float64Array(CLASS_COUNT * K)
  for (let c = 0; c < CLASS_COUNT; c++) none[c * K] = 1
  const remaining = [none]
  for (let h = 1; h <= horizon; h++) {
    const after = remaining[h - 1]
    const law = new Float64Array(CLASS_COUNT * K)
    const entered = new Float64Array(K)
    for (let next = 0; next < CLASS_COUNT; next++) {
      entered.fill(0)
      const { codes, masses } = (h === 1 ? lastMass : innerMass)[next]
      for (let code = 0; code < K; code++) {
        const mass = after[next * K + code]
        if (mass > 0) for (let v = 0; v < codes.length; v++) entered[code + codes[v]] += masses[v] * mass
      }
      for (let c = 0; c < CLASS_COUNT; c++) {
        const p = model.transition[c * CLASS_COUNT + next]
        const row = c * K
        for (let code = 0; code < K; code++) law[row + code] += p * entered[code]
      }
    }
    remaining.push(law)
  }
  return { statistics, remaining, innerMass, lastMass }
}

/** Tokens of a continuation after class `context`, drawn from π_ref conditioned on its statistics being `code` (of positive mass). */
export const drawGivenCode = (
  model: BigramModel,
  law: ClassLaw,
  context: number,
  code: number,
  stream: Stream
): Int32Array => {
  const { codeCount: K, horizon, innerCode, lastCode } = law.statistics
  const tokens = new Int32Array(horizon)
  let c = context
  let left = code
  for (let h = horizon; h >= 1; h--) {
    const tokenCode = h === 1 ? lastCode : innerCode
    const mass = h === 1 ? law.lastMass : law.innerMass
    const after = law.remaining[h - 1]
    // Class and share of the code together, then a word of the class with that share.
    let u = stream.next() * law.remaining[h][c * K + left]
    let next = -1
    let share = -1
    for (let candidate = 0; candidate < CLASS_COUNT && u >= 0; candidate++) {
      const p = model.transition[c * CLASS_COUNT + candidate]
      const { codes, masses } = mass[candidate]
      for (let v = 0; v < codes.length && u >= 0; v++) {
        const weight = codes[v] <= left ? p * masses[v] * after[candidate * K + left - codes[v]] : 0
        if (weight === 0) continue
        next = candidate
        share = codes[v]
        u -= weight
      }
    }
    let w = stream.next() * mass[next].masses[mass[next].codes.indexOf(share)]
    for (let token = model.classOffsets[next]; token < model.classOffsets[next + 1] && w >= 0; token++) {
      if (tokenCode[token] !== share) continue
      tokens[horizon - h] = token
      w -= model.wordProbability[token]
    }
    c = next
    left -= share
  }
  return tokens
}
