/** L1's functions against Coq's enclosures of them (src/theorem/bounds.v, enclosures.v; h by verified integration in dimensions 3, 5 and 7). */
import { describe, expect, it } from "vitest"
import rows from "../../src/theorem/fixtures/enclosures.json" with { type: "json" }
import { needleCoverage } from "./bound.ts"
import { needleChance } from "./needle-chance.ts"

const called = (name: string) =>
  rows
    .filter((row) => row.function === name)
    .map((row) => ({
      given: row.arguments as unknown as Readonly<Record<string, number>>,
      lower: Number(row.lower),
      upper: Number(row.upper)
    }))

const SLACK = 32 * 2 ** -53

describe("L1's functions against Coq's enclosures", () => {
  it("C_cov of the needle", () => {
    expect(called("needleCoverage")).toHaveLength(4)
    for (const { given, lower, upper } of called("needleCoverage")) {
      const value = needleCoverage({ responses: given.N, dimension: 3, beta: 1, rewardRange: given.x })
      expect(value).toBeGreaterThanOrEqual(lower * (1 - SLACK))
      expect(value).toBeLessThanOrEqual(upper * (1 + SLACK))
    }
  })

  it("h: our interval holds Coq's, which is the narrower", () => {
    expect(called("needleChance")).toHaveLength(9)
    for (const { given, lower, upper } of called("needleChance")) {
      const h = needleChance({ responses: given.N, dimension: given.d, beta: 1, rewardRange: given.x })
      expect(upper - lower, JSON.stringify(given)).toBeLessThan((h.upper - h.lower) / 10)
      expect(h.lower, JSON.stringify(given)).toBeLessThanOrEqual(lower)
      expect(h.upper, JSON.stringify(given)).toBeGreaterThanOrEqual(upper)
    }
  })
})
