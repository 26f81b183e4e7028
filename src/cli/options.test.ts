import { expect, it } from "vitest"
import { columnsOf, wrapped } from "./terminal.ts"

it("wraps at words and keeps to the width", () => {
  const text = wrapped("the quick brown fox jumps over the lazy dog, twice or thrice", 30, "    ")
  expect(text.split("\n").every((line) => line.startsWith("    ") && columnsOf(line) <= 30)).toBe(true)
  expect(text.replace(/\s+/g, " ").trim()).toBe("the quick brown fox jumps over the lazy dog, twice or thrice")
})
