import { describe, expect, it } from "vitest"
import { noiseLaw } from "./noise.ts"

describe("a reward's law", () => {
  it.each(["none", "bernoulli", "two-point"] as const)("%s: lies in [0, R], and its mean is the mean", (kind) => {
    for (const R of [0.25, 1, 4])
      for (const share of [0, 0.1, 0.5, 0.7, 1]) {
        const { chance, high, low } = noiseLaw({ kind }, share * R, R)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(R)
        expect(chance * high + (1 - chance) * low).toBeCloseTo(share * R, 14)
      }
  })

  it("two-point spreads as far as [0, R] allows, R/2 at most", () => {
    expect(noiseLaw({ kind: "two-point" }, 0.3, 1)).toEqual({ high: 0.6, low: 0, chance: 0.5 })
    expect(noiseLaw({ kind: "two-point" }, 3, 4)).toEqual({ high: 4, low: 2, chance: 0.5 })
  })
})
