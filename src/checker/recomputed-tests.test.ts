import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { logEAgainst, logEFor } from "../statistics/bernoulli-e-process.ts"
import { fitExponents } from "../statistics/exponent-fit.ts"
import { fitSlope, logEvidence, logIntegral, studentTail } from "./recomputed-tests.ts"

const HALF_PI = Math.PI / 2

describe("logIntegral", () => {
  it("knows ∫ sinᵃθ cosᵇθ where there is a closed form", () => {
    const value = (a: number, b: number, low = 0, high = HALF_PI) => Math.exp(logIntegral(a, b, low, high))
    expect(value(0, 0)).toBeCloseTo(HALF_PI, 11)
    expect(value(0, 0, 0.2, 0.7)).toBeCloseTo(0.5, 11)
    expect(value(1, 0)).toBeCloseTo(1, 11)
    expect(value(0, 1)).toBeCloseTo(1, 11)
    expect(value(1, 1)).toBeCloseTo(0.5, 11)
    expect(value(2, 0)).toBeCloseTo(Math.PI / 4, 11)
    expect(value(2, 2)).toBeCloseTo(Math.PI / 16, 11)
    expect(value(3, 5)).toBeCloseTo(1 / 24, 11)
    expect(value(1, 2, 0, 1)).toBeCloseTo((1 - Math.cos(1) ** 3) / 3, 11)
    expect(value(4, 1, 0.3, 0.9)).toBeCloseTo((Math.sin(0.9) ** 5 - Math.sin(0.3) ** 5) / 5, 11)
    // Peak outside the range, on either side.
    expect(logIntegral(1, 400, 0.5, 1)).toBeCloseTo(Math.log((Math.cos(0.5) ** 401 - Math.cos(1) ** 401) / 401), 8)
    expect(logIntegral(400, 1, 0.5, 1)).toBeCloseTo(Math.log((Math.sin(1) ** 401 - Math.sin(0.5) ** 401) / 401), 8)
    expect(logIntegral(1, 1e6, 0, HALF_PI)).toBeCloseTo(-Math.log(1e6 + 1), 8)
  })

  it("agrees with log-gamma at any size: B(½(a+1), ½(b+1))/2 by its recurrence", () => {
    // ∫ sinᵃ cosᵇ = (b−1)/(a+b) ∫ sinᵃ cos^{b−2}
    for (const [a, b] of [
      [3, 12],
      [40, 8],
      [1000, 6],
      [0, 300],
      [999, 1001]
    ]) {
      expect(logIntegral(a, b, 0, HALF_PI)).toBeCloseTo(
        Math.log((b - 1) / (a + b)) + logIntegral(a, b - 2, 0, HALF_PI),
        8
      )
    }
  })
})

describe("logEvidence", () => {
  it("is the e-process of src/statistics, by another route", () => {
    const cases = fc.integer({ min: 0, max: 3000 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        bad: fc.integer({ min: 0, max: n }),
        delta0: fc.double({ min: 1e-6, max: 0.99, noNaN: true })
      })
    )
    fc.assert(
      fc.property(cases, ({ n, bad, delta0 }) => {
        const [against, support] = [logEAgainst(bad, n, delta0), logEFor(bad, n, delta0)]
        expect(Math.abs(logEvidence(bad, n, delta0, "against") - against)).toBeLessThan(
          1e-7 + 1e-11 * Math.abs(against)
        )
        expect(Math.abs(logEvidence(bad, n, delta0, "for") - support)).toBeLessThan(1e-7 + 1e-11 * Math.abs(support))
      }),
      { numRuns: 300, seed: 20261122 }
    )
    for (const [bad, n, delta0] of [
      [0, 1e6, 1e-6],
      [5, 1e6, 1e-6],
      [12, 1e8, 1e-7],
      [300000, 1e6, 0.3],
      [0, 100, 0.1],
      [100, 100, 0.1],
      [0, 0, 0.5]
    ]) {
      expect(logEvidence(bad, n, delta0, "against")).toBeCloseTo(logEAgainst(bad, n, delta0), 6)
      expect(logEvidence(bad, n, delta0, "for")).toBeCloseTo(logEFor(bad, n, delta0), 6)
    }
  })
})

describe("studentTail", () => {
  it("is Student's, in closed form where there is one", () => {
    for (const t of [0, 0.5, 1, 3, 30]) {
      expect(studentTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 10)
      expect(studentTail(t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 10)
      const u = t / Math.sqrt(3)
      expect(studentTail(t, 3)).toBeCloseTo(0.5 - (Math.atan(u) + u / (1 + u * u)) / Math.PI, 10)
    }
    expect(studentTail(Infinity, 3)).toBe(0)
    expect(studentTail(1e6, 7)).toBeLessThan(1e-30)
    expect(studentTail(12.7062047364, 1)).toBeCloseTo(0.025, 9)
    expect(studentTail(2.228138852, 10)).toBeCloseTo(0.025, 9)
  })
})

describe("fitSlope", () => {
  it("agrees with src/statistics", () => {
    const noise = [0.02, -0.05, 0.01, 0.03, -0.02, 0.04, -0.03]
    const x = [10, 30, 100, 300, 1000, 3000, 10000]
    const y = x.map((v, i) => 5 * v ** 0.7 * Math.exp(noise[i]))
    const [fit] = fitExponents({ response: y, predictors: { C: x } }, 0.05).exponents
    const { slope, error } = fitSlope(x.map(Math.log), y.map(Math.log))
    expect(slope).toBeCloseTo(fit.estimate, 12)
    expect(error).toBeCloseTo(fit.standardError, 12)
    expect(error).toBeGreaterThan(0.001)
  })

  it("counts residuals of rounding size as none, and no others", () => {
    const x = [1, 2, 3, 4]
    expect(fitSlope(x, [3, 5, 7, 9])).toEqual({ slope: 2, error: 0 })
    expect(fitSlope(x, [0.1, 0.2, 0.30000000000000004, 0.4]).error).toBe(0)
    expect(fitSlope(x, [1e-13, 0, 0, 0]).error).toBeGreaterThan(0)
    expect(fitSlope(x, [1000, 1000 + 1e-12, 1000, 1000]).error).toBe(0)
    expect(fitSlope(x, [1000, 1000 + 1e-10, 1000, 1000]).error).toBeGreaterThan(0)
    expect(fitSlope(x, [-1000, -1000 + 1e-12, -1000, -1000]).error).toBe(0)
    expect(fitSlope([1, 1, 1], [1, 2, 3]).slope).toBeNaN()
  })
})
