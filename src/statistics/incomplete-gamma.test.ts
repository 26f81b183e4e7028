import { describe, expect, it } from "vitest"
import tails from "./fixtures/tails.json" with { type: "json" }
import { chiSquareTail, chiSquareTest } from "./goodness-of-fit.ts"
import { gammaTails, normalCdf } from "./incomplete-gamma.ts"

describe("tails of the gamma distribution", () => {
  it("agree with mpmath, shapes from 0.5 to 1e12, eight standard deviations to each side", () => {
    for (const { a, x, lower, upper } of tails.gammaTails) {
      const bound = 1e-13 + 1e-17 * Math.sqrt(a)
      const { logLower, logUpper } = gammaTails(a, x)
      expect(Math.abs(Math.exp(logLower) / Number(lower) - 1), `P(${a}, ${x})`).toBeLessThan(bound)
      expect(Math.abs(Math.exp(logUpper) / Number(upper) - 1), `Q(${a}, ${x})`).toBeLessThan(bound)
    }
  })

  it("of χ² about large degrees of freedom (mpmath)", () => {
    expect(chiSquareTail(2000, 2000)).toBeCloseTo(0.49579475581978416, 12)
    expect(chiSquareTail(2001, 2000)).toBeCloseTo(0.48948928907682097, 12)
    expect(chiSquareTail(10_000, 10_000)).toBeCloseTo(0.4981193659661827, 12)
    expect(chiSquareTail(2e12 + 4e6, 2e12)).toBeCloseTo(0.022750185939118725, 10)
    const cells = 2001
    const counts = Array.from({ length: cells }, (_, i) => 100 + (i % 2 === 1 ? 10 : -10))
    expect(chiSquareTest(counts, Array<number>(cells).fill(1 / cells)).pValue).toBeCloseTo(0.48886209490128, 12)
  })

  it("have their corners, stay logarithms where the tail underflows, and refuse the rest", () => {
    expect(gammaTails(3, 0)).toEqual({ logLower: -Infinity, logUpper: 0 })
    expect(gammaTails(3, Infinity)).toEqual({ logLower: 0, logUpper: -Infinity })
    expect(chiSquareTail(5, 0)).toBe(1)
    // Q(1, x) = e^{−x}.
    expect(gammaTails(1, 5000).logUpper).toBeCloseTo(-5000, 9)
    expect(normalCdf(0)).toBe(0.5)
    expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 15)
    for (const [a, x] of [
      [0, 1],
      [-1, 1],
      [1e15, 1],
      [1, -1],
      [Number.NaN, 1],
      [1, Number.NaN]
    ])
      expect(() => gammaTails(a, x)).toThrow(RangeError)
  })
})
