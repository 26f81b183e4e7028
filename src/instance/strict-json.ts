/**
 * JSON (RFC 8259) read strictly: what `JSON.parse` accepts, less repeated keys, with the place of whatever is wrong. A byte order mark before it is
 * passed over, as the RFC allows: editors on Windows write one.
 *
 * `JSON.parse` keeps the last of two equal keys silently and often reports no position; an instance file is written by hand.
 */
import { type ParseErrorCode, visit } from "jsonc-parser"
import { InvalidInstance, shown } from "./invalid-instance.ts"

/** Arrays and objects nested deeper than this are refused (an instance needs 7). */
const DEEPEST = 100

const STRING = "a string closed by a quote, on one line"
const NUMBER = "a number as JSON writes them"
const ESCAPES = "a string with JSON's escapes only"
/** What was expected where a token is no token, or a bracket was not closed, by jsonc-parser's `ParseErrorCode` (a const enum, of which nothing is left at run time). */
const TOKENS: Readonly<Partial<Record<ParseErrorCode, string>>> = {
  2: NUMBER,
  7: 'a closing "}"',
  8: 'a closing "]"',
  12: STRING,
  13: NUMBER,
  14: ESCAPES,
  15: ESCAPES,
  16: STRING
}

type Open = { readonly items: Array<unknown> } | { readonly fields: Record<string, unknown>; name: string }

/** Where a JSON text goes wrong, by its line and column from 1. */
const inJson = (line: number, column: number): string => `JSON at line ${line}, column ${column}`

/** The value of a JSON text. @param placeOf names the place of what is wrong. @throws InvalidInstance naming it, in one line. */
export const parseStrictJson = (given: string, placeOf = inJson): unknown => {
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given
  const open: Array<Open> = []
  let document: unknown
  /** What may stand here. */
  let next = "a JSON value"

  const fail = (line: number, character: number, value: string, expectation: string): never => {
    throw new InvalidInstance({ field: placeOf(line + 1, character + 1), value, expectation })
  }
  const put = (value: unknown): void => {
    const inside = open.at(-1)
    if (inside === undefined) document = value
    else if ("items" in inside) inside.items.push(value)
    // Assigning __proto__ would set the prototype and hide the field.
    else if (inside.name === "__proto__") Object.defineProperty(inside.fields, inside.name, { value, enumerable: true })
    else inside.fields[inside.name] = value
    afterValue()
  }
  const afterValue = (): void => {
    const inside = open.at(-1)
    next = inside === undefined ? "the end of the text" : `"," or "${"items" in inside ? "]" : "}"}"`
  }
  const enter = (one: Open, offset: number, line: number, character: number): void => {
    if (open.length > DEEPEST) fail(line, character, shown(text[offset]), `at most ${DEEPEST} levels of nesting`)
    put("items" in one ? one.items : one.fields)
    open.push(one)
    afterSeparator()
  }
  const afterSeparator = (character?: string): void => {
    next = character === ":" || "items" in open.at(-1)! ? "a JSON value" : "a field name in quotes"
  }
  const leave = (): void => {
    open.pop()
    afterValue()
  }
  visit(
    text,
    {
      onObjectBegin: (offset, _length, line, character) => enter({ fields: {}, name: "" }, offset, line, character),
      onArrayBegin: (offset, _length, line, character) => enter({ items: [] }, offset, line, character),
      onObjectEnd: leave,
      onArrayEnd: leave,
      onObjectProperty: (name, _offset, _length, line, character) => {
        const inside = open.at(-1) as Extract<Open, { readonly name: string }>
        if (Object.hasOwn(inside.fields, name)) fail(line, character, `${shown(name)} repeated`, "each field once")
        inside.name = name
        next = '":"'
      },
      onSeparator: afterSeparator,
      onLiteralValue: put,
      onError: (code, offset, length, line, character) => {
        const found = text.slice(offset, offset + length)
        fail(line, character, found === "" ? "the end of the text" : shown(found), TOKENS[code] ?? next)
      }
    },
    { disallowComments: true, allowTrailingComma: false }
  )
  return document
}
