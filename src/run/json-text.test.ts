import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { JsonRows, jsonPieces, jsonText } from "./json-text.ts"

describe("JSON text", () => {
  it("is what JSON.parse reads back, whatever the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(jsonText(value as never))).toEqual(JSON.parse(JSON.stringify(value)))
      })
    )
  })

  it("carries doubles bit for bit", () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        // JSON.stringify writes −0 as 0.
        expect(JSON.parse(jsonText({ value })).value).toBe(value + 0)
      })
    )
  })

  it("writes counts as decimal strings and what JSON lacks as words, and leaves undefined out", () => {
    expect(jsonText({ n: 2n ** 64n, none: undefined, x: [NaN, Infinity, -Infinity], w: Float64Array.of(0.5, 1) })).toBe(
      '{"n": "18446744073709551616", "x": ["NaN", "Infinity", "-Infinity"], "w": [0.5, 1]}\n'
    )
  })

  it("breaks what does not fit on a line, but no array of plain values", () => {
    const long = Array.from({ length: 100 }, (_, i) => i)
    const text = jsonText({ long, rows: [{ a: "x".repeat(80) }, { a: "y".repeat(80) }] })
    expect(text.split("\n")).toHaveLength(8)
    expect(text).toContain("97, 98, 99]")
  })

  it("is the same written piece by piece, whatever is in it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()), (fields, rows) => {
        // Longer than a line, as documents and their rows are.
        const wide = rows.map((row) => ({ row: row as never, long: "x".repeat(120) }))
        const document = { ...(fields as Record<string, never>), long: "y".repeat(120) }
        const text = [...jsonPieces({ ...document, rows: new JsonRows(() => wide) })].join("")
        expect(text).toBe(jsonText({ ...document, rows: wide }))
      })
    )
  })
})
