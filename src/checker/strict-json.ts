/** JSON as the checker reads it: bounded before any work is done, no key twice, no number that a double does not hold; and its canonical text. */
import type { CertificateRejected } from "./certificate.ts"

/** Thrown inside the checker only; `check` turns it into a value. */
export class Rejection extends Error {
  declare readonly cause: CertificateRejected
}
export const reject = (code: CertificateRejected["code"], path: string, message: string): never => {
  throw new Rejection(message, { cause: { _tag: "CertificateRejected", code, path, message } })
}
/** Rejects unless it holds. */
export const need = (holds: boolean, code: CertificateRejected["code"], path: string, expected: string): void => {
  if (!holds) reject(code, path, `expected ${expected}`)
}

export type JsonObject = { readonly [key: string]: Json }
export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject
export const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
export const isObject = (value: Json): value is JsonObject =>
  typeof value === "object" && value !== null && !isList(value)

const MOST_CHARACTERS = 2 ** 22
const MOST_TOKENS = 2 ** 20
const DEEPEST = 32
const LONGEST_STRING = 2 ** 14
const LONGEST_NUMBER = 64
/** Strings, brackets, colons and numbers; a quote by itself is a string that does not end in time. All else is left to `JSON.parse`. */
const TOKEN = /"(?:[^"\\]|\\.){0,16384}"|[[\]{}:"]|-?\d[\d.eE+-]*/gs

/** Whether a double holds a number so written: it is finite, and 0 only where every digit is. */
const isHeld = (number: string): boolean => {
  const value = Number(number)
  const underflows = value === 0 && /^[^eE]*[1-9]/.test(number)
  return Number.isFinite(value) && !underflows
}

/** Refuses a text that is too large or too deep, repeats a key, or has a number that no double holds. */
const scan = (text: string): void => {
  if (text.length > MOST_CHARACTERS) reject("size", "", `${text.length} characters, at most ${MOST_CHARACTERS}`)
  /** The keys of every object that is open; of a list, none. */
  const open: Array<Set<string>> = []
  let tokens = 0
  let lastString = ""
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const at = `offset ${index}:`
    tokens++
    if (tokens > MOST_TOKENS) reject("size", "", `more than ${MOST_TOKENS} tokens`)
    switch (token[0]) {
      case '"':
        if (token === '"')
          reject("size", "", `${at} a string without end, or of more than ${LONGEST_STRING} characters`)
        lastString = token
        break
      case ":": {
        const key = JSON.parse(lastString)
        if (open.at(-1)?.has(key))
          reject("duplicate-key", "", `${at} ${lastString.slice(0, 60)} appears twice in one object`)
        open.at(-1)?.add(key)
        break
      }
      case "{":
      case "[":
        open.push(new Set())
        if (open.length > DEEPEST) reject("size", "", `${at} more than ${DEEPEST} levels deep`)
        break
      case "}":
      case "]":
        open.pop()
        break
      default:
        if (token.length > LONGEST_NUMBER) reject("size", "", `${at} a number of ${token.length} characters`)
        if (!isHeld(token)) reject("syntax", "", `${at} ${token} is not a number that a double holds`)
    }
  }
  if (open.length > 0) reject("syntax", "", "ends before what it opens is closed")
}

/** The value of a JSON text. Throws {@link Rejection} with code size, syntax or duplicate-key. */
export const parseJson = (text: string): Json => {
  try {
    scan(text)
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof Rejection) throw error
    const offset = / JSON at position (\d+)/.exec(String(error))?.[1]
    return reject("syntax", "", offset === undefined ? "not JSON" : `offset ${offset}: not JSON`)
  }
}

/** The canonical text of a JSON value (RFC 8785: sorted keys, shortest numbers), which digests are taken of. */
export const canonical = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical((value as Readonly<Record<string, unknown>>)[key])}`)
  return `{${fields.join(",")}}`
}
