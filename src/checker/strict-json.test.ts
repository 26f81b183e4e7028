import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { canonical, type Json, parseJson, Rejection } from "./strict-json.ts"

/** `code message` of the rejection, or the value. */
const read = (text: string): unknown => {
  try {
    return parseJson(text)
  } catch (error) {
    expect(error).toBeInstanceOf(Rejection)
    const { _tag, code, message, path } = (error as Rejection).cause
    expect([_tag, path]).toEqual(["CertificateRejected", ""])
    expect((error as Rejection).message).toBe(message)
    return `${code} ${message}`
  }
}

describe("parseJson", () => {
  it("reads what JSON.parse reads, unless a limit or a repeated key forbids it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value)
        expect(read(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 300, seed: 20261122 }
    )
    expect(read('{"a":[],"b":{},"c":" , : \\" [ { 1e999","d":-0.5e+3,"e":0,"f":0e-999,"g":0.000}')).toEqual({
      a: [],
      b: {},
      c: ' , : " [ { 1e999',
      d: -500,
      e: 0,
      f: 0,
      g: 0
    })
    expect(read('[{"a":1},{"a":2},[{"a":3}]]')).toEqual([{ a: 1 }, { a: 2 }, [{ a: 3 }]])
    expect(read('{"a":{"a":{"a":1}},"b":[{"b":1},"a","a"]}')).toEqual({ a: { a: { a: 1 } }, b: [{ b: 1 }, "a", "a"] })
  })

  it("refuses a key that appears twice in one object, however it is spelt", () => {
    for (const text of [
      '{"a":1,"a":1}',
      '{"a":1,"b":{"a":2},"a":3}',
      '{"b":{"a":2,"c":[1],"a":3}}',
      '{"a":1,"\\u0061":2}',
      '{"__proto__":1,"__proto__":2}',
      '[{"x":[{"y":1,"y":1}]}]',
      '{"a":"b","b":"a","a":"c"}'
    ]) {
      expect(read(text), text).toMatch(/^duplicate-key offset \d+: ".*" appears twice in one object$/)
    }
    expect(read('{"a":1,"a":1}')).toBe('duplicate-key offset 10: "a" appears twice in one object')
    expect(read(`{"${"k".repeat(90)}":1,"${"k".repeat(90)}":1}`)).toHaveLength(
      "duplicate-key offset 190: ".length + 60 + " appears twice in one object".length
    )
    expect(Object.keys(read('{"__proto__":1}') as object)).toEqual(["__proto__"])
  })

  it("refuses numbers that no double holds", () => {
    for (const text of [
      "1e309",
      "-1e999",
      '{"a":2e308}',
      "1e-400",
      "-0.00001e-400",
      "[5e-325, 1]",
      "0.1e-400",
      "10e-400"
    ]) {
      expect(read(text), text).toMatch(/^syntax offset \d+: .* is not a number that a double holds$/)
    }
    expect(read("[1.7976931348623157e308, 5e-324, 0e5, -0.0]")).toEqual([Number.MAX_VALUE, Number.MIN_VALUE, 0, -0])
  })

  it("refuses what is not JSON, with code syntax", () => {
    for (const text of [
      "",
      " ",
      "{",
      "[1",
      "nul",
      "NaN",
      "Infinity",
      "-",
      "01",
      "+1",
      "1.",
      ".5",
      "{a:1}",
      "[1,]",
      '{"a":1,}',
      '{"a" 1}',
      ":",
      "::",
      "{:1}",
      "'a'",
      '"\t"',
      '"\\x"',
      "tru",
      "[]]",
      "{}}",
      "1 2",
      "/*x*/1",
      "\u0000",
      "[1}",
      '{"a":1]',
      "1.2.3",
      "--1",
      "]",
      "}"
    ]) {
      expect(read(text), JSON.stringify(text)).toMatch(/^syntax /)
    }
    // In words of its own: the engine's would quote the text, and change with its version.
    for (const cut of ["[1,", '{"a":', "[[1]", "{"]) {
      expect(read(cut)).toBe("syntax ends before what it opens is closed")
    }
    expect(read("[1 2]")).toBe("syntax offset 3: not JSON")
    expect(read('"a":1')).toBe("syntax offset 3: not JSON")
    expect(read(`[1${" ".repeat(40)}2]`)).toBe("syntax offset 42: not JSON")
    expect(read(`[${"x".repeat(1000)}]`)).toBe("syntax not JSON")
  })

  it("has limits, and works up to them", () => {
    const nested = (n: number) => "[".repeat(n) + "]".repeat(n)
    expect(read(nested(32))).toBeInstanceOf(Array)
    expect(read(nested(33))).toBe("size offset 32: more than 32 levels deep")
    expect(read(`${'{"a":'.repeat(33)}1${"}".repeat(33)}`)).toMatch(/^size offset 160: more than 32 levels deep/)
    expect(read(`[${nested(31)},${nested(31)}]`)).toBeInstanceOf(Array)
    expect(read(JSON.stringify("x".repeat(16384)))).toHaveLength(16384)
    expect(read(JSON.stringify("x".repeat(16385)))).toBe(
      "size offset 0: a string without end, or of more than 16384 characters"
    )
    expect(read(JSON.stringify("\n".repeat(16384)))).toHaveLength(16384)
    expect(read('"abc')).toMatch(/^size offset 0: a string without end/)
    expect(read(`1${"0".repeat(63)}`)).toBe(1e63)
    expect(read(`1${"0".repeat(64)}`)).toBe("size offset 0: a number of 65 characters")
    expect(read(`[${"1,".repeat(2 ** 20 - 2)}1]`)).toMatch(/^size more than 1048576 tokens$/)
    expect(read(`[${"1,".repeat(2 ** 20 - 3)}1]`)).toHaveLength(2 ** 20 - 2)
    expect(read(" ".repeat(2 ** 22 - 1) + "1")).toBe(1)
    expect(read(" ".repeat(2 ** 22) + "1")).toBe("size 4194305 characters, at most 4194304")
  })
})

describe("canonical", () => {
  it("sorts keys by UTF-16 code units and leaves nothing else to choose", () => {
    const value: Json = {
      b: [1, { z: null, a: true }],
      a: "\u20ac\n",
      "10": 1e21,
      "9": 0.1,
      "": -0,
      "\ud83d\ude00": 1,
      "\ufb33": 2
    }
    expect(canonical(value)).toBe(
      '{"":0,"10":1e+21,"9":0.1,"a":"\u20ac\\n","b":[1,{"a":true,"z":null}],"\ud83d\ude00":1,"\ufb33":2}'
    )
    expect([canonical([]), canonical({}), canonical("x"), canonical(false), canonical(null)]).toEqual([
      "[]",
      "{}",
      '"x"',
      "false",
      "null"
    ])
  })

  it("is the same for every spelling of a document", () => {
    const spellings = ['{"a":1.0,"b":"A"}', ' { "b" : "\\u0041" , "a" : 1e0 } ', '{"b":"A","a":0.1e1}']
    expect(new Set(spellings.map((text) => canonical(parseJson(text))))).toEqual(new Set(['{"a":1,"b":"A"}']))
  })
})
