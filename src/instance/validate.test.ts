import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { randomInstance } from "./families/random-instance.ts"
import type { FiniteInstance } from "./instance.ts"
import { InvalidInstance } from "./invalid-instance.ts"
import { compensatedSum } from "./probability-mass.ts"
import { normalForm, validateFinite } from "./validate.ts"

/** Two prompts of two and three responses, d = 2. Each call gives its own arrays. */
const base = (): FiniteInstance => ({
  name: "base",
  dimension: 2,
  beta: 0.5,
  rewardRange: 1,
  parameterSet: { kind: "ball", radius: 1 },
  thetaStar: Float64Array.of(0.6, -0.2),
  noise: { kind: "none" },
  promptProbabilities: Float64Array.of(0.25, 0.75),
  offsets: Int32Array.of(0, 2, 5),
  reference: Float64Array.of(0.5, 0.5, 0.125, 0.875, 0),
  features: Float64Array.of(1, 0, 0, 1, 0, 0, 0.6, 0.8, -0.5, 0),
  meanReward: Float64Array.of(1, 0.2, 0.5, 0.7, 0.2)
})

const change = (changes: Partial<FiniteInstance>): FiniteInstance => ({ ...base(), ...changes })

/** `base` with entry `index` of one of its arrays replaced. */
const withEntry = (
  field: "thetaStar" | "promptProbabilities" | "reference" | "features" | "meanReward",
  index: number,
  value: number
): FiniteInstance => {
  const instance = base()
  instance[field][index] = value
  return instance
}

const problemOf = (instance: FiniteInstance): string => {
  try {
    validateFinite(instance)
  } catch (error) {
    if (error instanceof InvalidInstance) return error.message
    throw error
  }
  return "valid"
}

describe("validateFinite", () => {
  it("accepts a valid instance and returns it", () => {
    const instance = base()
    expect(validateFinite(instance)).toBe(instance)
  })

  it.each<[string, FiniteInstance]>([
    ["dimension: 0, expected an integer of at least 1", change({ dimension: 0 })],
    ["dimension: 1.5, expected an integer of at least 1", change({ dimension: 1.5 })],
    ["beta: 0, expected a finite number above 0", change({ beta: 0 })],
    ["beta: NaN, expected a finite number above 0", change({ beta: NaN })],
    ["beta: Infinity, expected a finite number above 0", change({ beta: Infinity })],
    ["rewardRange: -1, expected a finite number above 0", change({ rewardRange: -1 })],
    ["parameterSet.radius: 0, expected a finite number above 0", change({ parameterSet: { kind: "ball", radius: 0 } })],
    [
      "parameterSet.halfWidth: NaN, expected a finite number above 0",
      change({ parameterSet: { kind: "box", halfWidth: NaN } })
    ],
    ["thetaStar: length 1, expected 2 (dimension)", change({ thetaStar: Float64Array.of(1) })],
    ["thetaStar[1]: Infinity, expected a finite number", withEntry("thetaStar", 1, Infinity)],
    ["thetaStar: norm 2, expected at most parameterSet.radius 1", change({ thetaStar: Float64Array.of(0, 2) })],
    [
      "thetaStar[1]: -0.2, expected absolute value at most parameterSet.halfWidth 0.1",
      change({ parameterSet: { kind: "box", halfWidth: 0.1 }, thetaStar: Float64Array.of(0.1, -0.2) })
    ],
    [
      "prompts: none, expected at least one",
      change({ promptProbabilities: new Float64Array(0), offsets: Int32Array.of(0) })
    ],
    ["offsets: length 2, expected 3 (prompts + 1)", change({ offsets: Int32Array.of(0, 5) })],
    ["prompts[1].responses: none, expected at least one", change({ offsets: Int32Array.of(0, 5, 5) })],
    ["reference: length 4, expected 5 (responses)", change({ reference: new Float64Array(4) })],
    ["features: length 9, expected 10 (responses × dimension)", change({ features: new Float64Array(9) })],
    ["responseLabels: length 1, expected 5 (responses)", change({ responseLabels: ["a"] })],
    ["prompts[0].probability: -0.25, expected a probability in [0, 1]", withEntry("promptProbabilities", 0, -0.25)],
    ["prompts[1].probability: NaN, expected a probability in [0, 1]", withEntry("promptProbabilities", 1, NaN)],
    [
      "prompts: probabilities summing to 0.75, expected a sum of 1 (within 1e-9)",
      withEntry("promptProbabilities", 0, 0)
    ],
    ["prompts[1].responses[2].probability: -1, expected a probability in [0, 1]", withEntry("reference", 4, -1)],
    [
      "prompts[0].responses: probabilities summing to 0.75, expected a sum of 1 (within 1e-9)",
      withEntry("reference", 0, 0.25)
    ],
    ["prompts[1].responses[0].features[1]: NaN, expected a finite number", withEntry("features", 5, NaN)],
    ["prompts[0].responses[0].features: norm 1.25, expected at most 1", withEntry("features", 1, 0.75)],
    [
      "prompts[0].responses[0].meanReward: 1.01, expected a number in [0, rewardRange 1]",
      withEntry("meanReward", 0, 1.01)
    ],
    [
      "prompts[1].responses[1].meanReward: 0.71, expected 0.7, what thetaStar predicts from the prompt's first response",
      withEntry("meanReward", 3, 0.71)
    ]
  ])("says: %s", (message, instance) => {
    expect(problemOf(instance)).toBe(message)
  })

  it("accepts everything the random family makes, and refuses any one number made impossible, in one line", () => {
    const options = fc.record({
      seed: fc.nat(1e6),
      prompts: fc.integer({ min: 1, max: 4 }),
      responses: fc.integer({ min: 1, max: 6 }),
      d: fc.integer({ min: 1, max: 4 }),
      zeros: fc.constantFrom(0, 0.5, 1),
      ties: fc.constantFrom(0, 0.5, 1),
      spread: fc.constantFrom(0, 3, 15, 300),
      set: fc.constantFrom("ball" as const, "box" as const)
    })
    const field = fc.constantFrom(
      "thetaStar" as const,
      "promptProbabilities" as const,
      "reference" as const,
      "features" as const,
      "meanReward" as const
    )
    fc.assert(
      fc.property(
        options,
        field,
        fc.nat(1000),
        fc.constantFrom(NaN, Infinity, -Infinity, -2.5, 100),
        (o, name, at, bad) => {
          const instance = validateFinite(randomInstance(o))
          const array = instance[name].slice()
          array[at % array.length] = bad
          expect(problemOf({ ...instance, [name]: array })).toMatch(/^(thetaStar|prompts)[^\n]*, expected [^\n]+$/)
        }
      ),
      { numRuns: 300 }
    )
  })
})

describe("normalForm", () => {
  it("keeps an instance whose masses sum to 1 up to rounding, as it is", () => {
    const instance = change({ reference: Float64Array.of(0.1 + 0.2, 0.7, 0.125, 0.875, 0) })
    expect(normalForm(validateFinite(instance))).toBe(instance)
  })

  it("divides by a sum that is off by up to 1e-9, once, and writes -0 as 0", () => {
    const third = 0.3333333333
    const instance = validateFinite(
      change({
        promptProbabilities: Float64Array.of(0.25, 0.7500000005),
        reference: Float64Array.of(0.5, 0.5, third, third, third),
        features: Float64Array.of(1, -0, 0, 1, 0, 0, 0.6, 0.8, -0.5, 0)
      })
    )
    const normal = normalForm(instance)
    expect(normal.reference).toEqual(Float64Array.of(0.5, 0.5, 1 / 3, 1 / 3, 1 / 3))
    expect(Math.abs(compensatedSum(normal.promptProbabilities) - 1)).toBeLessThan(2 ** -52)
    expect(Object.is(normal.features[1], 0)).toBe(true)
    expect(normalForm(normal)).toBe(normal)
    expect(instance.reference[2]).toBe(third)
  })
})
