import { expect, it } from "vitest"
import { wholeNumber } from "./options.ts"
import { table } from "./table.ts"
import { columnsOf, wrapped } from "./terminal.ts"

it("reads whole numbers of any size without rounding", () => {
  expect(["0", "17", "1e15", "2.5e6", "1.0", "0.0", "12.50e1", "9007199254740993", "1e30"].map(wholeNumber)).toEqual([
    0n,
    17n,
    10n ** 15n,
    2_500_000n,
    1n,
    0n,
    125n,
    9007199254740993n,
    10n ** 30n
  ])
  for (const text of ["", "-1", "1.5", "1e-3", "0x10", "1e", "ten", "1 000", "Infinity", "1e999999"])
    expect(wholeNumber(text), text).toBeUndefined()
})

it("lays out tables by what a terminal shows", () => {
  expect(columnsOf("\u001b[1mπ̂\u001b[22m|")).toBe(2)
  expect(
    table([{ head: "a" }, { head: "n", align: "right" }], [["π̂", "1"], ["π_ref", "10"], ["  a note across"]])
  ).toBe("  a       n\n  π̂       1\n  π_ref  10\n  a note across")
})

it("wraps at words and keeps to the width", () => {
  const text = wrapped("the quick brown fox jumps over the lazy dog, twice or thrice", 30, "    ")
  expect(text.split("\n").every((line) => line.startsWith("    ") && columnsOf(line) <= 30)).toBe(true)
  expect(text.replace(/\s+/g, " ").trim()).toBe("the quick brown fox jumps over the lazy dog, twice or thrice")
})
