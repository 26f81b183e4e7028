import { describe, expect, it } from "vitest"
import { parseSpec } from "../instance/family.ts"
import { finiteFamilies } from "../instance/families/finite-families.ts"
import { optimum, referenceSuboptimality } from "../policy/optimum.ts"
import { coveringArray } from "./covering.ts"
import { crossedAxes, crossedRows } from "./crossed-cases.ts"

const uncovered = (axes: Readonly<Record<string, ReadonlyArray<number | string>>>): ReadonlyArray<string> => {
  const rows = coveringArray(axes)
  const names = Object.keys(axes)
  return names.flatMap((a, i) =>
    names
      .slice(i + 1)
      .flatMap((b) =>
        axes[a].flatMap((v) =>
          axes[b].flatMap((w) => (rows.some((row) => row[a] === v && row[b] === w) ? [] : [`${a}=${v},${b}=${w}`]))
        )
      )
  )
}

describe("a covering array", () => {
  it("has every two values of every two axes", () => {
    expect(uncovered(crossedAxes)).toEqual([])
    expect(uncovered({ a: [1, 2, 3, 4], b: ["x", "y"], c: [0, 1, 2] })).toEqual([])
  })

  it("is far smaller than the product, and no smaller than its two longest axes need", () => {
    const rows = coveringArray(crossedAxes).length
    expect(rows).toBeLessThanOrEqual(16)
    expect(rows).toBeGreaterThanOrEqual(9)
    expect(coveringArray({ a: [1, 2, 3, 4], b: ["x", "y"], c: [0, 1, 2] }).length).toBeLessThanOrEqual(14)
  })

  it("one axis is no pair", () => {
    expect(coveringArray({ a: [1, 2] })).toEqual([])
  })
})

describe("crossed instances", () => {
  it.each([1, 2, 3])("are realizable, distinct, and not settled by π_ref (seed %i)", (seed) => {
    expect(new Set(crossedRows.map(({ spec }) => spec(seed))).size).toBe(crossedRows.length)
    for (const { epsilon, spec } of crossedRows) {
      const { canonical, family, values } = parseSpec(spec(seed), finiteFamilies)
      const { exact } = family.make(values, canonical)
      expect(referenceSuboptimality(exact, optimum(exact)) / exact.rewardRange).toBeGreaterThan(1.5 * epsilon)
      expect(spec(seed)).toBe(spec(seed))
    }
  })
})
