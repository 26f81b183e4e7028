import { describe, expect, it } from "vitest"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { Stream } from "../numeric/stream.ts"
import { clopperPearsonLower } from "./clopper-pearson.ts"
import { medianExponent, medianOf, medianRank } from "./median-exponent.ts"

const sum = (n: number, r: number): number => {
  let total = 0
  let binomial = 1
  for (let j = 0; j < r; j++) {
    total += binomial
    binomial = (binomial * (n - j)) / (j + 1)
  }
  return (2 * total) / 2 ** n
}

describe("the enclosure of a median", () => {
  it("has the largest rank that its level allows", () => {
    const wrong = [1, 2, 5, 8, 11, 30, 100].flatMap((n) =>
      [0.2, 0.05, 0.002].filter((level) => {
        const r = medianRank(n, level)
        return sum(n, r) > level || (2 * (r + 1) < n + 1 && sum(n, r + 1) <= level)
      })
    )
    expect(wrong).toEqual([])
  })

  it("has it where 2^{−n} is no double", () => {
    // scipy.stats.binom.cdf
    expect([1074, 1075, 1076, 2000, 4001].map((n) => medianRank(n, 0.01))).toEqual([495, 495, 496, 942, 1919])
    expect([1075, 2000].map((n) => medianRank(n, 0.002))).toEqual([487, 931])
  })

  it("is none where there are too few values", () => {
    expect(medianOf([1, 2, 3, 4, 5], 0.05)).toBe(undefined)
    expect(medianOf([4, 1, 6, 2, 5, 3], 0.05)).toEqual({ median: 3.5, lower: 1, upper: 6 })
  })
})

describe("the exponent of the median", () => {
  const runs = (stream: Stream, values: ReadonlyArray<number>, n: number) =>
    values.flatMap((value) =>
      Array.from({ length: n }, () => {
        // A log-normal spread that differs from value to value, and one run in twenty that costs 60 times as much.
        const dear = stream.next() < 0.05 ? 60 : 1
        return { value, count: 3 * value ** 0.7 * dear * Math.exp(0.1 * Math.log10(value) * stream.nextNormal()) }
      })
    )

  it("is exact without noise, and undefined where it cannot be had", () => {
    const exact = [1, 10, 100].flatMap((value) => Array.from({ length: 12 }, () => ({ value, count: 5 * value ** 2 })))
    const fit = medianExponent("n", exact, 0.01)!
    for (const end of [fit.estimate, fit.lower, fit.upper]) expect(end).toBeCloseTo(2, 12)
    expect(medianExponent("n", exact.slice(0, 12), 0.01)).toBe(undefined)
    expect(medianExponent("n", exact.slice(4), 0.01)).toBe(undefined)
    expect(medianExponent("n", [...exact, { value: 10, count: undefined }], 0.01)).toBe(undefined)
    for (const [value, count] of [
      [0, 5],
      [-1, 5],
      [Infinity, 5],
      [10, Infinity],
      [10, 0],
      [10, Number.NaN]
    ] as const)
      expect(medianExponent("n", [...exact, ...Array.from({ length: 12 }, () => ({ value, count }))], 0.01)).toBe(
        undefined
      )
    expect(() => medianExponent("n", exact, 0)).toThrow(RangeError)
  })

  it("covers under heavy tails and unequal variances", () => {
    const root = Stream.fromSeed(20261128).split("median-exponent")
    const [experiments, level] = [2000, 0.05]
    let missed = 0
    for (let e = 0; e < experiments; e++) {
      const fit = medianExponent("n", runs(root.split("experiment", e), [10, 100, 1e3, 1e4], 31), level)!
      // The dear runs move the median to the 0.526 quantile of the rest: by e^{0.066·σ} at spread σ, which changes with the value.
      const shift = 0.0661 * 0.1 * (1 / Math.LN10)
      if (0.7 + shift < fit.lower || 0.7 + shift > fit.upper) missed++
    }
    const share = alpha("statistics/median-exponent-coverage")
    expect(clopperPearsonLower(missed, experiments, share)).toBeLessThanOrEqual(level)
  })
})
