/** What the oracles' types promise of requests, looked at: JavaScript keeps no promise of a type. Each check names the call, the field, the value and what was expected. */
import * as Data from "effect/Data"
import { type Pair, type Prompt, Response } from "../oracle/handle.ts"
import type { PairBatch, TiltRequest } from "../oracle/services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"

/** An algorithm broke the contract of the framework. One line that says where. */
export class Misbehaved extends Data.TaggedError("Misbehaved")<{
  readonly what: "policy" | "request" | "result"
  readonly detail: string
}> {
  override get message(): string {
    return this.detail
  }
}

export const refuse = (call: string, field: string, value: unknown, expectation: string): never => {
  throw new Misbehaved({ what: "request", detail: `${call}: ${field} is ${describe(value)}, expected ${expectation}` })
}

export const describe = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? `an object of ${value.constructor?.name ?? "no class"}`
    : typeof value === "function"
      ? "a function"
      : String(value)

export const whole = (call: string, field: string, value: unknown, least = 1): void => {
  if (!(typeof value === "number" && Number.isSafeInteger(value) && value >= least))
    refuse(call, field, value, `a whole number >= ${least}`)
}

const between = (call: string, field: string, value: unknown, above: number, below: number): void => {
  if (!(typeof value === "number" && value > above && value < below))
    refuse(call, field, value, `a number in (${above}, ${below === Infinity ? "∞" : below})`)
}

export const vector = (call: string, field: string, value: unknown, length: number): void => {
  if (!(value instanceof Float64Array) || value.length !== length)
    refuse(
      call,
      field,
      value instanceof Float64Array ? `${value.length} numbers` : value,
      `a Float64Array of ${length} numbers`
    )
  const at = (value as Float64Array).findIndex((x) => !Number.isFinite(x))
  if (at >= 0) refuse(call, `${field}[${at}]`, (value as Float64Array)[at], "a finite number")
}

export const list = (call: string, field: string, value: unknown, of: typeof Prompt | typeof Response): void => {
  if (!Array.isArray(value)) refuse(call, field, value, `an array of ${of.name}s`)
  for (const [i, one] of (value as ReadonlyArray<unknown>).entries())
    if (!(one instanceof of)) refuse(call, `${field}[${i}]`, one, `a ${of.name} that an oracle answered`)
}

export const handle = (call: string, field: string, value: unknown, of: typeof Prompt | typeof Response): void => {
  if (!(value instanceof of)) refuse(call, field, value, `a ${of.name} that an oracle answered`)
}

export const pairOf = (call: string, field: string, pair: Pair): void => {
  handle(call, `${field}.left`, pair?.left, Response)
  handle(call, `${field}.right`, pair.right, Response)
  if (pair.left.prompt !== pair.right.prompt) refuse(call, field, "of two prompts", "responses to one prompt")
}

export const batchOf = (call: string, batch: PairBatch): void => {
  const { pairs, counts } = batch
  if (!Array.isArray(pairs)) refuse(call, "pairs", pairs, "an array of pairs")
  if (!(counts instanceof Float64Array) || counts.length !== pairs.length)
    refuse(call, "counts", counts, `a Float64Array of ${pairs.length} multiplicities`)
  for (const [i, pair] of pairs.entries()) {
    pairOf(call, `pairs[${i}]`, pair)
    whole(call, `counts[${i}]`, counts[i])
  }
}

/** Tests already looked at: the same one is asked with thousands of times. Its arrays may be rewritten in between, so only their shape is taken as known. */
export const testOf = (call: string, test: EllipticTest, d: number): void => {
  if (typeof test !== "object" || test === null) refuse(call, "test", test, "an elliptic test")
  if (test.dimension !== d) refuse(call, "test.dimension", test.dimension, `${d}`)
  between(call, "test.nu", test.nu, 0, Infinity)
  vector(call, "test.whitening", test.whitening, d * d)
}

export const requestOf = (call: string, request: TiltRequest, d: number): void => {
  const { tilt, promise, delta } = request
  vector(call, "tilt.theta", tilt?.theta, d)
  between(call, "tilt.clip", tilt.clip, 0, Infinity)
  between(call, "tilt.beta", tilt.beta, 0, Infinity)
  testOf(call, tilt.truncation, d)
  if (!(promise >= 1 && promise < Infinity)) refuse(call, "promise", promise, "a number >= 1")
  between(call, "delta", delta, 0, 1)
}
