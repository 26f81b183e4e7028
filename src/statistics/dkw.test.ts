import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "./alpha-ledger.ts"
import { clopperPearsonLower, clopperPearsonUpper } from "./clopper-pearson.ts"
import { dkwRadius, dkwTest, dkwTwoSampleBound, dkwTwoSampleTest } from "./dkw.ts"
import fixtures from "./fixtures/laws.json" with { type: "json" }

const uniform = (x: number): number => Math.min(1, Math.max(0, x))

/** Exact P(D ≥ c/(mn)) for two continuous samples: the share of lattice paths that leave the band |i·n − j·m| < c. */
const exactTail = (m: number, n: number, c: number): number => {
  // Probability, not counts: from (i, j) a uniform path goes right with chance (m−i)/(m+n−i−j).
  const mass = Array.from({ length: m + 1 }, () => new Float64Array(n + 1))
  mass[0][0] = 1
  let left = 0
  for (let i = 0; i <= m; i++) {
    for (let j = 0; j <= n; j++) {
      if (Math.abs(i * n - j * m) >= c) left += mass[i][j]
      else if (i + j < m + n) {
        const right = (m - i) / (m + n - i - j)
        if (i < m) mass[i + 1][j] += mass[i][j] * right
        if (j < n) mass[i][j + 1] += mass[i][j] * (1 - right)
      }
    }
  }
  return left
}

describe("Dvoretzky–Kiefer–Wolfowitz tests", () => {
  it("find the largest gap", () => {
    const { sample, uniformD, other, twoSampleD, dice, diceD } = fixtures.dkw
    expect(dkwTest(sample, uniform).statistic).toBeCloseTo(uniformD, 14)
    expect(dkwTwoSampleTest(sample, other).statistic).toBeCloseTo(twoSampleD, 14)
    expect(dkwTwoSampleTest(other, sample).statistic).toBeCloseTo(twoSampleD, 14)
    expect(
      dkwTest(
        dice,
        (x) => Math.floor(x) / 6,
        (x) => Math.ceil(x - 1) / 6
      ).statistic
    ).toBeCloseTo(diceD, 14)
    expect(dkwTest(sample, uniform).pValue).toBeCloseTo(Math.min(1, 2 * Math.exp(-80 * uniformD ** 2)), 13)
    expect(dkwTwoSampleTest([1, 1, 1], [1, 1]).statistic).toBe(0)
    expect(dkwTwoSampleTest([-Infinity, 0], [1, Infinity]).statistic).toBe(1)
    const radius = dkwRadius(100, 0.05)
    expect(2 * Math.exp(-200 * radius ** 2)).toBeCloseTo(0.05, 14)
  })

  it("refuse bad input", () => {
    expect(() => dkwTest([], uniform)).toThrow(RangeError)
    expect(() => dkwTest([Number.NaN], uniform)).toThrow(/sample\[0\]: NaN/)
    expect(() => dkwTest([0.5], () => 1.5)).toThrow(RangeError)
    expect(() =>
      dkwTest(
        [0.5],
        () => 0.5,
        () => 0.6
      )
    ).toThrow(RangeError)
    expect(() => dkwTwoSampleTest([1], [])).toThrow(RangeError)
    for (const [n, level] of [
      [0, 0.1],
      [1.5, 0.1],
      [5, 0],
      [5, 1],
      [5, Number.NaN]
    ])
      expect(() => dkwRadius(n, level)).toThrow(RangeError)
  })

  it("the two-sample bound holds against exact lattice-path counts, m ≠ n and m = n", () => {
    for (const { m, n, d, tail } of fixtures.twoSampleTail) expect(tail).toBeLessThanOrEqual(dkwTwoSampleBound(m, n, d))
    for (const { m, n, d, tail } of fixtures.twoSampleTail)
      expect(exactTail(m, n, Math.round(d * m * n))).toBeCloseTo(tail, 12)
    // Every small pair and every attainable gap; 2e^{−2z} would fail at (1,2), (1,3) and (2,3). 1e-14: rounding of a tail that is 1.
    let broken = ""
    for (let n = 2; n <= 14; n++) {
      for (let m = 1; m < n; m++) {
        for (let c = 1; c <= m * n; c++) {
          const tail = exactTail(m, n, c)
          if (!(tail <= Math.min(1, dkwTwoSampleBound(m, n, c / (m * n))) + 1e-14))
            broken = `m=${m} n=${n} c=${c}: ${tail}`
        }
      }
    }
    expect(broken).toBe("")
    // m = n: P(D ≥ r/n) = 2 Σ_j (−1)^{j−1} C(2n, n−jr)/C(2n, n). Constant e below 458, 2 from there (checked to 520 here).
    const logFactorial = [0]
    for (let i = 1; i <= 1040; i++) logFactorial.push(logFactorial[i - 1] + Math.log(i))
    for (let n = 1; n <= 520; n++) {
      for (let r = 1; r <= n; r++) {
        let tail = 0
        for (let j = 1; j * r <= n; j++) {
          const term = Math.exp(2 * logFactorial[n] - logFactorial[n - j * r] - logFactorial[n + j * r])
          tail += j % 2 === 1 ? 2 * term : -2 * term
          if (term < 1e-18 * tail) break
        }
        if (!(tail <= dkwTwoSampleBound(n, n, r / n)))
          expect.fail(`n=${n} r=${r}: ${tail} > ${dkwTwoSampleBound(n, n, r / n)}`)
      }
    }
  })

  it("in simulation: sizes at most nominal for continuous and discrete laws, planted shifts detected", () => {
    const [experiments, nominal] = [10_000, 0.1]
    const level = alpha("statistics/dkw-size", 5)
    const root = Stream.fromSeed(20260109).split("sizes")
    const alarms = [0, 0, 0, 0]
    let detected = 0
    for (let e = 0; e < experiments; e++) {
      const stream = root.split("experiment", e)
      const sample = (n: number): Float64Array => Float64Array.from({ length: n }, () => stream.next())
      const x = sample(60)
      const dice = x.map((u) => Math.floor(6 * u) + 1)
      if (dkwTest(x, uniform).pValue <= nominal) alarms[0]++
      if (
        dkwTest(
          dice,
          (v) => v / 6,
          (v) => (v - 1) / 6
        ).pValue <= nominal
      )
        alarms[1]++
      if (dkwTwoSampleTest(x, sample(60)).pValue <= nominal) alarms[2]++
      if (
        dkwTwoSampleTest(
          dice,
          sample(90).map((u) => Math.floor(6 * u) + 1)
        ).pValue <= nominal
      )
        alarms[3]++
      if (
        e < 500 &&
        dkwTest(
          sample(200).map((u) => u ** 2),
          uniform
        ).pValue <= 1e-6
      )
        detected++
    }
    for (const count of alarms) expect(clopperPearsonLower(count, experiments, level)).toBeLessThanOrEqual(nominal)
    // Power: at least 0.99 against U² in place of U at level 1e-6 with n = 200.
    expect(clopperPearsonUpper(detected, 500, level)).toBeGreaterThanOrEqual(0.99)
    expect(detected).toBeGreaterThan(0)
  })
})
