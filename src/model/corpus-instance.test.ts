import { describe, expect, it } from "vitest"
import { InvalidInstance } from "../instance/invalid-instance.ts"
import { validateTokens } from "../instance/validate-tokens.ts"
import { Stream } from "../numeric/stream.ts"
import { drawGivenCode } from "../instance/autoregressive.ts"
import { valuesOf } from "../instance/token-values.ts"
import { optimum } from "../policy/optimum.ts"
import { FEATURE_COUNT } from "./continuation-reward.ts"
import { corpusInstance } from "./corpus-instance.ts"
import { ENDINGS, statisticsOf } from "./response-statistics.ts"

const instance = corpusInstance()
const {
  contexts,
  corpus: { model },
  exact
} = instance
const tokens = instance.tokens!
const values = valuesOf(tokens, exact)
const best = optimum(exact)
const H = instance.statistics.horizon
const X = contexts.length
const rowsOf = (x: number): ReadonlyArray<number> =>
  Array.from({ length: exact.offsets[x + 1] - exact.offsets[x] }, (_, i) => exact.offsets[x] + i)

describe("the corpus instance", () => {
  it("has 24 prompts of three to five words that end on different classes", () => {
    expect(X).toBe(24)
    expect(new Set(contexts).size).toBe(24)
    for (const prompt of instance.prompts) expect([3, 4, 5]).toContain(prompt.length)
    expect(new Set(exact.promptLabels).size).toBe(24)
    expect(exact.offsets[X]).toBeLessThan(20_000)
    expect(instance.responseCount(0)).toBe(BigInt(model.spellings.length) ** 8n)
  })

  it("has classes of positive mass, sums of 1 to 1e-12, rewards in [0, R], and features in the unit ball", () => {
    for (let x = 0; x < X; x++)
      expect(Math.abs(rowsOf(x).reduce((sum, row) => sum + exact.reference[row], 0) - 1)).toBeLessThan(1e-12)
    let mass = Infinity
    let norm = 0
    for (let row = 0; row < exact.offsets[X]; row++) {
      const phi = exact.features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT)
      mass = Math.min(mass, exact.reference[row])
      norm = Math.max(
        norm,
        phi.reduce((sum, f) => sum + f * f, 0)
      )
    }
    expect(mass).toBeGreaterThan(0)
    expect(norm).toBeLessThan(1)
    expect(norm).toBeGreaterThan(0.99)
    expect(Math.min(...exact.meanReward)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...exact.meanReward)).toBeLessThanOrEqual(exact.rewardRange)
    expect(Math.hypot(...exact.thetaStar)).toBeLessThan(1)
  })

  it("agrees with the dynamic program over tokens on Z of every prompt and on C_cov", () => {
    for (let x = 0; x < X; x++) {
      const logZ = (tokens.baseReward + values.value[contexts[x]]) / exact.beta
      expect(Math.abs(logZ - best.logNormaliser[x])).toBeLessThan(1e-10)
    }
    expect(Math.abs(Math.exp(values.logCoverage) / best.coverage - 1)).toBeLessThan(1e-10)
  })

  it("is a RareGood: a bright ending once in a thousand, C_cov of order 10³, and a quarter of R to gain", () => {
    for (let x = 0; x < X; x++) {
      const bright = rowsOf(x).reduce(
        (sum, row) => sum + (exact.features[row * FEATURE_COUNT + 5] > 0 ? exact.reference[row] : 0),
        0
      )
      expect(bright).toBeGreaterThan(7e-4)
      expect(bright).toBeLessThan(1.4e-3)
      const coverage = Math.exp(rowsOf(x).reduce((most, row) => Math.max(most, best.logRatio[row]), 0))
      expect(coverage).toBeGreaterThan(500)
      expect(coverage).toBeLessThan(3000)
    }
    const gain = best.objective - best.referenceObjective
    expect(gain).toBeGreaterThan(0.2)
    expect(gain).toBeLessThan(0.3)
    expect(best.coverage).toBeLessThan(values.conditionalCoverage ** H)
  })

  it("ends most of π*_β's continuations on a bright word, and few of π_ref's", () => {
    for (let x = 0; x < X; x++) {
      const bright = rowsOf(x).filter((row) => exact.features[row * FEATURE_COUNT + 5] > 0)
      expect(bright.reduce((sum, row) => sum + exact.reference[row], 0)).toBeLessThan(2e-3)
      expect(bright.reduce((sum, row) => sum + exact.reference[row] * Math.exp(best.logRatio[row]), 0)).toBeGreaterThan(
        0.5
      )
    }
  })

  it("has a token side that tells of the same instance: laws, rewards by path, realizability, J*", () => {
    expect(validateTokens(tokens, exact, instance.statistics.codeCount)).toEqual(values)
    // Coverage per token may pass coverage per response: here a bright word is all but impossible after some classes.
    expect(Math.exp(values.logCoverage)).toBeLessThan(2000)
    expect(values.conditionalCoverage).toBeGreaterThan(20_000)
    const stream = Stream.fromSeed(9)
    for (let i = 0; i < 200; i++) {
      const row = stream.nextInteger(tokens.reference.length)
      const node = tokens.offsets.findIndex((first) => first > row) - 1
      const { innerCode, lastCode } = instance.statistics
      const code = tokens.layers[node] === H - 1 ? lastCode : innerCode
      const said = tokens.describeToken(row, stream)
      const meant = Array.from(code.keys()).filter(
        (token) => model.spellings[token] === said && code[token] === tokens.code[row]
      )
      const classes = meant.map((token) => tokens.features[row * tokens.dimension + model.tokenClass[token]])
      expect(Math.max(0, ...classes), said).toBeGreaterThan(0)
    }
  })

  it("shows a response of the very class asked for", () => {
    const stream = Stream.fromSeed(4)
    const K = instance.statistics.codeCount
    for (let code = 0; code < K; code++) {
      if (instance.law.mass[contexts[2] * K + code] === 0) continue
      const rows = [...drawGivenCode(tokens, instance.law, contexts[2], code, stream)]
      expect(rows.reduce((sum, row) => sum + tokens.code[row], 0)).toBe(code)
    }
    const row = rowsOf(2).find((r) => exact.features[r * FEATURE_COUNT + 5] > 0)!
    expect(instance.describeRow(2, row, Stream.fromSeed(5))).toBe(instance.describeRow(2, row, Stream.fromSeed(5)))
    expect(statisticsOf(H, K - 1).ending).toBe(ENDINGS.indexOf("bright"))
  })

  it("is the same every time, and another seed gives other prompts", () => {
    const again = corpusInstance({ seed: 0 })
    expect(again.spec).toBe(instance.spec)
    expect(again.exact).toEqual(exact)
    const other = corpusInstance({ seed: 1, prompts: 60, horizon: 3, beta: 0.2 })
    expect(other.exact.promptLabels).not.toContain(instance.describePrompt(0))
    expect(other.prompts).toHaveLength(60)
    expect(other.exact.offsets[60]).toBeLessThan(20_000)
  })

  it("refuses options outside their range", () => {
    for (const options of [
      { horizon: 0 },
      { horizon: 17 },
      { horizon: 2.5 },
      { prompts: 0 },
      { seed: -1 },
      { beta: 0 },
      { beta: NaN }
    ])
      expect(() => corpusInstance(options)).toThrow(InvalidInstance)
  })
})
