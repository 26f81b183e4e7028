/**
 * The JSON form of a finite instance: strict, canonical, exact.
 *
 * Strict: unknown fields, repeated fields and wrong types are refused at every level, each with one line naming field, value and
 * expectation. Canonical: one instance has one encoding. Exact: decoding what was encoded gives the same doubles, bit for bit.
 */
import type * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { FiniteInstance } from "./instance.ts"
import { attempt, type InvalidInstance, refuse } from "./invalid-instance.ts"
import { ontoBoundary, realizingTheta } from "./realize.ts"
import { firstProblem } from "./schema-problem.ts"
import { parseStrictJson } from "./strict-json.ts"
import { checkInParameterSet, normalForm, validateFinite } from "./validate.ts"

const ResponseJson = Schema.Struct({
  label: Schema.optionalKey(Schema.String),
  probability: Schema.Finite,
  features: Schema.Array(Schema.Finite),
  meanReward: Schema.Finite
})

const PromptJson = Schema.Struct({
  label: Schema.optionalKey(Schema.String),
  probability: Schema.Finite,
  responses: Schema.Array(ResponseJson)
})

/** The schema of the JSON form, version 1. Ranges and sums are `validate.ts`'s business. */
export const InstanceJson = Schema.Struct({
  format: Schema.Literal("coverbound-instance"),
  version: Schema.Literal(1),
  name: Schema.String,
  dimension: Schema.Finite.check(
    Schema.makeFilter((d) => Number.isSafeInteger(d) && d >= 1, { expected: "an integer of at least 1" })
  ),
  beta: Schema.Finite,
  rewardRange: Schema.Finite,
  parameterSet: Schema.Union([
    Schema.Struct({ kind: Schema.Literal("ball"), radius: Schema.Finite }),
    Schema.Struct({ kind: Schema.Literal("box"), halfWidth: Schema.Finite })
  ]),
  thetaStar: Schema.optionalKey(Schema.Array(Schema.Finite)),
  misspecification: Schema.optionalKey(Schema.Finite),
  noise: Schema.Union([
    Schema.Struct({ kind: Schema.Literal("none") }),
    Schema.Struct({ kind: Schema.Literal("bernoulli") }),
    Schema.Struct({ kind: Schema.Literal("two-point") })
  ]),
  prompts: Schema.Array(PromptJson)
})
export type InstanceJson = typeof InstanceJson.Type

const decodeShape = Schema.decodeUnknownResult(InstanceJson, { onExcessProperty: "error" })

const labels = (all: ReadonlyArray<{ readonly label?: string }>): ReadonlyArray<string> | undefined =>
  all.some((one) => one.label !== undefined && one.label !== "") ? all.map((one) => one.label ?? "") : undefined

/** The instance a JSON value (already parsed) stands for. @throws InvalidInstance */
export const instanceFromJson = (value: unknown, beside: ReadonlyArray<string> = []): FiniteInstance => {
  const shape = decodeShape(value)
  if (Result.isFailure(shape)) throw firstProblem(shape.failure.issue, value, beside)
  const json = shape.success
  const d = json.dimension
  const responses = json.prompts.flatMap((prompt, x) =>
    prompt.responses.map((response, y) => {
      const { length } = response.features
      if (length !== d) refuse(`prompts[${x}].responses[${y}].features`, `${length} numbers`, `${d} (dimension)`)
      return response
    })
  )
  if (responses.length === 0)
    refuse(json.prompts.length === 0 ? "prompts" : "prompts[0].responses", "none", "at least one")
  const offsets = new Int32Array(json.prompts.length + 1)
  json.prompts.forEach((prompt, x) => {
    offsets[x + 1] = offsets[x] + prompt.responses.length
  })
  const features = new Float64Array(responses.length * d)
  responses.forEach((response, row) => features.set(response.features, row * d))
  const promptLabels = labels(json.prompts)
  const responseLabels = labels(responses)
  const known = {
    name: json.name,
    dimension: d,
    beta: json.beta,
    rewardRange: json.rewardRange,
    parameterSet: json.parameterSet,
    noise: json.noise,
    ...(json.misspecification === undefined ? {} : { misspecification: json.misspecification }),
    promptProbabilities: Float64Array.from(json.prompts, (prompt) => prompt.probability),
    offsets,
    reference: Float64Array.from(responses, (response) => response.probability),
    features,
    meanReward: Float64Array.from(responses, (response) => response.meanReward),
    ...(promptLabels === undefined ? {} : { promptLabels }),
    ...(responseLabels === undefined ? {} : { responseLabels })
  }
  if (json.thetaStar !== undefined)
    return normalForm(validateFinite({ ...known, thetaStar: Float64Array.from(json.thetaStar) }))
  if (json.misspecification !== undefined) refuse("thetaStar", undefined, "a parameter beside misspecification")
  const thetaStar = ontoBoundary(realizingTheta(known), json.parameterSet)
  checkInParameterSet(thetaStar, json.parameterSet, "thetaStar", "(absent, by least squares) ")
  return normalForm(validateFinite({ ...known, thetaStar }))
}

/**
 * Reads the JSON form. `thetaStar` may be absent: then it is the θ of least norm that realizes the rewards.
 *
 * @throws InvalidInstance for the first problem: not JSON (line and column), unknown, repeated or missing field, wrong type, or
 * anything `validateFinite` refuses.
 */
export const decodeInstanceSync = (text: string): FiniteInstance => instanceFromJson(parseStrictJson(text))

/**
 * {@link decodeInstanceSync} as an Effect: fails with InvalidInstance where that throws it.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { decodeInstance, encodeInstance, needle } from "coverbound/instance"
 *
 * const text = JSON.stringify(encodeInstance(needle({ N: 8, d: 3 })))
 * console.log(Effect.runSync(decodeInstance(text)).reference.length) // => 8
 * const problem = Effect.runSync(Effect.flip(decodeInstance(text.replace('"beta":', '"beta":-'))))
 * console.log(problem.field, problem.expectation) // => beta a finite number above 0
 * ```
 */
export const decodeInstance = (text: string): Effect.Effect<FiniteInstance, InvalidInstance> =>
  attempt(() => decodeInstanceSync(text))

const labelled = (label: string | undefined): { readonly label?: string } =>
  label === undefined || label === "" ? {} : { label }

/** One prompt of a valid instance in normal form, as JSON. */
export const encodePrompt = (i: FiniteInstance, x: number): InstanceJson["prompts"][number] => ({
  ...labelled(i.promptLabels?.[x]),
  probability: i.promptProbabilities[x],
  responses: Array.from({ length: i.offsets[x + 1] - i.offsets[x] }, (_, y) => {
    const row = i.offsets[x] + y
    return {
      ...labelled(i.responseLabels?.[row]),
      probability: i.reference[row],
      features: Array.from(i.features.subarray(row * i.dimension, (row + 1) * i.dimension)),
      meanReward: i.meanReward[row]
    }
  })
})

/** Responses of one piece of {@link promptText}. */
const PIECE = 4096

/** The JSON of {@link encodePrompt} as text, in pieces: a prompt may have 10⁶ responses, and no string need hold them all. */
export function* promptText(i: FiniteInstance, x: number): Generator<string> {
  const { dimension: d, features, meanReward, offsets, reference, responseLabels } = i
  const head = JSON.stringify({ ...labelled(i.promptLabels?.[x]), probability: i.promptProbabilities[x] })
  let text = `${head.slice(0, -1)},"responses":[`
  for (let row = offsets[x]; row < offsets[x + 1]; row++) {
    const label = responseLabels?.[row]
    const named = label === undefined || label === "" ? "" : `"label":${JSON.stringify(label)},`
    // Numbers as JSON.stringify writes them; −0 is not in normal form.
    const phi = features.subarray(row * d, (row + 1) * d).join()
    const comma = row === offsets[x] ? "" : ","
    text += `${comma}{${named}"probability":${reference[row]},"features":[${phi}],"meanReward":${meanReward[row]}}`
    if ((row - offsets[x]) % PIECE !== PIECE - 1) continue
    yield text
    text = ""
  }
  yield `${text}]}`
}

/** Everything of a valid instance in normal form but its prompts, as JSON. */
export const encodeHead = (i: FiniteInstance): Omit<InstanceJson, "prompts"> => ({
  format: "coverbound-instance",
  version: 1,
  name: i.name,
  dimension: i.dimension,
  beta: i.beta,
  rewardRange: i.rewardRange,
  parameterSet:
    i.parameterSet.kind === "ball"
      ? { kind: "ball", radius: i.parameterSet.radius }
      : { kind: "box", halfWidth: i.parameterSet.halfWidth },
  thetaStar: Array.from(i.thetaStar),
  ...(i.misspecification === undefined ? {} : { misspecification: i.misspecification }),
  noise: { kind: i.noise.kind }
})

/** The canonical JSON form: `decodeInstanceSync(JSON.stringify(encodeInstance(i)))` is i's normal form. @throws InvalidInstance */
export const encodeInstance = (instance: FiniteInstance): InstanceJson => {
  const i = normalForm(validateFinite(instance))
  return { ...encodeHead(i), prompts: Array.from(i.promptProbabilities, (_, x) => encodePrompt(i, x)) }
}
