import { describe, expect, it } from "vitest"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactCellTest } from "../statistics/goodness-of-fit.ts"
import { binomial, categorical, geometric, geometricReach, geometricWithin, multinomial } from "./random-variates.ts"
import { Stream } from "./stream.ts"

const stream = Stream.fromSeed(20261122).split("random-variates.test")
const N = 200_000

/** Binomial(n, p) masses on [from, to], the tails lumped into the two outer cells; by logarithms, independent of the sampler. */
const binomialCells = (n: number, p: number, from: number, to: number): Array<number> => {
  const logFactorial = (k: number): number => {
    if (k < 2) return 0
    if (k < 64) return Array.from({ length: k - 1 }, (_, i) => Math.log(i + 2)).reduce((a, b) => a + b)
    return k * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI * k) + 1 / (12 * k) - 1 / (360 * k ** 3)
  }
  const mass = (k: number): number =>
    Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p))
  const inner = Array.from({ length: to - from + 1 }, (_, i) => mass(from + i))
  let below = 0
  for (let k = Math.max(0, from - 400); k < from; k++) below += mass(k)
  const rest = 1 - below - inner.reduce((a, b) => a + b)
  return [below, ...inner, Math.max(0, rest)]
}

const histogram = (draw: () => number, from: number, to: number): Array<number> => {
  const counts = new Array<number>(to - from + 3).fill(0)
  for (let i = 0; i < N; i++) counts[Math.min(to - from + 2, Math.max(0, draw() - from + 1))]++
  return counts
}

describe("binomial", () => {
  it("follows its law by inversion, by rejection, and mirrored past one half", () => {
    const cases: ReadonlyArray<readonly [number, number, number, number]> = [
      [12, 0.3, 0, 12],
      [1_000_000_000, 4e-9, 0, 14],
      [60, 0.4, 12, 36],
      [500, 0.91, 430, 480],
      [1_000, 0.02, 8, 34]
    ]
    const level = alpha("numeric/binomial-law", cases.length)
    cases.forEach(([n, p, from, to], i) => {
      const s = stream.split("binomial", i)
      const outcome = exactCellTest(
        histogram(() => binomial(s, n, p), from, to),
        normalised(binomialCells(n, p, from, to))
      )
      expect(outcome.pValue, `Binomial(${n}, ${p})`).toBeGreaterThan(level)
    })
  })

  it("keeps mean and spread at n = 10^10, where a count has no law one could list", () => {
    const [n, p] = [1e10, 0.25]
    const s = stream.split("large")
    const draws = Array.from({ length: 20_000 }, () => (binomial(s, n, p) - n * p) / Math.sqrt(n * p * (1 - p)))
    // Quartiles of the standard normal: the binomial's distance from it at this n is below 10⁻⁵.
    const cuts = [-0.6744897501960817, 0, 0.6744897501960817]
    const counts = [0, 0, 0, 0]
    for (const z of draws) counts[cuts.filter((c) => z > c).length]++
    expect(exactCellTest(counts, [0.25, 0.25, 0.25, 0.25]).pValue).toBeGreaterThan(alpha("numeric/binomial-large"))
  })

  it("has its corners", () => {
    const s = stream.split("corners")
    expect([binomial(s, 0, 0.5), binomial(s, 9, 0), binomial(s, 9, 1)]).toEqual([0, 0, 9])
  })
})

const normalised = (masses: ReadonlyArray<number>): Array<number> => {
  const total = masses.reduce((a, b) => a + b)
  return masses.map((m) => m / total)
}

describe("geometric", () => {
  it("follows its law, and its law within a limit", () => {
    const level = alpha("numeric/geometric-law", 2)
    const [p, limit] = [0.2, 6]
    const s = stream.split("geometric")
    const law = Array.from({ length: 20 }, (_, k) => p * (1 - p) ** k)
    const free = exactCellTest(
      histogram(() => geometric(s, p), 1, 20),
      [0, ...law, (1 - p) ** 20]
    )
    expect(free.pValue).toBeGreaterThan(level)
    const reach = geometricReach(p, limit)
    const within = exactCellTest(
      histogram(() => geometricWithin(s, p, limit), 1, limit),
      [0, ...law.slice(0, limit).map((m) => m / reach), 0]
    )
    expect(within.pValue).toBeGreaterThan(level)
  })

  it("keeps probabilities of 10^-12 and reaches of 10^-3 exact", () => {
    expect(geometricReach(1e-12, 1e9)).toBeCloseTo(1e-3 - 5e-7, 9)
    const s = stream.split("tiny")
    const p = 1e-12
    const fourths = [0, 0, 0, 0]
    for (let i = 0; i < 40_000; i++) fourths[Math.min(3, Math.floor(4 * geometricReach(p, geometric(s, p))))]++
    expect(exactCellTest(fourths, [0.25, 0.25, 0.25, 0.25]).pValue).toBeGreaterThan(alpha("numeric/geometric-tiny"))
  })

  it("never comes at p = 0 and always at p = 1", () => {
    const s = stream.split("corners")
    expect([geometric(s, 0), geometric(s, 1), geometricWithin(s, 1e-300, 1)]).toEqual([Infinity, 1, 1])
  })
})

describe("categorical and multinomial", () => {
  it("follow their weights and never draw a zero", () => {
    const weights = Float64Array.of(0, 3, 0, 1, 0.004, 0)
    const s = stream.split("categorical")
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < N; i++) counts[categorical(s, weights, 0, 6, 4.004)]++
    const law = Array.from(weights, (w) => w / 4.004)
    const level = alpha("numeric/categorical-law", 2)
    expect(exactCellTest(counts, law).pValue).toBeGreaterThan(level)
    const out = new Float64Array(6)
    multinomial(s, N, Float64Array.from(law), 0, 6, out)
    expect(out.reduce((a, b) => a + b)).toBe(N)
    expect(exactCellTest(out, law).pValue).toBeGreaterThan(level)
  })
})
