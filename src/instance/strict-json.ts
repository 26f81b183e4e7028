/**
 * JSON (RFC 8259) read strictly: what `JSON.parse` accepts, less repeated keys, with the place of whatever is wrong. A byte order mark before it is
 * passed over, as the RFC allows: editors on Windows write one.
 *
 * `JSON.parse` keeps the last of two equal keys silently and often reports no position; an instance file is written by hand.
 */
import { type ParseErrorCode, visit } from "jsonc-parser"
import { refuse, shown } from "./invalid-instance.ts"

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

/** Names met in an open object; undefined for an open array. */
type Open = Set<string> | undefined

/** Where a JSON text goes wrong, by its line and column from 1. */
const inJson = (line: number, column: number): string => `JSON at line ${line}, column ${column}`

/** The value of a JSON text. @param placeOf names the place of what is wrong. @throws InvalidInstance naming it, in one line. */
export const parseStrictJson = (given: string, placeOf = inJson): unknown => {
  const text = given.startsWith("\uFEFF") ? given.slice(1) : given
  const open: Array<Open> = []
  /** What may stand here. */
  let next = "a JSON value"

  const fail = (line: number, character: number, value: string, expectation: string): never =>
    refuse(placeOf(line + 1, character + 1), value, expectation)
  const afterValue = (): void => {
    next = open.length === 0 ? "the end of the text" : `"," or "${open.at(-1) === undefined ? "]" : "}"}"`
  }
  const afterSeparator = (character?: string): void => {
    next = character === ":" || open.at(-1) === undefined ? "a JSON value" : "a field name in quotes"
  }
  const enter = (one: Open, offset: number, line: number, character: number): void => {
    if (open.length > DEEPEST) fail(line, character, shown(text[offset]), `at most ${DEEPEST} levels of nesting`)
    open.push(one)
    afterSeparator()
  }
  const leave = (): void => {
    open.pop()
    afterValue()
  }
  visit(
    text,
    {
      onObjectBegin: (offset, _length, line, character) => enter(new Set(), offset, line, character),
      onArrayBegin: (offset, _length, line, character) => enter(undefined, offset, line, character),
      onObjectEnd: leave,
      onArrayEnd: leave,
      onObjectProperty: (name, _offset, _length, line, character) => {
        const names = open.at(-1)!
        if (names.has(name)) fail(line, character, `${shown(name)} repeated`, "each field once")
        names.add(name)
        next = '":"'
      },
      onSeparator: afterSeparator,
      onLiteralValue: afterValue,
      onError: (code, offset, length, line, character) => {
        const found = text.slice(offset, offset + length)
        fail(line, character, found === "" ? "the end of the text" : shown(found), TOKENS[code] ?? next)
      }
    },
    { disallowComments: true, allowTrailingComma: false }
  )
  return JSON.parse(text)
}
