import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { logEFor } from "./bernoulli-e-process.ts"
import { clopperPearson, clopperPearsonLower } from "./clopper-pearson.ts"
import { logProportionMixture, proportionConfidenceSequence, proportionUpperBound } from "./confidence-sequence.ts"
import fixtures from "./fixtures/proportions.json" with { type: "json" }

/** Per n, the counts whose interval covers p: [first, last], found through the public functions; neither ever falls. */
const covering = (
  trials: number,
  covers: (k: number, n: number) => boolean
): ReadonlyArray<readonly [number, number]> => {
  let first = 0
  let last = 0
  return Array.from({ length: trials + 1 }, (_, n) => {
    while (first <= n && !covers(first, n)) first++
    while (last < n && covers(last + 1, n)) last++
    return [first, last] as const
  })
}

/** Exact P(∃n ≤ trials: k_n outside its range) for independent trials of rate p. */
const everMissed = (ranges: ReadonlyArray<readonly [number, number]>, p: number): number => {
  const mass = new Float64Array(ranges.length + 1)
  mass[0] = 1
  let missed = 0
  for (let n = 1; n < ranges.length; n++) {
    for (let k = n; k >= 0; k--) {
      const here = mass[k] * (1 - p) + (k > 0 ? mass[k - 1] * p : 0)
      const kept = k >= ranges[n][0] && k <= ranges[n][1]
      if (!kept) missed += here
      mass[k] = kept ? here : 0
    }
  }
  return missed
}

describe("confidence sequences for a proportion", () => {
  it("agree with exact solutions to 1e-14 relative", () => {
    for (const { k, n, level, lower, upper, oneSided } of fixtures.confidenceSequence) {
      const interval = proportionConfidenceSequence(k, n, level)
      expect(Math.abs(interval.lower - lower)).toBeLessThanOrEqual(1e-14 * lower)
      expect(Math.abs(interval.upper - upper)).toBeLessThanOrEqual(1e-14 * upper)
      expect(Math.abs(proportionUpperBound(k, n, level) - oneSided)).toBeLessThanOrEqual(1e-14 * oneSided)
    }
  })

  it("are the points the mixtures do not reject", () => {
    for (const [k, n] of [
      [0, 5],
      [3, 10],
      [50, 400],
      [400, 400],
      [1, 1e6]
    ]) {
      for (const level of [0.1, 1e-9]) {
        const { lower, upper } = proportionConfidenceSequence(k, n, level)
        const bound = proportionUpperBound(k, n, level)
        for (let i = 1; i < 400; i++) {
          const p = i / 400
          expect(logProportionMixture(k, n, p) < -Math.log(level)).toBe(p > lower && p < upper)
          expect(logEFor(k, n, p) < -Math.log(level)).toBe(p < bound)
        }
      }
    }
  })

  it("have their corners and refuse the rest", () => {
    expect(proportionConfidenceSequence(0, 0, 0.1)).toEqual({ lower: 0, upper: 1 })
    expect(proportionUpperBound(0, 0, 0.1)).toBe(1)
    expect(proportionUpperBound(7, 7, 0.1)).toBe(1)
    expect(proportionConfidenceSequence(7, 7, 0.1).upper).toBe(1)
    expect(proportionConfidenceSequence(0, 7, 0.1).lower).toBe(0)
    for (const level of [0, 1, Number.NaN, -1])
      expect(() => proportionConfidenceSequence(1, 2, level)).toThrow(RangeError)
    for (const level of [0, 0.5, Number.NaN]) expect(() => proportionUpperBound(1, 2, level)).toThrow(RangeError)
    for (const p of [0, 1, Number.NaN]) expect(() => logProportionMixture(1, 2, p)).toThrow(RangeError)
    expect(() => proportionConfidenceSequence(3, 2, 0.1)).toThrow(/successes: 3/)
  })

  it("never miss more often than their level over 400 looks, exactly, while a fixed-sample interval does", () => {
    const [level, trials] = [0.1, 400]
    for (const p of [0.02, 0.3, 0.5]) {
      const sequence = covering(trials, (k, n) => {
        const { lower, upper } = proportionConfidenceSequence(k, n, level)
        return p >= lower && p <= upper
      })
      const bound = covering(trials, (k, n) => p <= proportionUpperBound(k, n, level))
      expect(everMissed(sequence, p)).toBeLessThanOrEqual(level)
      expect(everMissed(bound, p)).toBeLessThanOrEqual(level)
      // What peeking does to an interval made for one look: the reason this file exists.
      const fixed = covering(trials, (k, n) => {
        const { lower, upper } = clopperPearson(k, n, level)
        return p >= lower && p <= upper
      })
      expect(everMissed(fixed, p)).toBeGreaterThan(2 * level)
    }
  })

  it("and in simulation with a look after every trial", () => {
    const [level, trials, experiments, p] = [0.1, 300, 10_000, 0.3]
    const sequence = covering(trials, (k, n) => logProportionMixture(k, n, p) < -Math.log(level))
    const bound = covering(trials, (k, n) => logEFor(k, n, p) < -Math.log(level))
    const root = Stream.fromSeed(20260104).split("coverage")
    const misses = [0, 0]
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      let k = 0
      let outside = [false, false]
      for (let n = 1; n <= trials; n++) {
        if (stream.next() < p) k++
        outside = [sequence, bound].map((ranges, i) => outside[i] || k < ranges[n][0] || k > ranges[n][1])
      }
      outside.forEach((out, i) => out && misses[i]++)
    }
    const share = alpha("statistics/proportion-sequence-coverage", 2)
    for (const missed of misses) expect(clopperPearsonLower(missed, experiments, share)).toBeLessThanOrEqual(level)
  })
})
