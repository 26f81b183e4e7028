/** The dynamic programs against brute force: a model small enough to list all V^H continuations. */
import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactCellTest } from "../statistics/goodness-of-fit.ts"
import { type BigramModel, smooth } from "./bigram-model.ts"
import { drawGivenCode } from "../instance/autoregressive.ts"
import { valuesOf } from "../instance/token-values.ts"
import { classLaw } from "./class-law.ts"
import { FEATURE_COUNT, meanReward, thetaStar, tokenReward, writeFeatures } from "./continuation-reward.ts"
import { corpusTokens } from "./corpus-tokens.ts"
import { codeOf, ENDINGS, rateTokens, statisticsOf } from "./response-statistics.ts"
import { CLASS_COUNT, classIndex, type WordClass } from "./word-class.ts"

/** Level of the randomised test here: a false alarm in 10⁹ runs of it. */
const ALPHA = alpha("model/class-law", 1)

/** "wonderful" is bright: its count of 1 is below 5·10⁻⁵ of 10⁵. */
const WORDS: ReadonlyArray<readonly [WordClass, string, number]> = [
  ["stop", ".", 9000],
  ["the", "the", 30000],
  ["noun", "love", 2000],
  ["noun", "table", 40000],
  ["noun", "war", 6000],
  ["verb", "abandon", 3000],
  ["verb", "go", 5000],
  ["adjective", "good", 4000],
  ["adjective", "wonderful", 1],
  ["adjective", "wooden", 2000]
]

const toyModel = (): BigramModel => {
  const classOffsets = new Int32Array(CLASS_COUNT + 1)
  const words = WORDS.toSorted((a, b) => classIndex(a[0]) - classIndex(b[0]))
  for (let c = 0; c < CLASS_COUNT; c++)
    classOffsets[c + 1] = classOffsets[c] + words.filter(([name]) => classIndex(name) === c).length
  const stream = Stream.fromSeed(5)
  return smooth({
    spellings: words.map(([, spelling]) => spelling),
    classOffsets,
    tokenCounts: Int32Array.from(words, ([, , count]) => count),
    transitionCounts: Int32Array.from({ length: CLASS_COUNT * CLASS_COUNT }, () => stream.nextInteger(50)),
    openings: new Int32Array(0)
  })
}

const H = 4
const BETA = 0.11
const model = toyModel()
const statistics = rateTokens(model, H)
const law = classLaw(model, statistics)
const context = classIndex("the")
const { table, wordOf } = corpusTokens(model, law, tokenReward(thetaStar(), statistics), Int32Array.of(context))

/** All V^H continuations after `context` with their probabilities. */
const everyContinuation = (visit: (tokens: Int32Array, probability: number) => void): void => {
  const tokens = new Int32Array(H)
  const descend = (h: number, c: number, p: number): void => {
    if (h === H) return visit(tokens, p)
    for (let token = 0; token < WORDS.length; token++) {
      tokens[h] = token
      const next = model.tokenClass[token]
      descend(h + 1, next, p * model.transition[c * CLASS_COUNT + next] * model.wordProbability[token])
    }
  }
  descend(0, context, 1)
}

const rewardOf = (code: number): number => {
  const features = new Float64Array(FEATURE_COUNT)
  writeFeatures(H, statisticsOf(H, code), features, 0)
  return meanReward(thetaStar(), features, 0)
}

const rated = (spelling: string) => {
  const token = model.spellings.indexOf(spelling)
  return [statistics.tone[token], statistics.names[token], ENDINGS[statistics.ending[token]]]
}

describe("dynamic programs on a toy model", () => {
  it("rates tokens", () => {
    expect(rated("wonderful")).toEqual([1, 0, "bright"])
    expect(rated("good")).toEqual([1, 0, "other"])
    expect(rated("war")).toEqual([-1, 1, "noun"])
    expect(rated("abandon")).toEqual([-1, 0, "verb"])
    expect(rated(".")).toEqual([0, 0, "stop"])
  })

  it("give the law of the statistics, Z and C_cov of the enumeration", () => {
    const masses = new Float64Array(statistics.codeCount)
    let Z = 0
    let wrong = 0
    let high = -Infinity
    everyContinuation((tokens, p) => {
      const code = codeOf(statistics, tokens)
      masses[code] += p
      const { ending, names, tone } = statisticsOf(H, code)
      if (tone !== tokens.reduce((sum, token) => sum + statistics.tone[token], 0)) wrong++
      if (names !== tokens.reduce((sum, token) => sum + statistics.names[token], 0)) wrong++
      if (ending !== statistics.ending[tokens[H - 1]]) wrong++
      const reward = rewardOf(code)
      Z += p * Math.exp(reward / BETA)
      high = Math.max(high, reward)
    })
    expect(wrong).toBe(0)
    for (let code = 0; code < masses.length; code++)
      expect(Math.abs(law.mass[context * statistics.codeCount + code] - masses[code])).toBeLessThan(1e-14)
    const optimal = valuesOf(table, { beta: BETA, promptProbabilities: Float64Array.of(1) })
    expect(optimal.objective / BETA).toBeCloseTo(Math.log(Z), 12)
    expect(optimal.logCoverage).toBeCloseTo(high / BETA - Math.log(Z), 12)
    expect(optimal.conditionalCoverage ** H).toBeGreaterThan(Math.exp(optimal.logCoverage))
  })

  it("draw from π_ref given the statistics", () => {
    // All continuations of one code: the conditional law is known exactly.
    const chosen = codeOf(
      statistics,
      [1, 2, 3, 4].map((_, i) => model.spellings.indexOf(["the", "war", "go", "love"][i]))
    )
    const names: Array<string> = []
    const probabilities: Array<number> = []
    everyContinuation((tokens, p) => {
      if (codeOf(statistics, tokens) !== chosen) return
      names.push(tokens.join())
      probabilities.push(p / law.mass[context * statistics.codeCount + chosen])
    })
    expect(names.length).toBeGreaterThan(20)
    const counts = new Float64Array(names.length)
    const stream = Stream.fromSeed(11)
    for (let i = 0; i < 20_000; i++) {
      const words = Array.from(drawGivenCode(table, law, context, chosen, stream), (row) => wordOf(row, stream))
      counts[names.indexOf(words.join())]++
    }
    expect(exactCellTest(counts, probabilities).pValue).toBeGreaterThan(ALPHA)
  })
})
