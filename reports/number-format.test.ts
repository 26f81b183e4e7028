import { describe, expect, it } from "vitest"
import { allDigits, count, duration, percent, percentOf, quantity, ranges, real } from "./number-format.ts"

describe("numbers for people", () => {
  it.each([
    [0, "0"],
    [0.1, "0.1"],
    [0.0146234, "0.0146"],
    [0.00098, "9.8e-4"],
    [9.02e-7, "9.02e-7"],
    [12, "12"],
    [999.96, "1000"],
    [1000, "1,000"],
    [9563.58, "9,564"],
    [-2500.5, "-2,501"],
    [1e7, "1e7"],
    [123_456_789, "1.23e8"],
    [Infinity, "∞"],
    [-Infinity, "-∞"],
    [NaN, "NaN"]
  ])("real %d is %s", (value, text) => expect(real(value)).toBe(text))

  it("counts in full where that is short, and never by way of a double where it is not", () => {
    expect([count(0), count(999), count(1000n), count("999999999")]).toEqual(["0", "999", "1,000", "999,999,999"])
    expect(count(2_221_211_020_807_197n)).toBe("2.22e15")
    expect(allDigits(123_456_789_012_345_678_901n)).toBe("123,456,789,012,345,678,901")
  })

  it("names the many in a row by their first and last", () => {
    expect(ranges([])).toBe("")
    expect(ranges([7])).toBe("7")
    expect(ranges([2, 0, 1, 5, 4, 11, 10, 9, 8])).toBe("0–2, 4, 5, 8–11")
  })

  it("tells counts from words and reals", () => {
    expect([quantity("2221211020807197"), quantity("none"), quantity(1e-14)]).toEqual(["2.22e15", "none", "1e-14"])
  })

  it("shares and times", () => {
    expect([percent(0.000278), percent(0.5)]).toEqual(["0.0278 %", "50 %"])
    expect([percentOf(0.25, 1), percentOf(2, 1), percentOf(-1, 1)]).toEqual(["25%", "100%", "0%"])
    expect([340, 4200, 190_000, 19_080_000, 1.04e9, 6.7e11].map(duration)).toEqual([
      "340 ms",
      "4.2 s",
      "3 min 10 s",
      "5.3 hours",
      "12 days",
      "21 years"
    ])
  })
})
