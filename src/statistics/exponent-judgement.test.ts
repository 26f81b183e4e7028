import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { clopperPearsonLower, clopperPearsonUpper } from "./clopper-pearson.ts"
import { type ExponentEstimate, fitExponents } from "./exponent-fit.ts"
import { type ExponentClaim, exponentPower, exponentVerdict, judgeExponent } from "./exponent-judgement.ts"
import fixtures from "./fixtures/scaling.json" with { type: "json" }

const estimate = (value: number, standardError: number, degreesOfFreedom = 10): ExponentEstimate => ({
  name: "n",
  estimate: value,
  standardError,
  degreesOfFreedom,
  lower: Number.NaN,
  upper: Number.NaN
})

const claims: ReadonlyArray<ExponentClaim> = ["equals", "at most", "at least"]

describe("judging an exponent", () => {
  it("integrates the power also where the test turns far faster than the density (mpmath)", () => {
    for (const [claim, standardError, degreesOfFreedom, level, power] of [
      ["at most", 0.01, 2, 1e-9, 5.19999985613134e-8],
      ["equals", 0.01, 2, 1e-9, 3.60423081204118e-8],
      ["equals", 0.01, 1, 1e-6, 1.05331416408827e-5],
      ["at most", 0.02, 5, 1e-12, 9.12961681446847e-11],
      ["equals", 0.01, 30, 1e-9, 6.57542412715352e-5]
    ] as const)
      expect(exponentPower({ claim, standardError, degreesOfFreedom, margin: 0.05, level }) / power).toBeCloseTo(1, 6)
  })

  it("power agrees with an independent integration to 1e-9", () => {
    for (const row of fixtures.power) {
      const power = exponentPower({ ...row, claim: row.claim as ExponentClaim })
      expect(Math.abs(power - row.power), JSON.stringify(row)).toBeLessThan(1e-9)
    }
  })

  it("gives three verdicts, and noise is never a pass", () => {
    const ask = (value: number, error: number, claim: ExponentClaim = "equals") =>
      judgeExponent(estimate(value, error), { claim, predicted: 1, margin: 0.1, level: 0.05 }).verdict
    expect(ask(1.01, 0.02)).toBe("supported")
    expect(ask(1.2, 0.02)).toBe("refuted")
    expect(ask(1.01, 0.2)).toBe("undecided")
    expect(ask(1, 1e6)).toBe("undecided")
    expect([ask(0.5, 0.02, "at most"), ask(1.5, 0.02, "at most"), ask(1.1, 0.02, "at most")]).toEqual([
      "supported",
      "refuted",
      "undecided"
    ])
    expect([ask(1.5, 0.02, "at least"), ask(0.5, 0.02, "at least"), ask(0.9, 0.02, "at least")]).toEqual([
      "supported",
      "refuted",
      "undecided"
    ])
    expect([ask(1.05, 0), ask(1.2, 0)]).toEqual(["supported", "refuted"])
    expect(judgeExponent(estimate(1, 0), { claim: "equals", predicted: 1, margin: 0.1, level: 0.05 }).power).toBe(1)
    expect(
      judgeExponent(estimate(1, 0.2), { claim: "equals", predicted: 1, margin: 0.1, level: 0.05 }).power
    ).toBeLessThan(1e-5)
  })

  it("refuses bad input", () => {
    const good = { claim: "equals", predicted: 1, margin: 0.1, level: 0.05 } as const
    for (const bad of [
      { predicted: Number.NaN },
      { predicted: Infinity },
      { margin: 0 },
      { margin: Number.NaN },
      { level: 0 },
      { level: 0.5 },
      { level: Number.NaN }
    ]) {
      expect(() => judgeExponent(estimate(1, 0.1), { ...good, ...bad })).toThrow(RangeError)
    }
    expect(() => exponentPower({ ...good, standardError: -1, degreesOfFreedom: 3 })).toThrow(RangeError)
    expect(() => exponentPower({ ...good, standardError: 1, degreesOfFreedom: 0 })).toThrow(RangeError)
  })

  it("supports and refutes falsely at most at its level, at the worst exponents; power is as computed", () => {
    const [experiments, level, margin, noise] = [10_000, 0.05, 0.1, 0.1]
    const n = [4, 8, 16, 32, 64, 128, 256, 512]
    const logs = n.map(Math.log)
    const centre = logs.reduce((s, l) => s + l, 0) / n.length
    const standardError = noise / Math.sqrt(logs.reduce((s, l) => s + (l - centre) ** 2, 0))
    const root = Stream.fromSeed(20260111).split("verdicts")
    const simulate = (truth: number, salt: number): ReadonlyArray<ExponentEstimate> =>
      Array.from({ length: experiments }, (_, e) => {
        const stream = root.split("experiment", 10 * e + salt)
        const response = n.map((v) => v ** truth * Math.exp(noise * stream.nextNormal()))
        return fitExponents({ response, predictors: { n } }, level).exponents[0]
      })
    const rate = (estimates: ReadonlyArray<ExponentEstimate>, claim: ExponentClaim, verdict: string): number =>
      estimates.filter((e) => exponentVerdict(e, { claim, predicted: 1, margin, level }) === verdict).length
    const atUpper = simulate(1.1, 1)
    const atLower = simulate(0.9, 2)
    const share = alpha("statistics/exponent-false-verdicts", 8)
    for (const [estimates, claim] of [
      [atUpper, "equals"],
      [atLower, "equals"],
      [atUpper, "at most"],
      [atLower, "at least"]
    ] as const) {
      for (const verdict of ["supported", "refuted"]) {
        expect(
          clopperPearsonLower(rate(estimates, claim, verdict), experiments, share),
          `${claim} ${verdict}`
        ).toBeLessThanOrEqual(level)
      }
    }
    const asPredicted = simulate(1, 3)
    const off = simulate(1.04, 4)
    const both = alpha("statistics/exponent-power-formula", 12)
    for (const [estimates, offset] of [
      [asPredicted, 0],
      [off, 0.04]
    ] as const) {
      for (const claim of claims) {
        const power = exponentPower({ claim, standardError, degreesOfFreedom: n.length - 2, margin, level, offset })
        const supported = rate(estimates, claim, "supported")
        expect(clopperPearsonLower(supported, experiments, both)).toBeLessThanOrEqual(power)
        expect(clopperPearsonUpper(supported, experiments, both)).toBeGreaterThanOrEqual(power)
      }
    }
  })
})
