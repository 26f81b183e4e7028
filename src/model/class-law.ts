/**
 * The exact law of a continuation's statistics under the bigram model.
 *
 * G_h(c)[s] = P(the last h tokens have statistics s | the class before them is c) obeys
 *
 *     G_h(c) = Σ_c′ P(c′|c) · Σ_v P(a word of c′ adds v) · shift_v G_{h−1}(c′),   G_0 = δ₀,
 *
 * since statistics are sums over tokens (a word's share depends on whether it is the last, h = 1). Continuations are V^H, codes
 * a few hundred.
 */
import type { CodeMasses } from "../instance/autoregressive.ts"
import type { BigramModel } from "./bigram-model.ts"
import { type CodeMass, codeMassByClass, type ResponseStatistics } from "./response-statistics.ts"
import { CLASS_COUNT } from "./word-class.ts"

/** G_{H−h}(c) as the masses of codes of node h·T + c: place h after a word of class c. */
export interface ClassLaw extends CodeMasses {
  readonly statistics: ResponseStatistics
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
  const mass = new Float64Array(horizon * none.length)
  let after = none
  for (let h = 1; h <= horizon; h++) {
    const law = mass.subarray((horizon - h) * none.length, (horizon - h + 1) * none.length)
    const entered = new Float64Array(K)
    for (let next = 0; next < CLASS_COUNT; next++) {
      entered.fill(0)
      const { codes, masses } = (h === 1 ? lastMass : innerMass)[next]
      for (let code = 0; code < K; code++) {
        const rest = after[next * K + code]
        if (rest > 0) for (let v = 0; v < codes.length; v++) entered[code + codes[v]] += masses[v] * rest
      }
      for (let c = 0; c < CLASS_COUNT; c++) {
        const p = model.transition[c * CLASS_COUNT + next]
        const row = c * K
        for (let code = 0; code < K; code++) law[row + code] += p * entered[code]
      }
    }
    after = law
  }
  return { statistics, codeCount: K, mass, innerMass, lastMass }
}
