/** JSON as the checker reads it: bounded before any work is done, no key twice, no number that a double does not hold; and its canonical text. */
import type { CertificateRejected } from "./schema.ts"

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

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
export const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

const LIMITS = { characters: 2 ** 22, tokens: 2 ** 20, depth: 32, string: 2 ** 14, number: 64 } as const
/** Strings, brackets, colons and numbers; a quote by itself is a string that does not end in time. All else is left to `JSON.parse`. */
const TOKEN = /"(?:[^"\\]|\\.){0,16384}"|[[\]{}:"]|-?\d[\d.eE+-]*/gs

/** Refuses a text that is too large or too deep, repeats a key, or has a number that no double holds. */
const scan = (text: string): void => {
  if (text.length > LIMITS.characters) reject("size", "", `${text.length} characters, at most ${LIMITS.characters}`)
  const open: Array<Set<string>> = []
  let tokens = 0
  let string = ""
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const at = `offset ${index}:`
    if (++tokens > LIMITS.tokens) reject("size", "", `more than ${LIMITS.tokens} tokens`)
    if (token === '"') reject("size", "", `${at} a string without end, or of more than ${LIMITS.string} characters`)
    else if (token[0] === '"') string = token
    else if (token === ":") {
      const key = JSON.parse(string)
      if (open.at(-1)?.has(key)) reject("duplicate-key", "", `${at} ${string.slice(0, 60)} appears twice in one object`)
      open.at(-1)?.add(key)
    } else if (token === "}" || token === "]") open.pop()
    else if (token === "{" || token === "[") {
      if (open.push(new Set()) > LIMITS.depth) reject("size", "", `${at} more than ${LIMITS.depth} levels deep`)
    } else if (token.length > LIMITS.number) reject("size", "", `${at} a number of ${token.length} characters`)
    else if (!Number.isFinite(Number(token)) || (Number(token) === 0 && /^[^eE]*[1-9]/.test(token))) {
      reject("syntax", "", `${at} ${token} is not a number that a double holds`)
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

/** The canonical text of a value (RFC 8785: sorted keys, shortest numbers), which digests are taken of. */
export const canonical = (value: Json): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonical).join(",")}]`
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${fields.join(",")}}`
}
