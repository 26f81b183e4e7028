/**
 * JSON (RFC 8259) read strictly: what `JSON.parse` accepts, less repeated keys, with the place of whatever is wrong.
 *
 * `JSON.parse` keeps the last of two equal keys silently and often reports no position; an instance file is written by hand.
 */
import { InvalidInstance, shown } from "./invalid-instance.ts"

/** Arrays and objects nested deeper than this are refused (an instance needs 7). */
const DEEPEST = 100

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const QUOTE = 0x22
const BACKSLASH = 0x5c
const WORDS: ReadonlyArray<readonly [string, unknown]> = [
  ["true", true],
  ["false", false],
  ["null", null]
]

class Reader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  document(): unknown {
    const value = this.value(0)
    this.space()
    if (this.at < this.text.length) this.fail("the end of the text")
    return value
  }

  private fail(expectation: string, at = this.at, what?: string): never {
    const before = this.text.slice(0, at).split("\n")
    const place = `line ${before.length}, column ${before[before.length - 1].length + 1}`
    const seen =
      what ?? (at < this.text.length ? shown(String.fromCodePoint(this.text.codePointAt(at)!)) : "the end of the text")
    throw new InvalidInstance({ field: `JSON at ${place}`, value: seen, expectation })
  }

  private space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at)
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return
      this.at++
    }
  }

  private take(character: string): boolean {
    this.space()
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private number(): number | undefined {
    NUMBER.lastIndex = this.at
    const found = NUMBER.exec(this.text)?.[0]
    if (found === undefined) return undefined
    this.at += found.length
    return Number(found)
  }

  private value(depth: number): unknown {
    if (depth > DEEPEST) this.fail(`at most ${DEEPEST} levels of nesting`)
    if (this.take("{")) return this.object(depth)
    if (this.take("[")) return this.array(depth)
    const number = this.number()
    if (number !== undefined) return number
    if (this.text[this.at] === '"') return this.string()
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length
        return value
      }
    }
    return this.fail("a JSON value")
  }

  private string(): string {
    const start = this.at
    let end = start + 1
    for (let c = this.text.charCodeAt(end); c !== QUOTE; c = this.text.charCodeAt(end)) {
      if (!(c >= 0x20)) this.fail("a string closed by a quote, on one line", end)
      end += c === BACKSLASH ? 2 : 1
    }
    this.at = end + 1
    try {
      return JSON.parse(this.text.slice(start, this.at))
    } catch {
      return this.fail("a string with JSON's escapes only", start, shown(this.text.slice(start, this.at)))
    }
  }

  private array(depth: number): Array<unknown> {
    const items: Array<unknown> = []
    if (this.take("]")) return items
    do items.push(this.value(depth + 1))
    while (this.take(","))
    if (!this.take("]")) this.fail('"," or "]"')
    return items
  }

  private object(depth: number): object {
    const fields: Record<string, unknown> = {}
    if (this.take("}")) return fields
    do {
      this.space()
      const start = this.at
      if (this.text[start] !== '"') this.fail("a field name in quotes")
      const name = this.string()
      if (Object.hasOwn(fields, name)) this.fail("each field once", start, `${shown(name)} repeated`)
      if (!this.take(":")) this.fail('":"')
      const value = this.value(depth + 1)
      // Assigning __proto__ would set the prototype and hide the field.
      if (name === "__proto__") Object.defineProperty(fields, name, { value, enumerable: true })
      else fields[name] = value
    } while (this.take(","))
    if (!this.take("}")) this.fail('"," or "}"')
    return fields
  }
}

/** The value of a JSON text. @throws InvalidInstance naming line and column, in one line. */
export const parseStrictJson = (text: string): unknown => new Reader(text).document()
