/** The comparisons by token and by response, small: the full ones are `coverbound compare`'s. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { SweepPoint } from "../run/sweep.ts"
import { fitExponents } from "../statistics/exponent-fit.ts"
import { compareOnChains, compareOnLocks, type TokenComparison } from "./token-comparisons.ts"

/** Student's on logarithms: two runs a horizon are too few for an interval of medians. */
const fit = (
  { points }: TokenComparison,
  algorithm: string,
  count: (point: SweepPoint) => bigint,
  base: (H: number) => number
) => {
  const own = points.filter((point) => point.algorithm === algorithm)
  const table = { response: own.map((p) => Number(count(p))), predictors: { H: own.map((p) => base(p.at)) } }
  return fitExponents(table, 0.05).exponents[0]
}
const H = (at: number) => at
const draws = (point: SweepPoint) => point.samplingQueries

describe("exploring by token or by response", () => {
  it("on TokenChain: MTSS pays a power of H, SpannerSampling log C_cond per token", async () => {
    const chains = await Effect.runPromise(compareOnChains({ horizons: [8, 16, 32, 64], trials: 2, seed: 1 }))
    expect(chains.points.every((p) => p.reached)).toBe(true)
    expect(fit(chains, "mtss", draws, H).upper).toBeLessThan(3)
    expect(Math.abs(fit(chains, "spanner-sampling", draws, Math.exp).estimate / Math.log(1.5) - 1)).toBeLessThan(0.05)
    // Past these horizons the sequence algorithm is the dearer one, by powers.
    const at = (algorithm: string) => chains.points.find((p) => p.algorithm === algorithm && p.at === 64)!
    expect(at("spanner-sampling").samplingQueries / at("mtss").samplingQueries).toBeGreaterThan(10n ** 6n)
  })

  it("on TokenLock: MTSS opens it, and what holds y* among whole responses paid about A^H", async () => {
    const locks = await Effect.runPromise(compareOnLocks({ horizons: [4, 6, 10, 20, 32], trials: 2, seed: 1 }))
    const byToken = locks.points.filter((p) => p.algorithm === "mtss")
    expect(locks.fits).toEqual([])
    expect(byToken.every((p) => p.reached && p.interpreter === "literal")).toBe(true)
    expect(fit(locks, "mtss", draws, H).upper).toBeLessThan(4.5)
    const whole = locks.points.filter((p) => p.algorithm === "spanner-sampling")
    expect(whole.every((p) => p.reached && p.firstFeatureAt !== undefined)).toBe(true)
    const held = fit(
      locks,
      "spanner-sampling",
      (point) => point.firstFeatureAt!,
      (at) => 4 ** at
    )
    expect(held.estimate).toBeGreaterThan(0.85)
    expect(held.estimate).toBeLessThan(1.15)
    // passive is followed no further than its program can ask.
    expect(Math.max(...locks.points.filter((p) => p.algorithm === "passive").map((p) => p.at))).toBe(10)
  })
})
