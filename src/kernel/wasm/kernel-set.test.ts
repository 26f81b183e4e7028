import { describe, expect, it } from "vitest"
import { agreement, disagreements, type Shapes } from "../../../properties/kernel/agreement.ts"
import { rows } from "../backend.ts"
import { Stream } from "../../numeric/stream.ts"
import { searchKernels } from "../../search/search-kernels.ts"
import { openWasmKernels } from "./kernel-set.ts"

/** The first just stays in half of 128 KiB; the second does not, beside it. */
const SHAPES: Shapes = [
  [1001, 16],
  [300, 66],
  [257, 5],
  [2100, 16]
]

describe.each([
  ["relaxed SIMD, 1 thread", { simd: "relaxed", threads: 1 }],
  ["SIMD, 2 threads", { simd: "plain", threads: 2 }]
] as const)("kernels on wasm, %s", (detail, options) => {
  it("split what does not fit the memory", async () => {
    const kernels = openWasmKernels(searchKernels, { ...options, bytes: 2 ** 17 })
    expect(kernels.ran).toEqual({ backend: "wasm", detail, fallback: undefined })
    expect(disagreements(await agreement(kernels, "wasm", SHAPES, 2))).toEqual([])
    await kernels.destroy()
  })
})

describe("kernels on wasm", () => {
  it("give the same, cut into pieces or whole", async () => {
    const [small, large] = [openWasmKernels(searchKernels, { bytes: 2 ** 16 }), openWasmKernels(searchKernels)]
    const stream = Stream.fromSeed(1)
    const logits = Float32Array.from({ length: 20_000 }, () => stream.next())
    const offsets = Int32Array.from({ length: 1251 }, (_, x) => 16 * x)
    const features = rows(logits, 4)
    expect(await small.tiltedSoftmax(logits, logits, offsets)).toEqual(
      await large.tiltedSoftmax(logits, logits, offsets)
    )
    const theta = Float32Array.of(1, 2, 3, 4)
    expect(await small.scores(theta, features)).toEqual(await large.scores(theta, features))
    await small.destroy()
    await large.destroy()
  })

  it("keep rows that come again, and follow those that change", async () => {
    const kernels = openWasmKernels(searchKernels, { bytes: 2 ** 17 })
    const theta = Float32Array.of(1, 2)
    const [one, other] = [rows(Float32Array.of(1, 1, 2, 2), 2), rows(Float32Array.of(5, 0), 2)]
    for (const [features, expected] of [
      [one, [3, 6]],
      [one, [3, 6]],
      [other, [5]],
      [one, [3, 6]]
    ] as const) {
      expect(Array.from(await kernels.scores(theta, features))).toEqual(expected)
    }
    await kernels.destroy()
  })

  it("refuse calls after their end", async () => {
    const kernels = openWasmKernels(searchKernels, { threads: 1 })
    const features = rows(new Float32Array(6), 3)
    await kernels.destroy()
    expect(() => kernels.scores(new Float32Array(3), features)).toThrow("closed")
  })
})
