/**
 * The exact quantities of an instance, beside it in its JSON: what `coverbound instance` writes for others to recompute. On the way in they are
 * recomputed here, and a file that disagrees with itself is refused.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { instanceFromJson } from "../instance/finite-json.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { InvalidInstance } from "../instance/invalid-instance.ts"
import { firstProblem } from "../instance/schema-problem.ts"
import { parseStrictJson } from "../instance/strict-json.ts"
import { type Optimum, optimum } from "../policy/optimum.ts"

const numbers = Schema.Array(Schema.Finite)

const ExactQuantities = Schema.Struct({
  exact: Schema.Struct({
    /** C_cov(π*_β). */
    coverage: Schema.optionalKey(Schema.Finite),
    /** J* = J_β(π*_β). */
    optimalObjective: Schema.optionalKey(Schema.Finite),
    /** J_β(π_ref) = E r*. */
    referenceObjective: Schema.optionalKey(Schema.Finite),
    /** log Z(x) by prompt. */
    logNormaliser: Schema.optionalKey(numbers),
    /** π*_β(y∣x) by prompt and response. */
    optimalPolicy: Schema.optionalKey(Schema.Array(numbers))
  })
})
const decodeExact = Schema.decodeUnknownResult(ExactQuantities, { onExcessProperty: "error" })

/**
 * Largest accepted difference, relative to the larger of the recomputed value and 1 (probabilities: to their own size, or absolutely 10⁻³⁰⁰ where they
 * underflow). Another implementation's log-sum-exp over 10⁶ responses stays a thousand times closer.
 */
const TOLERANCE = 1e-9

/** π*_β of the responses of prompt x. */
const optimalPolicyOf = (exact: FiniteInstance, best: Optimum, x: number): ReadonlyArray<number> =>
  Array.from(exact.reference.subarray(exact.offsets[x], exact.offsets[x + 1]), (mass, y) =>
    mass === 0 ? 0 : mass * Math.exp(best.logRatio[exact.offsets[x] + y])
  )

/** The `exact` field of an instance's JSON. */
export const exactQuantities = (exact: FiniteInstance, best: Optimum) => ({
  coverage: best.coverage,
  optimalObjective: best.objective,
  referenceObjective: best.referenceObjective,
  logNormaliser: Array.from(best.logNormaliser),
  optimalPolicy: Array.from(best.logNormaliser, (_, x) => optimalPolicyOf(exact, best, x))
})

const refuse = (field: string, value: number | string, expectation: string): never => {
  throw new InvalidInstance({ field: `exact.${field}`, value, expectation })
}

const compare = (field: string, stated: number, recomputed: number, scale: number): void => {
  if (!(Math.abs(stated - recomputed) <= TOLERANCE * scale))
    refuse(field, stated, `${recomputed} (recomputed, to ${TOLERANCE} relative)`)
}

const compareAll = (
  field: string,
  stated: ReadonlyArray<number>,
  recomputed: ReadonlyArray<number>,
  scale: (value: number) => number
): void => {
  if (stated.length !== recomputed.length) refuse(field, `${stated.length} numbers`, `${recomputed.length}`)
  stated.forEach((value, i) => compare(`${field}[${i}]`, value, recomputed[i], scale(recomputed[i])))
}

const atLeastOne = (value: number): number => Math.max(1, Math.abs(value))
const ownSize = (value: number): number => Math.max(1e-291, Math.abs(value))

const verify = (exact: FiniteInstance, stated: (typeof ExactQuantities.Type)["exact"]): void => {
  const known = exactQuantities(exact, optimum(exact))
  for (const field of ["coverage", "optimalObjective", "referenceObjective"] as const) {
    const value = stated[field]
    if (value !== undefined) compare(field, value, known[field], atLeastOne(known[field]))
  }
  if (stated.logNormaliser !== undefined)
    compareAll("logNormaliser", stated.logNormaliser, known.logNormaliser, atLeastOne)
  if (stated.optimalPolicy === undefined) return
  if (stated.optimalPolicy.length !== known.optimalPolicy.length)
    refuse("optimalPolicy", `${stated.optimalPolicy.length} prompts`, `${known.optimalPolicy.length}`)
  stated.optimalPolicy.forEach((row, x) => compareAll(`optimalPolicy[${x}]`, row, known.optimalPolicy[x], ownSize))
}

/** What is stated of an instance. @throws InvalidInstance where it is not of the form */
const statedExact = (exact: unknown): (typeof ExactQuantities.Type)["exact"] => {
  const stated = decodeExact({ exact })
  if (Result.isFailure(stated)) throw firstProblem(stated.failure.issue, { exact })
  return stated.success.exact
}

/**
 * Holds an instance to what was stated of it, as the `exact` field of its file.
 * @throws InvalidInstance
 */
export const verifyExact = (instance: FiniteInstance, exact: unknown): FiniteInstance => {
  verify(instance, statedExact(exact))
  return instance
}

/**
 * The instance of a JSON text, its `exact` field verified where it has one.
 * @throws InvalidInstance
 */
export const instanceOfText = (text: string): FiniteInstance => {
  const value = parseStrictJson(text)
  if (typeof value !== "object" || value === null || Array.isArray(value) || !("exact" in value))
    return instanceFromJson(value, ["exact"])
  const { exact, ...rest } = value
  // Its form before the instance's: it is the shorter one.
  const stated = statedExact(exact)
  const instance = instanceFromJson(rest, ["exact"])
  verify(instance, stated)
  return instance
}
