import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { needle } from "./families/needle.ts"
import { randomInstance } from "./families/random-instance.ts"
import type { FiniteInstance } from "./instance.ts"
import { membersOf, quotient } from "./quotient.ts"
import { normalForm, validateFinite } from "./validate.ts"

/** Feature and reward of row n, as text: equal exactly when the doubles are. */
const identity = (i: FiniteInstance, n: number): string =>
  [...i.features.subarray(n * i.dimension, (n + 1) * i.dimension), i.meanReward[n]].join(" ")

const promptOf = (i: FiniteInstance, n: number): number => {
  let x = 0
  while (i.offsets[x + 1] <= n) x++
  return x
}

const options = fc.record({
  seed: fc.nat(1e6),
  prompts: fc.integer({ min: 1, max: 4 }),
  responses: fc.integer({ min: 1, max: 12 }),
  d: fc.integer({ min: 1, max: 3 }),
  zeros: fc.constantFrom(0, 0.5, 1),
  ties: fc.constantFrom(0, 0.5, 0.9, 1),
  spread: fc.constantFrom(0, 15)
})

describe("quotient", () => {
  it("merges exactly the responses of one prompt with equal feature and reward, and keeps all mass", () => {
    fc.assert(
      fc.property(options, (o) => {
        const raw = normalForm(randomInstance(o))
        const { exact, rowOf } = quotient(raw)
        const members = membersOf(rowOf, exact.meanReward.length)
        validateFinite(exact)
        const rowByIdentity = new Map<string, number>()
        rowOf.forEach((row, n) => {
          const x = promptOf(raw, n)
          expect(identity(exact, row)).toBe(identity(raw, n))
          expect(promptOf(exact, row)).toBe(x)
          const key = `${x} ${identity(raw, n)}`
          expect(rowByIdentity.get(key) ?? row).toBe(row)
          rowByIdentity.set(key, row)
        })
        expect(rowByIdentity.size).toBe(exact.meanReward.length)
        expect(exact.promptProbabilities).toBe(raw.promptProbabilities)
        for (let row = 0; row < exact.meanReward.length; row++) {
          const own = Array.from(members.indices.subarray(members.offsets[row], members.offsets[row + 1]))
          expect(own).toEqual(Array.from(rowOf.keys()).filter((n) => rowOf[n] === row))
          const mass = own.reduce((sum, n) => sum + raw.reference[n], 0)
          expect(Math.abs(exact.reference[row] - mass)).toBeLessThanOrEqual(own.length * 2 ** -53 * mass)
        }
      }),
      { numRuns: 300 }
    )
  })

  it("is the instance itself where nothing merges, and stable", () => {
    const raw = normalForm(randomInstance({ seed: 3 }))
    expect(quotient(raw).exact).toBe(raw)
    const merged = quotient(normalForm(randomInstance({ seed: 3, ties: 1, d: 1 }))).exact
    expect(quotient(merged).exact).toBe(merged)
  })

  it("merges a response of mass 0 with an equal one that has mass, and keeps one that is alone", () => {
    const raw = normalForm(
      validateFinite({
        name: "zeros",
        dimension: 1,
        beta: 1,
        rewardRange: 1,
        parameterSet: { kind: "ball", radius: 1 },
        thetaStar: Float64Array.of(1),
        noise: { kind: "none" },
        promptProbabilities: Float64Array.of(1),
        offsets: Int32Array.of(0, 4),
        reference: Float64Array.of(0.5, 0, 0, 0.5),
        features: Float64Array.of(0, 0, 0.5, 1),
        meanReward: Float64Array.of(0, 0, 0.5, 1),
        responseLabels: ["a", "b", "c", "d"]
      })
    )
    const { exact, rowOf } = quotient(raw)
    expect(rowOf).toEqual(Int32Array.of(0, 0, 1, 2))
    expect(exact.reference).toEqual(Float64Array.of(0.5, 0, 0.5))
    expect(exact.responseLabels).toEqual(["a and 1 more", "c", "d"])
  })

  it("turns a needle among 200,000 into two classes without losing mass", () => {
    const N = 200_000
    const { exact, rowOf } = quotient(needle({ N, d: 3, seed: 5 }))
    expect(exact.meanReward.length).toBe(2)
    const special = exact.meanReward.indexOf(1)
    expect(exact.reference[special]).toBe(1 / N)
    expect(Math.abs(exact.reference[1 - special] - (1 - 1 / N))).toBeLessThanOrEqual(2 ** -52)
    expect(rowOf.filter((row) => row === special).length).toBe(1)
  })
})
