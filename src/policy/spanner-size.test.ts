import { describe, expect, it } from "vitest"
import { spannerSize } from "./spanner-size.ts"

describe("the size of a spanner", () => {
  it("is the largest n with n·log(1+ν²) ≤ d·log(1+4n/(dλ)) (mpmath), past 2⁵³ to the last digits of a double", () => {
    expect(spannerSize(2, 0.3, 1)).toBe(128)
    expect(spannerSize(1, 1, 1)).toBe(4)
    expect(spannerSize(1, 10, 1)).toBe(0)
    expect(spannerSize(512, 1e-6, 1) / 16639236971663733).toBeCloseTo(1, 14)
  })

  it("ends, or says why not", () => {
    expect(spannerSize(1, 1e-140, 1)).toBeGreaterThan(1e280)
    expect(() => spannerSize(1, 1e-149, 1e-300)).toThrow("expected a threshold")
    expect(() => spannerSize(1, 1e-200, 1)).toThrow("expected a threshold")
    for (const bad of [0, -1, Number.NaN]) {
      expect(() => spannerSize(bad, 1, 1)).toThrow(RangeError)
      expect(() => spannerSize(1, bad, 1)).toThrow(RangeError)
      expect(() => spannerSize(1, 1, bad)).toThrow(RangeError)
    }
  })
})
