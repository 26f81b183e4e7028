import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { spannerSamplingConstants, theoryParameters } from "../algorithm/spanner-sampling-parameters.ts"
import { samplerDraws as draws } from "../oracle/sampler-draws.ts"
import { spannerSize as size } from "../policy/spanner-size.ts"
import {
  checkT7,
  computationBound,
  dataBound,
  passBound,
  prefixBound,
  restartBound,
  parameter,
  samplerDraws,
  spannerSize
} from "./sampling-bounds.ts"
import { Rejection } from "./strict-json.ts"

const rejection = (run: () => unknown): string => {
  try {
    run()
    return "none"
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    const { code, path, message } = error.cause
    return `${code} ${path}: ${message}`
  }
}

/** Constants of an instance of which a bound takes only d, or its tokens. */
const of = (dimension: number, tokens?: { readonly horizon: number; readonly dimension: number }) => ({
  dimension,
  beta: 1,
  rewardRange: 1,
  parameterRadius: 1,
  ...(tokens === undefined ? {} : { tokens })
})

describe("bounds", () => {
  it("are those of the suite, computed in another way", () => {
    const spanners = fc.record({
      d: fc.integer({ min: 1, max: 64 }),
      nu: fc.double({ min: 1e-4, max: 2, noNaN: true }),
      lambda: fc.double({ min: 1e-3, max: 100, noNaN: true })
    })
    fc.assert(
      fc.property(spanners, ({ d, nu, lambda }) => {
        expect(spannerSize({ nu, lambda }, { dimension: d })).toBe(BigInt(size(d, nu, lambda)))
      }),
      { numRuns: 300, seed: 20261122 }
    )
    const samplers = fc.record({
      promise: fc.double({ min: 1, max: 1e9, noNaN: true }),
      rejectionLevel: fc.double({ min: 1e-12, max: 0.9, noNaN: true })
    })
    fc.assert(
      fc.property(samplers, (p) => {
        const { estimate, trials } = draws(p.promise, p.rejectionLevel)
        expect(samplerDraws(p)).toBe(BigInt(estimate) + BigInt(trials))
      }),
      { numRuns: 300, seed: 20261122 }
    )
    const p = { nu: 0.5, lambda: 1, rounds: 100, prompts: 7, pairsPerPrompt: 11, promise: 4, rejectionLevel: 0.25 }
    expect(dataBound(p, of(2))).toBe(2n * (BigInt(size(2, 0.5, 1)) + 100n))
    // N₁ = ⌈32 log 16⌉ = 89, N₂ = ⌈16 log 16⌉ = 45
    expect(samplerDraws(p)).toBe(134n)
    expect(computationBound(p)).toBe(154n + 100n * 135n)
    expect(computationBound({ ...p, prompts: 2 ** 53 - 1, pairsPerPrompt: 2 ** 53 - 1 })).toBe(
      2n * (2n ** 53n - 1n) ** 2n + 13500n
    )
  })

  it("of T8 are those of the statement, with the size of the token features' spanner", () => {
    const p = {
      nu: 0.5,
      lambda: 1,
      pairsPerPrefix: 11,
      rollouts: 5,
      certifyingRollouts: 7,
      promise: 4,
      rejectionLevel: 0.25
    }
    const most = BigInt(size(3, 0.5, 1))
    const problem = of(2, { horizon: 4, dimension: 3 })
    expect(restartBound(p, problem)).toBe(4n * most)
    expect(passBound(p, problem)).toBe(5n * most * 12n + 28n)
    expect(passBound(p, of(2, { horizon: 1, dimension: 3 }))).toBe(7n)
    expect(prefixBound(p)).toBe(22n + 134n + 1n)
    for (const name of ["rollouts", "certifyingRollouts"])
      expect(rejection(() => passBound({ ...p, [name]: 0.5 }, problem))).toBe(
        `hypothesis claim.parameters.${name}: expected an integer`
      )
    expect(rejection(() => prefixBound({ ...p, pairsPerPrefix: 0 }))).toBe(
      "hypothesis claim.parameters.pairsPerPrefix: expected a number above 0"
    )
  })

  it("of T3 hold with equality where it is an equality", () => {
    // (1+ν²)^n = (1+4n/(dλ))^d at ν = 1, d = 1, λ = 4, n = 1.
    expect(spannerSize({ nu: 1, lambda: 4 }, { dimension: 1 })).toBe(1n)
    expect(spannerSize({ nu: 1, lambda: 4.0001 }, { dimension: 1 })).toBe(0n)
    expect(spannerSize({ nu: 3, lambda: 100 }, { dimension: 1 })).toBe(0n)
  })

  it("ask for parameters that make sense", () => {
    const p = { nu: 0.5, lambda: 1, rounds: 100, prompts: 7, pairsPerPrompt: 11, promise: 4, rejectionLevel: 0.25 }
    expect(parameter(p, "nu")).toBe(0.5)
    const message = "expected a number above 0"
    for (const bad of [0, -1, NaN])
      expect(rejection(() => parameter({ nu: bad }, "nu"))).toBe(`hypothesis claim.parameters.nu: ${message}`)
    expect(rejection(() => parameter({}, "nu"))).toBe(`hypothesis claim.parameters.nu: ${message}`)
    expect(rejection(() => parameter({}, "toString"))).toBe(`hypothesis claim.parameters.toString: ${message}`)
    expect(rejection(() => dataBound({ ...p, rounds: 1.5 }, of(2)))).toBe(
      "hypothesis claim.parameters.rounds: expected an integer"
    )
    expect(rejection(() => computationBound({ ...p, prompts: 0.5 }))).toBe(
      "hypothesis claim.parameters.prompts: expected an integer"
    )
    expect(rejection(() => computationBound({ ...p, pairsPerPrompt: 2 ** 53 }))).toBe(
      "hypothesis claim.parameters.pairsPerPrompt: expected an integer"
    )
    expect(rejection(() => samplerDraws({ ...p, rejectionLevel: 1 }))).toMatch(/^unsupported claim.parameters: /)
    expect(rejection(() => samplerDraws({ ...p, promise: 2 ** 81 }))).toMatch(
      /^unsupported claim.parameters: expected M up to 2\^80, a level below 1$/
    )
    expect(samplerDraws({ ...p, promise: 2 ** 80 })).toBeGreaterThan(2n ** 84n)
    expect(samplerDraws({ ...p, rejectionLevel: 0.999999 })).toBeGreaterThan(0n)
    expect(rejection(() => spannerSize({ nu: 1e-9, lambda: 1 }, { dimension: 64 }))).toBe(
      "unsupported claim: n_max > 2^50"
    )
    expect(spannerSize({ nu: 5e-7, lambda: 1 }, { dimension: 4 })).toBeGreaterThan(2n ** 48n)
  })
})

describe("T7's hypotheses", () => {
  const problems = fc.record({
    dimension: fc.integer({ min: 1, max: 8 }),
    beta: fc.double({ min: 0.05, max: 5, noNaN: true }),
    rewardRange: fc.double({ min: 0.2, max: 3, noNaN: true }),
    parameterRadius: fc.double({ min: 0.2, max: 3, noNaN: true })
  })
  const goals = fc.record({
    epsilon: fc.double({ min: 0.05, max: 1, noNaN: true }),
    delta: fc.double({ min: 1e-4, max: 0.19, noNaN: true }),
    coverage: fc.double({ min: 1, max: 1e6, noNaN: true })
  })
  const away = { rounds: 1, prompts: 1, pairsPerPrompt: 1 }

  it("are met by the suite's parameters, and by nothing less", () => {
    fc.assert(
      fc.property(problems, goals, fc.constantFrom(0.5, 1, 4), (problem, goal, lambda) => {
        const p = theoryParameters(problem, goal, lambda)
        expect(rejection(() => checkT7(problem, p, goal))).toBe("none")
        // L falls with n_max, so the bound on ν may rise a little with ν: 1% more is enough. At ν = 1 it is κ, and so the rounds, that grow.
        expect(rejection(() => checkT7(problem, { ...p, nu: p.nu * 1.01 }, goal))).toMatch(
          /^hypothesis claim.parameters.(nu: expected at most|rounds: expected at least) .*, as T7 asks$/
        )
        expect(rejection(() => checkT7(problem, { ...p, promise: p.promise * (1 - 1e-9) }, goal))).toMatch(
          /^hypothesis claim.parameters.promise: expected at least .*, as T7 asks$/
        )
        expect(
          rejection(() => checkT7(problem, { ...p, rejectionLevel: p.rejectionLevel * (1 + 1e-9) }, goal))
        ).toMatch(/^hypothesis claim.parameters.rejectionLevel: expected at most/)
        expect(
          rejection(() => checkT7(problem, { ...p, pairsPerPrompt: p.pairsPerPrompt - away.pairsPerPrompt - 1 }, goal))
        ).toMatch(/pairsPerPrompt: expected at least/)
      }),
      { numRuns: 100, seed: 20261122, endOnFailure: true }
    )
  })

  it("ask for the counts of the statement", () => {
    const problem = { dimension: 2, beta: 0.5, rewardRange: 1, parameterRadius: 1 }
    const goal = { epsilon: 0.1, delta: 0.02, coverage: 50 }
    const lambda = 2
    const constants = spannerSamplingConstants(problem, goal, lambda)
    const { nu, confidenceRadius: b, logDeterminant: L, rounds } = constants
    const p = theoryParameters(problem, goal, lambda)
    const n = size(2, nu, lambda)
    // The required counts, from the statement (t7-spanner-sampling.md), at these parameters.
    const e1 = Math.E / (Math.E - 1)
    const own = 2 * Math.log1p((4 * (n + rounds)) / (2 * lambda))
    const radius = Math.SQRT1_2 * Math.sqrt(2 * Math.log(50) + own) + Math.sqrt(lambda)
    const kappa = (nu * nu) / Math.log1p(nu * nu)
    const needRounds = (3 / 0.1) * (Math.E - 2) * e1 * ((kappa * radius * radius * own) / 0.5 + 0.5 * Math.log(50))
    const needPrompts = (e1 * (n + Math.log(50)) * 9) / 0.1
    expect([b >= radius - 1e-12, L >= own - 1e-12, p.rounds >= needRounds]).toEqual([true, true, true])
    const at = (changed: object) => rejection(() => checkT7(problem, { ...p, ...changed }, goal))
    expect(at({ prompts: Math.ceil(needPrompts) })).toMatch(/none|pairsPerPrompt/)
    expect(at({ prompts: Math.ceil(needPrompts) - 1 })).toMatch(/^hypothesis claim.parameters.prompts/)
    // Fewer rounds need fewer rounds: the fixed point is found by lowering until it fails.
    let least = p.rounds
    while (at({ rounds: least, rejectionLevel: 0.02 / least }) === "none") least = Math.floor(least * 0.999)
    expect(at({ rounds: least, rejectionLevel: 0.02 / least })).toMatch(/^hypothesis claim.parameters.rounds/)
    expect(least / p.rounds).toBeGreaterThan(0.98)
    const needPairs = (3 / 0.1) * 50 * (6 + 2 * Math.E) * Math.log(p.prompts / 0.02)
    expect(at({ pairsPerPrompt: Math.ceil(needPairs) })).toBe("none")
    expect(at({ pairsPerPrompt: Math.ceil(needPairs) - 1 })).toMatch(/pairsPerPrompt/)
    expect(at({ promise: 2 * Math.E ** 2 * 50 })).toBe("none")
    expect(at({ rejectionLevel: 0.02 / p.rounds })).toBe("none")
  })

  it("cap ν at 1, and take β beyond R", () => {
    const problem = { dimension: 1, beta: 50, rewardRange: 1, parameterRadius: 1 }
    const goal = { epsilon: 1, delta: 0.1, coverage: 1.02 }
    const p = theoryParameters(problem, goal)
    expect(p.nu).toBe(1)
    expect(rejection(() => checkT7(problem, p, goal))).toBe("none")
    expect(rejection(() => checkT7(problem, { ...p, nu: 1 + 1e-9 }, goal))).toBe(
      "hypothesis claim.parameters.nu: expected at most 1, as T7 asks"
    )
    const needPairs = 3 * 1.02 * (6 + 2 * Math.E * 50) * Math.log(p.prompts / 0.1)
    expect(rejection(() => checkT7(problem, { ...p, pairsPerPrompt: Math.ceil(needPairs) }, goal))).toBe("none")
    expect(rejection(() => checkT7(problem, { ...p, pairsPerPrompt: Math.ceil(needPairs) - 1 }, goal))).toMatch(
      /pairsPerPrompt/
    )
  })
})
