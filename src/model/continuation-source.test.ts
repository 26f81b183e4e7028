import { describe, expect, it } from "vitest"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactCellTest, relativeEntropyTest } from "../statistics/goodness-of-fit.ts"
import { block, threefry2x32 } from "../numeric/stream.ts"
import { corpusInstance } from "./corpus-instance.ts"
import { ALIAS, CUT, type DrawTables, drawTables, OWN } from "./draw-tables.ts"
import { codeOf, statisticsOf } from "./response-statistics.ts"
import { FEATURE_COUNT, writeFeatures } from "./continuation-reward.ts"
import { CLASS_COUNT } from "./word-class.ts"

/** Level of each randomised test here, halved where two tests share a sample: a false alarm in 10⁹ runs of it. */
const ALPHA = alpha("model/literal-law", 2)

const instance = corpusInstance()
const {
  contexts,
  corpus: { model },
  exact,
  source
} = instance
const H = instance.statistics.horizon

describe("alias tables with 2^k columns", () => {
  const words = drawTables(model.wordProbability, model.classOffsets, (token) => token)
  const classes = drawTables(
    model.transition,
    Array.from({ length: CLASS_COUNT + 1 }, (_, c) => c * CLASS_COUNT),
    (i) => i % CLASS_COUNT
  )

  it("hold the weights to double precision", () => {
    const masses = new Float64Array(model.spellings.length)
    for (let c = 0; c < CLASS_COUNT; c++) {
      const columns = 2 ** (32 - words.shift[c])
      for (let at = words.start[c]; at < words.start[c] + columns; at++) {
        const keep = (words.cells[4 * at + CUT] + words.rest[at]) / 2 ** 32
        if (keep > 0) masses[words.cells[4 * at + OWN]] += keep
        if (keep < 1 / columns) masses[words.cells[4 * at + ALIAS]] += 1 / columns - keep
      }
    }
    let error = 0
    masses.forEach((mass, token) => (error = Math.max(error, Math.abs(mass - model.wordProbability[token]))))
    expect(error).toBeLessThan(1e-14)
  })

  it("are searched as by a uniform of 53 bits more than a word, ties included", () => {
    let ties = 0
    const pick = (tables: DrawTables, row: number, word: number, c0: number, c1: number): number => {
      const at = tables.start[row] + (word >>> tables.shift[row])
      const low = word & tables.mask[row]
      const cut = tables.cells[4 * at + CUT]
      let keep = low < cut
      if (low === cut && tables.rest[at] > 0) {
        ties++
        threefry2x32(7, 9, c0, c1)
        keep = (BigInt(block[0] >>> 5) << 26n) + BigInt(block[1] >>> 6) < BigInt(tables.rest[at] * 2 ** 53)
      }
      return tables.cells[4 * at + (keep ? OWN : ALIAS)]
    }
    const tokens = new Int32Array(H)
    let wrong = 0
    for (let response = 0; response < 500_000; response++) {
      instance.draw(contexts[0], 7, 9, response, tokens)
      let wordClass = contexts[0]
      for (let h = 0; h < H; h++) {
        const c0 = response * H + h
        threefry2x32(7, 9, c0, 0)
        const w1 = block[1]
        wordClass = pick(classes, wordClass, block[0], c0, 1 << 31)
        if (tokens[h] !== pick(words, wordClass, w1, c0, 1 << 30)) wrong++
      }
    }
    expect(wrong).toBe(0)
    // About one token in a million ties; this key meets some.
    expect(ties).toBeGreaterThan(0)
  })
})

describe("the literal side of the corpus instance", () => {
  it("has the law of the exact side", () => {
    const n = 200_000
    const rows = new Int32Array(n)
    for (const x of [0, 17]) {
      source.drawRows(x, 31, 41 + x, 0, n, rows)
      const start = exact.offsets[x]
      const counts = new Float64Array(exact.offsets[x + 1] - start)
      for (const row of rows) counts[row - start]++
      const law = exact.reference.subarray(start, exact.offsets[x + 1])
      expect(exactCellTest(counts, law).pValue).toBeGreaterThan(ALPHA / 2)
      expect(relativeEntropyTest(counts, law).pValue).toBeGreaterThan(ALPHA / 2)
    }
  })

  it("does not depend on where a batch is cut, also past 2³² blocks", () => {
    for (const first of [0, 2 ** 29 - 50, 2 ** 45]) {
      const whole = new Int32Array(100)
      source.drawRows(3, 1, 2, first, 100, whole)
      const parts = new Int32Array(100)
      source.drawRows(3, 1, 2, first, 37, parts)
      source.drawRows(3, 1, 2, first + 37, 63, parts.subarray(37))
      expect(parts).toEqual(whole)
      expect(new Set(whole).size).toBeGreaterThan(10)
    }
  })

  it("makes pair i of responses 2i and 2i+1", () => {
    const [left, right, single] = [new Int32Array(50), new Int32Array(50), new Int32Array(100)]
    source.drawPairRows(5, 9, 9, 1000, 50, left, right)
    source.drawRows(5, 9, 9, 2000, 100, single)
    expect(left).toEqual(single.filter((_, i) => i % 2 === 0))
    expect(right).toEqual(single.filter((_, i) => i % 2 === 1))
    expect(source.describe(5, 9, 9, 1003, 1)).toBe(source.describe(5, 9, 9, 2007))
  })

  it("shows a text whose statistics are its row's features", () => {
    const rows = new Int32Array(500)
    const tokens = new Int32Array(H)
    const features = new Float64Array(FEATURE_COUNT)
    let wrong = 0
    for (let x = 0; x < contexts.length; x += 5) {
      source.drawRows(x, 4, 5, 100, 500, rows)
      rows.forEach((row, i) => {
        instance.draw(contexts[x], 4, 5, 100 + i, tokens)
        writeFeatures(H, statisticsOf(H, codeOf(instance.statistics, tokens)), features, 0)
        for (let j = 0; j < FEATURE_COUNT; j++) if (exact.features[row * FEATURE_COUNT + j] !== features[j]) wrong++
        if (source.describe(x, 4, 5, 100 + i) !== instance.text(tokens)) wrong++
      })
    }
    expect(wrong).toBe(0)
  })
})
