// A stand-in for vitest that collects tests, so that a mutation run can repeat those it needs in one process; matchers as the checker's tests use them.
import { isDeepStrictEqual } from "node:util"
/** An expectation that tests a value itself. */
const asymmetric = (f) => ({ [MATCHER]: f })
const MATCHER = Symbol("matcher")
const matches = (e, a, partial) => {
  if (typeof e?.[MATCHER] === "function") return e[MATCHER](a)
  if (Object.is(e, a)) return true
  if (typeof e !== "object" || e === null || typeof a !== "object" || a === null) return false
  if (e instanceof Map || e instanceof Set) return isDeepStrictEqual(e, a)
  if (Array.isArray(e) !== Array.isArray(a)) return false
  if (Array.isArray(e) && e.length !== a.length) return false
  const ek = Object.keys(e).filter((k) => e[k] !== undefined),
    ak = Object.keys(a).filter((k) => a[k] !== undefined)
  if (!partial && ek.length !== ak.length) return false
  return ek.every((k) => k in a && matches(e[k], a[k], partial))
}
const say = (x) => {
  try {
    return typeof x === "string" ? x : JSON.stringify(x)?.slice(0, 300)
  } catch {
    return String(x)
  }
}
const make = (actual, message, not) => {
  const t = (ok, what) => {
    if (ok === not) throw new Error(`${message ?? ""} ${say(actual)} ${not ? "not " : ""}${what}`)
  }
  const m = {
    toBe: (e) => t(Object.is(e, actual), `toBe ${say(e)}`),
    toEqual: (e) => t(matches(e, actual, false), `toEqual ${say(e)}`),
    toMatchObject: (e) => t(matches(e, actual, true), `toMatchObject ${say(e)}`),
    toMatch: (e) => t(e instanceof RegExp ? e.test(actual) : actual.includes(e), `toMatch ${e}`),
    toBeCloseTo: (e, d = 2) => t(Object.is(e, actual) || Math.abs(e - actual) < 10 ** -d / 2, `toBeCloseTo ${e}`),
    toBeLessThan: (e) => t(actual < e, `< ${e}`),
    toBeGreaterThan: (e) => t(actual > e, `> ${e}`),
    toHaveLength: (e) => t(actual?.length === e, `length ${e}`),
    toContain: (e) => t(typeof actual?.has === "function" ? actual.has(e) : actual.includes(e), `toContain ${say(e)}`),
    toBeNaN: () => t(Number.isNaN(actual), "NaN"),
    toBeUndefined: () => t(actual === undefined, "undefined"),
    toBeInstanceOf: (e) => t(actual instanceof e, `instance of ${e.name}`),
    toThrow: (e) => {
      let err
      try {
        actual()
      } catch (x) {
        err = x
      }
      t(
        err !== undefined &&
          (e === undefined || (typeof e === "function" ? err instanceof e : String(err.message).includes(e))),
        `toThrow ${e}`
      )
    }
  }
  return m
}
export const expect = (a, message) => Object.assign(make(a, message, false), { not: make(a, message, true) })
expect.any = (c) =>
  asymmetric((a) => (c === Number ? typeof a === "number" : c === String ? typeof a === "string" : a instanceof c))
expect.stringMatching = (r) =>
  asymmetric((a) => typeof a === "string" && (r instanceof RegExp ? r.test(a) : a.includes(r)))
expect.stringContaining = (r) => asymmetric((a) => typeof a === "string" && a.includes(r))
/** Every test declared so far, in order. Its file is told by the stack: test files have no other way to be named here. */
export const tests = []
const titles = []
const fileOf = () => /([\w-]+)\.test\.ts/.exec(new Error().stack ?? "")?.[1]
export const it = (name, o, f) => {
  const body = typeof o === "function" ? o : f
  const run = () => {
    if (body()?.then) throw new Error("async test")
  }
  tests.push({ id: `${tests.length} ${[...titles, name].join(" ")}`, file: fileOf(), run })
}
it.each = (rows) => (name, f) => {
  for (const row of rows) it(`${name} ${say(row)}`, () => f(...(Array.isArray(row) ? row : [row])))
}
export const describe = (title, f) => {
  titles.push(title)
  f()
  titles.pop()
}
describe.each = (rows) => (title, f) => {
  for (const row of rows) describe(`${title} ${say(row)}`, () => f(...[].concat(row)))
}
