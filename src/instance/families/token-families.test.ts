import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Stream } from "../../numeric/stream.ts"
import { evaluateTokens } from "../../policy/token-evaluate.ts"
import { optimum, referenceSuboptimality } from "../../policy/optimum.ts"
import { instantiate } from "../family.ts"
import type { Instance } from "../instance.ts"
import { layerParameters, valuesOf } from "../token-values.ts"
import { validateTokens } from "../validate-tokens.ts"
import { tokenBigramFamily } from "./token-bigram.ts"
import { tokenChain, tokenChainFamily } from "./token-chain.ts"
import { tokenLock, tokenLockFamily } from "./token-lock.ts"

const SEED = 7

/** Both sides say the same of π_ref and of π*. */
const agree = (instance: Instance): void => {
  const { exact } = instance
  const tokens = instance.tokens!
  const best = optimum(exact)
  const values = valuesOf(tokens, exact)
  const base = evaluateTokens(tokens, exact, { kind: "reference" }, values)
  const unit = Math.max(1, exact.rewardRange)
  expect(Math.abs(values.objective - best.objective)).toBeLessThan(1e-10 * unit)
  expect(Math.abs(values.logCoverage - Math.log(best.coverage))).toBeLessThan(1e-9 * Math.max(1, values.logCoverage))
  expect(Math.abs(base.objective - best.referenceObjective)).toBeLessThan(1e-10 * unit)
  expect(Math.abs(base.suboptimality - referenceSuboptimality(exact, best))).toBeLessThan(1e-10 * unit)
  expect(values.logCoverage).toBeLessThanOrEqual(tokens.horizon * Math.log(values.conditionalCoverage) + 1e-9)
}

describe("TokenChain", () => {
  it("has C_cond = C and C_cov = C^H, whatever C and H", () => {
    fc.assert(
      fc.property(fc.double({ min: 1.01, max: 1.99, noNaN: true }), fc.integer({ min: 1, max: 64 }), (C, H) => {
        const instance = tokenChain({ H, C, beta: 0.7 }, "test")
        agree(instance)
        const values = valuesOf(instance.tokens!, instance.exact)
        expect(values.conditionalCoverage).toBeCloseTo(C, 9)
        expect(values.logCoverage).toBeCloseTo(H * Math.log(C), 8)
        expect(instance.exact.reference.length).toBe(H + 1)
        for (const { theta } of layerParameters(instance.tokens!, values))
          expect(theta[0]).toBeCloseTo(0.7 * Math.log(C / (2 - C)), 9)
      }),
      { numRuns: 60, seed: SEED }
    )
  })
})

describe("TokenLock", () => {
  it("has theory's values at every layer and is Needle with N = A^H, down to masses of 10^-150", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 100 }), fc.nat(1e6), (A, H, seed) => {
        const instance = tokenLock({ A, H, seed }, "test")
        const { exact } = instance
        agree(instance)
        expect(Math.abs(exact.reference[0] * Number(BigInt(A) ** BigInt(H)) - 1)).toBeLessThan(1e-12)
        expect(exact.meanReward).toEqual(Float64Array.of(1, 0))
        const values = valuesOf(instance.tokens!, exact)
        layerParameters(instance.tokens!, values).forEach(({ theta }, layer) => {
          const h = layer + 1
          // β log(1 + (A^H − 1)/A^{H−h}), by its logarithm where A^H overflows what 1 + … can tell.
          const log = H * Math.log(A) + Math.log1p(-(A ** -H)) - (H - h) * Math.log(A)
          const expected = exact.beta * (log > 30 ? log + Math.exp(-log) : Math.log1p(Math.exp(log)))
          expect(Math.abs(theta[0] - expected)).toBeLessThan(1e-10)
        })
        expect(instance.responseCount(0)).toBe(BigInt(A) ** BigInt(H))
      }),
      { numRuns: 60, seed: SEED }
    )
  })

  it("names y* by a path of A^H that the seed hides", () => {
    const path = (seed: number): string => tokenLock({ A: 4, H: 8, seed }, "test").describeRow(0, 0, Stream.fromSeed(1))
    expect(path(1)).toMatch(/^[0-3]( [0-3]){7}$/)
    expect(path(1)).toBe(path(1))
    expect(new Set([1, 2, 3, 4].map(path)).size).toBe(4)
    const lock = tokenLock({ A: 3, H: 4 }, "test")
    const stream = Stream.fromSeed(2)
    for (let i = 0; i < 50; i++) expect(lock.describeRow(0, 1, stream)).not.toBe(lock.describeRow(0, 0, stream))
  })
})

describe("TokenBigram", () => {
  it("is realizable and tells one story on both sides, with zero masses and one class", () => {
    const options = fc.record({
      seed: fc.nat(1e6),
      H: fc.integer({ min: 1, max: 7 }),
      classes: fc.integer({ min: 1, max: 5 }),
      shares: fc.integer({ min: 1, max: 3 }),
      prompts: fc.integer({ min: 1, max: 4 }),
      zeros: fc.constantFrom(0, 0.3, 1),
      spread: fc.constantFrom(0, 4),
      R: fc.constantFrom(1, 0.01, 50)
    })
    fc.assert(
      fc.property(options, (o) => agree(instantiate(tokenBigramFamily, o))),
      { numRuns: 120, seed: SEED }
    )
  })
})

describe("a token side that is not one of the instance", () => {
  const { exact, tokens } = tokenLock({ A: 3, H: 3 }, "test")
  const K = 2
  const refusal = (change: Partial<NonNullable<Instance["tokens"]>>): string => {
    try {
      validateTokens({ ...tokens!, ...change }, exact, K)
    } catch (error) {
      return (error as Error).message
    }
    return "accepted"
  }
  const changed = (array: Float64Array, at: number, to: number): Float64Array =>
    array.map((value, i) => (i === at ? to : value))

  it("is refused in one line, whatever is wrong", () => {
    expect(refusal({})).toBe("accepted")
    expect(refusal({ reference: changed(tokens!.reference, 0, 0.4) })).toMatch(
      /^tokens\.nodes\[0\]: probabilities .*sum of 1$/
    )
    expect(refusal({ features: changed(tokens!.features, 0, 1.2) })).toMatch(/^tokens\.rows\[0\]\.features: norm 1\.2/)
    expect(refusal({ features: changed(tokens!.features, 0, 0) })).toMatch(/^tokens\.layers\[0\]: Q\* off a linear/)
    expect(refusal({ reward: changed(tokens!.reward, 0, 0.1) })).toMatch(/^tokens\.code\[0\]: a path from prompt 0/)
    expect(refusal({ next: tokens!.next.map((n, i) => (i === 0 ? -1 : n)) })).toMatch(
      /^tokens\.rows\[0\]\.next: layer 3/
    )
    expect(refusal({ roots: Int32Array.of(1) })).toMatch(/^tokens\.roots\[0\]: a node of layer 1/)
    // Laws that disagree with the sequence side leave the rewards of every path as they are.
    const skewed = tokens!.reference.map((p, row) => (row === 0 ? p / 2 : row === 1 ? p + tokens!.reference[0] / 2 : p))
    expect(refusal({ reference: skewed })).toMatch(/^tokens\.reward: J\* off by/)
  })

  it("families refuse what no table can hold", () => {
    expect(() => instantiate(tokenLockFamily, { A: 1000, H: 100 })).toThrow(/H to be at most 96 when A=1000/)
    expect(() => instantiate(tokenChainFamily, { C: 2 })).toThrow(/C to be a number in \(1,/)
  })
})
