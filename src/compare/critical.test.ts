import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { exhaustive } from "../algorithm/exhaustive.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { needleFamily } from "../instance/families/needle.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import { rareGoodFamily } from "../instance/families/rare-good.ts"
import { instantiate } from "../instance/family.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import type { RunRecord } from "../run/run-record.ts"
import { groundOf } from "../run/sweep.ts"
import { mustHold } from "./rare-response.ts"
import type { TrialData } from "../run/trial-unit.ts"
import type { UnitContext } from "../work/workshop.ts"
import {
  collapseOf,
  type CriticalPlan,
  type CriticalPoint,
  criticalBudgets,
  forbiddenOf,
  successAt,
  thresholdMaker
} from "./critical.ts"

const find = (over: Partial<CriticalPlan> = {}) =>
  Effect.runPromise(
    criticalBudgets({
      algorithm: spannerSampling,
      stands: [1e2, 1e4].map((C) => ({ value: C, instance: instantiate(rareGoodFamily, { C, d: 2 }) })),
      variable: "C",
      target: 0.1,
      trials: 14,
      level: 0.05,
      seed: 1,
      ...over
    })
  )

const point = (spec: string, thresholds: ReadonlyArray<number>): CriticalPoint => ({
  spec,
  value: 1,
  meeting: 1,
  mass: 0.01,
  coverage: 1,
  target: 0.1,
  needed: true,
  critical: undefined,
  lower: undefined,
  upper: undefined,
  thresholds,
  slack: undefined
})

describe("critical budgets", () => {
  it("grow linearly in C, lie within the thresholds, and are far below T7's bound", async () => {
    const { exponent, forbidden, points } = await find()
    expect(forbidden).toMatchObject({ verdict: "not broken" })
    expect(exponent!.lower).toBeGreaterThan(0.8)
    expect(exponent!.upper).toBeLessThan(1.2)
    for (const { critical, lower, slack, thresholds, upper } of points) {
      expect(thresholds[0]).toBeLessThanOrEqual(lower!)
      expect(lower!).toBeLessThanOrEqual(critical!)
      expect(critical!).toBeLessThanOrEqual(upper!)
      expect(slack!).toBeGreaterThan(1e3)
    }
    // m = 1/C at every prompt.
    expect(points.map(({ mass }) => mass)).toEqual([0.01, 1e-4])
    expect(points.map(({ meeting }) => meeting)).toEqual([
      expect.closeTo(100 / 0.99, 6),
      expect.closeTo(1e4 / 0.9999, 6)
    ])
    expect(successAt(points[0], 1e9)).toBe(1)
    expect(successAt(points[0], 1e-9)).toBe(0)
  })

  it("are of passive exploration its rewards, each of which is a draw", async () => {
    const { points } = await find({
      algorithm: passive,
      stands: [{ value: 100, instance: instantiate(rareGoodFamily, { C: 100, d: 2 }) }]
    })
    expect(points[0].critical! / points[0].value).toBeGreaterThan(1)
    expect(points[0].slack).toBe(undefined)
  })

  it("are forbidden where more trials succeed than their draws can have met what is rare", () => {
    // Of mass 0.01: a budget of 10 holds it with chance 0.1.
    const early = Array.from({ length: 60 }, (_, i) => (i < 40 ? 10 : 1000))
    expect(forbiddenOf([point("a", early)], 0.01)).toMatchObject({ verdict: "broken", excess: 40 / 60 - 0.1 })
    const late = Array.from({ length: 60 }, (_, i) => 100 + i)
    expect(forbiddenOf([point("a", late)], 0.01)!.verdict).toBe("not broken")
  })

  it("are not forbidden where ε needs no draw of what is rare: C_cov is small, or rewards follow from others'", async () => {
    const on = (beta: number) => ({ value: beta, instance: instantiate(rareGoodFamily, { C: 1e4, d: 2, beta }) })
    // β·kl(m ‖ p): at 0.0507 p is nearly 1, at 0.2 it is 0.011 and all of it is worth 0.002.
    const { forbidden, points } = await find({ algorithm: passive, stands: [0.05, 0.2].map(on), variable: "beta" })
    expect(points.map(({ needed }) => needed)).toEqual([true, false])
    expect(forbidden).toMatchObject({ verdict: "not broken", on: points[0].spec })
    // Many responses in two dimensions: whoever knows two of them knows all.
    const crowd = randomInstance({ seed: 1, prompts: 1, responses: 300, d: 2, beta: 0.05, spread: 1, noise: "none" })
    expect(mustHold(groundOf(finiteInstance(crowd, "crowd")), 0.01)).toBe(false)
    const needle = instantiate(needleFamily, { N: 64, d: 4 })
    expect(mustHold(groundOf(needle), 0.1)).toBe(true)
    expect(mustHold(groundOf(needle), 10)).toBe(false)
    expect(forbiddenOf([{ ...point("a", [1]), needed: false }], 0.01)).toBe(undefined)
  })

  it("are not tested of a learner that has another way to a response than drawing it from π_ref", async () => {
    const { collapse, forbidden } = await find({ algorithm: exhaustive })
    expect(forbidden).toBe(undefined)
    expect(collapse).not.toBe(undefined)
  })

  it("are forbidden at a level that curves share", () => {
    // 60 runs at mass 0.01: an excess of sqrt(log(1/level)/120) or more has chance `level`.
    const at = (level: number): number => Math.sqrt(Math.log(1 / level) / 120)
    const curve = Array.from({ length: 60 }, (_, i) => 100 * ((i + 1) / 60 - (at(0.01) + at(0.001)) / 2)).map((t) =>
      Math.max(t, 1e-9)
    )
    const harmless = Array.from({ length: 60 }, (_, i) => 1000 + i)
    expect(forbiddenOf([point("a", curve)], 0.01)).toMatchObject({ verdict: "broken", allowed: at(0.01) })
    const ten = [point("a", curve), ...Array.from({ length: 9 }, (_, i) => point(`b${i}`, harmless))]
    expect(forbiddenOf(ten, 0.01)).toMatchObject({ verdict: "not broken", allowed: at(0.001) })
  })

  it("are of each trial a budget that was seen to be enough, to a hundredth", async () => {
    const enough = 137n
    const trial = (data: unknown) =>
      Effect.succeed({
        ledger: { samplingQueries: 1000n },
        suboptimality: { value: ((data as TrialData).budget?.samplingQueries ?? 1000n) >= enough ? 0 : 1 }
      } as unknown as RunRecord)
    const found = await Effect.runPromise(thresholdMaker(trial)({ target: 0.1 }, {} as UnitContext))
    expect(Math.round(found)).toBeGreaterThanOrEqual(137)
    expect(found).toBeLessThan(137 * 1.011)
  })

  it("collapse at what two samples differ by, by Wei and Dudley or by Massart, the level shared by pairs", () => {
    const ramp = (n: number, by = 0) => Array.from({ length: n }, (_, i) => i + by)
    const allowed = (...sizes: ReadonlyArray<number>) =>
      collapseOf(
        sizes.map((n, i) => point(`${i}`, ramp(n))),
        0.01
      )!.allowed
    expect(allowed(60, 60)).toBeCloseTo(Math.sqrt(Math.log(217) / 60), 12)
    expect(allowed(60, 60, 60)).toBeCloseTo(Math.sqrt(Math.log(3 * 217) / 60), 12)
    expect(allowed(50, 40)).toBeCloseTo(Math.sqrt(Math.log(400) / 100) + Math.sqrt(Math.log(400) / 80), 12)
  })

  it("collapse where curves agree, and not where one lies beside the other", () => {
    const ramp = (from: number) => Array.from({ length: 60 }, (_, i) => from + i)
    expect(collapseOf([point("a", ramp(0))], 0.01)).toBe(undefined)
    expect(collapseOf([point("a", ramp(0)), point("b", ramp(5))], 0.01)!.verdict).toBe("one curve")
    expect(collapseOf([point("a", ramp(0)), point("b", ramp(40))], 0.01)).toMatchObject({
      verdict: "different curves",
      between: ["a", "b"],
      from: undefined
    })
    const three = [point("a", ramp(40)), point("b", ramp(0)), { ...point("c", ramp(5)), value: 9 }]
    expect(collapseOf(three, 0.01)).toMatchObject({ verdict: "different curves", from: 1 })
  })
})
