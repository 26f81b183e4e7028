import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { BernoulliEProcess, logEAgainst, logEFor } from "./bernoulli-e-process.ts"
import { clopperPearsonLower, clopperPearsonUpper } from "./clopper-pearson.ts"
import { logProportionMixture } from "./confidence-sequence.ts"
import fixtures from "./fixtures/proportions.json" with { type: "json" }
import { decisionBoundaries, verdictProbabilities } from "../../properties/statistics/sequential-power.ts"

/**
 * The largest probability that any adversary choosing conditional rates in [0, δ₀] makes `logE` reach `threshold` within N trials.
 * Exact: the value is affine in the rate at every step, so an optimal adversary plays 0 or δ₀, found backwards.
 */
const worstCaseCrossing = (
  logE: (bad: number, trials: number) => number,
  delta0: number,
  threshold: number,
  trials: number
): number => {
  let value = new Float64Array(trials + 2)
  for (let n = trials; n >= 0; n--) {
    const now = new Float64Array(trials + 2)
    for (let k = 0; k <= n; k++) {
      now[k] =
        logE(k, n) >= threshold
          ? 1
          : n === trials
            ? 0
            : Math.max(value[k], delta0 * value[k + 1] + (1 - delta0) * value[k])
    }
    value = now
  }
  return value[0]
}

describe("E_n as a function of (k, n, δ₀)", () => {
  it("agrees with 60 to 3200-digit decimals to 1e-14 + 2e-15 of itself", () => {
    for (const row of fixtures.eProcess) {
      const name = `${row.bad} of ${row.trials} at ${row.delta0}`
      const against = logEAgainst(row.bad, row.trials, row.delta0)
      expect(Math.abs(against - row.against), name).toBeLessThanOrEqual(1e-14 + 2e-15 * Math.abs(row.against))
      if (row.for === undefined) continue
      const support = logEFor(row.bad, row.trials, row.delta0)
      expect(Math.abs(support - row.for), name).toBeLessThanOrEqual(1e-14 + 2e-15 * Math.abs(row.for))
    }
    for (const { trials, against } of fixtures.eProcessAtZero)
      expect(logEAgainst(0, trials, 0)).toBeCloseTo(against, 13)
  })

  it("is a supermartingale for rates up to δ₀, a martingale at δ₀, and its mirror image from δ₀ up", () => {
    for (const delta0 of [1e-6, 0.01, 0.3, 0.9]) {
      for (let n = 0; n < 60; n++) {
        for (let k = 0; k <= n; k += 3) {
          const step = (e: (k: number, n: number, d: number) => number, rate: number): number =>
            rate * Math.exp(e(k + 1, n + 1, delta0) - e(k, n, delta0)) +
            (1 - rate) * Math.exp(e(k, n + 1, delta0) - e(k, n, delta0))
          // Unit: relative rounding of exp of a difference of logarithms up to about 10³.
          expect(Math.abs(step(logEAgainst, delta0) - 1)).toBeLessThan(1e-11)
          expect(Math.abs(step(logEFor, delta0) - 1)).toBeLessThan(1e-11)
          expect(step(logEAgainst, delta0 / 2)).toBeLessThan(1)
          expect(step(logEAgainst, 0)).toBeLessThan(1)
          expect(step(logEFor, (1 + delta0) / 2)).toBeLessThan(1)
          expect(step(logEFor, 1)).toBeLessThan(1)
        }
      }
    }
  })

  it("has sensible corners and refuses the rest", () => {
    expect(logEAgainst(0, 0, 0.2)).toBe(0)
    expect(logEFor(0, 0, 0.2)).toBe(0)
    expect([logEAgainst(1, 9, 0), logEFor(0, 9, 0)]).toEqual([Infinity, 0])
    expect([logEAgainst(9, 9, 1), logEFor(9, 9, 1)]).toEqual([0, Infinity])
    expect([logEAgainst(9, 9, 7), logEFor(9, 9, 7)]).toEqual([0, Infinity])
    for (const [k, n, d] of [
      [2, 1, 0.5],
      [-1, 1, 0.5],
      [0, 0.5, 0.5],
      [0, 1, -0.1],
      [0, 1, Number.NaN],
      [Number.NaN, 1, 0.5]
    ]) {
      expect(() => logEAgainst(k, n, d)).toThrow(RangeError)
      expect(() => logEFor(k, n, d)).toThrow(RangeError)
    }
    expect(() => new BernoulliEProcess(Number.NaN)).toThrow(/delta0: NaN/)
  })
})

describe("BernoulliEProcess", () => {
  it("keeps exact running maxima while evaluating at bad trials only", () => {
    const stream = Stream.fromSeed(5).split("peaks")
    for (let run = 0; run < 20; run++) {
      const process = new BernoulliEProcess(0.1)
      let [against, support] = [0, 0]
      for (let n = 1; n <= 200; n++) {
        process.add(stream.next() < 0.1)
        against = Math.max(against, logEAgainst(process.bad, n, 0.1))
        support = Math.max(support, logEFor(process.bad, n, 0.1))
        expect(process.peakLogEAgainst).toBe(against)
        expect(process.peakLogEFor).toBe(support)
      }
      expect(process.trials).toBe(200)
    }
  })

  it("takes batches", () => {
    const process = new BernoulliEProcess(0.1)
    process.addBatch(3, 10)
    process.addBatch(0, 40)
    expect([process.bad, process.trials]).toEqual([3, 50])
    expect(process.logEAgainst).toBe(logEAgainst(3, 50, 0.1))
    expect(process.peakLogEAgainst).toBe(logEAgainst(3, 10, 0.1))
    expect(() => process.addBatch(3, 2)).toThrow(RangeError)
    expect(process.trials).toBe(50)
  })
})

describe("false alarms and detection, looking after every trial", () => {
  const delta0 = 0.05
  const nominal = 0.1
  const trials = 400
  const boundaries = decisionBoundaries({ delta0, level: nominal, trials })

  it("exactly: no rate ≤ δ₀, fixed or adaptive, crosses 1/α with probability above α", () => {
    for (const level of [0.1, 0.01, 1e-6]) {
      for (const claim of [0.01, 0.05, 0.5]) {
        const long = decisionBoundaries({ delta0: claim, level, trials: 2000 })
        // Without support, so that runs go on: false refutation is then largest.
        const neverSupport = { ...long, supportTo: new Int32Array(2001).fill(-1) }
        for (const rate of [claim, 0.9 * claim]) {
          expect(verdictProbabilities(neverSupport, rate).refuted).toBeLessThanOrEqual(level)
        }
      }
    }
    const worst = worstCaseCrossing((k, n) => logEAgainst(k, n, delta0), delta0, -Math.log(nominal), 300)
    expect(worst).toBeLessThanOrEqual(nominal)
    expect(worst).toBeGreaterThan(nominal / 4)
  })

  /** How many of `experiments` runs at `rate` ever reach ln(1/nominal) within `trials`. */
  const everRefuted = (experiments: number, rate: number, label: string): number => {
    const root = Stream.fromSeed(20260101).split(label)
    let refuted = 0
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      const process = new BernoulliEProcess(delta0)
      for (let n = 0; n < trials; n++) process.add(stream.next() < rate)
      if (process.peakLogEAgainst >= -Math.log(nominal)) refuted++
    }
    return refuted
  }

  it("simulated: false alarms at rate δ₀ stay below the level", () => {
    const experiments = 10_000
    const alarms = everRefuted(experiments, delta0, "false alarms")
    expect(clopperPearsonLower(alarms, experiments, alpha("statistics/e-process-false-alarms"))).toBeLessThanOrEqual(
      nominal
    )
  })

  it("simulated: a planted rate of 0.12 is detected as often as the exact law says", () => {
    const experiments = 2000
    const detected = everRefuted(experiments, 0.12, "planted")
    const exact = verdictProbabilities({ ...boundaries, supportTo: new Int32Array(trials + 1).fill(-1) }, 0.12).refuted
    const level = alpha("statistics/e-process-power", 2)
    expect(clopperPearsonLower(detected, experiments, level)).toBeLessThanOrEqual(exact)
    expect(clopperPearsonUpper(detected, experiments, level)).toBeGreaterThanOrEqual(exact)
    expect(exact).toBeGreaterThan(0.98)
  })

  it("catches a planted fault: the mixture without the restriction p > δ₀ refutes true claims", () => {
    const invalid = (k: number, n: number): number => logProportionMixture(k, n, delta0)
    // Exactly: some adversary within the claim makes it cross almost surely, ten times the level and more.
    expect(worstCaseCrossing(invalid, delta0, -Math.log(nominal), 300)).toBeGreaterThan(0.99)
    // And the very check that the valid process passes above fails for it, at a rate far inside the claim.
    const experiments = 1000
    const root = Stream.fromSeed(20260102).split("invalid")
    let alarms = 0
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      let k = 0
      for (let n = 1; n <= trials; n++) {
        if (stream.next() < 0.01) k++
        if (invalid(k, n) >= -Math.log(nominal)) {
          alarms++
          break
        }
      }
    }
    expect(clopperPearsonLower(alarms, experiments, alpha("statistics/unrestricted-mixture-caught"))).toBeGreaterThan(
      nominal
    )
  })
})
