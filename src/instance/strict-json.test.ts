import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { InvalidInstance } from "./invalid-instance.ts"
import { parseStrictJson } from "./strict-json.ts"

const problemOf = (text: string): string => {
  try {
    parseStrictJson(text)
  } catch (error) {
    if (error instanceof InvalidInstance) return error.message
    throw error
  }
  return "accepted"
}

const accepts = (parse: (text: string) => unknown, text: string): boolean => {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

describe("parseStrictJson", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
      })
    )
    fc.assert(
      fc.property(fc.double(), (v) => {
        if (Number.isFinite(v)) expect(parseStrictJson(String(v))).toBe(Number(String(v)))
      })
    )
    expect(parseStrictJson(' \t\r\n{"a" : [ 1 , -0.5e+3 , true , false , null , "\\u00e9\\n" ] } ')).toEqual({
      a: [1, -500, true, false, null, "é\n"]
    })
    expect(parseStrictJson('\uFEFF{"a": [[], {}]}')).toEqual({ a: [[], {}] })
    expect(Object.keys(parseStrictJson('{"__proto__": 1}') as object)).toEqual(["__proto__"])
  })

  it("refuses what JSON.parse refuses, in one line with a position", () => {
    const text = JSON.stringify({ a: [1, { b: 'c"d' }, -2.5e-3], e: null, f: true })
    const edit = fc.tuple(fc.nat(text.length), fc.nat(3), fc.string({ maxLength: 3, unit: "binary-ascii" }))
    fc.assert(
      fc.property(edit, ([at, drop, insert]) => {
        const edited = text.slice(0, at) + insert + text.slice(at + drop)
        const ours = problemOf(edited)
        if (accepts(JSON.parse, edited)) expect(ours === "accepted" || ours.includes("repeated")).toBe(true)
        else expect(ours).toMatch(/^JSON at line \d+, column \d+: [^\n]+, expected [^\n]+$/)
      }),
      { numRuns: 3000 }
    )
  })

  it.each([
    ["", "JSON at line 1, column 1: the end of the text, expected a JSON value"],
    ['{\n  "a": 1,\n}', 'JSON at line 3, column 1: "}", expected a field name in quotes'],
    ['{"beta":1,\n "beta":2}', 'JSON at line 2, column 2: "beta" repeated, expected each field once'],
    ["[1 2]", 'JSON at line 1, column 4: "2", expected "," or "]"'],
    ["[01]", 'JSON at line 1, column 3: "1", expected "," or "]"'],
    ["NaN", 'JSON at line 1, column 1: "NaN", expected a JSON value'],
    ["[1 x]", 'JSON at line 1, column 4: "x", expected "," or "]"'],
    ["{x: 1}", 'JSON at line 1, column 2: "x", expected a field name in quotes'],
    ['{"a" = 1}', 'JSON at line 1, column 6: "=", expected ":"'],
    ['{"a": 1]', 'JSON at line 1, column 8: "]", expected "," or "}"'],
    ["[1,\r\n  2,]", 'JSON at line 2, column 5: "]", expected a JSON value'],
    ["[1] // one", 'JSON at line 1, column 5: "// one", expected the end of the text'],
    ["[1.]", 'JSON at line 1, column 2: "1.", expected a number as JSON writes them'],
    ["\uFEFF[1 2]", 'JSON at line 1, column 4: "2", expected "," or "]"'],
    ["\uFEFF\uFEFF[]", 'JSON at line 1, column 1: "\uFEFF", expected a JSON value'],
    ["{", 'JSON at line 1, column 2: the end of the text, expected a closing "}"'],
    ['{"a": [', 'JSON at line 1, column 8: the end of the text, expected a closing "]"'],
    ['{"a" 1}', 'JSON at line 1, column 6: "1", expected ":"'],
    ['{"a": 1} x', 'JSON at line 1, column 10: "x", expected the end of the text'],
    ['"\\x"', 'JSON at line 1, column 1: "\\"\\\\x\\"", expected a string with JSON\'s escapes only'],
    ['"abc', 'JSON at line 1, column 1: "\\"abc", expected a string closed by a quote, on one line']
  ])("says of %j where and what", (text, message) => {
    expect(problemOf(text)).toBe(message)
  })

  it("refuses deep nesting instead of overflowing", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`
    expect(problemOf(nested(101))).toBe("accepted")
    const tooDeep = 'JSON at line 1, column 102: "[", expected at most 100 levels of nesting'
    expect(problemOf(nested(102))).toBe(tooDeep)
    expect(problemOf("[".repeat(100_000))).toBe(tooDeep)
    expect(problemOf('{"a":'.repeat(100_000))).toContain("levels of nesting")
  })

  it("reads long strings", () => {
    expect(parseStrictJson(`"${"a".repeat(1_000_000)}"`)).toHaveLength(1_000_000)
  })
})
