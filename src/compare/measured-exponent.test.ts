import { describe, expect, it } from "vitest"
import { judgeInterval } from "../statistics/exponent-judgement.ts"
import { exponentCell } from "./measured-exponent.ts"

const fit = (estimate: number, half: number) => ({
  name: "x",
  estimate,
  lower: estimate - half,
  upper: estimate + half
})
const held = (estimate: number, half: number, claim: "equals" | "at most" | "at least", predicted: number) => ({
  fit: fit(estimate, half),
  judgement: judgeInterval(fit(estimate, half), { claim, predicted, margin: 0.5, level: 0.05 })
})
const measured = (estimate: number, half: number) => ({ fit: fit(estimate, half), judgement: undefined })

describe("the cell of an exponent", () => {
  it("is the estimate and half of its interval, then what is predicted", () => {
    expect(exponentCell(measured(1.017, 0.034), 2)).toBe("1.02±0.03")
    expect(exponentCell(held(-1.5, 0.25, "at most", -1), 3)).toBe("-1.500±0.250 ≤-1✓")
    expect(exponentCell(held(1, 0.1, "equals", 0), 2)).toBe("1.00±0.10 =0✗")
    expect(exponentCell(held(1, 2, "equals", Math.log(1.5)), 3)).toBe("1.000±2.000 =0.405?")
    // Supported is what excludes all that is off by the margin.
    expect(exponentCell(held(0.2, 0.1, "at least", 0.5), 2)).toBe("0.20±0.10 >0✓")
    expect(exponentCell({ fit: undefined, judgement: undefined }, 2)).toBe("–")
    expect(exponentCell(undefined, 2)).toBe("–")
  })

  it("gives a rounded zero no sign", () => {
    expect(exponentCell(measured(-0.004, 0.001), 2)).toBe("0.00±0.00")
    expect(exponentCell(measured(-0.004, 0.001), 3)).toBe("-0.004±0.001")
  })
})
