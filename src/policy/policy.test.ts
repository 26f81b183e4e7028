import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { randomInstance } from "../instance/families/random-instance.ts"
import { ratioByDefinition, rowsOf } from "../law/definition.ts"
import { whitening } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { type EllipticTest, ellipticNormSquared, passTable } from "./elliptic-test.ts"
import { evaluate, logRatio } from "./evaluate.ts"
import { type MixtureKernel, mixtureRatio } from "./mixture-ratio.ts"
import { optimum, referenceSuboptimality } from "./optimum.ts"
import type { Policy, TruncatedMixturePolicy } from "./policy.ts"
import { spannerSize } from "./spanner-size.ts"
import { suboptimalityMeter } from "./suboptimality.ts"

const setting = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  d: fc.integer({ min: 1, max: 4 }),
  responses: fc.integer({ min: 1, max: 7 }),
  prompts: fc.integer({ min: 1, max: 3 }),
  beta: fc.constantFrom(0.05, 0.3, 1, 10),
  count: fc.integer({ min: 1, max: 4 }),
  nu: fc.constantFrom(0.1, 0.5, 1, 3),
  clip: fc.constantFrom(0.2, 1)
})

const instanceOf = ({
  seed,
  d,
  responses,
  prompts,
  beta
}: {
  seed: number
  d: number
  responses: number
  prompts: number
  beta: number
}) => randomInstance({ seed, d, responses, prompts, beta })

const mixtureOf = (s: { seed: number; d: number; count: number; nu: number; clip: number }): TruncatedMixturePolicy => {
  const stream = Stream.fromSeed(s.seed).split("policy.test")
  const sigma = new Float64Array(s.d * s.d)
  for (let k = 0; k < 3; k++) {
    const v = Array.from({ length: s.d }, () => stream.nextNormal())
    for (let i = 0; i < s.d; i++) for (let j = 0; j < s.d; j++) sigma[i * s.d + j] += v[i] * v[j]
  }
  for (let i = 0; i < s.d; i++) sigma[i * s.d + i] += 1
  return {
    kind: "truncated-mixture",
    count: s.count,
    thetas: Float64Array.from({ length: s.count * s.d }, () => stream.nextNormal()),
    clip: s.clip,
    truncation: { dimension: s.d, whitening: whitening(sigma, s.d), nu: s.nu }
  }
}

describe("mixture evaluation", () => {
  it("equals the definition of SpannerSampling's output, truncated, clipped or neither", () => {
    fc.assert(
      fc.property(setting, (s) => {
        const exact = instanceOf(s)
        const policy = mixtureOf(s)
        const ratio = logRatio(exact, policy)
        for (const x of exact.promptProbabilities.keys()) {
          const defined = ratioByDefinition(exact, policy, x)
          rowsOf(exact, x).forEach((y, i) => {
            expect(exact.reference[y] * Math.exp(ratio[y])).toBeCloseTo(exact.reference[y] * Math.exp(defined[i]), 11)
          })
        }
      }),
      { numRuns: 300, seed: 2 }
    )
  })

  it("accumulates: extending in steps is evaluating at once", () => {
    const s = { seed: 5, d: 3, responses: 6, prompts: 2, beta: 0.3, count: 4, nu: 0.5, clip: 1 }
    const exact = instanceOf(s)
    const policy = mixtureOf(s)
    const steps = mixtureRatio(exact, policy.truncation, policy.clip)
    steps.extend(policy.thetas, 1)
    steps.extend(policy.thetas, 3)
    steps.extend(policy.thetas, 4)
    expect(steps.logRatio()).toEqual(logRatio(exact, policy))
  })
})

describe("T1 and T2", () => {
  it("hold to 1e-10 for every kind of policy", () => {
    fc.assert(
      fc.property(setting, (s) => {
        const exact = instanceOf(s)
        const best = optimum(exact)
        const mixture = mixtureOf(s)
        const policies: ReadonlyArray<Policy> = [
          { kind: "reference" },
          mixture,
          { kind: "linear-softmax", theta: mixture.thetas.slice(0, s.d) },
          { kind: "linear-softmax", theta: exact.thetaStar }
        ]
        let byNormalisers = 0
        exact.promptProbabilities.forEach((rho, x) => (byNormalisers += rho * exact.beta * best.logNormaliser[x]))
        expect(Math.abs(byNormalisers - best.objective)).toBeLessThan(1e-10)
        for (const policy of policies) {
          const { objective, suboptimality } = evaluate(exact, policy, best)
          expect(suboptimality).toBeGreaterThanOrEqual(0)
          expect(Math.abs(best.objective - objective - suboptimality)).toBeLessThan(1e-10 * Math.max(1, suboptimality))
        }
        expect(evaluate(exact, policies[3], best).suboptimality).toBeLessThan(1e-12)
        expect(
          Math.abs(referenceSuboptimality(exact, best) - evaluate(exact, policies[0], best).suboptimality)
        ).toBeLessThan(1e-12)
        expect(Math.abs(best.coverage / evaluate(exact, policies[3], best).coverage - 1)).toBeLessThan(1e-9)
        expect(best.coverage).toBeGreaterThanOrEqual(1)
        expect(best.coverage).toBeLessThanOrEqual(Math.exp(exact.rewardRange / exact.beta) * (1 + 1e-10))
      }),
      { numRuns: 200, seed: 3 }
    )
  })
})

describe("suboptimality along a run", () => {
  it("is of the mixture that is measured, whatever was measured before: longer, shorter, of other components or another truncation", () => {
    const exact = randomInstance({ seed: 9, d: 2, responses: 40, prompts: 2, beta: 0.5 })
    const best = optimum(exact)
    const truncation: EllipticTest = { dimension: 2, whitening: Float64Array.of(1, 0, 0, 1), nu: 100 }
    const policy: TruncatedMixturePolicy = {
      kind: "truncated-mixture",
      count: 2,
      thetas: Float64Array.of(0.5, 0, 0, 0.4, -0.3, 0.2),
      clip: 100,
      truncation
    }
    const meter = suboptimalityMeter(exact, best, Stream.fromSeed(1), 300)
    for (const next of [
      policy,
      { ...policy, count: 3 },
      { ...policy, count: 1 },
      policy,
      { ...policy, thetas: policy.thetas.map((value) => -value) },
      policy,
      { ...policy, truncation: { ...truncation, nu: 0.5 } },
      policy,
      { ...policy, clip: 0.1 }
    ])
      expect(meter.measure(next).value).toBeCloseTo(evaluate(exact, next, best).suboptimality, 12)
  })
})

describe("a mixture that grows", () => {
  it("has each component added once, though its array is made anew as it runs out", () => {
    const exact = randomInstance({ seed: 9, d: 2, responses: 40, prompts: 2, beta: 0.5 })
    const best = optimum(exact)
    const added: Array<readonly [number, number]> = []
    const kernel: MixtureKernel = {
      takes: () => true,
      add: ({ exact: { promptProbabilities }, count, first, left }) => {
        added.push([first, count])
        promptProbabilities.forEach((_, x) => left(x, first, count))
      },
      passTable
    }
    const meter = suboptimalityMeter(exact, best, Stream.fromSeed(1), 300, undefined, kernel)
    const thetas = Float64Array.of(0.5, 0, 0, 0.4, -0.3, 0.2, 0.1, 0.1)
    const truncation: EllipticTest = { dimension: 2, whitening: Float64Array.of(1, 0, 0, 1), nu: 100 }
    const mixture = { kind: "truncated-mixture", clip: 100, truncation } as const
    const measured = [
      meter.measure({ ...mixture, count: 2, thetas: thetas.slice(0, 4) }),
      meter.measure({ ...mixture, count: 4, thetas }),
      // Another mixture, longer by as much.
      meter.measure({ ...mixture, count: 4, thetas: thetas.map((value, i) => (i === 1 ? 0.1 : value)) })
    ]
    expect(added).toEqual([
      [0, 2],
      [2, 4],
      [0, 4]
    ])
    expect(measured[1].value).toBe(
      suboptimalityMeter(exact, best, Stream.fromSeed(1), 300).measure({ ...mixture, count: 4, thetas }).value
    )
  })
})

describe("sampled suboptimality", () => {
  it("is of components that are truncated and clipped, with the error of a mean", () => {
    const exact = randomInstance({ seed: 8, d: 1, responses: 600, prompts: 1, beta: 0.5 })
    const best = optimum(exact)
    const { beta, features, reference } = exact
    const [theta, clip, nu] = [3, 0.5, 0.8]
    // KL of a component to π*_β, averaged over its anchors.
    const values = Array.from(reference, (_, anchor) => {
      const f = Array.from(features, (phi) => {
        const gap = phi - features[anchor]
        return Math.abs(gap) > nu ? 0 : Math.max(-clip, Math.min(clip, theta * gap)) / beta
      })
      const z = f.reduce((sum, one, y) => sum + reference[y] * Math.exp(one), 0)
      return f.reduce((kl, one, y) => {
        const ratio = one - Math.log(z)
        return kl + beta * reference[y] * Math.exp(ratio) * (ratio - best.logRatio[y])
      }, 0)
    })
    const mean = values.reduce((sum, value, a) => sum + reference[a] * value, 0)
    const variance = values.reduce((sum, value, a) => sum + reference[a] * (value - mean) ** 2, 0)
    const meter = suboptimalityMeter(exact, best, Stream.fromSeed(1), 2000)
    const { standardError, value } = meter.measure({
      kind: "truncated-mixture",
      count: 1,
      thetas: Float64Array.of(theta),
      clip,
      truncation: { dimension: 1, whitening: Float64Array.of(1), nu }
    })
    // Deterministic given the seed; 5 standard errors, and the error itself within a fifth.
    expect(Math.abs(value - mean)).toBeLessThan(5 * Math.sqrt(variance / 2000))
    expect(standardError / Math.sqrt(variance / 2000)).toBeGreaterThan(0.8)
    expect(standardError / Math.sqrt(variance / 2000)).toBeLessThan(1.2)
  })

  it("averages the components' suboptimality, which bounds the mixture's from above", () => {
    // A wide instance (over 512 classes) and a policy whose components can be evaluated one by one.
    const exact = randomInstance({ seed: 8, d: 2, responses: 600, prompts: 1, beta: 0.5 })
    const best = optimum(exact)
    const policy: TruncatedMixturePolicy = {
      kind: "truncated-mixture",
      count: 3,
      thetas: Float64Array.of(0.5, 0, 0, 0.4, -0.3, 0.2),
      clip: 100,
      truncation: { dimension: 2, whitening: Float64Array.of(1, 0, 0, 1), nu: 100 }
    }
    const components = [0, 1, 2].map(
      (t) =>
        evaluate(exact, { kind: "linear-softmax", theta: policy.thetas.slice(2 * t, 2 * t + 2) }, best).suboptimality
    )
    const meter = suboptimalityMeter(exact, best, Stream.fromSeed(1), 300)
    const { kind, value, standardError } = meter.measure(policy)
    const average = components.reduce((a, b) => a + b) / 3
    expect(kind).toBe("average")
    // Deterministic given the seed; 6 standard errors.
    expect(Math.abs(value - average)).toBeLessThan(6 * standardError)
    expect(evaluate(exact, policy, best).suboptimality).toBeLessThanOrEqual(average)
  })
})

describe("spannerSize", () => {
  it("is the largest n of T3's inequality", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.double({ min: 0.001, max: 10, noNaN: true }),
        (d, nu, lambda) => {
          const n = spannerSize(d, nu, lambda)
          const gap = (m: number): number => d * Math.log(1 + (4 * m) / (d * lambda)) - m * Math.log(1 + nu * nu)
          expect(gap(n)).toBeGreaterThanOrEqual(-1e-9)
          expect(gap(n + 1)).toBeLessThan(1e-9)
        }
      ),
      { numRuns: 300, seed: 4 }
    )
  })
})

describe("passTable", () => {
  it("agrees with the norm of each pair, and no pair of equal responses passes", () => {
    const exact = randomInstance({ seed: 3, d: 3, responses: 9, prompts: 1, beta: 1 })
    const test: EllipticTest = { dimension: 3, whitening: Float64Array.of(1, 0, 0, 0.5, 2, 0, -1, 0.3, 0.7), nu: 0.8 }
    const table = new Uint8Array(81)
    passTable(test, exact.features, 0, 9, table)
    for (let a = 0; a < 9; a++) {
      for (let b = 0; b < 9; b++) {
        expect(table[a * 9 + b]).toBe(ellipticNormSquared(test, exact.features, a, b) > 0.64 ? 1 : 0)
      }
      expect(table[a * 9 + a]).toBe(0)
    }
  })
})
