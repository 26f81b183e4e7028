/**
 * The shapes of what is asked of an oracle and of what it answers, as data: what a guard holds requests to (JavaScript keeps no promise of a type), what a recorder
 * copies, where the handles are. A shape is written for the type it describes, so that the table of operations and the services' types cannot come apart.
 */
import * as Data from "effect/Data"
import type { EllipticTest, TruncatedLinearTilt } from "../policy/elliptic-test.ts"
import { policyProblem } from "../policy/policy-problem.ts"
import type { Policy } from "../policy/policy.ts"
import { type HandleName, HANDLES, type Handles, type Pair, promptOf } from "./handle.ts"
import type { CheckedTilt, PairBatch, TiltRequest } from "./services.ts"

/** An algorithm broke the contract of the framework. One line that says where. */
export class Misbehaved extends Data.TaggedError("Misbehaved")<{
  readonly what: "policy" | "request" | "result"
  readonly detail: string
}> {
  override get message(): string {
    return this.detail
  }
}

export type Node =
  | { readonly kind: "boolean" | "text" | "number" | "policy" }
  | { readonly kind: "whole" | "least"; readonly least: number }
  | { readonly kind: "between"; readonly above: number; readonly below: number }
  /** A Float64Array of d (or d², or any number of) finite numbers; d is that of the operation's features. */
  | { readonly kind: "vector"; readonly length: "d" | "d*d" | "any" }
  | { readonly kind: "handle"; readonly of: HandleName }
  | { readonly kind: "list" | "optional"; readonly of: Node }
  /** `holds` says what a record's fields owe each other: a field, what it is, what was expected. */
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Node>>; readonly holds?: Holds }

type Holds = (record: never) => readonly [field: string, value: unknown, expected: string] | undefined

/** The shape of an A. */
export type Shape<A> = Node & { readonly describes?: (a: A) => A }

export const BOOLEAN: Shape<boolean> = { kind: "boolean" }
export const TEXT: Shape<string> = { kind: "text" }
/** Any number at all. */
export const NUMBER: Shape<number> = { kind: "number" }
/** A policy that is asked for when it is wanted. */
export const POLICY: Shape<() => Policy> = { kind: "policy" }
export const whole = (least: number): Shape<number> => ({ kind: "whole", least })
/** A finite number ≥ least. */
export const least = (at: number): Shape<number> => ({ kind: "least", least: at })
/** A number in the open interval. */
export const between = (above: number, below = Infinity): Shape<number> => ({ kind: "between", above, below })
export const vector = (length: "d" | "d*d" | "any"): Shape<Float64Array> => ({ kind: "vector", length })
export const handle = <K extends HandleName>(of: K): Shape<Handles[K]> => ({ kind: "handle", of })
export const list = <A>(of: Shape<A>): Shape<ReadonlyArray<A>> => ({ kind: "list", of: of as Node })
export const optional = <A>(of: Shape<A>): Shape<A | undefined> => ({ kind: "optional", of: of as Node })
export const record = <A extends object>(
  fields: { readonly [K in keyof A]-?: Shape<A[K]> },
  holds?: (record: A) => ReturnType<Holds>
): Shape<A> => ({
  kind: "record",
  fields,
  ...(holds === undefined ? {} : { holds: holds as Holds })
})

/** Two responses to one prompt. */
export const PAIR: Shape<Pair> = record(
  { prompt: handle("Prompt"), left: handle("Response"), right: handle("Response") },
  ({ prompt, left, right }) =>
    promptOf(left) !== promptOf(right) || promptOf(left) !== prompt
      ? ["", "of two prompts", "responses to one prompt"]
      : undefined
)
export const BATCH: Shape<PairBatch> = record({ pairs: list(PAIR), counts: vector("any") }, ({ counts, pairs }) => {
  const expected = `a Float64Array of ${pairs.length} multiplicities`
  if (counts.length !== pairs.length) return ["counts", `${counts.length} numbers`, expected]
  const at = counts.findIndex((n) => !(Number.isSafeInteger(n) && n >= 1))
  return at < 0 ? undefined : [`counts[${at}]`, counts[at], "a whole number >= 1"]
})
/** W is read below its diagonal only: what stands above would be ignored, and the norm another one than the learner computes. */
const aboveDiagonal = ({ dimension: d, whitening: w }: EllipticTest): ReturnType<Holds> => {
  for (let i = 0; i < d; i++)
    for (let j = i + 1; j < d; j++)
      if (w[i * d + j] !== 0) return [`whitening[${i}][${j}]`, w[i * d + j], "0 (W is lower triangular, row-major)"]
  return undefined
}
export const TEST: Shape<EllipticTest> = record(
  { dimension: whole(1), whitening: vector("d*d"), nu: between(0) },
  (test) =>
    test.dimension ** 2 === test.whitening.length
      ? aboveDiagonal(test)
      : ["dimension", test.dimension, "that of the features"]
)
const LINEAR: Shape<TruncatedLinearTilt> = record({
  theta: vector("d"),
  clip: between(0),
  beta: between(0),
  truncation: TEST
})
export const TILT: Shape<TiltRequest> = record({ tilt: LINEAR, promise: least(1), delta: between(0, 1) })
export const CHECKED: Shape<CheckedTilt> = record({
  tilt: LINEAR,
  draws: whole(1),
  promise: least(1),
  trials: whole(1)
})

export const describe = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? `an object of ${value.constructor?.name ?? "no class"}`
    : typeof value === "function"
      ? "a function"
      : String(value)

const EXPECTED = { boolean: "true or false", text: "a string", number: "a number", policy: "a function" } as const
const TYPE = { boolean: "boolean", text: "string", number: "number", policy: "function" } as const

/**
 * The value if it has the shape (a policy asked for later is looked at then).
 * @param d dimension of the operation's features
 * @throws Misbehaved naming the call, the field, the value and what was expected
 */
export const accepted = (node: Node, value: unknown, call: string, field: string, d: number): unknown => {
  const refuse = (found: unknown, expected: string, at = field): never => {
    throw new Misbehaved({ what: "request", detail: `${call}: ${at} is ${describe(found)}, expected ${expected}` })
  }
  switch (node.kind) {
    case "boolean":
    case "text":
    case "number":
      return typeof value === TYPE[node.kind] ? value : refuse(value, EXPECTED[node.kind])
    case "policy":
      return typeof value === "function" ? () => acceptedPolicy(value(), d) : refuse(value, EXPECTED.policy)
    case "whole":
      return typeof value === "number" && Number.isSafeInteger(value) && value >= node.least
        ? value
        : refuse(value, `a whole number >= ${node.least}`)
    case "least":
      return typeof value === "number" && value >= node.least && value < Infinity
        ? value
        : refuse(value, `a number >= ${node.least}`)
    case "between": {
      const { above, below } = node
      return typeof value === "number" && value > above && value < below
        ? value
        : refuse(value, below === Infinity ? `a finite number > ${above}` : `a number in (${above}, ${below})`)
    }
    case "vector": {
      const length = node.length === "d" ? d : node.length === "d*d" ? d * d : undefined
      const expected = length === undefined ? "a Float64Array" : `a Float64Array of ${length} numbers`
      if (!(value instanceof Float64Array)) return refuse(value, expected)
      if (length !== undefined && value.length !== length) return refuse(`${value.length} numbers`, expected)
      const at = value.findIndex((x) => !Number.isFinite(x))
      return at < 0 ? value : refuse(value[at], "a finite number", `${field}[${at}]`)
    }
    case "handle":
      return HANDLES[node.of](value) ? value : refuse(value, `a ${node.of} that an oracle answered`)
    case "optional":
      return value === undefined ? value : accepted(node.of, value, call, field, d)
    case "list":
      if (!Array.isArray(value)) return refuse(value, "an array")
      // Thousands of handles, all of them right, as a rule: no name of a place is made for each.
      if (node.of.kind === "handle" && value.every(HANDLES[node.of.of])) return value
      for (let i = 0; i < value.length; i++) accepted(node.of, value[i], call, `${field}[${i}]`, d)
      return value
    case "record": {
      if (typeof value !== "object" || value === null) return refuse(value, "an object")
      for (const name in node.fields)
        accepted(node.fields[name], (value as Record<string, unknown>)[name], call, `${field}.${name}`, d)
      const broken = node.holds?.(value as never)
      return broken === undefined
        ? value
        : refuse(broken[1], broken[2], broken[0] === "" ? field : `${field}.${broken[0]}`)
    }
  }
}

/** @throws Misbehaved where it is no policy over d features */
export const acceptedPolicy = (policy: unknown, d: number): Policy => {
  const problem = policyProblem(policy, d)
  if (problem !== undefined) throw new Misbehaved({ what: "policy", detail: problem })
  return policy as Policy
}

/** How {@link mapped} copies. */
export interface Mapping {
  /** What stands for a handle in the copy. Default: the handle itself. */
  readonly handle?: (kind: HandleName, handle: object) => unknown
  /** Copies of tests already made: the same one is asked with thousands of times, and its arrays may be rewritten in between. */
  readonly tests?: WeakMap<object, EllipticTest>
}

/** A copy of a value of this shape that nobody else can write to. */
export const mapped = (node: Node, value: unknown, mapping: Mapping): unknown => {
  switch (node.kind) {
    case "handle":
      return mapping.handle === undefined ? value : mapping.handle(node.of, value as object)
    case "vector":
      return new Float64Array(value as Float64Array)
    case "optional":
      return value === undefined ? value : mapped(node.of, value, mapping)
    case "list":
      return (value as ReadonlyArray<unknown>).map((one) => mapped(node.of, one, mapping))
    case "record": {
      const known = node === TEST ? mapping.tests?.get(value as object) : undefined
      if (known !== undefined && sameTest(known, value as EllipticTest)) return known
      const copy: Record<string, unknown> = {}
      for (const name in node.fields)
        copy[name] = mapped(node.fields[name], (value as Record<string, unknown>)[name], mapping)
      if (node === TEST) mapping.tests?.set(value as object, copy as unknown as EllipticTest)
      return copy
    }
    default:
      return value
  }
}

const sameTest = (a: EllipticTest, b: EllipticTest): boolean =>
  a.nu === b.nu && a.whitening.every((w, i) => w === b.whitening[i])
