import { expect, it } from "vitest"
import { decimal, wholeNumber } from "./decimal.ts"

it("reads one grammar of numbers", () => {
  expect(["17", ".5", "5.", "-2.5e6", "+1", "1e-3", "-0"].map(decimal)).toEqual([17, 0.5, 5, -2.5e6, 1, 1e-3, 0])
  for (const text of ["", ".", "0x10", "0b11", "1_000", "1e", "ten", "1 000", " 1", "Infinity", "NaN", "1e999"])
    expect(decimal(text), text).toBeUndefined()
})

it("reads whole numbers of any size without rounding", () => {
  expect(
    ["0", "17", "1e15", "2.5e6", "1.0", "0.0", "12.50e1", ".5e1", "9007199254740993", "1e30"].map(wholeNumber)
  ).toEqual([0n, 17n, 10n ** 15n, 2_500_000n, 1n, 0n, 125n, 5n, 9007199254740993n, 10n ** 30n])
  for (const text of ["", "-1", "1.5", "1e-3", "0x10", "1e", "ten", "1 000", "Infinity", "1e999999"])
    expect(wholeNumber(text), text).toBeUndefined()
})
