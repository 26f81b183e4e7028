import fc from "fast-check"
import { describe, expect, it } from "vitest"
import references from "./fixtures/needle-chance.json" with { type: "json" }
import { type Enclosure, needleChance, needleChanceBound, needleMass, type NeedleShape } from "./needle-chance.ts"
import { sphericalTail } from "./spherical-tail.ts"

const shape = (responses: number, dimension: number, ratio: number): NeedleShape => ({
  responses,
  dimension,
  beta: 1,
  rewardRange: ratio
})

/** `value` lies within, allowing for its own rounding (`ulps` of 2⁻⁵², relative). */
const expectInside = ({ lower, upper }: Enclosure, value: number, ulps: number): void => {
  const error = value * ulps * 2 ** -52
  expect(lower).toBeLessThanOrEqual(value + error)
  expect(upper).toBeGreaterThanOrEqual(value - error)
}

const shapes = fc.record({
  responses: fc.oneof(
    fc.integer({ min: 2, max: 50 }),
    fc.integer({ min: 2, max: 12 }).map((e) => 10 ** e)
  ),
  dimension: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 7, max: 300 })),
  beta: fc.double({ min: 1e-3, max: 10, noNaN: true }),
  rewardRange: fc.double({ min: 1e-3, max: 1, noNaN: true })
})

describe("needleChance", () => {
  it("encloses 25-digit references, at most as wide as asked and slack", () => {
    for (const { responses, dimension, ratio, value } of references) {
      for (const width of [1e-2, 1e-5]) {
        const enclosure = needleChance(shape(responses, dimension, ratio), width)
        expectInside(enclosure, Number(value), 1)
        const slack = 2e-12 + 4e-15 * dimension + 1e-14 * ratio
        expect(
          (enclosure.upper - enclosure.lower) / Number(value),
          `${responses} ${dimension} ${ratio}`
        ).toBeLessThanOrEqual(width + slack)
      }
    }
  }, 60_000)

  it("has its closed forms at d = 1, 2, 3 and N = 2", () => {
    for (const N of [2, 3, 1000, 1e6, 1e12]) {
      for (const t of [0.01, 0.7, Math.log(N), 40, 1000]) {
        expectInside(needleChance(shape(N, 1, t)), (needleMass(N, t) + needleMass(N, -t)) / 2, 8 + 2 * t)
        // d = 2: u = cos of a uniform angle; the midpoint rule of a smooth periodic function converges geometrically.
        const n = Math.ceil(40 + 60 * t)
        let mean = 0
        for (let i = 0; i < n; i++) mean += needleMass(N, t * Math.cos((Math.PI * (i + 0.5)) / n)) / n
        expectInside(needleChance(shape(N, 2, t), 1e-5), mean, n + 8 * t)
        // d = 3: u uniform on [−1, 1], and ∫ e^{tu}/(N−1+e^{tu}) du = log(N−1+e^{tu})/t.
        const top = t + Math.log1p((N - 1) * Math.exp(-t))
        const value = (top - Math.log(N - 1 + Math.exp(-t))) / (2 * t)
        const cancelled = (top * 8) / (2 * t) / value
        expectInside(needleChance(shape(N, 3, t), 1e-5), value, 8 + 2 * t + cancelled)
      }
    }
    for (const d of [1, 2, 3, 17, 400]) {
      const { lower, upper } = needleChance(shape(2, d, 3))
      expect(lower).toBeLessThanOrEqual(0.5)
      expect(upper).toBeGreaterThanOrEqual(0.5)
    }
  })

  it("lies between 1/N and its closed-form bounds, and finer enclosures meet coarser ones", () => {
    fc.assert(
      fc.property(shapes, (s) => {
        const coarse = needleChance(s, 0.1)
        const fine = needleChance(s, 1e-4)
        expect(fine.lower).toBeLessThanOrEqual(fine.upper)
        expect(fine.upper).toBeGreaterThanOrEqual(1 / s.responses)
        expect(fine.lower).toBeLessThanOrEqual(needleChanceBound(s))
        expect(fine.lower).toBeLessThanOrEqual(needleMass(s.responses, s.rewardRange / s.beta) * (1 + 1e-12))
        expect(Math.max(fine.lower, coarse.lower)).toBeLessThanOrEqual(Math.min(fine.upper, coarse.upper))
      }),
      { numRuns: 150 }
    )
  })

  it("is bracketed by its limit ½ where R/β is past 10⁴, and takes any number of responses that a double holds", () => {
    for (const [N, d, t] of [
      [1000, 2, 1e5],
      [1000, 3, 1e8],
      [2, 3, 1e300]
    ]) {
      const { lower, upper } = needleChance(shape(N, d, t))
      // d = 3 has a closed form; d = 2 lies closer to ½ still.
      const value = d === 3 ? 0.5 - Math.log(N - 1) / (2 * t) : 0.5
      expect(lower).toBeLessThanOrEqual(value)
      expect(upper).toBeGreaterThanOrEqual(value)
      expect(upper - lower).toBeLessThan(2 / N + 0.01)
    }
    const N = 4 ** 32
    expect(needleChance(shape(N, 1, Math.log(N))).upper).toBeCloseTo(0.25, 12)
  })

  it("refuses what it does not speak of", () => {
    const good = shape(10, 3, 1)
    const bad: ReadonlyArray<readonly [Partial<NeedleShape>, RegExp]> = [
      [{ responses: 1 }, /responses: 1/],
      [{ responses: 2.5 }, /responses/],
      [{ responses: Number.NaN }, /responses/],
      [{ dimension: 0 }, /dimension: 0/],
      [{ beta: 0 }, /beta: 0/],
      [{ beta: Number.NaN }, /beta/],
      [{ rewardRange: -1 }, /rewardRange: -1/],
      [{ responses: 2 ** 1001 }, /responses/]
    ]
    for (const [change, message] of bad) expect(() => needleChance({ ...good, ...change })).toThrow(message)
    expect(() => needleChance(good, 0)).toThrow(/width/)
  })
})

describe("sphericalTail", () => {
  it("has its closed form at d = 4: ½ − (u√(1−u²) + arcsin u)/π", () => {
    for (const u of [-0.99, -0.5, -1e-9, 0, 1e-9, 0.3, 0.999]) {
      const tail = 0.5 - (u * Math.sqrt(1 - u * u) + Math.asin(u)) / Math.PI
      expect(Math.abs(sphericalTail(4, u) - tail)).toBeLessThan(1e-15)
    }
  })
})
