import betainc from "@stdlib/math-base-special-betainc"
import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import fixtures from "./fixtures/proportions.json" with { type: "json" }
import { betaTails, binomialTails } from "./incomplete-beta.ts"
import { deviance, logBinomialProbability, stirlingError } from "./saddle-point.ts"

describe("saddle-point forms", () => {
  it("Stirling's error agrees with exact Γ at integers and halves to 1e-15", () => {
    for (const { z, value } of fixtures.stirlingError)
      expect(Math.abs(stirlingError(z) - value), `z=${z}`).toBeLessThan(1e-15)
  })

  it("deviance keeps its digits where its terms cancel: 4 ulp", () => {
    for (const { y, m, value } of fixtures.deviance) {
      expect(Math.abs(deviance(y, m) - value), `${y} of ${m}`).toBeLessThanOrEqual(4 * Number.EPSILON * value)
    }
    expect(deviance(0, 3)).toBe(3)
    expect(deviance(3, 3)).toBe(0)
  })

  it("binomial probabilities sum to one and are certain at the corners", () => {
    for (const [n, p] of [
      [1, 0.3],
      [40, 0.5],
      [1000, 0.01],
      [1000, 0.999]
    ]) {
      let sum = 0
      for (let k = 0; k <= n; k++) sum += Math.exp(logBinomialProbability(k, n, p, 1 - p))
      expect(Math.abs(sum - 1)).toBeLessThan(1e-13)
    }
    expect([logBinomialProbability(0, 5, 0, 1), logBinomialProbability(1, 5, 0, 1)]).toEqual([0, -Infinity])
    expect([logBinomialProbability(5, 5, 1, 0), logBinomialProbability(4, 5, 1, 0)]).toEqual([0, -Infinity])
  })
})

describe("tails", () => {
  it("binomial tails agree with exact rationals to 1e-14 + 2e-15 of the logarithm", () => {
    for (const { k, n, p, logAtMost, logAtLeast } of fixtures.binomialTails) {
      const tails = binomialTails(k, n, p)
      expect(Math.abs(tails.logAtMost - logAtMost)).toBeLessThanOrEqual(1e-14 - 2e-15 * logAtMost)
      expect(Math.abs(tails.logAtLeast - logAtLeast)).toBeLessThanOrEqual(1e-14 - 2e-15 * logAtLeast)
    }
  })

  it("agrees with @stdlib's betainc where that does not underflow", () => {
    const stream = Stream.fromSeed(11).split("betainc")
    let worst = 0
    for (let i = 0; i < 5000; i++) {
      const a = Math.exp(8 * stream.next() - 1)
      const b = Math.exp(8 * stream.next() - 1)
      const p = stream.nextPositive() * (1 - 1e-9)
      const { logLower, logUpper } = betaTails(a, b, p, 1 - p)
      const lower = betainc(p, a, b, true, false)
      const upper = betainc(p, a, b, true, true)
      // Below 1e-200 betainc's intermediate factors denormalise: at (843.75, 23.31, 0.4237), a tail of e^−635.7, it is off by 1e-10 where
      // an 80-digit series agrees with the value here to the last digit.
      if (lower > 1e-200) worst = Math.max(worst, Math.abs(Math.exp(logLower) / lower - 1))
      if (upper > 1e-200) worst = Math.max(worst, Math.abs(Math.exp(logUpper) / upper - 1))
    }
    expect(worst, "relative error").toBeLessThan(1e-12)
  })

  it("does not underflow, and complements", () => {
    const { logLower, logUpper } = betaTails(0.5, 100000.5, 0.3, 0.7)
    expect(logUpper).toBeLessThan(-35_000)
    expect(Number.isFinite(logUpper)).toBe(true)
    expect(Math.abs(logLower)).toBe(0)
  })

  it("refuses what is not a binomial", () => {
    for (const [k, n, p] of [
      [-1, 3, 0.5],
      [4, 3, 0.5],
      [1.5, 3, 0.5],
      [1, 3, -0.1],
      [1, 3, 1.1],
      [1, 3, Number.NaN],
      [Number.NaN, 3, 0.5]
    ]) {
      expect(() => binomialTails(k, n, p)).toThrow(RangeError)
    }
    expect(binomialTails(0, 0, 0.5)).toEqual({ logAtMost: 0, logAtLeast: 0 })
    expect(binomialTails(2, 3, 0)).toEqual({ logAtMost: 0, logAtLeast: -Infinity })
    expect(binomialTails(2, 3, 1)).toEqual({ logAtMost: -Infinity, logAtLeast: 0 })
  })
})
