import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { clopperPearson, clopperPearsonLower, clopperPearsonUpper } from "./clopper-pearson.ts"
import fixtures from "./fixtures/proportions.json" with { type: "json" }
import tails from "./fixtures/tails.json" with { type: "json" }
import { binomialTails } from "./incomplete-beta.ts"
import { logBinomialProbability } from "./saddle-point.ts"

describe("Clopper–Pearson", () => {
  it("solves the exact binomial tails to 1e-14 relative, down to levels of 1e-12", () => {
    for (const { k, n, level, lower, upper } of fixtures.clopperPearson) {
      expect(Math.abs(clopperPearsonLower(k, n, level) - lower), `${k}/${n}`).toBeLessThanOrEqual(1e-14 * lower)
      expect(Math.abs(clopperPearsonUpper(k, n, level) - upper), `${k}/${n}`).toBeLessThanOrEqual(1e-14 * upper)
    }
  })

  it("keeps its digits at levels down to 1e-300 and for n up to 1e12 (mpmath), each bound with its mirror", () => {
    for (const { k, n, level, lower } of tails.lower) {
      expect(Math.abs(clopperPearsonLower(k, n, level) / Number(lower) - 1), `${k} of ${n}`).toBeLessThan(1e-13)
      expect(Math.abs(1 - clopperPearsonUpper(n - k, n, level) - Number(lower))).toBeLessThan(2.3e-16)
    }
    for (const { k, n, level, upper } of tails.upper)
      expect(Math.abs(clopperPearsonUpper(k, n, level) / Number(upper) - 1), `${k} of ${n}`).toBeLessThan(1e-14)
    expect(clopperPearsonLower(1, 2 ** 50, 1e-300), "beneath the normal doubles").toBe(0)
  })

  it("inverts the tails of this room's own binomial, over a wide range", () => {
    let worst = 0
    for (const n of [1, 7, 60, 1000, 50_000]) {
      for (const k of [0, 1, Math.floor(n / 3), n - 1, n]) {
        for (const level of [0.3, 0.05, 1e-9, 1e-14]) {
          const lower = clopperPearsonLower(k, n, level)
          const upper = clopperPearsonUpper(k, n, level)
          if (k > 0) worst = Math.max(worst, Math.abs(Math.exp(binomialTails(k, n, lower).logAtLeast) / level - 1))
          // Nearer to 1 the bound itself, as a double, cannot carry the tail.
          if (k < n && upper < 1 - 1e-6) {
            worst = Math.max(worst, Math.abs(Math.exp(binomialTails(k, n, upper).logAtMost) / level - 1))
          }
        }
      }
    }
    expect(worst, "relative error of the tail at the bound").toBeLessThan(1e-9)
  })

  it("has its corners and refuses the rest", () => {
    expect(clopperPearson(0, 0, 0.1)).toEqual({ lower: 0, upper: 1 })
    expect(clopperPearson(0, 5, 0.1).lower).toBe(0)
    expect(clopperPearson(5, 5, 0.1).upper).toBe(1)
    for (const [k, n, level] of [
      [6, 5, 0.1],
      [-1, 5, 0.1],
      [1, 5, 0],
      [1, 5, 1],
      [1, 5, Number.NaN],
      [Number.NaN, 5, 0.1]
    ]) {
      expect(() => clopperPearson(k, n, level)).toThrow(RangeError)
    }
  })

  it("misses at most at its level: exactly, for every rate on a grid", () => {
    for (const [n, level] of [
      [10, 0.1],
      [60, 0.05],
      [200, 1e-4]
    ]) {
      const intervals = Array.from({ length: n + 1 }, (_, k) => clopperPearson(k, n, level))
      for (let i = 1; i < 100; i++) {
        const p = i / 100
        let missed = 0
        intervals.forEach(({ lower, upper }, k) => {
          if (p < lower || p > upper) missed += Math.exp(logBinomialProbability(k, n, p, 1 - p))
        })
        expect(missed).toBeLessThanOrEqual(level)
      }
    }
  })

  it("and in simulation", () => {
    const [experiments, n, p, level] = [10_000, 80, 0.07, 0.1]
    const root = Stream.fromSeed(20260105).split("coverage")
    let missed = 0
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      let k = 0
      for (let i = 0; i < n; i++) if (stream.next() < p) k++
      const { lower, upper } = clopperPearson(k, n, level)
      if (p < lower || p > upper) missed++
    }
    expect(clopperPearsonLower(missed, experiments, alpha("statistics/clopper-pearson-coverage"))).toBeLessThanOrEqual(
      level
    )
  })
})
