import { describe, expect, it } from "vitest"
import { Stream } from "../../src/numeric/stream.ts"
import { alpha } from "../alpha/alpha-ledger.ts"
import { clopperPearsonLower, clopperPearsonUpper } from "../../src/statistics/clopper-pearson.ts"
import fixtures from "../../src/statistics/fixtures/laws.json" with { type: "json" }
import { exactHomogeneityTest, homogeneityTest } from "./homogeneity.ts"
import { logBinomialProbability } from "../../src/statistics/saddle-point.ts"

describe("two samples of category counts", () => {
  it("agree with integer arithmetic and closed forms", () => {
    for (const { first, second, cellP, unpooledStatistic, unpooledP, df } of fixtures.homogeneity) {
      expect(
        Math.abs(exactHomogeneityTest(first, second).pValue / cellP - 1),
        `${first.join()} ${second.join()}`
      ).toBeLessThan(1e-12)
      const chi = homogeneityTest(first, second, 1e-9)
      expect(chi.degreesOfFreedom).toBe(df)
      expect(Math.abs(chi.statistic - unpooledStatistic)).toBeLessThanOrEqual(1e-12 * unpooledStatistic)
      expect(Math.abs(chi.pValue / unpooledP - 1)).toBeLessThan(1e-11)
    }
  })

  it("are symmetric, keep large counts apart, and name the cell", () => {
    expect(exactHomogeneityTest([400, 10, 90], [100, 150, 250]).cell).toBe(0)
    const big = exactHomogeneityTest([1e9, 1e9], [1e9 + 4e5, 1e9 - 4e5])
    expect(big.pValue).toBeGreaterThan(1e-40)
    expect(big.pValue).toBeLessThan(1e-30)
    for (const [a, b] of [
      [
        [3, 9, 1],
        [8, 2, 2]
      ],
      [
        [30, 5, 25],
        [10, 30, 20]
      ]
    ]) {
      expect(exactHomogeneityTest(a, b).pValue).toBeCloseTo(exactHomogeneityTest(b, a).pValue, 13)
    }
  })

  it("have their corners and refuse the rest", () => {
    for (const test of [exactHomogeneityTest, homogeneityTest]) {
      expect(test([0, 0], [3, 4]).pValue).toBe(1)
      expect(test([3, 4], [0, 0]).pValue).toBe(1)
      expect(test([3, 0], [4, 0]).pValue).toBe(1)
      for (const [a, b] of [
        [[1], [1, 2]],
        [[], []],
        [
          [1, -1],
          [1, 1]
        ],
        [
          [1, 1],
          [1, Number.NaN]
        ],
        [
          [0.5, 1],
          [1, 1]
        ]
      ]) {
        expect(() => test(a, b)).toThrow(RangeError)
      }
    }
  })

  it("the exact test never exceeds its level: exactly, over all pairs of binomial samples", () => {
    const levels = [0.1, 0.01, 1e-3, 1e-6, 1e-9]
    for (const [m, n, p] of [
      [30, 30, 0.5],
      [40, 20, 0.1],
      [60, 60, 0.02]
    ]) {
      const size = levels.map(() => 0)
      for (let x = 0; x <= m; x++) {
        for (let y = 0; y <= n; y++) {
          const mass = Math.exp(logBinomialProbability(x, m, p, 1 - p) + logBinomialProbability(y, n, p, 1 - p))
          const { pValue } = exactHomogeneityTest([x, m - x], [y, n - y])
          levels.forEach((level, i) => {
            if (pValue <= level) size[i] += mass
          })
        }
      }
      size.forEach((s, i) => expect(s, `${m} ${n} ${p} at ${levels[i]}`).toBeLessThanOrEqual(levels[i]))
    }
  })

  it("in simulation: size at most nominal, a planted shift detected at 1e-9", () => {
    const [experiments, m, n, nominal] = [10_000, 150, 250, 0.1]
    const cells = (stream: Stream, size: number, tilt: number): Array<number> => {
      const counts = [0, 0, 0, 0, 0]
      for (let i = 0; i < size; i++) counts[Math.floor(5 * stream.next() ** tilt)]++
      return counts
    }
    const root = Stream.fromSeed(20260108).split("sizes")
    let alarms = 0
    let detected = 0
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      if (exactHomogeneityTest(cells(stream, m, 2), cells(stream, n, 2)).pValue <= nominal) alarms++
      if (e < 500 && exactHomogeneityTest(cells(stream, m, 2), cells(stream, n, 0.5)).pValue <= 1e-9) detected++
    }
    const level = alpha("statistics/homogeneity-size", 2)
    expect(clopperPearsonLower(alarms, experiments, level)).toBeLessThanOrEqual(nominal)
    // Power: at least 0.99 against the planted shift at level 1e-9.
    expect(clopperPearsonUpper(detected, 500, level)).toBeGreaterThanOrEqual(0.99)
    expect(detected).toBeGreaterThan(0)
  })
})
