import { describe, expect, it } from "vitest"
import { exponentCell } from "./exponent-cell.ts"

const fit = (estimate: number, half: number) => ({
  name: "x",
  estimate,
  standardError: half / 2,
  degreesOfFreedom: 9,
  lower: estimate - half,
  upper: estimate + half
})

describe("the cell of an exponent", () => {
  it("is the estimate and half of its interval, then what is predicted", () => {
    expect(exponentCell(fit(1.017, 0.034), 2)).toBe("1.02±0.03")
    expect(exponentCell(fit(-1.5, 0.25), 3, { says: "≤-1", verdict: "supported" })).toBe("-1.500±0.250 ≤-1✓")
    expect(exponentCell(fit(1, 0.1), 2, { says: "=0", verdict: "refuted" })).toBe("1.00±0.10 =0✗")
    expect(exponentCell(fit(1, 2), 2, { says: "=0", verdict: "undecided" })).toBe("1.00±2.00 =0?")
    expect(exponentCell(undefined, 2)).toBe("–")
  })

  it("gives a rounded zero no sign", () => {
    expect(exponentCell(fit(-0.004, 0.001), 2)).toBe("0.00±0.00")
    expect(exponentCell(fit(-0.004, 0.001), 3)).toBe("-0.004±0.001")
  })
})
