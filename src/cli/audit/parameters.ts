/** `--parameters theory|practical|FILE.json|name=value,…`: what a person may say of an algorithm's parameters. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AnyAlgorithm, Goal, ParameterRecord } from "../../algorithm/algorithm.ts"
import { InvalidInstance } from "../../instance/invalid-instance.ts"
import { decimal } from "../../instance/decimal.ts"
import { suggestion } from "../../instance/nearest-name.ts"
import { parseStrictJson } from "../../instance/strict-json.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import type { Problem } from "../../oracle/services.ts"
import { acceptedParameters } from "../../run/accepted-parameters.ts"
import { InvalidCall } from "../invalid-call.ts"
import { readNamedFile } from "../named-file.ts"

/** Where parameters came from, for people: `theory`, `practical`, a file, each perhaps with changes. */
export interface ChosenParameters {
  readonly parameters: ParameterRecord
  readonly origin: string
}

const NAMED = ["theory", "practical"] as const
type Named = (typeof NAMED)[number]

const isNamed = (text: string): text is Named => NAMED.some((name) => name === text)

/** Runs code that refuses by throwing; InvalidInstance and RangeError carry their field. */
const refusable = <A>(run: () => A): Effect.Effect<A, InvalidCall | InvalidInstance> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(run())
    } catch (thrown) {
      if (thrown instanceof InvalidCall || thrown instanceof InvalidInstance) return Effect.fail(thrown)
      if (!(thrown instanceof RangeError)) throw thrown
      // Theory may ask for counts that no run can make: "parameters.prompts: 1e+20, expected at most 2^53".
      const [, field, value, expectation] = /^([\w.]+): (.*), expected (.*)$/.exec(thrown.message) ?? []
      return Effect.fail(
        new InvalidCall(
          field === undefined
            ? { field: "parameters", value: thrown.message, expectation: "values within range" }
            : { field, value, expectation }
        )
      )
    }
  })

/** Checked against the algorithm's schema: no unknown field, none missing, each in its range. @throws InvalidInstance */
const checked = (algorithm: AnyAlgorithm<OracleServices>, value: unknown): ParameterRecord => {
  const taken = acceptedParameters(algorithm, value, { onExcessProperty: "error" })
  if (Result.isFailure(taken)) throw taken.failure
  return taken.success
}

const assignment = (text: string, known: ReadonlyArray<string>): readonly [string, number] => {
  const [name, value, ...rest] = text.split("=").map((part) => part.trim())
  const number = decimal(value ?? "")
  if (number === undefined || rest.length > 0)
    throw InvalidCall.named(
      "--parameters",
      text,
      isNamed(text)
        ? `name=number: only one of ${NAMED.join(", ")} or a file, and it stands first`
        : `theory, practical, a path ending in .json, or name=number${suggestion(text, NAMED)}`
    )
  if (!known.includes(name))
    throw new InvalidCall({
      field: `parameters.${name}`,
      value: "unknown field",
      expectation: `one of ${known.join(", ")}${suggestion(name, known)}`
    })
  return [name, number]
}

/** The parameters that `text` (or, without it, `fallback`) stands for. */
export const chooseParameters = Effect.fnUntraced(function* (
  text: string | undefined,
  fallback: Named,
  algorithm: AnyAlgorithm<OracleServices>,
  problem: Problem,
  goal: Goal
): Effect.fn.Return<ChosenParameters, InvalidCall | InvalidInstance> {
  const named = (name: Named) =>
    refusable((): ParameterRecord => {
      const own = name === "theory" ? algorithm.fromTheory(problem, goal) : algorithm.practical(problem, goal)
      // Counts past what any run can have are refused here as in a file. (Kept as they came: the schema's order of fields is another.)
      checked(algorithm, own)
      return own
    })
  const parts = (text ?? fallback).split(",").map((part) => part.trim())
  const [first] = parts
  const fromFile = /\.json$/i.test(first)
  const changes = isNamed(first) || fromFile ? parts.slice(1) : parts
  const base = fromFile
    ? yield* Effect.flatMap(readNamedFile("--parameters", first), (content) =>
        refusable(() => checked(algorithm, parseStrictJson(content)))
      )
    : yield* named(isNamed(first) ? first : fallback)
  const origin = fromFile || isNamed(first) ? first : fallback
  if (changes.length === 0) return { parameters: base, origin }
  const known = Object.keys(base)
  return yield* refusable(() => {
    const assigned = new Map<string, number>()
    for (const change of changes) {
      const [name, value] = assignment(change, known)
      if (assigned.has(name)) throw InvalidCall.named("--parameters", change, `${name} only once`)
      assigned.set(name, value)
    }
    return {
      parameters: checked(algorithm, { ...base, ...Object.fromEntries(assigned) }),
      origin: [origin, ...changes].join(",")
    }
  })
})
