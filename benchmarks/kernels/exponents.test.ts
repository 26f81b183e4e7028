import { describe, expect, it } from "vitest"
import type { Bandwidth } from "./bandwidth.ts"
import { executed, traffic } from "./executed.ts"
import { explain, rates } from "./explanation.ts"
import { targetOf } from "./exponents.ts"
import { fitted } from "./fitted.ts"
import type { KernelName } from "./models.ts"
import type { Scaling } from "./scaling-grids.ts"
import { at, gridsOf } from "./scaling-grids.ts"
import type { KernelCase } from "./models.ts"

const ONE_THREAD = { name: "wasm 1T", threads: 1 }

/** Processes whose times are `time` of a case, each off by its own factor and by a thousandth or two at its sizes. */
const measured = (
  kernel: KernelName,
  axis: "N" | "d",
  time: (of: KernelCase) => number,
  backend: { readonly name: string; readonly threads: number } = ONE_THREAD
): Scaling => {
  const grid = gridsOf(backend, kernel).find((g) => g.axis === axis)!
  const units = [1, 1.1, 0.9, 1.2, 1.05].map((factor, unit) => ({
    axis,
    launch: factor * time(at(grid, 1)),
    points: grid.values.map((value, i) => ({
      size: value,
      time: factor * time(at(grid, value)) * (1 + 0.001 * ((unit + i) % 3)),
      cores: 1
    }))
  }))
  return { backend: backend.name, grid, units }
}

const launched = (of: KernelCase): number => 500 + 0.05 * executed(of, "wasm 1T")

describe("verdicts on exponents", () => {
  it("support what grows as the model says, past a launch", () => {
    for (const kernel of ["score", "quadratic-form", "pair-distances", "gram"] as const) {
      for (const axis of ["N", "d"] as const) {
        const found = fitted(measured(kernel, axis, launched))
        expect(`${kernel} ${axis} ${found.verdict}`).toBe(`${kernel} ${axis} supported`)
      }
    }
    expect(fitted(measured("first-hit", "d", () => 1e5)).verdict).toBe("supported")
  })

  it("refute another exponent", () => {
    expect(fitted(measured("gram", "N", ({ N }) => 500 + N ** 1.2)).verdict).toBe("refuted")
    expect(fitted(measured("pair-distances", "N", ({ N }) => 500 + N ** 1.8)).verdict).toBe("refuted")
    expect(fitted(measured("first-hit", "d", ({ d }) => 1e5 * d ** 0.15)).verdict).toBe("refuted")
  })

  it("are undecided where nothing but launches was seen", () => {
    const found = fitted(measured("score", "N", ({ N }) => 1e9 + N))
    expect(found.exponent).toBeUndefined()
    expect(found.verdict).toBe("undecided")
  })
})

describe("targets", () => {
  const standing = (scaling: Scaling, explained?: boolean): string => {
    const why = explained === undefined ? undefined : { explained, because: "said" }
    const { held, open } = targetOf(fitted(scaling), why as Parameters<typeof targetOf>[1])
    return held ? "held" : open === true ? "open" : "missed"
  }
  const grown = measured("gram", "N", launched)
  const other = measured("gram", "N", ({ N }) => 500 + N ** 1.2)

  it("are held where the exponent is supported, or another one explained", () => {
    expect(standing(grown)).toBe("held")
    expect(standing(other, true)).toBe("held")
  })

  it("are missed where it is refuted, and open where too few processes measured it", () => {
    expect(standing(other, false)).toBe("missed")
    expect(standing({ ...grown, units: grown.units.slice(0, 1) })).toBe("open")
    expect(
      standing(
        measured("score", "N", ({ N }) => 1e9 + N),
        false
      )
    ).toBe("open")
  })
})

describe("explanations", () => {
  const flat: Bandwidth = [
    { bytes: 2 ** 14, gigabytes: 1000 },
    { bytes: 2 ** 29, gigabytes: 1000 }
  ]
  /** A tenth from 256 KiB on. */
  const falling: Bandwidth = [14, 15, 16, 17, 18, 19, 20, 29].map((b) => ({
    bytes: 2 ** b,
    gigabytes: b < 18 ? 100 : 10
  }))
  const explainedBy = (scaling: Scaling, bandwidth: Bandwidth) => explain(fitted(scaling), bandwidth)
  /** Bound by memory from the size on where `falling` falls. */
  const bound = (of: KernelCase): number =>
    500 + Math.max(0.05 * executed(of, "wasm 1T"), traffic(of) / (traffic(of) < 2 ** 18 ? 100 : 10))

  it("come from the bandwidth that was measured, and from none other", () => {
    const scaling = measured("score", "d", bound)
    expect(fitted(scaling).verdict).toBe("refuted")
    expect(explainedBy(scaling, falling)).toMatchObject({ explained: true })
    expect(explainedBy(scaling, falling).because).toContain("caches")
    expect(explainedBy(scaling, flat)).toMatchObject({ explained: false })
  })

  it("do not cover what is slow for a reason of its own", () => {
    const scaling = measured("gram", "d", ({ d }) => 500 + d ** 2 * (d > 200 ? 5 : 1))
    expect(fitted(scaling).verdict).toBe("refuted")
    expect(explainedBy(scaling, falling)).toMatchObject({ explained: false })
  })

  it("say that the machine was busy, and explain nothing by it", () => {
    const scaling = measured("gram", "N", ({ N }) => 500 + N ** 1.2)
    const busy = {
      ...scaling,
      units: scaling.units.map((unit) => ({
        ...unit,
        points: unit.points.map((point, i) => ({ ...point, cores: i < 5 ? 1.9 : 1 }))
      }))
    }
    expect(explainedBy(busy, flat)).toMatchObject({ explained: false })
    expect(explainedBy(busy, flat).because).toContain("1.0 cores at the greatest size, 1.9")
    expect(explainedBy(scaling, flat).because).not.toContain("cores")
  })

  it("count the cores that joined, where none was taken from the greatest size", () => {
    // A second core is there from the fifth size on.
    const scaling = measured("score", "N", launched, { name: "wasm 2T", threads: 2 })
    const { values } = scaling.grid
    const half = (i: number): boolean => i >= 4
    const units = scaling.units.map((unit) => ({
      ...unit,
      points: unit.points.map((point, i) => ({
        ...point,
        time: 500 + (values[i] / values[0]) * 1e4 * (half(i) ? 1 : 2),
        cores: half(i) ? 2 : 1
      }))
    }))
    const joined = { ...scaling, units }
    expect(fitted(joined).verdict).not.toBe("supported")
    expect(explainedBy(joined, flat)).toMatchObject({ explained: true })
    expect(explainedBy(joined, flat).because).toContain("cores that joined")
    const alone = units.map((unit) => ({ ...unit, points: unit.points.map((point) => ({ ...point, cores: 2 })) }))
    expect(explainedBy({ ...joined, units: alone }, flat)).toMatchObject({ explained: false })
  })

  it("know where gpu.js's source changes", () => {
    const webasm = { name: "gpu.js webasm", threads: 2 }
    const slower = (of: KernelCase): number => 5000 + executed(of, webasm.name) * (of.d > 64 ? 0.6 : 0.1)
    const scaling = measured("quadratic-form", "d", slower, webasm)
    expect(fitted(scaling).verdict).toBe("refuted")
    expect(explainedBy(scaling, flat)).toMatchObject({ explained: true })
    expect(explainedBy(scaling, flat).because).toContain("another source")
  })

  it("show the time per operation by size", () => {
    expect(
      rates(measured("quadratic-form", "d", launched), launched({ kernel: "quadratic-form", N: 256, d: 1 }))
    ).toMatch(/^16: \d\.\d\d/)
  })
})
