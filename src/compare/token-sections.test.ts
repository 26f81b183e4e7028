/** The verdict cells of TokenChain and TokenLock, on counts that follow a planted law: runs that follow theory's are in token-comparisons.test.ts. */
import { describe, expect, it } from "vitest"
import type { SweepPoint } from "../run/sweep.ts"
import { chainFits, lockFits } from "./token-comparisons.ts"
import { chainTable, lockTable } from "./token-sections.ts"

const HORIZONS = [4, 8, 16, 24]
const FACTORS = [1, 1]

/** Runs of an algorithm that asks for `count(H)` draws, the trials of a horizon apart by `factors`. */
const runs = (
  algorithm: string,
  count: (horizon: number) => number,
  factors: ReadonlyArray<number> = FACTORS,
  over: (horizon: number, trial: number) => Partial<SweepPoint> = () => ({})
): ReadonlyArray<SweepPoint> =>
  HORIZONS.flatMap((horizon) =>
    // As many as a 99 % interval of four medians takes.
    Array.from({ length: 10 }, (_, trial): SweepPoint => {
      const factor = factors[trial % factors.length]
      const asked = BigInt(Math.round(factor * count(horizon)))
      return {
        algorithm,
        spec: `H=${horizon}`,
        at: horizon,
        interpreter: "literal",
        seed: 1,
        trial,
        parameters: {},
        digest: "",
        rewardRange: 1,
        backend: "js",
        curve: [],
        rewardedFeatures: 1n,
        coverage: 2,
        conditionalCoverage: 2,
        target: 0.1,
        suboptimality: 0.05,
        reached: true,
        rewardQueries: 1n,
        samplingQueries: asked,
        firstFeatureAt: asked,
        ...over(horizon, trial)
      }
    })
  )

const square = runs("mtss", (H) => 100 * H ** 2)
const missing = (horizon: number, trial: number): Partial<SweepPoint> =>
  horizon === 16 && trial === 0 ? { reached: false, firstFeatureAt: undefined } : {}

describe("TokenChain's section", () => {
  const names = { byToken: ["mtss"], whole: ["spanner-sampling"] }
  const section = (...points: ReadonlyArray<SweepPoint>) =>
    chainTable({ points, fits: chainFits(points, names) }, [4, 16])
  const spanner = (rate: number, factors?: ReadonlyArray<number>) =>
    section(...square, ...runs("spanner-sampling", (H) => 1e4 * rate ** H, factors)).rows[1]

  it("shows medians, the measured power of H, and log C_cond per token supported", () => {
    const { heads, rows } = section(...square, ...runs("spanner-sampling", (H) => 1e4 * 1.5 ** H))
    expect(heads).toEqual(["algorithm", "H = 4", "H = 16", "power of H", "log T_comp per token"])
    expect(rows).toEqual([
      { cells: ["mtss", "1600", "25600", "2.000±0.000", "–"] },
      { cells: ["spanner-sampling", "50625", "6.6e6", "–", "0.405±0.000 =0.405✓"], verdict: "supported" }
    ])
  })

  it.each([1.4, 1.6])("refutes a rate of log %d per token", (rate) => {
    const { cells, verdict } = spanner(rate)
    expect(verdict).toBe("refuted")
    expect(cells[4]).toBe(`${Math.log(rate).toFixed(3)}±0.000 =0.405✗`)
  })

  it("leaves open what scatters too much", () => {
    const { cells, verdict } = spanner(1.5, [1 / 3, 3])
    expect(verdict).toBe("undecided")
    expect(cells[4]).toMatch(/^0\.405±0\.\d{3} =0\.405\?$/)
  })

  it("fits nothing to runs that missed the target, and counts MTSS's as refuted", () => {
    const { rows } = section(
      ...runs("mtss", (H) => 100 * H ** 2, FACTORS, missing),
      ...runs("spanner-sampling", (H) => 1e4 * 1.5 ** H, FACTORS, missing)
    )
    expect(rows.map(({ cells }) => cells.slice(3))).toEqual([["–", "–"], ["–", "–"], []])
    expect(rows.map(({ verdict }) => verdict)).toEqual([undefined, undefined, "refuted"])
    expect(rows[2].cells).toEqual(["  MTSS missed the target on 1 runs"])
  })
})

describe("TokenLock's section", () => {
  const names = { byToken: ["mtss"], whole: ["spanner-sampling", "passive"] }
  const section = (...points: ReadonlyArray<SweepPoint>) =>
    lockTable({ points, fits: lockFits(points, names) }, [4, 16])
  const rowsAt = (exponent: number, held = 1) =>
    section(
      ...square,
      ...["spanner-sampling", "passive"].flatMap((name) =>
        runs(
          name,
          (H) => 10 * 4 ** (exponent * H),
          [1, 1],
          (H) => ({
            firstFeatureAt: BigInt(Math.round(10 * 4 ** (held * H)))
          })
        )
      )
    ).rows

  it("holds the queries to hold y*, not those to the target, against A^H", () => {
    const rows = rowsAt(0.5)
    expect(rows.map(({ cells, verdict }) => [cells[0], cells.at(-1), verdict])).toEqual([
      ["mtss", "–", undefined],
      ["spanner-sampling", "1.000±0.000 =1✓", "supported"],
      ["passive", "1.000±0.000 =1✓", "supported"],
      [rows[3].cells[0], rows[3].cells[0], undefined]
    ])
    expect(rows[1].cells[1]).toBe("2560")
    expect(rows[0].cells[3]).toBe("2.000±0.000")
    expect(rows[3].cells[0]).toBe(
      "  mtss opens the lock (0.13 β) on every run, with T_comp a power 2.00 [2.00, 2.00] of H"
    )
  })

  it("refutes fewer and more than A^H, passive's within a wider margin", () => {
    const verdicts = (held: number) => rowsAt(1, held).map(({ verdict }) => verdict)
    expect(verdicts(0.9)).toEqual([undefined, "refuted", "supported", undefined])
    expect(verdicts(1.1)).toEqual([undefined, "refuted", "supported", undefined])
    expect(verdicts(0.8)).toEqual([undefined, "refuted", "refuted", undefined])
  })

  it("fits nothing where y* was not held, and counts a lock that MTSS left shut as refuted", () => {
    const { rows } = section(
      ...runs("mtss", (H) => 100 * H ** 2, FACTORS, missing),
      ...runs("spanner-sampling", (H) => 10 * 4 ** H, FACTORS, missing)
    )
    expect(rows.map(({ verdict }) => verdict)).toEqual([undefined, undefined, "refuted"])
    // One of ten never held it at H = 16: a median, and no exponent.
    expect(rows[1].cells).toEqual(["spanner-sampling", "2560", "4.3e10", "–", "–"])
    expect(rows[2].cells).toEqual(["  MTSS left the lock shut on 1 runs"])
  })
})
