/** Whether a value is a policy of a d-dimensional problem: what stands between an algorithm that was not written here and the evaluation of what it returns. */
import type { Policy } from "./policy.ts"

type Fields = Readonly<Record<string, unknown>>

const shown = (value: unknown): string =>
  typeof value === "number" || typeof value === "boolean" || value === undefined || value === null
    ? String(value)
    : typeof value === "string"
      ? JSON.stringify(value.slice(0, 40))
      : Array.isArray(value)
        ? "an array"
        : typeof value === "object"
          ? `an object of ${value.constructor?.name ?? "no class"}`
          : `a ${typeof value}`

/** "field: value, expected …" */
const wrong = (field: string, value: unknown, expectation: string): string =>
  `policy.${field}: ${shown(value)}, expected ${expectation}`

/** At least `length` finite float64 numbers; more are allowed where `exactly` is false. */
const numbers = (field: string, value: unknown, length: number, exactly = true): string | undefined => {
  if (!(value instanceof Float64Array)) return wrong(field, value, "a Float64Array")
  if (exactly ? value.length !== length : value.length < length)
    return wrong(`${field}.length`, value.length, `${exactly ? "" : "at least "}${length}`)
  for (let i = 0; i < length; i++)
    if (!Number.isFinite(value[i])) return wrong(`${field}[${i}]`, value[i], "a finite number")
  return undefined
}

const positive = (field: string, value: unknown): string | undefined =>
  typeof value === "number" && value > 0 && value < Infinity ? undefined : wrong(field, value, "a number > 0")

/** W lower triangular with a positive diagonal: then Σ = (WᵀW)^{-1} is positive definite. */
const triangular = (field: string, value: unknown, d: number): string | undefined => {
  const problem = numbers(field, value, d * d)
  if (problem !== undefined) return problem
  const w = value as Float64Array
  for (let i = 0; i < d; i++) {
    for (let j = i + 1; j < d; j++)
      if (w[i * d + j] !== 0) return wrong(`${field}[${i}][${j}]`, w[i * d + j], "0 (W is lower triangular)")
    if (!(w[i * d + i] > 0))
      return wrong(`${field}[${i}][${i}]`, w[i * d + i], "a number > 0 (Σ must be positive definite)")
  }
  return undefined
}

const mixture = (policy: Fields, d: number): string | undefined => {
  const { count, thetas, clip, truncation } = policy
  if (!(Number.isSafeInteger(count) && Number(count) >= 1)) return wrong("count", count, "a whole number of components")
  if (typeof truncation !== "object" || truncation === null)
    return wrong("truncation", truncation, "{ dimension, whitening, nu }")
  const { dimension, whitening, nu } = truncation as Fields
  return (
    numbers("thetas", thetas, Number(count) * d, false) ??
    positive("clip", clip) ??
    (dimension === d ? undefined : wrong("truncation.dimension", dimension, `${d}`)) ??
    positive("truncation.nu", nu) ??
    triangular("truncation.whitening", whitening, d)
  )
}

/** The dimension of token features is the policy's own: it need not be that of whole responses. */
const tokens = (policy: Fields): string | undefined => {
  const { horizon, dimension, thetas, clip, truncations } = policy
  if (!(Number.isSafeInteger(horizon) && Number(horizon) >= 1))
    return wrong("horizon", horizon, "a whole number of layers")
  if (!(Number.isSafeInteger(dimension) && Number(dimension) >= 1))
    return wrong("dimension", dimension, "a whole number of token features")
  if (!Array.isArray(truncations) || truncations.length !== horizon)
    return wrong("truncations", truncations, `an array of ${Number(horizon)} elliptic tests`)
  const d = Number(dimension)
  const layer = (test: unknown, h: number): string | undefined => {
    if (typeof test !== "object" || test === null)
      return wrong(`truncations[${h}]`, test, "{ dimension, whitening, nu }")
    const of = test as Fields
    return (
      (of.dimension === d ? undefined : wrong(`truncations[${h}].dimension`, of.dimension, `${d}`)) ??
      positive(`truncations[${h}].nu`, of.nu) ??
      triangular(`truncations[${h}].whitening`, of.whitening, d)
    )
  }
  const first = truncations.map(layer).find((problem) => problem !== undefined)
  return numbers("thetas", thetas, horizon * d) ?? positive("clip", clip) ?? first
}

/** What is wrong with each kind of policy. A new kind has its line here. */
const KINDS: Readonly<Record<Policy["kind"], (policy: Fields, d: number) => string | undefined>> = {
  reference: () => undefined,
  "linear-softmax": ({ theta }, d) => numbers("theta", theta, d),
  "truncated-mixture": mixture,
  "token-tilted": tokens
}

/** What is wrong with `value` as a policy of dimension d, one line; undefined when it is one, and then a distribution at every prompt. */
export const policyProblem = (value: unknown, d: number): string | undefined => {
  if (typeof value !== "object" || value === null) return `policy: ${shown(value)}, expected a policy`
  const { kind } = value as Fields
  const known = Object.keys(KINDS)
  if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind)) return wrong("kind", kind, `one of ${known.join(", ")}`)
  return KINDS[kind as Policy["kind"]](value as Fields, d)
}

const TEST_FIELDS = ["dimension", "whitening", "nu"]
const FIELDS: Readonly<Record<Policy["kind"], ReadonlyArray<string>>> = {
  reference: [],
  "linear-softmax": ["theta"],
  "truncated-mixture": ["count", "thetas", "clip", "truncation"],
  "token-tilted": ["horizon", "dimension", "thetas", "clip", "truncations"]
}

const only = (value: unknown, names: ReadonlyArray<string>): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
    ? Object.fromEntries(
        names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, (value as Fields)[name]])
      )
    : value

/** What a policy's kind is made of, of data that says it is one: a record keeps nothing else of it. It may still be no policy ({@link policyProblem}). */
export const onlyPolicy = (value: unknown): unknown => {
  const { kind } = (value ?? {}) as Fields
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) return value
  const kept = only(value, ["kind", ...FIELDS[kind as Policy["kind"]]]) as Record<string, unknown>
  if (kept.truncation !== undefined) kept.truncation = only(kept.truncation, TEST_FIELDS)
  if (Array.isArray(kept.truncations)) kept.truncations = kept.truncations.map((test) => only(test, TEST_FIELDS))
  return kept
}
