/** pass@k, profiles, C_cov and crossings, against enumeration, exact laws and simulated draws. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { needle } from "../instance/families/needle.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { optimum } from "../policy/optimum.ts"
import { coverageBounds, coverageProfile, promptCoverage } from "./coverage-profile.ts"
import { coverageReport } from "./coverage-report.ts"
import { crossingLine, crossingOf } from "./crossing.ts"
import { passAtK, passCurve } from "./pass-at-k.ts"
import { exactPopulation, type Population, type PromptRate } from "./population.ts"
import { predictedCosts } from "./predicted-cost.ts"

const population = (name: string, prompts: ReadonlyArray<PromptRate>): Population => ({
  name,
  prompts: [prompts[0], ...prompts.slice(1)],
  notes: []
})
const known = (name: string, ...ps: ReadonlyArray<number>): Population =>
  population(
    name,
    ps.map((p, x) => ({ label: `x${x}`, p }))
  )
const counted = (name: string, ...counts: ReadonlyArray<readonly [c: number, n: number]>): Population =>
  population(
    name,
    counts.map(([successes, draws], x) => ({ label: `x${x}`, draws, successes }))
  )
/** Counts of n draws at each p. */
const drawn = (name: string, ps: ReadonlyArray<number>, n: number, stream: Stream): Population =>
  counted(
    name,
    ...ps.map((p, x) => {
      const own = stream.split("prompt", x)
      let c = 0
      for (let i = 0; i < n; i++) if (own.next() < p) c++
      return [c, n] as const
    })
  )

describe("pass@k", () => {
  it("of four draws and one success is 0.25, 0.5, 1", () => {
    expect([1, 2, 4].map((k) => passAtK(4, 1, k))).toEqual([0.25, 0.5, 1])
  })

  it("is the share of the k-subsets that hold a success", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(10), fc.integer({ min: 1, max: 10 }), (n, c, k) => {
        fc.pre(c <= n && k <= n)
        let [all, hit] = [0, 0]
        for (let set = 0; set < 2 ** n; set++) {
          const members = Array.from({ length: n }, (_, i) => (set >> i) & 1)
          if (members.reduce((s, m) => s + m, 0) !== k) continue
          all++
          if (members.slice(0, c).includes(1)) hit++
        }
        expect(passAtK(n, c, k)).toBeCloseTo(hit / all, 12)
      })
    )
  })

  it("is unbiased: its mean over c ~ Binomial(n, p) is 1 − (1 − p)^k", () => {
    for (const [n, k, p] of [
      [12, 5, 0.1],
      [30, 30, 0.02],
      [9, 1, 0.7]
    ]) {
      let [mean, weight] = [0, (1 - p) ** n]
      for (let c = 0; c <= n; c++) {
        mean += weight * passAtK(n, c, k)
        weight *= ((n - c) / (c + 1)) * (p / (1 - p))
      }
      expect(mean).toBeCloseTo(1 - (1 - p) ** k, 12)
    }
  })

  it("refuses what is no count", () => {
    expect(() => passAtK(4, 5, 1)).toThrow("c: 5, expected an integer in [0, 4]")
    expect(() => passAtK(4, 1, 5)).toThrow("k: 5, expected an integer in [1, 4]")
    expect(() => passAtK(0, 0, 1)).toThrow("n: 0")
    expect(() => passAtK(NaN, 0, 1)).toThrow("n: NaN")
  })

  it("of a known law is exact, small chances kept", () => {
    const [{ estimate, interval }] = passCurve(known("a", 1e-12, 1e-12), [1000], 0.05)
    expect(Math.abs(estimate! / 1e-9 - 1)).toBeLessThan(1e-8)
    expect(interval).toEqual({ lower: estimate, upper: estimate })
  })

  it("has intervals for k past the draws, and estimates up to them", () => {
    const curve = passCurve(counted("a", [1, 4], [0, 8]), [1, 4, 5, 64], 0.05)
    expect(curve.map(({ estimate }) => estimate)).toEqual([0.125, 0.5, undefined, undefined])
    for (const { estimate, interval } of curve) {
      expect(interval.lower).toBeLessThanOrEqual(estimate ?? interval.upper)
      expect(interval.upper).toBeGreaterThanOrEqual(estimate ?? interval.lower)
    }
    expect(curve[3].interval.upper).toBeCloseTo(1, 3)
  })

  it("has intervals that hold for all k at once, but for the stated chance", () => {
    const ps = [0.01, 0.1, 0.3, 0.9]
    const ks = [1, 3, 10, 40, 200]
    const truth = passCurve(known("t", ...ps), ks, 0.05).map(({ estimate }) => estimate!)
    let missed = 0
    for (let run = 0; run < 400; run++) {
      const curve = passCurve(drawn("d", ps, 40, Stream.fromSeed(9).split("run", run)), ks, 0.2)
      if (curve.some(({ interval }, i) => truth[i] < interval.lower || truth[i] > interval.upper)) missed++
    }
    // P(missed) ≤ 0.2 each: over 400 runs more than 128 (six standard deviations) would be a false alarm in 10⁹.
    expect(missed).toBeLessThan(128)
  })
})

describe("C_cov", () => {
  it("is that of the instance, where its reward is 0 or 1", () => {
    const instance = finiteInstance(needle({ N: 1000, d: 3, beta: 0.2 }), "needle")
    const { coverage } = optimum(instance.exact)
    const { overall } = coverageBounds(exactPopulation(instance, 1), 1 / 0.2, 0.05)
    expect(overall.estimate! / coverage).toBeCloseTo(1, 9)
    expect(overall.onlyLower).toBe(false)
  })

  it("falls in p from e^{R/β} to 1", () => {
    expect(promptCoverage(0, 10) / Math.exp(10)).toBeCloseTo(1, 12)
    expect(promptCoverage(1, 10)).toBe(1)
    expect(promptCoverage(1e-3, 10)).toBeCloseTo(Math.exp(10) / (1 - 1e-3 + 1e-3 * Math.exp(10)), 9)
    expect(promptCoverage(0.5, 1000)).toBe(2)
  })

  it("has only a lower bound where a prompt saw no success", () => {
    const { overall, prompts } = coverageBounds(counted("a", [3, 100], [0, 1000]), 10, 0.05)
    expect(prompts.map(({ onlyLower }) => onlyLower)).toEqual([false, true])
    expect(overall).toMatchObject({ estimate: undefined, onlyLower: true })
    // 1 − (α/4)^{1/m}: half of a half of α at each end of each prompt.
    expect(overall.interval.lower).toBeCloseTo(promptCoverage(1 - (0.05 / 4) ** (1 / 1000), 10), 6)
    expect(overall.interval.upper / Math.exp(10)).toBeCloseTo(1, 12)
  })
})

describe("the coverage profile", () => {
  it("is the share of prompts that need more than M draws", () => {
    const profile = coverageProfile(known("a", 1, 0.1, 0.099, 0), [1, 10, 1e9], 0.05)
    expect(profile.map(({ estimate }) => estimate)).toEqual([0.75, 0.5, 0.25])
    expect(profile.every(({ band, estimate }) => band.lower === estimate && band.upper === estimate)).toBe(true)
  })
  it("has bands around what was counted", () => {
    const [{ band, estimate }] = coverageProfile(counted("a", [0, 5], [5, 5], [50, 500]), [10], 0.05)
    expect(estimate).toBeCloseTo(1 / 3, 12)
    expect(band).toEqual({ lower: 0, upper: 2 / 3 })
  })
})

describe("crossings", () => {
  // Better at once on half of the prompts, hopeless on the others; against a little everywhere: 0.45 against 0.3 at k = 1.
  const narrow = [0.9, 0, 0.9, 0]
  const broad = [0.3, 0.3, 0.3, 0.3]
  it("are found exactly where laws are known", () => {
    const found = crossingOf(known("narrow", ...narrow), known("broad", ...broad), 128, 0.05)
    // 1 − 0.7^k passes 0.5·(1 − 0.1^k) at k = 2.
    expect(found).toEqual({ kind: "crossing", early: "narrow", late: "broad", after: 1, by: 2 })
    expect(crossingLine(found)).toBe(
      "crossing: narrow is above up to k = 1 and below from k = 2; the curves cross in between"
    )
  })
  it("have an interval where samples are given, which holds the truth", () => {
    const [a, b] = [narrow, broad].map((ps, i) => drawn(["narrow", "broad"][i], ps, 1000, Stream.fromSeed(i)))
    const found = crossingOf(a, b, 64, 0.05)
    expect(found).toMatchObject({ kind: "crossing", early: "narrow", late: "broad", after: 1 })
    expect(found.kind === "crossing" && found.by >= 2 && found.by <= 8).toBe(true)
  })
  it("that are not there are said not to be, as far as the data go", () => {
    const [low, high] = [Array.from({ length: 8 }, () => 0.02), Array.from({ length: 8 }, () => 0.2)]
    expect(crossingOf(known("high", ...high), known("low", ...low), 128, 0.05)).toEqual({
      kind: "no crossing",
      above: "high",
      upTo: 128,
      looked: 128
    })
    const apart = [high, low].map((ps, i) => drawn(["high", "low"][i], ps, 512, Stream.fromSeed(20 + i)))
    expect(crossingOf(apart[0], apart[1], 128, 0.05)).toMatchObject({ kind: "no crossing", above: "high", upTo: 128 })
    // The second prompt's p are too close to tell apart, and decide once the first is solved by both.
    const close = [
      [0.5, 0.05],
      [0.1, 0.04]
    ].map((ps, i) => drawn(["high", "low"][i], ps, 512, Stream.fromSeed(20 + i)))
    const found = crossingOf(close[0], close[1], 128, 0.05)
    expect(found).toMatchObject({ kind: "no crossing", above: "high" })
    expect(found.kind === "no crossing" && found.upTo < 128).toBe(true)
    expect(crossingLine(found)).toMatch(/^no crossing up to k = \d+: high is above; undecided from there to k = 128$/)
  })
  it("are undecided where intervals overlap", () => {
    const [a, b] = [0.2, 0.22].map((p, i) => drawn(`p${i}`, [p, p], 50, Stream.fromSeed(i)))
    const found = crossingOf(a, b, 128, 0.05)
    expect(found).toEqual({ kind: "undecided", decided: [], looked: 128 })
    expect(crossingLine(found)).toBe("undecided up to k = 128: intervals overlap")
    expect(crossingOf(known("a", 0.5), known("b", 0.5), 3, 0.05).kind).toBe("undecided")
  })
})

describe("the report", () => {
  it("looks up to the fewest draws, and predicts costs from both ends of C_cov", () => {
    const cost = { dimension: 3, epsilon: 0.1, delta: 0.02 }
    const sources = [counted("a", [3, 20], [4, 12]), known("b", 0.5)]
    const { crossings, most, populations } = coverageReport(sources, { level: 0.05, beta: 0.1, cost })
    expect(most).toBe(12)
    expect(populations[0].pass.map(({ k }) => k)).toEqual([1, 2, 4, 8, 12])
    expect(populations.map(({ draws, known: how }) => [draws, how])).toEqual([
      [32, "samples"],
      [0, "exact"]
    ])
    expect(crossings).toHaveLength(1)
    const { interval } = populations[0].coverage.overall
    expect(populations[0].costs[0].least).toEqual(
      predictedCosts(interval.lower, { ...cost, beta: 0.1, rewardRange: 1 })[0]
    )
    for (const { least, most: dearest } of populations[0].costs) expect(dearest!.T_comp >= least.T_comp).toBe(true)
    expect(coverageReport([known("b", 0.5)], { level: 0.05, beta: 0.1, cost }).most).toBe(1024)
  })
  it("predicts that passive pays for coverage in rewards, the others in draws", () => {
    const [few, many] = [1e2, 1e4].map((C) =>
      predictedCosts(C, { dimension: 4, beta: 0.1, rewardRange: 1, epsilon: 0.1, delta: 0.02 })
    )
    const growth = (of: "T_data" | "T_comp") =>
      Object.fromEntries(few.map((cost, i) => [cost.algorithm, Number(many[i][of]) / Number(cost[of])]))
    expect(growth("T_data")["passive"]).toBeCloseTo(100, 6)
    expect(growth("T_data")["best-of-n-elliptic"]).toBe(1)
    expect(growth("T_data")["spanner-sampling"]).toBeLessThan(1.2)
    expect(growth("T_comp")["spanner-sampling"]).toBeGreaterThan(50)
    expect(growth("T_comp")["best-of-n-elliptic"]).toBeGreaterThan(50)
  })
  it("takes p(right) from any instance", () => {
    const instance = finiteInstance(rareGood({ C: 100, d: 2, prompts: 3 }), "rare-good")
    for (const prompt of exactPopulation(instance, 1).prompts) expect("p" in prompt && prompt.p).toBe(0.01)
  })
})
