import { describe, expect, it } from "vitest"
import { launchFit } from "./launch-fit.ts"

const SIZES = [1, 2, 4, 8, 16, 32, 64, 128]

const times = (launch: number, p: number, off: (i: number) => number = () => 1) =>
  SIZES.map((n, i) => ({ size: n, time: (launch + n ** p) * off(i) }))

describe("fit past a launch", () => {
  it("finds the exponent and the launch of exact times", () => {
    for (const p of [0.5, 1, 1.37, 2, 3]) {
      for (const launch of [0, 0.3, 2]) {
        const fit = launchFit(times(launch, p))!
        expect(fit.exponent).toBeCloseTo(p, 3)
        expect(fit.launch).toBeCloseTo(launch, 2)
      }
    }
  })

  it("finds them whatever the signs of errors of two per cent", () => {
    for (const p of [1, 2]) {
      for (let signs = 0; signs < 2 ** SIZES.length; signs++) {
        const fit = launchFit(times(1, p, (i) => 1 + ((signs >> i) & 1 ? 0.02 : -0.02)))!
        expect(Math.abs(fit.exponent - p)).toBeLessThan(0.05)
        expect(Math.abs(fit.launch - 1)).toBeLessThan(0.2)
      }
    }
  })

  it("does not take another exponent for a launch", () => {
    // A plain power law would give both of these 0.85.
    const slow = launchFit(times(1, 1))!
    const wrong = launchFit(SIZES.map((n) => ({ size: n, time: n ** 0.85 })))!
    expect(slow.exponent).toBeCloseTo(1, 3)
    expect(wrong.exponent).toBeCloseTo(0.85, 3)
    expect(launchFit(SIZES.map((n) => ({ size: n, time: n * Math.log2(2 * n) })))!.exponent).toBeGreaterThan(1.1)
  })

  it("says nothing of three sizes, or of launches alone", () => {
    expect(launchFit(times(1, 1).slice(0, 3))).toBeUndefined()
    expect(launchFit(times(1000, 1))).toBeUndefined()
  })
})
