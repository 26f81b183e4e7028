import { describe, expect, it } from "vitest"
import { normalCdf } from "./incomplete-gamma.ts"
import { COUNTED, fisherTest, rankSumTest } from "./two-sample.ts"

describe("rank sum", () => {
  it("is exact: published values, and all splits of few values", () => {
    // Wilcoxon's own table: n = m = 5, rank sum 15, two-sided 2/252.
    expect(rankSumTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 12)
    expect(rankSumTest([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toBeCloseTo(2 / 252, 12)
    // Ties: pooled 1 1 2 2, two of four; splits with the extreme sums are one each of six.
    expect(rankSumTest([1, 1], [2, 2])).toBeCloseTo(2 / 6, 12)
    expect(rankSumTest([3, 3, 3], [3, 3])).toBe(1)
    expect(() => rankSumTest([Number.NaN], [1])).toThrow(RangeError)
  })

  it("agrees with its approximation where both are at hand", () => {
    const a = Array.from({ length: COUNTED / 2 }, (_, i) => i * 1.7)
    const b = Array.from({ length: COUNTED / 2 }, (_, i) => 9 + i * 1.5)
    const exact = rankSumTest(a, b)
    const approximate = rankSumTest([...a, 25.05], [...b, 25.15])
    expect(Math.abs(exact - approximate)).toBeLessThan(0.02)
  })

  it("counts ties in its approximation", () => {
    const ones = (k: number) => Array.from({ length: 80 }, (_, i) => (i < k ? 1 : 0))
    // Of two values the rank sum is 80 times the count of ones in the sample, which is hypergeometric: 68 of 160, 80 drawn, 34 expected.
    const deviation = 80 * Math.sqrt((80 * (68 / 160) * (92 / 160) * 80) / 159)
    expect(rankSumTest(ones(40), ones(28))).toBeCloseTo(2 * normalCdf(-(80 * 6 - 0.5) / deviation), 12)
  })
})

it("Fisher's test is the hypergeometric tail: Fisher's tea, 3 of 4 against 1 of 4", () => {
  expect(fisherTest(3, 4, 1, 4)).toBeCloseTo(34 / 70, 12)
  expect(fisherTest(4, 4, 0, 4)).toBeCloseTo(2 / 70, 12)
  expect(fisherTest(0, 10, 0, 20)).toBeCloseTo(1, 12)
})
