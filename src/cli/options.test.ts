import { expect, it } from "vitest"
import { right, table } from "./table.ts"
import { columnsOf, wrapped } from "./terminal.ts"

it("lays out tables by what a terminal shows", () => {
  expect(columnsOf("\u001b[1mπ̂\u001b[22m|")).toBe(2)
  expect(
    table(
      { ink: (ink, text) => `<${ink}>${text}` },
      ["a", right("n")],
      [["π̂", "1"], ["π_ref", "10"], ["  a note across"]]
    )
  ).toBe("<dim>  a       n\n  π̂       1\n  π_ref  10\n  a note across")
})

it("wraps at words and keeps to the width", () => {
  const text = wrapped("the quick brown fox jumps over the lazy dog, twice or thrice", 30, "    ")
  expect(text.split("\n").every((line) => line.startsWith("    ") && columnsOf(line) <= 30)).toBe(true)
  expect(text.replace(/\s+/g, " ").trim()).toBe("the quick brown fox jumps over the lazy dog, twice or thrice")
})
