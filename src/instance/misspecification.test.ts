import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { randomInstance } from "./families/random-instance.ts"
import { decodeInstanceSync, encodeInstance } from "./finite-json.ts"
import type { FiniteInstance } from "./instance.ts"
import { closestLinear, linearResidual } from "./misspecification.ts"
import { validateFinite } from "./validate.ts"

/** One prompt, d = 1: rewards 0, 1, 0 at φ = −1, 0, 1 with masses 1/4, 1/2, 1/4. */
const tent: FiniteInstance = {
  name: "tent",
  dimension: 1,
  beta: 1,
  rewardRange: 1,
  parameterSet: { kind: "ball", radius: 1 },
  thetaStar: Float64Array.of(0),
  misspecification: 1,
  noise: { kind: "none" },
  promptProbabilities: Float64Array.of(1),
  offsets: Int32Array.of(0, 3),
  reference: Float64Array.of(0.25, 0.5, 0.25),
  features: Float64Array.of(-1, 0, 1),
  meanReward: Float64Array.of(0, 1, 0)
}

describe("misspecification", () => {
  it("is known by hand for a tent: nothing linear helps", () => {
    expect(closestLinear(tent)).toEqual(Float64Array.of(0))
    expect(linearResidual(tent, Float64Array.of(0))).toEqual({ sup: 0.5, rms: 0.5, againstFirst: 1 })
  })

  it("is nil where rewards are linear, and the closest parameter then predicts all differences", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const instance = randomInstance({ seed, d: 3, prompts: 4, responses: 9 })
      const { againstFirst, rms, sup } = linearResidual(instance, closestLinear(instance))
      expect(Math.max(sup, rms) / instance.rewardRange).toBeLessThan(1e-9)
      // Rows of mass 0 do not enter the fit.
      if (instance.reference.every((p) => p > 0)) expect(againstFirst / instance.rewardRange).toBeLessThan(1e-9)
    }
  })

  it("is least in L² at the closest parameter", () => {
    const stream = Stream.fromSeed(4)
    const bent: FiniteInstance = {
      ...tent,
      dimension: 2,
      offsets: Int32Array.of(0, 4, 8),
      promptProbabilities: Float64Array.of(0.3, 0.7),
      reference: Float64Array.from({ length: 8 }, () => 0.25),
      features: Float64Array.from({ length: 16 }, () => 0.7 * (2 * stream.next() - 1)),
      meanReward: Float64Array.from({ length: 8 }, () => stream.next())
    }
    const theta = closestLinear(bent)
    const { rms } = linearResidual(bent, theta)
    for (const step of [1e-3, -1e-3])
      for (const j of [0, 1])
        expect(
          linearResidual(
            bent,
            theta.map((t, i) => (i === j ? t + step : t))
          ).rms
        ).toBeGreaterThan(rms)
  })

  it("is stated by the instance, held to, and kept in its JSON", () => {
    expect(validateFinite(tent)).toBe(tent)
    expect(() => validateFinite({ ...tent, misspecification: 0.9 })).toThrow(
      "prompts[0].responses[1].meanReward: 1, expected 0, what thetaStar predicts from the prompt's first response, within misspecification 0.9"
    )
    expect(() => validateFinite({ ...tent, misspecification: 0 })).toThrow("misspecification: 0, expected")
    const { misspecification: _, ...unstated } = tent
    expect(() => validateFinite(unstated)).toThrow(/prompts\[0\].responses\[1\].meanReward: 1, expected 0/)
    const json = JSON.stringify(encodeInstance(tent))
    expect(json).toContain('"thetaStar":[0],"misspecification":1,"noise"')
    expect(decodeInstanceSync(json)).toEqual(tent)
    expect(() => decodeInstanceSync(json.replace('"thetaStar":[0],', ""))).toThrow(
      "thetaStar: missing, expected a parameter beside misspecification"
    )
  })
})
