import { expect, it } from "vitest"
import { columnsOf, pageOf, wrapped } from "./terminal.ts"

it("wraps at words and keeps to the width", () => {
  const text = wrapped("the quick brown fox jumps over the lazy dog, twice or thrice", 30, "    ")
  expect(text.split("\n").every((line) => line.startsWith("    ") && columnsOf(line) <= 30)).toBe(true)
  expect(text.replace(/\s+/g, " ").trim()).toBe("the quick brown fox jumps over the lazy dog, twice or thrice")
})

it("takes a page as wide as its terminal, else as COLUMNS says; where neither does, tables have no end", () => {
  const before = process.env.COLUMNS
  const sizes = (columns: number | undefined, said: string | undefined) => {
    if (said === undefined) delete process.env.COLUMNS
    else process.env.COLUMNS = said
    const { room, width } = pageOf({ columns } as NodeJS.WriteStream)
    return [width, room]
  }
  try {
    expect(sizes(120, "60")).toEqual([100, 120])
    expect(sizes(10, undefined)).toEqual([40, 40])
    expect(sizes(undefined, "60")).toEqual([60, 60])
    for (const said of [undefined, "", "wide", "-3"]) expect(sizes(undefined, said)).toEqual([100, Infinity])
  } finally {
    if (before === undefined) delete process.env.COLUMNS
    else process.env.COLUMNS = before
  }
})
