/** The e-process against Coq's enclosures of it (e_value_enclosures.v), by verified integration: another way to the number than the continued fraction. */
import { expect, it } from "vitest"
import rows from "../theorem/fixtures/enclosures.json" with { type: "json" }
import { logEAgainst, logEFor } from "./bernoulli-e-process.ts"

it("ln E lies in Coq's enclosures, against a claim and, mirrored, for one", () => {
  const cases = rows.filter((row) => row.function === "eValue")
  expect(cases).toHaveLength(6)
  for (const row of cases) {
    const { delta, bad, good } = row.arguments as unknown as Record<string, number>
    const [lower, upper] = [Math.log(Number(row.lower)), Math.log(Number(row.upper))]
    // Five digits at least are certain.
    expect(upper - lower).toBeLessThan(1e-5)
    for (const value of [logEAgainst(bad, bad + good, delta), logEFor(good, bad + good, 1 - delta)]) {
      expect(value, JSON.stringify(row)).toBeGreaterThanOrEqual(lower - 1e-14)
      expect(value, JSON.stringify(row)).toBeLessThanOrEqual(upper + 1e-14)
    }
  }
})
