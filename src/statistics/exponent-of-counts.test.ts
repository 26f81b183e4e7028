/** The exponents of what runs asked. */
import { describe, expect, it } from "vitest"
import { exponentOf } from "./exponent-of-counts.ts"

describe("the exponent of runs' counts", () => {
  const square = [2, 4, 8, 16].map((value) => ({ value, count: 3 * value ** 2 }))

  it("is that of the power they follow", () => {
    const fit = exponentOf("d", square, 0.05, 3)!
    expect(fit.name).toBe("d")
    expect(fit.estimate).toBeCloseTo(2, 12)
  })

  it("is none where a run did not get there: its count is a lower bound", () => {
    expect(exponentOf("d", [...square, { value: 32, count: undefined }], 0.05, 3)).toBeUndefined()
  })

  it("is none where runs or values are too few", () => {
    const twice = [...square.slice(0, 2), ...square.slice(0, 2)]
    expect(exponentOf("d", twice, 0.05, 3)).toBeUndefined()
    expect(exponentOf("d", twice, 0.05, 2)?.estimate).toBeCloseTo(2, 12)
    expect(exponentOf("d", square.slice(0, 2), 0.05, 2)).toBeUndefined()
    expect(exponentOf("d", [], 0.05, 2)).toBeUndefined()
  })
})
