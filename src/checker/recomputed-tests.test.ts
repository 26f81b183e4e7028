import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { logEAgainst, logEFor } from "../statistics/bernoulli-e-process.ts"
import { medianExponent, medianRank as theirRank } from "../statistics/median-exponent.ts"
import { logEvidence, logIntegral, medianRank, medianSlope } from "./recomputed-tests.ts"

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

describe("medianRank", () => {
  it("is the largest rank below which the median falls with chance at most half the level", () => {
    // 2·P(Bin(11, ½) < 1) = 2/2048, and < 2: 24/2048.
    expect([1e-4, 2 / 2048, 0.01, 24 / 2048, 0.012].map((level) => medianRank(11, level))).toEqual([0, 1, 1, 2, 2])
    for (const n of [5, 24, 101, 400])
      for (const level of [0.2, 0.01, 0.01 / 9]) expect(medianRank(n, level)).toBe(theirRank(n, level))
  })
})

describe("medianSlope", () => {
  const counts = [40, 7, 9, 11, 8, 10, 30, 12, 9, 8, 1000, 10, 9, 11]
  const runs = [1, 10, 100].flatMap((value) => counts.map((count, i) => ({ value, count: count * value ** 0.7 + i })))
  const at = [1, 10, 100].map((value) => runs.filter((run) => run.value === value).map(({ count }) => count))
  const x = [1, 10, 100].map(Math.log)

  it("agrees with src/statistics", () => {
    const theirs = medianExponent("C", runs, 0.01)!
    const found = medianSlope(x, at, 0.01)!
    expect(found.slope).toBeCloseTo(theirs.estimate, 12)
    expect(found.lower).toBeCloseTo(theirs.lower, 12)
    expect(found.upper).toBeCloseTo(theirs.upper, 12)
    expect(found.lower).toBeLessThan(found.slope)
    // Of 14 counts the third encloses at 0.013, the second at 0.0018: places share 0.02.
    const shared = medianExponent("C", runs, 0.02)!
    expect(medianSlope(x, at, 0.02)!.lower).toBeCloseTo(shared.lower, 12)
  })

  it("is not moved by one dear run, and is none where runs are too few for the level", () => {
    const dear = at.map((all) => all.map((count) => (count > 900 ? 1e9 * count : count)))
    expect(medianSlope(x, dear, 0.05)!.slope).toBe(medianSlope(x, at, 0.05)!.slope)
    expect(medianSlope(x, at, 1e-4)).toBeUndefined()
    expect(medianSlope(x, [at[0], at[1], at[2].slice(0, 5)], 0.01)).toBeUndefined()
  })
})
