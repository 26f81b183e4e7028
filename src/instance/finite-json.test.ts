import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { needle } from "./families/needle.ts"
import { randomInstance } from "./families/random-instance.ts"
import { rareGood } from "./families/rare-good.ts"
import { decodeInstance, decodeInstanceSync, encodeInstance } from "./finite-json.ts"
import type { FiniteInstance } from "./instance.ts"
import { normalForm, validateFinite } from "./validate.ts"

const document = () => ({
  format: "coverbound-instance",
  version: 1,
  name: "two taps",
  dimension: 2,
  beta: 0.5,
  rewardRange: 1,
  parameterSet: { kind: "ball", radius: 1 },
  thetaStar: [0.6, -0.2],
  noise: { kind: "bernoulli" },
  prompts: [
    {
      label: "tea?",
      probability: 0.25,
      responses: [
        { label: "yes", probability: 0.5, features: [1, 0], meanReward: 1 },
        { label: "no", probability: 0.5, features: [0, 1], meanReward: 0.2 }
      ]
    },
    {
      probability: 0.75,
      responses: [
        { probability: 0.125, features: [0, 0], meanReward: 0.5 },
        { probability: 0.875, features: [0.6, 0.8], meanReward: 0.7 }
      ]
    }
  ]
})

/** The document with one value put in place, `undefined` deleting it. */
const edited = (path: ReadonlyArray<string | number>, value: unknown): string => {
  const root: any = document() // oxlint-disable-line typescript/no-explicit-any -- arbitrary edits
  let at = root
  for (const key of path.slice(0, -1)) at = at[key]
  const last = path[path.length - 1]
  if (value === undefined) delete at[last]
  else at[last] = value
  return JSON.stringify(root)
}

const problemOf = (text: string): string => Effect.runSync(Effect.flip(decodeInstance(text))).message

const bits = (values: Float64Array): ReadonlyArray<bigint> => Array.from(new BigUint64Array(values.slice().buffer))

const expectSameInstance = (a: FiniteInstance, b: FiniteInstance): void => {
  expect(b).toEqual(a)
  for (const field of ["thetaStar", "promptProbabilities", "reference", "features", "meanReward"] as const)
    expect(bits(b[field])).toEqual(bits(a[field]))
}

describe("the JSON form", () => {
  it("reads a document", () => {
    const instance = decodeInstanceSync(JSON.stringify(document()))
    expect(instance).toEqual({
      name: "two taps",
      dimension: 2,
      beta: 0.5,
      rewardRange: 1,
      parameterSet: { kind: "ball", radius: 1 },
      thetaStar: Float64Array.of(0.6, -0.2),
      noise: { kind: "bernoulli" },
      promptProbabilities: Float64Array.of(0.25, 0.75),
      offsets: Int32Array.of(0, 2, 4),
      reference: Float64Array.of(0.5, 0.5, 0.125, 0.875),
      features: Float64Array.of(1, 0, 0, 1, 0, 0, 0.6, 0.8),
      meanReward: Float64Array.of(1, 0.2, 0.5, 0.7),
      promptLabels: ["tea?", ""],
      responseLabels: ["yes", "no", "", ""]
    })
    expect(encodeInstance(instance)).toEqual(document())
  })

  it("goes to JSON and back bit for bit", () => {
    const options = fc.record({
      seed: fc.nat(1e6),
      prompts: fc.integer({ min: 1, max: 4 }),
      responses: fc.integer({ min: 1, max: 6 }),
      d: fc.integer({ min: 1, max: 4 }),
      zeros: fc.constantFrom(0, 0.5),
      ties: fc.constantFrom(0, 0.5),
      spread: fc.constantFrom(0, 15, 300),
      set: fc.constantFrom("ball" as const, "box" as const)
    })
    fc.assert(
      fc.property(options, (o) => {
        const instance = normalForm(validateFinite(randomInstance(o)))
        const text = JSON.stringify(encodeInstance(instance))
        expectSameInstance(instance, decodeInstanceSync(text))
        expect(JSON.stringify(encodeInstance(decodeInstanceSync(text)))).toBe(text)
      }),
      { numRuns: 200 }
    )
    for (const instance of [rareGood({ C: 1e12, d: 3 }), needle({ N: 100, d: 2 })]) {
      expectSameInstance(normalForm(instance), decodeInstanceSync(JSON.stringify(encodeInstance(instance))))
    }
  })

  it("never encodes what cannot be decoded", () => {
    expect(() => encodeInstance({ ...decodeInstanceSync(JSON.stringify(document())), beta: NaN })).toThrow(
      "beta: NaN, expected a finite number above 0"
    )
  })

  it.each<[string, ReadonlyArray<string | number>, unknown]>([
    ['format: "json", expected "coverbound-instance"', ["format"], "json"],
    ["version: 2, expected 1", ["version"], 2],
    ["version: missing, expected 1", ["version"], undefined],
    ["dimension: 2.5, expected an integer of at least 1", ["dimension"], 2.5],
    ["dimension: -1, expected an integer of at least 1", ["dimension"], -1],
    ['beta: "0.5", expected a finite number', ["beta"], "0.5"],
    ["beta: null, expected a finite number", ["beta"], null],
    ["name: 3, expected a string", ["name"], 3],
    ['parameterSet.kind: "sphere", expected "ball" or "box"', ["parameterSet"], { kind: "sphere", radius: 1 }],
    ['parameterSet.kind: missing, expected "ball" or "box"', ["parameterSet"], { radius: 1 }],
    ['parameterSet: 1, expected an object with kind "ball" or "box"', ["parameterSet"], 1],
    ["parameterSet.halfWidth: missing, expected a finite number", ["parameterSet"], { kind: "box" }],
    [
      "parameterSet.halfwidth: unknown field, expected one of kind, halfWidth; did you mean halfWidth?",
      ["parameterSet"],
      { kind: "box", halfWidth: 1, halfwidth: 1 }
    ],
    ['noise.kind: "gaussian", expected "none" or "bernoulli" or "two-point"', ["noise", "kind"], "gaussian"],
    ["noise.sd: unknown field, expected one of kind", ["noise", "sd"], 1],
    ["thetaStar[1]: true, expected a finite number", ["thetaStar", 1], true],
    ["thetaStar: length 3, expected 2 (dimension)", ["thetaStar"], [0, 0, 0]],
    ["prompts: an object, expected an array", ["prompts"], {}],
    ["prompts: none, expected at least one", ["prompts"], []],
    ["prompts[1].responses: none, expected at least one", ["prompts", 1, "responses"], []],
    ["prompts[0].responses[1].label: 7, expected a string", ["prompts", 0, "responses", 1, "label"], 7],
    [
      "prompts[0].responses[1].features: missing, expected an array",
      ["prompts", 0, "responses", 1, "features"],
      undefined
    ],
    [
      "prompts[0].responses[1].features: 3 numbers, expected 2 (dimension)",
      ["prompts", 0, "responses", 1, "features"],
      [0, 0, 1]
    ],
    [
      "prompts[0].responses[1].features: norm 1.25, expected at most 1",
      ["prompts", 0, "responses", 1, "features"],
      [0.75, 1]
    ],
    [
      "prompts[0].responses[1].reward: unknown field, expected one of label, probability, features, meanReward; did you mean meanReward?",
      ["prompts", 0, "responses", 1, "reward"],
      1
    ],
    [
      "prompts[1].probabilty: unknown field, expected one of label, probability, responses; did you mean probability?",
      ["prompts", 1, "probabilty"],
      1
    ],
    [
      '["odd\\nname"]: unknown field, expected one of format, version, name, dimension, beta, rewardRange, parameterSet, thetaStar, misspecification, noise, prompts',
      ["odd\nname"],
      1
    ],
    [
      "__proto__: unknown field, expected one of format, version, name, dimension, beta, rewardRange, parameterSet, thetaStar, misspecification, noise, prompts",
      [],
      undefined
    ]
  ])("says: %s", (message, path, value) => {
    const text = path.length === 0 ? JSON.stringify(document()).replace("{", '{"__proto__":1,') : edited(path, value)
    expect(problemOf(text)).toBe(message)
  })

  it("says where a text is not JSON, and which number is out of range", () => {
    expect(problemOf('{"format": coverbound}')).toBe('JSON at line 1, column 12: "coverbound", expected a JSON value')
    expect(problemOf("[1]")).toBe("instance: an array of 1, expected an object")
    expect(problemOf(edited(["beta"], 0).replace('"beta":0', '"beta":1e999'))).toBe(
      "beta: Infinity, expected a finite number"
    )
  })

  it("refuses every single-field deletion but label and thetaStar, in one line", () => {
    const paths = [
      ["format"],
      ["version"],
      ["name"],
      ["dimension"],
      ["beta"],
      ["rewardRange"],
      ["parameterSet"],
      ["noise"],
      ["prompts"],
      ["prompts", 0, "probability"],
      ["prompts", 0, "responses"],
      ["prompts", 0, "responses", 0, "probability"],
      ["prompts", 0, "responses", 0, "meanReward"]
    ]
    for (const path of paths) expect(problemOf(edited(path, undefined))).toMatch(/^[^\n]+: missing, expected [^\n]+$/)
  })
})

describe("an absent thetaStar", () => {
  it("is the parameter of least norm that realizes the rewards", () => {
    const options = fc.record({
      seed: fc.nat(1e6),
      prompts: fc.integer({ min: 1, max: 4 }),
      responses: fc.integer({ min: 1, max: 6 }),
      d: fc.integer({ min: 1, max: 6 }),
      ties: fc.constantFrom(0, 0.5)
    })
    fc.assert(
      fc.property(options, (o) => {
        const instance = randomInstance(o)
        const { thetaStar: truth, ...rest } = encodeInstance(instance)
        const found = decodeInstanceSync(JSON.stringify(rest)).thetaStar
        const norm = (v: Iterable<number>): number => Math.hypot(...v)
        // Validation has checked that it realizes the rewards.
        expect(norm(found)).toBeLessThanOrEqual(norm(truth!) * (1 + 1e-6))
        if (o.responses === 1) expect(norm(found)).toBe(0)
      }),
      { numRuns: 200 }
    )
  })

  it("lies along the one difference there is", () => {
    const { thetaStar: _, ...rest } = document()
    rest.prompts = [rest.prompts[0]]
    rest.prompts[0].probability = 1
    const found = decodeInstanceSync(JSON.stringify(rest)).thetaStar
    expect(found[0]).toBeCloseTo(0.4, 15)
    expect(found[1]).toBeCloseTo(-0.4, 15)
  })

  it("is found to rounding where the differences span the space", () => {
    const { thetaStar, ...rest } = document()
    const found = decodeInstanceSync(JSON.stringify(rest)).thetaStar
    found.forEach((t, j) => expect(t).toBeCloseTo(thetaStar[j], 14))
  })

  it("is refused with the worst response named when nothing realizes the rewards", () => {
    const { thetaStar: _, ...rest } = document()
    rest.prompts[1].responses.push({ label: "odd", probability: 0, features: [0.3, 0.4], meanReward: 0.9 })
    expect(problemOf(JSON.stringify(rest))).toMatch(
      /^prompts\[1\]\.responses\[2\]\.meanReward: 0\.9, expected 0\.\d+, as the closest linear reward has it: no thetaStar realizes/
    )
  })

  it("is found even where it lies on the boundary of the parameter set", () => {
    const { thetaStar: _, ...rest } = document()
    for (const set of [
      { kind: "ball", radius: Math.hypot(0.6, 0.2) },
      { kind: "box", halfWidth: 0.6 }
    ]) {
      for (const inside of [1 - 1e-11, 1]) {
        const parameterSet =
          set.kind === "ball"
            ? { kind: "ball", radius: set.radius! * inside }
            : { kind: "box", halfWidth: set.halfWidth! * inside }
        const found = decodeInstanceSync(JSON.stringify({ ...rest, parameterSet })).thetaStar
        expect(found[0]).toBeCloseTo(0.6, 9)
      }
    }
  })

  it("is refused when it lies outside the parameter set", () => {
    const { thetaStar: _, ...rest } = document()
    rest.parameterSet.radius = 0.5
    expect(problemOf(JSON.stringify(rest))).toMatch(
      /^thetaStar: \(absent, by least squares\) norm 0\.63\d+, expected at most parameterSet\.radius 0\.5$/
    )
  })
})
