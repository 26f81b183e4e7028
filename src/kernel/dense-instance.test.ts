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
    const own = await dense.passTable({ dimension: d, whitening, nu: 0 }, 1)
    expect(own.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(size)
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

  it("logits past float32 promise nothing, and say so", async () => {
    const kernels = await openKernels("js")
    const huge = { kind: "linear-softmax", theta: exact.thetaStar.map((t) => 1e39 * t) } as const
    const { meanReward, objective } = await denseInstance(kernels, exact).evaluate(huge)
    expect([meanReward.error, objective.error]).toEqual([Infinity, Infinity])
    await kernels.destroy()
  })
})
