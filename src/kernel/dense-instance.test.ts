import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { instances } from "../arbitrary/instance.ts"
import { linearSoftmaxes, mixtures } from "../arbitrary/policy.ts"
import { namedInstance } from "../model/families.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { passTable } from "../policy/elliptic-test.ts"
import { evaluate, type Evaluation } from "../policy/evaluate.ts"
import { openKernels } from "../search/open-kernels.ts"
import { type Backend, type KernelSet } from "./backend.ts"
import { type BoundedEvaluation, denseInstance } from "./dense-instance.ts"
import { gram } from "./reference.ts"

const NAMES = ["objective", "suboptimality", "klToReference", "meanReward", "coverage"] as const

/** Numbers of an evaluation that lie outside of their bounds. */
const outside = (bounded: BoundedEvaluation, exact: Evaluation): ReadonlyArray<string> =>
  NAMES.filter((name) => !(Math.abs(bounded[name].value - exact[name]) <= bounded[name].error + 1e-12)).map(
    (name) => `${name}: ${bounded[name].value} ± ${bounded[name].error}, expected ${exact[name]}`
  )

const WIDE = "random:seed=3,prompts=4,responses=150,d=24"

describe.each<Backend>(["js", "wasm", "cpu"])("on %s", (backend) => {
  let kernels: KernelSet
  beforeAll(async () => {
    kernels = await openKernels(backend)
  })
  afterAll(() => kernels.destroy())

  it("an evaluation lies within its bounds, and they are narrow", async () => {
    await fc.assert(
      fc.asyncProperty(
        instances({}).chain((exact) => fc.tuple(fc.constant(exact), linearSoftmaxes(exact))),
        async ([exact, policy]) => {
          expect(outside(await denseInstance(kernels, exact).evaluate(policy), evaluate(exact, policy))).toEqual([])
        }
      ),
      { numRuns: backend === "cpu" ? 5 : 60 }
    )
    const { exact } = namedInstance(WIDE)
    const policy = { kind: "linear-softmax", theta: exact.thetaStar.map((t) => 0.8 * t) } as const
    const found = await denseInstance(kernels, exact).evaluate(policy)
    expect(outside(found, evaluate(exact, policy))).toEqual([])
    for (const name of NAMES) expect(`${name} ${found[name].error < 2e-4}`).toBe(`${name} true`)
  })

  it("a table of pairs is that of float64, and sums of squares are within theirs", async () => {
    const { exact } = namedInstance(WIDE)
    const dense = denseInstance(kernels, exact)
    const { dimension: d, features, offsets } = exact
    const whitening = new Float64Array(d * d)
    for (let i = 0; i < d; i++) for (let j = 0; j <= i; j++) whitening[i * d + j] = i === j ? 1 + i / d : 0.1
    const size = offsets[2] - offsets[1]
    const table = new Uint8Array(size * size)
    // The first at the distance of a pair itself: float32 cannot tell it.
    for (const nu of [distanceOf(exact, whitening, offsets[1], offsets[1] + 1), 0.8, 1.5]) {
      const test = { dimension: d, whitening, nu }
      passTable(test, features, offsets[1], offsets[2], table)
      expect(await dense.passTable(test, 1)).toEqual(table)
      expect(new Set(table)).toEqual(new Set([0, 1]))
    }
    const { error, sums } = await dense.gram(1)
    const definition = gram(features.subarray(offsets[1] * d, offsets[2] * d), d)
    expect(error).toBeLessThan(1e-2)
    expect(sums.every((sum, i) => Math.abs(sum - definition[i]) <= error)).toBe(true)
  })
})

/** ‖W(φ_a − φ_b)‖. */
const distanceOf = ({ dimension: d, features }: FiniteInstance, w: Float64Array, a: number, b: number): number => {
  let square = 0
  for (let i = 0; i < d; i++) {
    let s = 0
    for (let j = 0; j <= i; j++) s += w[i * d + j] * (features[a * d + j] - features[b * d + j])
    square += s * s
  }
  return Math.sqrt(square)
}

describe("whatever the kernels", () => {
  const exact = namedInstance(WIDE).exact
  const policy = { kind: "linear-softmax", theta: exact.thetaStar.map((t) => 0.8 * t) } as const

  it("ones that are off by more than float32 leave the bounds", async () => {
    const kernels = await openKernels("js")
    const off = (by: number): KernelSet => ({
      ...kernels,
      scores: async (theta, features) => (await kernels.scores(theta, features)).map((s, i) => (i % 2 ? s + by : s))
    })
    expect(outside(await denseInstance(off(1e-7), exact).evaluate(policy), evaluate(exact, policy))).toEqual([])
    const found = outside(await denseInstance(off(1e-2), exact).evaluate(policy), evaluate(exact, policy))
    expect(found.map((line) => line.split(":")[0])).toEqual(expect.arrayContaining(["suboptimality", "klToReference"]))
    await kernels.destroy()
  })

  it("probabilities that float32 cannot hold, and policies that are no softmax, are evaluated in float64", async () => {
    const kernels = await openKernels("wasm")
    const reference = exact.reference.slice()
    reference[1] += reference[0] - 1e-60
    reference[0] = 1e-60
    const rare = { ...exact, reference }
    const found = await denseInstance(kernels, rare).evaluate(policy)
    expect(outside(found, evaluate(rare, policy))).toEqual([])
    expect(found.coverage.error).toBe(0)
    const [mixture] = fc.sample(mixtures(exact), { numRuns: 1 })
    expect(outside(await denseInstance(kernels, exact).evaluate(mixture), evaluate(exact, mixture))).toEqual([])
    await expect(denseInstance(kernels, exact).evaluate({ ...policy, theta: Float64Array.of(1) })).rejects.toThrow(
      "policy.theta.length: 1, expected 24"
    )
    await expect(denseInstance(kernels, exact).gram(4)).rejects.toThrow("x: 4, expected a prompt below 4")
    await kernels.destroy()
  })

  it("what float32 would leave open is evaluated in float64: logits past it, β very small and very large", async () => {
    const kernels = await openKernels("js")
    for (const beta of [1e-310, 1e-7, exact.beta, 1e9]) {
      const other = { ...exact, beta }
      const found = await denseInstance(kernels, other).evaluate(policy)
      expect(outside(found, evaluate(other, policy))).toEqual([])
      for (const name of NAMES) expect(found[name].error).toBeGreaterThanOrEqual(0)
      expect(found.objective.error).toBeLessThanOrEqual(0.01)
    }
    await kernels.destroy()
  })

  it("bounds do not grow with the number of responses", async () => {
    const kernels = await openKernels("wasm")
    const { exact: wide } = namedInstance("random:prompts=1,responses=200000,d=4")
    const theta = { kind: "linear-softmax", theta: wide.thetaStar } as const
    const found = await denseInstance(kernels, wide).evaluate(theta)
    expect(outside(found, evaluate(wide, theta))).toEqual([])
    expect(found.objective.error).toBeGreaterThan(0)
    expect(found.objective.error).toBeLessThan(1e-4)
    await kernels.destroy()
  })

  it("a test of another dimension, or none, is refused by name", async () => {
    const kernels = await openKernels("js")
    const { passTable: table } = denseInstance(kernels, exact)
    const whitening = Float64Array.from({ length: 24 * 24 }, (_, i) => (i % 25 === 0 ? 1 : 0))
    const test = { dimension: 24, whitening, nu: 1 }
    for (const [wrong, line] of [
      [{ dimension: 3 }, "test.dimension: 3, expected 24"],
      [{ nu: Number.NaN }, "test.nu: NaN, expected a number > 0"],
      [{ whitening: whitening.slice(1) }, "test.whitening.length: 575, expected 576"],
      [{ whitening: whitening.map(() => Number.NaN) }, "test.whitening[0]: NaN, expected a finite number"]
    ] as const)
      await expect(table({ ...test, ...wrong }, 0)).rejects.toThrow(line)
    await kernels.destroy()
  })
})
