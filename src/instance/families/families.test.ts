import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Stream } from "../../numeric/stream.ts"
import { compensatedSum } from "../probability-mass.ts"
import { quotient } from "../quotient.ts"
import { normalForm, validateFinite } from "../validate.ts"
import { needle, needleInstance } from "./needle.ts"
import { orthonormalBasis, unitVector } from "./random-draws.ts"
import { randomInstance } from "./random-instance.ts"
import { rareGood } from "./rare-good.ts"

const norm = (v: Float64Array): number => Math.sqrt(v.reduce((s, t) => s + t * t, 0))

describe("RareGood", () => {
  const options = fc.record({
    C: fc.double({ min: 1.001, max: 1e12, noNaN: true }),
    d: fc.integer({ min: 1, max: 8 }),
    R: fc.constantFrom(1, 0.3, 1000),
    prompts: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(1e6)
  })

  it("is what families.md says, for every C, d, R and seed", () => {
    fc.assert(
      fc.property(options, (o) => {
        const i = validateFinite(rareGood(o))
        const { C, d, R } = o
        const K = d === 1 ? 1 : 2 * (d - 1)
        expect(i.beta).toBe((0.7 * R) / Math.log(C))
        expect(i.parameterSet).toEqual({ kind: "ball", radius: R })
        expect(norm(i.thetaStar)).toBeLessThan(R)
        for (let x = 0; x < o.prompts; x++) {
          expect(i.offsets[x + 1] - i.offsets[x]).toBe(K + 1)
          const rare = i.offsets[x + 1] - 1
          expect(i.reference[rare]).toBe(1 / C)
          expect(i.meanReward[rare]).toBe(R)
          expect(i.features.subarray(rare * d, (rare + 1) * d)).toEqual(
            Float64Array.from({ length: d }, (_, j) => (j === d - 1 ? 1 : 0))
          )
          expect(Math.abs(compensatedSum(i.reference, i.offsets[x], i.offsets[x + 1]) - 1)).toBeLessThan(2 ** -50)
          let mean = 0
          for (let row = i.offsets[x]; row < rare; row++) {
            expect(i.meanReward[row]).toBeGreaterThanOrEqual(0)
            expect(i.meanReward[row]).toBeLessThanOrEqual(0.1 * R)
            expect(i.features[row * d + d - 1]).toBe(0)
            if (d > 1) expect(norm(i.features.slice(row * d, (row + 1) * d))).toBeCloseTo(1, 12)
            mean += i.meanReward[row] / K
          }
          expect(Math.abs(mean - 0.05 * R)).toBeLessThan(1e-15 * R)
        }
        // The commons of a prompt span the first d−1 coordinates: Σ φφᵀ = 2I there.
        for (let a = 0; a < d - 1; a++) {
          for (let b = 0; b < d - 1; b++) {
            let sum = 0
            for (let row = 0; row < K; row++) sum += i.features[row * d + a] * i.features[row * d + b]
            expect(sum).toBeCloseTo(a === b ? 2 : 0, 12)
          }
        }
      }),
      { numRuns: 100 }
    )
  })

  it("keeps its mass exactly as it is, so that 1/C is 1/C after normal form and merging", () => {
    for (const C of [1.5, 10, 1e4, 12345.678, 1e12]) {
      const i = normalForm(rareGood({ C, d: 3 }))
      const exact = quotient(i).exact
      expect(exact).toBe(i)
      expect(exact.reference[4]).toBe(1 / C)
    }
  })

  it("has no dimension between integers, and none that is no number", () => {
    for (const d of [1.5, 0, NaN]) expect(() => rareGood({ C: 10, d })).toThrow(RangeError)
  })

  it("turns each prompt its own way, and again with each seed", () => {
    const i = rareGood({ C: 10, d: 3, prompts: 2, seed: 1 })
    expect(i.features.slice(0, 3)).not.toEqual(i.features.slice(15, 18))
    expect(rareGood({ C: 10, d: 3, seed: 2 }).thetaStar).not.toEqual(i.thetaStar)
    expect(rareGood({ C: 10, d: 3, prompts: 2, seed: 1 })).toEqual(i)
  })
})

describe("Needle", () => {
  it("is coverage/statement.md's, and has coverage C_cov = N/2 at the default β", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 300 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 2.5),
        fc.nat(1e6),
        (N, d, R, seed) => {
          const i = validateFinite(needle({ N, d, R, seed }))
          expect(Math.exp(R / i.beta)).toBeCloseTo(N - 1, 9)
          const at = i.meanReward.indexOf(R)
          expect(i.meanReward.filter((r) => r !== 0).length).toBe(1)
          expect(i.features.slice(at * d, (at + 1) * d).map((v) => R * v)).toEqual(i.thetaStar)
          expect(norm(i.thetaStar)).toBeCloseTo(R, 12)
          expect(i.reference.every((p) => p === 1 / N)).toBe(true)
        }
      ),
      { numRuns: 100 }
    )
  })

  it("made from its classes is the merged table", () => {
    // About 4 of these seeds have the needle first, so that its class comes first.
    let first = 0
    for (let seed = 0; seed < 200; seed++) {
      const merged = quotient(normalForm(needle({ N: 50, d: 3, seed })))
      const direct = needleInstance({ N: 50, d: 3, seed }, "spec")
      const { reference, ...rest } = direct.exact
      const { reference: mergedReference, ...mergedRest } = merged.exact
      expect(rest).toEqual(mergedRest)
      reference.forEach((p, row) => expect(Math.abs(p - mergedReference[row])).toBeLessThanOrEqual(2 ** -52))
      expect(direct.responseCount(0)).toBe(50n)
      const rows = new Int32Array(100)
      direct.source.drawRows(0, 1, seed, 0, 100, rows)
      rows.forEach((row, i) => expect(row).toBe(merged.rowOf[Number(direct.source.describe(0, 1, seed, i).slice(1))]))
      if (merged.rowOf[0] === merged.exact.meanReward.indexOf(1)) first++
    }
    expect(first).toBeGreaterThan(0)
  })

  it("of a million responses in high dimension is made of its classes, quickly", () => {
    const i = needleInstance({ N: 1_000_000, d: 256 }, "spec")
    expect(i.exact.features.length).toBe(512)
    expect(i.responseCount(0)).toBe(1_000_000n)
  })
})

describe("random instances", () => {
  it("make every corner they are asked for", () => {
    const zeros = randomInstance({ seed: 1, responses: 50, zeros: 0.5 })
    expect(zeros.reference.filter((p) => p === 0).length).toBeGreaterThan(10)
    const ties = normalForm(randomInstance({ seed: 1, responses: 50, ties: 0.6, d: 3 }))
    const distinctRewards = new Set(ties.meanReward).size
    const classes = quotient(ties).exact.meanReward.length
    // Some ties merge, some have equal reward at another feature.
    expect(distinctRewards).toBeLessThan(classes)
    expect(classes).toBeLessThan(150)
    const spread = randomInstance({ seed: 1, responses: 50, spread: 300 })
    expect(Math.min(...spread.reference)).toBeLessThan(1e-200)
    expect(randomInstance({ seed: 1, responses: 1, d: 1 }).meanReward.length).toBe(3)
    expect(randomInstance({ seed: 5 })).toEqual(randomInstance({ seed: 5 }))
    // The widest prompt's rewards span [0, R], unless θ* would need to be longer than Θ allows.
    const r = randomInstance({ seed: 2, prompts: 1, responses: 30 }).meanReward
    expect([Math.min(...r), Math.max(...r)]).toEqual([expect.closeTo(0, 12), expect.closeTo(1, 12)])
  })
})

describe("directions", () => {
  it("are unit vectors and orthonormal bases", () => {
    const stream = Stream.fromSeed(4)
    expect(Math.abs(unitVector(stream, 1)[0])).toBe(1)
    expect(unitVector(stream, 0)).toHaveLength(0)
    for (const k of [0, 1, 2, 7, 40]) {
      const basis = orthonormalBasis(stream, k)
      basis.forEach((a, i) =>
        basis.forEach((b, j) => {
          expect(a.reduce((s, t, m) => s + t * b[m], 0)).toBeCloseTo(i === j ? 1 : 0, 13)
        })
      )
    }
  })
})
