/** What is wrong with an instance, as data: the field, its value, and what was expected. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

/**
 * An instance, its JSON or its SPEC cannot be used. The message is one line, `field: value, expected …`.
 *
 * `field` is a path as in the JSON form (`prompts[2].responses[0].features`), or `instance` for a SPEC. A string `value` is shown as it
 * stands, so that it may carry a quantity (`norm 1.2`); quote what came from outside with `JSON.stringify`.
 */
export class InvalidInstance extends Data.TaggedError("InvalidInstance")<{
  readonly field: string
  readonly value: unknown
  readonly expectation: string
}> {
  override get message(): string {
    return problemLine(this.field, this.value, this.expectation)
  }
}

/** @throws InvalidInstance */
export const refuse = (field: string, value: unknown, expectation: string): never => {
  throw new InvalidInstance({ field, value, expectation })
}

/**
 * A file that somebody gave (samples, a model, a journal) cannot be used. The message is one line, `file: where: value, expected …`; a string `value` is shown as it
 * stands, as {@link InvalidInstance} shows it.
 */
export class InvalidFile extends Data.TaggedError("InvalidFile")<{
  readonly file: string
  /** Line and field, metadata key, tensor, part of a header. */
  readonly where: string
  readonly value: unknown
  readonly expectation: string
}> {
  override get message(): string {
    return `${this.file}: ${problemLine(this.where, this.value, this.expectation)}`
  }
}

/** @throws InvalidFile */
export const refuseFile = (file: string, where: string, value: unknown, expectation: string): never => {
  throw new InvalidFile({ file, where, value, expectation })
}

const problemLine = (where: string, value: unknown, expectation: string): string =>
  `${where}: ${typeof value === "string" ? value : shown(value)}, expected ${expectation}`

const LONGEST = 60

/** Any value on one short line: strings quoted and cut, arrays and objects named by kind, −0 told from 0. */
export const shown = (value: unknown): string => {
  if (typeof value === "string") {
    const quoted = JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value)
    // JSON leaves these raw, and some of them end a line.
    return quoted.replace(/[\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
  }
  if (value === undefined) return "missing"
  if (Array.isArray(value)) return value.length === 1 ? "an array of 1" : `an array of ${value.length}`
  if (typeof value === "object" && value !== null) return "an object"
  return Object.is(value, -0) ? "-0" : String(value)
}

/** A path into the JSON form on one line: `["prompts", 2, "label"]` is `prompts[2].label`. */
export const fieldPath = (path: ReadonlyArray<PropertyKey>): string => {
  let text = ""
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`
    else if (typeof key === "string" && /^[A-Za-z_]\w{0,59}$/.test(key)) text += text === "" ? key : `.${key}`
    else text += `[${shown(String(key))}]`
  }
  return text === "" ? "instance" : text
}

/** Of what `make` throws these kinds are failures, and the rest are defects. */
export const attempting =
  <E>(...kinds: ReadonlyArray<abstract new (...args: never) => E>) =>
  <A>(make: () => A): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      try {
        return Effect.succeed(make())
      } catch (thrown) {
        return kinds.some((kind) => thrown instanceof kind) ? Effect.fail(thrown as E) : Effect.die(thrown)
      }
    })

/** Runs `make`, turning a thrown {@link InvalidInstance} into a typed failure; anything else thrown is a defect. */
export const attempt = attempting(InvalidInstance)
