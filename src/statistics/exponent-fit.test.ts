import tQuantile from "@stdlib/stats-base-dists-t-quantile"
import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { clopperPearsonLower, clopperPearsonUpper } from "./clopper-pearson.ts"
import { fitExponents, fitExponentsWithinUnits, type ScalingTable } from "./exponent-fit.ts"
import fixtures from "./fixtures/scaling.json" with { type: "json" }

const sizes = [4, 8, 16, 32, 64, 128, 256, 512]

describe("fitted exponents", () => {
  it("agree with an independent least squares; t quantiles with exact finite sums down to 5e-10", () => {
    for (const { tail, df, value } of fixtures.tQuantile) {
      expect(Math.abs(-tQuantile(tail, df) / value - 1), `${tail}, ${df}`).toBeLessThan(1e-12)
    }
    for (const row of fixtures.fits) {
      const predictors: Record<string, ReadonlyArray<number>> = row.predictors
      const fit = fitExponents({ response: row.response, predictors, logCorrections: row.log ? ["x0"] : [] }, 0.01)
      // Unit: relative; the pseudo-inverse of the normal equations is the less accurate side.
      expect(fit.logConstant).toBeCloseTo(row.logConstant, 10)
      expect(Math.abs(fit.residualDeviation / row.deviation - 1)).toBeLessThan(1e-10)
      fit.exponents.forEach((exponent, j) => {
        expect(Math.abs(exponent.estimate / row.estimates[j] - 1)).toBeLessThan(1e-10)
        expect(Math.abs(exponent.standardError / row.errors[j] - 1)).toBeLessThan(1e-8)
        expect(exponent.degreesOfFreedom).toBe(row.df)
        expect((exponent.upper - exponent.lower) / (2 * exponent.standardError)).toBeCloseTo(row.quantile, 9)
      })
    }
  })

  it("read noise-free counts exactly, with degenerate intervals", () => {
    const fit = fitExponents({ response: sizes.map((n) => 7 * n ** 3), predictors: { n: sizes } }, 1e-9)
    expect(fit.residualDeviation).toBe(0)
    expect(fit.exponents[0]).toMatchObject({ name: "n", standardError: 0 })
    expect(fit.exponents[0].estimate).toBeCloseTo(3, 12)
    expect(fit.exponents[0].lower).toBe(fit.exponents[0].upper)
    const nLogN: ScalingTable = {
      response: sizes.map((n) => n * Math.log(n)),
      predictors: { n: sizes },
      logCorrections: ["n"]
    }
    const both = fitExponents(nLogN, 0.05).exponents
    expect(both.map(({ name }) => name)).toEqual(["n", "log n"])
    for (const { estimate } of both) expect(estimate).toBeCloseTo(1, 9)
    const known = fitExponents({ ...nLogN, known: { "log n": 1 } }, 0.05).exponents
    expect(known.map(({ name }) => name)).toEqual(["n"])
    expect(known[0].estimate).toBeCloseTo(1, 12)
  })

  it("count units, not rows", () => {
    const stream = Stream.fromSeed(3).split("units")
    const units = sizes.flatMap((n, i) => [0, 1].map((r) => ({ n, id: `${i}/${r}`, luck: 0.2 * stream.nextNormal() })))
    const copies = 50
    const rows = units.flatMap((u) => Array.from({ length: copies }, () => u))
    const table: ScalingTable = {
      response: rows.map((u) => u.n ** 2 * Math.exp(u.luck + 0.01 * stream.nextNormal())),
      predictors: { n: rows.map((u) => u.n) }
    }
    const byUnit = fitExponents({ ...table, unit: rows.map((u) => u.id) }, 0.05)
    const byRow = fitExponents(table, 0.05)
    expect(byUnit.units).toBe(16)
    expect(byUnit.exponents[0].degreesOfFreedom).toBe(14)
    expect(byUnit.exponents[0].estimate).toBeCloseTo(byRow.exponents[0].estimate, 12)
    // Pretending that rows are independent claims about √50 times too much certainty.
    expect(byUnit.exponents[0].standardError / byRow.exponents[0].standardError).toBeGreaterThan(5)
  })

  it("fit curves within runs by the spread between runs", () => {
    const slopes = [0.9, 1.1, 1.0, 1.2]
    const rows = slopes.flatMap((slope, unit) => sizes.map((n) => ({ unit, n, y: 5 * n ** -slope })))
    const table: ScalingTable = {
      response: rows.map((r) => r.y),
      predictors: { n: rows.map((r) => r.n) },
      unit: rows.map((r) => r.unit)
    }
    const [exponent] = fitExponentsWithinUnits(table, 0.05).exponents
    expect(exponent.estimate).toBeCloseTo(-1.05, 12)
    expect(exponent.degreesOfFreedom).toBe(3)
    expect(exponent.standardError).toBeCloseTo(Math.sqrt(0.05 / 3 / 4), 12)
    expect(() => fitExponents(table, 0.05)).toThrow(/fitExponentsWithinUnits/)
  })

  it("refuse what cannot be fitted", () => {
    const good: ScalingTable = { response: sizes, predictors: { n: sizes } }
    const bad: ReadonlyArray<ScalingTable> = [
      { ...good, response: [0, ...sizes.slice(1)] },
      { ...good, response: [Number.NaN, ...sizes.slice(1)] },
      { ...good, response: [Infinity, ...sizes.slice(1)] },
      { ...good, response: sizes.slice(1) },
      { ...good, predictors: { n: sizes.map(() => 5) } },
      { ...good, predictors: { n: sizes, m: sizes.map((n) => n ** 2) } },
      { ...good, predictors: {} },
      { ...good, known: { n: 1 } },
      { ...good, known: { m: 1 } },
      { ...good, logCorrections: ["m"] },
      { ...good, unit: [1, 2] },
      { response: [1, 2], predictors: { n: [1, 2] } },
      { response: sizes, predictors: { n: [1, ...sizes.slice(1)] }, logCorrections: ["n"] }
    ]
    for (const table of bad) expect(() => fitExponents(table, 0.05)).toThrow(RangeError)
    for (const level of [0, 1, Number.NaN]) expect(() => fitExponents(good, level)).toThrow(RangeError)
    expect(() => fitExponentsWithinUnits({ ...good, unit: sizes.map(() => 1) }, 0.05)).toThrow(/units/)
  })

  it("intervals miss at exactly their level: two predictors, averaged units", () => {
    const [experiments, level] = [10_000, 0.1]
    const n = [4, 8, 16, 32, 64, 128, 4, 8, 16, 32, 64, 128]
    const d = [2, 3, 5, 3, 2, 5, 5, 2, 3, 2, 5, 3]
    const table = { predictors: { n: [...n, ...n], d: [...d, ...d] }, unit: [...n, ...n].map((_, i) => i % n.length) }
    const root = Stream.fromSeed(20260110).split("coverage")
    const missed = [0, 0]
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      const luck = n.map(() => 0.1 * stream.nextNormal())
      const response = table.unit.map(
        (u) => 3 * n[u] ** 1.5 * d[u] ** -2 * Math.exp(luck[u] + 0.1 * stream.nextNormal())
      )
      fitExponents({ response, ...table }, level).exponents.forEach(({ lower, upper }, j) => {
        const truth = [1.5, -2][j]
        if (truth < lower || truth > upper) missed[j]++
      })
    }
    const share = alpha("statistics/exponent-interval-coverage", 4)
    for (const count of missed) {
      expect(clopperPearsonLower(count, experiments, share)).toBeLessThanOrEqual(level)
      expect(clopperPearsonUpper(count, experiments, share)).toBeGreaterThanOrEqual(level)
    }
  })
})
