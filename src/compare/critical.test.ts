import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { passive } from "../algorithm/passive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import { rareGoodFamily } from "../instance/families/rare-good.ts"
import { instantiate } from "../instance/family.ts"
import {
  collapseOf,
  type CriticalPlan,
  type CriticalPoint,
  criticalBudgets,
  forbiddenOf,
  successAt
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
    expect(forbiddenOf([point("a", late)], 0.01).verdict).toBe("not broken")
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
