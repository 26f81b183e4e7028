import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { judgeBernoulli } from "./bernoulli-judgement.ts"
import { clopperPearsonLower } from "./clopper-pearson.ts"
import { decisionBoundaries, verdictProbabilities } from "../../properties/statistics/sequential-power.ts"

describe("judgeBernoulli", () => {
  it("gives each of the three verdicts, with the evidence and the bound they rest on", () => {
    const refuted = judgeBernoulli({ bad: 40, trials: 200, delta0: 0.05, level: 1e-6 })
    expect(refuted.verdict).toBe("refuted")
    expect(refuted.logEAgainst).toBeGreaterThan(Math.log(1e6))
    const supported = judgeBernoulli({ bad: 0, trials: 400, delta0: 0.05, level: 1e-6 })
    expect(supported.verdict).toBe("supported")
    expect(supported.upperBound).toBeLessThanOrEqual(0.05)
    expect(judgeBernoulli({ bad: 0, trials: 100, delta0: 0.05, level: 1e-6 }).verdict).toBe("undecided")
    expect(judgeBernoulli({ bad: 0, trials: 0, delta0: 0.05, level: 1e-6 })).toMatchObject({
      verdict: "undecided",
      upperBound: 1
    })
  })

  it("supports exactly when the upper bound is at most δ₀", () => {
    for (const trials of [10, 100, 1000]) {
      for (let bad = 0; bad <= trials; bad += trials / 10) {
        for (const delta0 of [0.001, 0.03, 0.2, 0.5, 0.97]) {
          const { verdict, upperBound } = judgeBernoulli({ bad, trials, delta0, level: 1e-4 })
          expect(verdict === "supported").toBe(upperBound <= delta0)
        }
      }
    }
  })

  it("knows the corners δ₀ = 0 and δ₀ ≥ 1", () => {
    expect(judgeBernoulli({ bad: 0, trials: 1e6, delta0: 0, level: 1e-3 }).verdict).toBe("undecided")
    expect(judgeBernoulli({ bad: 1, trials: 1e6, delta0: 0, level: 1e-3 }).verdict).toBe("refuted")
    expect(judgeBernoulli({ bad: 5, trials: 5, delta0: 1, level: 1e-3 }).verdict).toBe("supported")
    expect(judgeBernoulli({ bad: 0, trials: 0, delta0: 2.5, level: 1e-3 }).verdict).toBe("supported")
  })

  it("refuses bad input", () => {
    const good = { bad: 1, trials: 2, delta0: 0.5, level: 0.01 }
    for (const bad of [
      { bad: 3 },
      { bad: Number.NaN },
      { trials: 0.5 },
      { delta0: -1 },
      { delta0: Number.NaN },
      { level: 0 },
      { level: 0.5 },
      { level: Number.NaN }
    ]) {
      expect(() => judgeBernoulli({ ...good, ...bad })).toThrow(RangeError)
    }
  })

  it("looked at after every trial, supports a false claim with probability at most its level, exactly", () => {
    for (const level of [0.1, 0.01, 1e-6]) {
      for (const delta0 of [0.01, 0.05, 0.5]) {
        const { supportTo, refuteFrom } = decisionBoundaries({ delta0, level, trials: 2000 })
        const neverRefute = { supportTo, refuteFrom: refuteFrom.map((_, n) => n + 1) }
        for (const rate of [delta0 * 1.0001, delta0 * 1.1]) {
          expect(verdictProbabilities(neverRefute, rate).supported).toBeLessThanOrEqual(level)
        }
      }
    }
  })

  it("and in simulation", () => {
    const [delta0, level, trials, experiments] = [0.05, 0.1, 600, 10_000]
    const { supportTo } = decisionBoundaries({ delta0, level, trials })
    // The boundary is the judgement's own.
    for (let n = 0; n <= trials; n += 25) {
      const k = supportTo[n]
      if (k >= 0) expect(judgeBernoulli({ bad: k, trials: n, delta0, level }).verdict).toBe("supported")
      if (k < n) expect(judgeBernoulli({ bad: k + 1, trials: n, delta0, level }).verdict).not.toBe("supported")
    }
    const root = Stream.fromSeed(20260103).split("false support")
    let falselySupported = 0
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      let k = 0
      for (let n = 1; n <= trials; n++) {
        if (stream.next() < 0.0505) k++
        if (k <= supportTo[n]) {
          falselySupported++
          break
        }
      }
    }
    expect(
      clopperPearsonLower(falselySupported, experiments, alpha("statistics/judge-false-support"))
    ).toBeLessThanOrEqual(level)
  })

  it("has the power a plan needs: P(bad) = δ₀/5 is supported, 3δ₀ refuted, at ledger levels", () => {
    const boundaries = decisionBoundaries({ delta0: 0.05, level: 1e-9, trials: 2000 })
    const good = verdictProbabilities(boundaries, 0.01)
    const bad = verdictProbabilities(boundaries, 0.15)
    expect(good.supported).toBeGreaterThan(0.999)
    expect(bad.refuted).toBeGreaterThan(0.999)
    expect(good.supported + good.refuted + good.undecided).toBeCloseTo(1, 12)
    expect(good.expectedTrials).toBeLessThan(1000)
  })
})
