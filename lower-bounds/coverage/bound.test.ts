import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { needle, needleInstance } from "../../src/instance/families/needle.ts"
import { evaluate } from "../../src/policy/evaluate.ts"
import { optimum } from "../../src/policy/optimum.ts"
import { hitBound, massThreshold, necessaryQueries, needleCoverage, outputBound, SOFTMAX_OUTPUT } from "./bound.ts"
import { needleChance, needleMass } from "./needle-chance.ts"
import { needleShape } from "./needle-shape.ts"

const nothing = { strong: 0, weak: 0, named: 0 }

describe("L1's bounds", () => {
  it("are q·h + 2k/N while q + k ≤ N/2, and 1 beyond where something was named", () => {
    const odds = { responses: 1000, chance: 0.003 }
    expect(hitBound(odds, { strong: 10, weak: 20, named: 30 })).toBeCloseTo(0.03 + 0.02 + 0.06, 15)
    expect(hitBound(odds, { strong: 0, weak: 470, named: 30 })).toBeCloseTo(0.53, 15)
    expect(hitBound(odds, { strong: 0, weak: 471, named: 30 })).toBe(1)
    expect(hitBound(odds, { strong: 0, weak: 900, named: 0 })).toBeCloseTo(0.9, 15)
    expect(outputBound(odds, nothing, SOFTMAX_OUTPUT, 0.25)).toBeCloseTo(0.012, 15)
    expect(outputBound(odds, nothing, { strong: 0, named: 1 }, 0.25)).toBeCloseTo(0.008, 15)
    expect(outputBound(odds, { ...nothing, named: 500 }, { strong: 0, named: 1 }, 0.25)).toBe(1)
    expect(outputBound(odds, nothing, SOFTMAX_OUTPUT, 0)).toBe(1)
  })

  it("turn into the theory's (q+4m)h ≥ 1 − δ − (2k+8k′)/N", () => {
    const [N, h, delta, k, m, k2] = [1e4, 1e-3, 0.1, 20, 3, 5]
    const q = necessaryQueries({ responses: N, chance: h }, h, delta, k, { strong: m, named: k2 })
    expect((q + 4 * m) * h).toBeCloseTo(1 - delta - (2 * k + 8 * k2) / N, 12)
    expect(
      outputBound({ responses: N, chance: h }, { strong: q, weak: 0, named: k }, { strong: m, named: k2 }, 0.25)
    ).toBeCloseTo(1 - delta, 12)
    expect(necessaryQueries({ responses: N, chance: h }, h, 0.9999)).toBe(0)
    expect(necessaryQueries({ responses: N, chance: h }, h, 0.1, 0, SOFTMAX_OUTPUT, 0)).toBe(0)
  })

  it("know the needle's coverage", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 2000 }), fc.double({ min: 0.05, max: 50, noNaN: true }), (N, beta) => {
        const exact = needle({ N, d: 2, beta })
        const shape = needleShape(exact)
        if (typeof shape === "string") throw new Error(shape)
        const coverage = needleCoverage(shape)
        expect(coverage / optimum(exact).coverage).toBeCloseTo(1, 10)
        const least = Math.min(N, Math.exp(1 / beta))
        expect(coverage).toBeLessThanOrEqual(least * (1 + 1e-12))
        expect(coverage).toBeGreaterThanOrEqual(least / 2)
      })
    )
  })
})

describe("massThreshold", () => {
  it("is above ¼ at 0.13β when e^{R/β} = N − 1 (kl(¼‖½) > 0.13)", () => {
    for (const N of [3, 50, 1e4]) {
      const beta = 1 / Math.log(N - 1)
      const x = massThreshold({ responses: N, dimension: 5, beta, rewardRange: 1 }, 0.13 * beta)
      expect(x).toBeGreaterThan(0.25)
      expect(x).toBeLessThan(0.251)
    }
  })

  it("is what any policy in the class has, also where e^{−R/β} underflows", () => {
    for (const t of [0.1, 30, 700, 720, 9000]) {
      const shape = { responses: 9, dimension: 3, beta: 1 / t, rewardRange: 1 }
      // The uniform policy: KL to π* is log((8 + e^t)/9) − t/9.
      const logZ = t + Math.log1p(8 * Math.exp(-t))
      const epsilon = (logZ - Math.log(9) - t / 9) / t
      expect(massThreshold(shape, epsilon)).toBeLessThanOrEqual(1 / 9 + 1e-9)
      expect(massThreshold(shape, epsilon)).toBeGreaterThan(1 / 9 - 1e-6)
    }
  })

  it("is necessary: any policy with less mass on the needle is worse than ε, whatever it does elsewhere", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 200 }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        share,
        share,
        (N, beta, e, s) => {
          const exact = needleInstance({ N, d: 3, beta }, "").exact
          const best = optimum(exact)
          const epsilon = e * beta * 2
          const x = massThreshold({ responses: N, dimension: 3, beta, rewardRange: 1 }, epsilon)
          // π_θ with θ = s'R·v for the largest s' that keeps the mass below x.
          const most = Math.log((x * (N - 1)) / (1 - x)) * beta
          const scale = most - s * Math.abs(most) - 1e-6
          const theta = exact.thetaStar.map((t) => t * scale)
          if (x === 0) return
          expect(needleMass(N, scale / beta)).toBeLessThan(x)
          expect(evaluate(exact, { kind: "linear-softmax", theta }, best).suboptimality).toBeGreaterThan(
            epsilon * (1 - 1e-9)
          )
        }
      )
    )
    expect(massThreshold({ responses: 10, dimension: 1, beta: 1, rewardRange: 1 }, 1e9)).toBe(0)
    expect(() => massThreshold({ responses: 10, dimension: 1, beta: 1, rewardRange: 1 }, Number.NaN)).toThrow(/epsilon/)
  })
})

describe("the strong-query bound and learners that stop at the needle", () => {
  // d = 1: ask θ = R first; after a miss, θ = −R.
  const shape = { responses: 1000, dimension: 1, beta: 0.01, rewardRange: 1 }
  const [up, down] = [needleMass(1000, 100), needleMass(1000, -100)]
  const h = needleChance(shape).lower
  const bothMiss = (1 - up) * (1 - down)

  it("holds for the committed number of queries", () => {
    expect(1 - bothMiss).toBeLessThanOrEqual(2 * h + 1e-12)
    expect(1 - bothMiss).toBeGreaterThan(2 * h - 1e-2)
  })

  it("fails for the number that happened to be used: why the judge wants a budget", () => {
    const used = 1 + (1 - up + 1 - down) / 2
    expect(1 - bothMiss).toBeGreaterThan(h * used * 1.3)
  })
})

describe("needleShape", () => {
  it("reads the table and its classes alike", () => {
    const options = { N: 40, d: 3, R: 2, beta: 0.5, seed: 9 }
    const expected = { responses: 40, dimension: 3, beta: 0.5, rewardRange: 2 }
    expect(needleShape(needle(options))).toEqual(expected)
    expect(needleShape(needleInstance(options, "").exact)).toEqual(expected)
  })

  it("says what is wrong with anything else", () => {
    const exact = needle({ N: 8, d: 2, seed: 3 })
    expect(needleShape({ ...exact, noise: { kind: "bernoulli" } })).toMatch(/noise/)
    expect(needleShape({ ...exact, meanReward: exact.meanReward.map((r) => r / 2) })).toMatch(/needle: reward/)
    expect(needleShape({ ...exact, features: exact.features.map(() => 0) })).toMatch(/features: all 0|reward/)
    expect(needleShape({ ...exact, features: exact.features.map(() => 0.5) })).toMatch(/a second feature/)
    expect(needleShape({ ...exact, parameterSet: { kind: "ball", radius: 7 } })).toMatch(/parameterSet/)
    expect(needleShape({ ...exact, reference: exact.reference.map((p, i) => (i === 0 ? p * 2 : p)) })).toMatch(
      /base mass/
    )
    expect(needleShape({ ...exact, thetaStar: exact.thetaStar.map((t) => -t) })).toMatch(/thetaStar/)
  })
})
