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

const whole = (field: string, value: unknown, of: string): string | undefined =>
  Number.isSafeInteger(value) && Number(value) >= 1 ? undefined : wrong(field, value, `a whole number of ${of}`)

const TEST_FIELDS = ["dimension", "whitening", "nu"]
const elliptic = (field: string, value: unknown, d: number): string | undefined => {
  if (typeof value !== "object" || value === null) return wrong(field, value, "{ dimension, whitening, nu }")
  const { dimension, nu, whitening } = value as Fields
  return (
    (dimension === d ? undefined : wrong(`${field}.dimension`, dimension, `${d}`)) ??
    positive(`${field}.nu`, nu) ??
    triangular(`${field}.whitening`, whitening, d)
  )
}

/** What is wrong with `value` as an elliptic test of dimension d, one line; undefined when it is one. */
export const testProblem = (value: unknown, d: number): string | undefined =>
  elliptic("test", value, d)?.replace("policy.", "")

const mixture = ({ clip, count, thetas, truncation }: Fields, d: number): string | undefined =>
  whole("count", count, "components") ??
  elliptic("truncation", truncation, d) ??
  numbers("thetas", thetas, Number(count) * d, false) ??
  positive("clip", clip)

/** The dimension of token features is the policy's own: it need not be that of whole responses. */
const tokens = ({ clip, dimension, horizon, thetas, truncations }: Fields): string | undefined => {
  const sizes = whole("horizon", horizon, "layers") ?? whole("dimension", dimension, "token features")
  if (sizes !== undefined) return sizes
  const [H, d] = [Number(horizon), Number(dimension)]
  if (!Array.isArray(truncations) || truncations.length !== H)
    return wrong("truncations", truncations, `an array of ${H} elliptic tests`)
  const layers = truncations.map((test: unknown, h) => elliptic(`truncations[${h}]`, test, d))
  return numbers("thetas", thetas, H * d) ?? positive("clip", clip) ?? layers.find((problem) => problem !== undefined)
}

/** What each kind of policy is made of, and what is wrong with one. A new kind has its line here. */
const KINDS: Readonly<
  Record<
    Policy["kind"],
    {
      readonly fields: ReadonlyArray<string>
      readonly problem: (policy: Fields, d: number) => string | undefined
    }
  >
> = {
  reference: { fields: [], problem: () => undefined },
  "linear-softmax": { fields: ["theta"], problem: ({ theta }, d) => numbers("theta", theta, d) },
  "truncated-mixture": { fields: ["count", "thetas", "clip", "truncation"], problem: mixture },
  "token-tilted": { fields: ["horizon", "dimension", "thetas", "clip", "truncations"], problem: tokens }
}

const kindOf = (value: object): Policy["kind"] | undefined => {
  const { kind } = value as Fields
  return typeof kind === "string" && Object.hasOwn(KINDS, kind) ? (kind as Policy["kind"]) : undefined
}

/** What is wrong with `value` as a policy of dimension d, one line; undefined when it is one, and then a distribution at every prompt. */
export const policyProblem = (value: unknown, d: number): string | undefined => {
  if (typeof value !== "object" || value === null) return `policy: ${shown(value)}, expected a policy`
  const kind = kindOf(value)
  return kind === undefined
    ? wrong("kind", (value as Fields)["kind"], `one of ${Object.keys(KINDS).join(", ")}`)
    : KINDS[kind].problem(value as Fields, d)
}

const only = (value: unknown, names: ReadonlyArray<string>): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
    ? Object.fromEntries(
        names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, (value as Fields)[name]])
      )
    : value

/** What a policy's kind is made of, of data that says it is one: a record keeps nothing else of it. It may still be no policy ({@link policyProblem}). */
export const onlyPolicy = (value: unknown): unknown => {
  const kind = kindOf(value ?? {})
  if (kind === undefined) return value
  const kept = only(value, ["kind", ...KINDS[kind].fields]) as Record<string, unknown>
  if (kept.truncation !== undefined) kept.truncation = only(kept.truncation, TEST_FIELDS)
  if (Array.isArray(kept.truncations)) kept.truncations = kept.truncations.map((test) => only(test, TEST_FIELDS))
  return kept
}
