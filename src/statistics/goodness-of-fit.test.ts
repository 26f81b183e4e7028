import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { clopperPearsonLower, clopperPearsonUpper } from "./clopper-pearson.ts"
import { exactMultinomialTest, multinomialOutcomes } from "../../properties/statistics/exact-multinomial.ts"
import fixtures from "./fixtures/laws.json" with { type: "json" }
import { chiSquareTail, chiSquareTest, exactCellTest, poolCells, relativeEntropyTest } from "./goodness-of-fit.ts"
import { logBinomialProbability } from "./saddle-point.ts"

/** Every outcome of n draws in three cells with its probability, straight from factorials. */
const outcomes = (
  n: number,
  p: ReadonlyArray<number>
): ReadonlyArray<{ readonly counts: ReadonlyArray<number>; readonly mass: number }> => {
  const logFactorial = [0]
  for (let i = 1; i <= n; i++) logFactorial.push(logFactorial[i - 1] + Math.log(i))
  const all: Array<{ counts: ReadonlyArray<number>; mass: number }> = []
  for (let a = 0; a <= n; a++) {
    for (let b = 0; a + b <= n; b++) {
      const counts = [a, b, n - a - b]
      const log = counts.reduce((sum, x, i) => sum - logFactorial[x] + x * Math.log(p[i]), logFactorial[n])
      all.push({ counts, mass: Math.exp(log) })
    }
  }
  return all
}

/** The true size of a test at each nominal level: exact P(p-value ≤ level) under the law. */
const sizes = (
  n: number,
  p: ReadonlyArray<number>,
  levels: ReadonlyArray<number>,
  pValue: (counts: ReadonlyArray<number>) => number
): ReadonlyArray<number> => {
  const all = outcomes(n, p).map(({ counts, mass }) => ({ mass, pValue: pValue(counts) }))
  return levels.map((level) => all.reduce((sum, o) => (o.pValue <= level ? sum + o.mass : sum), 0))
}

const draw = (stream: Stream, n: number, p: ReadonlyArray<number>): Array<number> => {
  const counts = p.map(() => 0)
  for (let i = 0; i < n; i++) {
    let u = stream.next()
    let cell = 0
    while (cell < p.length - 1 && u >= p[cell]) u -= p[cell++]
    counts[cell]++
  }
  return counts
}

const levels = [0.1, 0.01, 1e-3, 1e-6, 1e-9]
const laws = [
  [0.9, 0.07, 0.03],
  [0.5, 0.3, 0.2],
  [0.98, 0.01, 0.01],
  [1 / 3, 1 / 3, 1 / 3]
]

describe("tests of category counts against a law", () => {
  it("agree with exact rationals and closed forms", () => {
    for (const { x, df, value } of fixtures.chiSquareTail) {
      // Unit: relative; @stdlib's gammainc.
      expect(Math.abs(chiSquareTail(x, df) / value - 1), `${x}, ${df}`).toBeLessThan(1e-12)
    }
    for (const row of fixtures.goodnessOfFit) {
      const { counts, law } = row
      expect(Math.abs(exactCellTest(counts, law).pValue / row.cellP - 1)).toBeLessThan(1e-12)
      if (row.cellP < 1) expect(exactCellTest(counts, law).cell).toBe(row.cell)
      const entropy = relativeEntropyTest(counts, law)
      expect(Math.abs(entropy.statistic / row.entropy - 1)).toBeLessThan(1e-12)
      expect(Math.abs(entropy.pValue / row.entropyP - 1)).toBeLessThan(1e-12)
      const unpooled = chiSquareTest(counts, law, 1e-9)
      expect(Math.abs(unpooled.statistic / row.unpooledStatistic - 1)).toBeLessThan(1e-12)
      expect(Math.abs(unpooled.pValue / row.unpooledP - 1)).toBeLessThan(1e-11)
    }
    for (const { counts, law, p } of fixtures.exactMultinomial) {
      expect(Math.abs(exactMultinomialTest(counts, law).pValue / p - 1)).toBeLessThan(1e-12)
    }
  })

  it("pool light cells by their expectation, never the impossible into silence", () => {
    expect([...poolCells([1, 50, 2, 3, 40], 5)]).toEqual([0, 2, 0, 0, 1])
    expect([...poolCells([1, 1, 1, 3, 3], 5)]).toEqual([0, 0, 0, 0, 0])
    expect([...poolCells([1, 1], 5)]).toEqual([0, 0])
    expect(chiSquareTest([10, 12, 8, 1, 2, 1], [0.3, 0.35, 0.25, 0.03, 0.04, 0.03]).degreesOfFreedom).toBe(2)
    expect(chiSquareTest([100, 1, 0], [0.6, 0, 0.4])).toMatchObject({ statistic: Infinity, pValue: 0 })
    expect(exactCellTest([100, 1, 60], [0.6, 0, 0.4])).toMatchObject({ pValue: 0, cell: 1 })
    expect(relativeEntropyTest([100, 1, 60], [0.6, 0, 0.4]).pValue).toBe(0)
    expect(exactMultinomialTest([6, 1, 3], [0.6, 0, 0.4]).pValue).toBe(0)
  })

  it("have their corners and refuse the rest", () => {
    for (const test of [chiSquareTest, exactCellTest, relativeEntropyTest, exactMultinomialTest]) {
      expect(test([0, 0], [0.5, 0.5]).pValue).toBe(1)
      expect(test([7], [1]).pValue).toBe(1)
      for (const [counts, law] of [
        [
          [1, 2],
          [0.5, 0.6]
        ],
        [[1, 2], [1]],
        [[], []],
        [
          [1.5, 1],
          [0.5, 0.5]
        ],
        [
          [-1, 1],
          [0.5, 0.5]
        ],
        [
          [1, 1],
          [Number.NaN, 1]
        ],
        [
          [Number.NaN, 1],
          [0.5, 0.5]
        ],
        [
          [1, 1],
          [-0.5, 1.5]
        ]
      ]) {
        expect(() => test(counts, law)).toThrow(RangeError)
      }
    }
    expect(() => chiSquareTest([1, 1], [0.5, 0.5], 0)).toThrow(RangeError)
    expect(multinomialOutcomes(12, 3)).toBe(91)
    expect(multinomialOutcomes(5, 1)).toBe(1)
    expect(() => exactMultinomialTest(new Array(30).fill(10), new Array(30).fill(1 / 30))).toThrow(/exactCellTest/)
  })

  it("never exceed their level, at any level down to 1e-9: exactly, by enumeration", () => {
    for (const law of laws) {
      for (const n of [12, 60]) {
        for (const test of [exactCellTest, relativeEntropyTest]) {
          sizes(n, law, levels, (counts) => test(counts, law).pValue).forEach((size, i) =>
            expect(size, `${test.name} n=${n} law=${law.join()} level=${levels[i]}`).toBeLessThanOrEqual(levels[i])
          )
        }
      }
      // The exact test orders 91 outcomes per outcome; one n is enough to show the point.
      sizes(12, law, levels, (counts) => exactMultinomialTest(counts, law).pValue).forEach((size, i) =>
        expect(size).toBeLessThanOrEqual(levels[i])
      )
    }
  })

  it("why χ² is not for ledger levels: its true size is 25 times 1e-6 and 380 times 1e-9", () => {
    const law = [0.9, 0.07, 0.03]
    const [at5percent, , , at1e6, at1e9] = sizes(
      170,
      law,
      [0.05, 0.01, 1e-3, 1e-6, 1e-9],
      (counts) => chiSquareTest(counts, law).pValue
    )
    expect(170 * 0.03).toBeGreaterThan(5)
    expect(at5percent).toBeGreaterThan(0.04)
    expect(at5percent).toBeLessThan(0.06)
    expect(at1e6).toBeGreaterThan(20e-6)
    expect(at1e9).toBeGreaterThan(300e-9)
  })

  it("the moment bound behind relativeEntropyTest holds: E exp(λ n KL) ≤ (1−λ)^−(k−1), by enumeration", () => {
    for (const law of [...laws, [0.999, 0.0005, 0.0005]]) {
      for (const n of [1, 2, 5, 20, 60]) {
        const all = outcomes(n, law).map(({ counts, mass }) => ({
          mass,
          t: relativeEntropyTest(counts, law).statistic
        }))
        for (const lambda of [0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
          const moment = all.reduce((sum, { mass, t }) => sum + mass * Math.exp(lambda * t), 0)
          expect(moment).toBeLessThanOrEqual((1 - lambda) ** -2)
        }
      }
    }
    for (const p of [0.5, 0.1, 0.01]) {
      for (const n of [1, 2, 10, 200]) {
        for (const lambda of [0.1, 0.5, 0.9, 0.99]) {
          let moment = 0
          for (let x = 0; x <= n; x++) {
            const { statistic } = relativeEntropyTest([x, n - x], [p, 1 - p])
            moment += Math.exp(logBinomialProbability(x, n, p, 1 - p) + lambda * statistic)
          }
          expect(moment).toBeLessThanOrEqual(1 / (1 - lambda))
        }
      }
    }
  })

  it("in simulation: sizes at most nominal, planted laws detected at 1e-9", () => {
    const [experiments, n, nominal] = [10_000, 200, 0.1]
    const law = [0.5, 0.2, 0.15, 0.1, 0.04, 0.01]
    const oneCell = [0.3, 0.2, 0.15, 0.1, 0.04, 0.21]
    const level = alpha("statistics/fit-tests-size", 5)
    const root = Stream.fromSeed(20260107).split("sizes")
    const tests = [exactCellTest, relativeEntropyTest]
    const alarms = [0, 0, 0]
    const detected = [0, 0]
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      const counts = draw(stream, n, law)
      tests.forEach((test, i) => {
        if (test(counts, law).pValue <= nominal) alarms[i]++
      })
      if (exactMultinomialTest(draw(stream, 6, [0.5, 0.3, 0.2]), [0.5, 0.3, 0.2]).pValue <= nominal) alarms[2]++
      if (e < 1000) {
        const planted = draw(stream, n, oneCell)
        tests.forEach((test, i) => {
          if (test(planted, law).pValue <= 1e-9) detected[i]++
        })
      }
    }
    for (const count of alarms) expect(clopperPearsonLower(count, experiments, level)).toBeLessThanOrEqual(nominal)
    // Power: at least 0.999 against the planted law at level 1e-9.
    for (const count of detected) expect(clopperPearsonUpper(count, 1000, level)).toBeGreaterThanOrEqual(0.999)
    expect(Math.min(...detected)).toBeGreaterThan(0)
  })
})
