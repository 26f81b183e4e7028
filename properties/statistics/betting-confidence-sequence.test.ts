import { describe, expect, it } from "vitest"
import { Stream } from "../../src/numeric/stream.ts"
import { alpha } from "../alpha/alpha-ledger.ts"
import { BoundedMeanSequence } from "./betting-confidence-sequence.ts"
import { clopperPearsonLower, clopperPearsonUpper } from "../../src/statistics/clopper-pearson.ts"
import fixtures from "../../src/statistics/fixtures/scaling.json" with { type: "json" }

const { observations, rows } = fixtures.betting

describe("the betting confidence sequence for a bounded mean", () => {
  it("agrees with the capital written out from its definition", () => {
    for (const { level, t, lower, upper, above, below } of rows) {
      const sequence = new BoundedMeanSequence({ level })
      for (const x of observations.slice(0, t)) sequence.add(x)
      expect(sequence.observations).toBe(t)
      // Unit: absolute in the log capital (rounding of t ≤ 200 factors); ends to the bisection's 2⁻⁴⁰ of the range.
      expect(Math.abs(sequence.logCapitalAbove(0.2) - above)).toBeLessThan(1e-12)
      expect(Math.abs(sequence.logCapitalBelow(0.6) - below)).toBeLessThan(1e-12)
      const interval = sequence.interval()
      expect(Math.abs(interval.lower - lower)).toBeLessThanOrEqual(2 ** -39)
      expect(Math.abs(interval.upper - upper)).toBeLessThanOrEqual(2 ** -39)
    }
  })

  it("is the interval of the means it does not reject, on any range", () => {
    const unit = new BoundedMeanSequence({ level: 0.01 })
    const scaled = new BoundedMeanSequence({ level: 0.01, low: -2, high: 6 })
    for (const x of observations) {
      unit.add(x)
      scaled.add(8 * x - 2)
    }
    const { lower, upper } = unit.interval()
    for (let i = 1; i < 1000; i++) expect(unit.rejects(i / 1000)).toBe(i / 1000 <= lower || i / 1000 >= upper)
    expect(scaled.interval().lower).toBeCloseTo(8 * lower - 2, 9)
    expect(scaled.interval().upper).toBeCloseTo(8 * upper - 2, 9)
    expect(unit.logCapitalAbove(0.1)).toBeGreaterThan(unit.logCapitalAbove(0.2))
    expect(unit.logCapitalBelow(0.1)).toBeLessThan(unit.logCapitalBelow(0.2))
  })

  it("starts at the whole range and refuses what is outside it", () => {
    const sequence = new BoundedMeanSequence({ level: 0.1, low: -1, high: 1 })
    expect(sequence.interval()).toEqual({ lower: -1, upper: 1 })
    for (const x of [-1.01, 1.01, Number.NaN, Infinity]) expect(() => sequence.add(x)).toThrow(RangeError)
    expect(sequence.observations).toBe(0)
    for (const m of [-1, 1, Number.NaN]) expect(() => sequence.rejects(m)).toThrow(RangeError)
    for (const level of [0, 1, Number.NaN]) expect(() => new BoundedMeanSequence({ level })).toThrow(RangeError)
    expect(() => new BoundedMeanSequence({ level: 0.1, low: 1, high: 1 })).toThrow(RangeError)
    expect(() => new BoundedMeanSequence({ level: 0.1, low: 0, high: Infinity })).toThrow(RangeError)
  })

  it("covers constants and extremes", () => {
    for (const constant of [0, 0.5, 1]) {
      const sequence = new BoundedMeanSequence({ level: 1e-6 })
      for (let i = 0; i < 2000; i++) sequence.add(constant)
      const { lower, upper } = sequence.interval()
      expect(lower).toBeLessThanOrEqual(constant)
      expect(upper).toBeGreaterThanOrEqual(constant)
      expect(upper - lower).toBeLessThan(0.05)
    }
  })

  it("ever misses the mean at most at its level, looking after every observation; planted means are excluded", () => {
    const [level, looks, experiments] = [0.1, 100, 10_000]
    const share = alpha("statistics/bounded-mean-coverage", 6)
    // Bernoulli(0.2), U³ (mean ¼), and a dependent sequence whose conditional mean is always ½: its spread follows the last value.
    const laws: ReadonlyArray<readonly [number, (u: number, last: number) => number]> = [
      [0.2, (u) => (u < 0.2 ? 1 : 0)],
      [0.25, (u) => u ** 3],
      [0.5, (u, last) => 0.5 + (u - 0.5) * (last > 0.5 ? 1 : 0.1)]
    ]
    laws.forEach(([mean, draw], which) => {
      const root = Stream.fromSeed(20260106).split("law", which)
      let missed = 0
      let excluded = 0
      for (let e = 0; e < experiments; e++) {
        const stream = root.split("experiment", e)
        const sequence = new BoundedMeanSequence({ level })
        let last = 1
        let out = false
        for (let t = 1; t <= looks && !out; t++) {
          last = draw(stream.next(), last)
          sequence.add(last)
          out = sequence.rejects(mean)
        }
        if (out) missed++
        else if (sequence.rejects(mean + 0.25)) excluded++
      }
      expect(clopperPearsonLower(missed, experiments, share), `mean ${mean}`).toBeLessThanOrEqual(level)
      expect(clopperPearsonUpper(excluded, experiments, share), `mean ${mean}`).toBeGreaterThanOrEqual(0.8)
    })
  })
})
