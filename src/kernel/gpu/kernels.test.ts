import { createRequire } from "node:module"
import { describe, expect, it } from "vitest"
import { rows } from "../backend.ts"
import { agreement, disagreements } from "../../../properties/kernel/agreement.ts"
import { gpuKernels } from "./kernels.ts"
import type { GpuLibrary } from "./library.ts"
import { openGpuKernels } from "./load.ts"
import { FellBack } from "./runner.ts"

const library = createRequire(import.meta.url)("gpu.js") as GpuLibrary

describe.each(["cpu", "webasm"] as const)("gpu.js kernels on %s", (backend) => {
  it("agree with float64 within the stated bounds", async () => {
    const kernels = await openGpuKernels(backend)
    expect(disagreements(await agreement(kernels, backend))).toEqual([])
    expect(kernels.ran).toMatchObject({ backend, fallback: undefined })
    await kernels.destroy()
  })

  it("split what does not fit one launch", async () => {
    const kernels = await openGpuKernels(backend, { mostCells: 1000 })
    const shapes = [
      [1001, 16],
      [257, 5],
      [40, 66]
    ] as const
    expect(disagreements(await agreement(kernels, backend, shapes, 2))).toEqual([])
    await kernels.destroy()
  })

  it("leave nothing behind when a thousand are made and destroyed", async () => {
    const kernels = gpuKernels(library, backend)
    const theta = Float32Array.of(1, 2, 3)
    for (let i = 0; i < 1000; i++) {
      // Rows that were not seen before are constants of a kernel of their own.
      const [score] = await kernels.scores(theta, rows(Float32Array.of(i, 1, 1), 3))
      expect(score).toBe(i + 5)
    }
    // Those of the rows used last are kept.
    expect(kernels.live()).toBeLessThanOrEqual(4)
    await kernels.destroy()
    expect(kernels.live()).toBe(0)
  })
})

describe("which backend ran", () => {
  /** gpu.js as it is where it quietly runs its CPU kernel instead. */
  const quietly: GpuLibrary = {
    ...library,
    GPU: function () {
      return new library.GPU({ mode: "cpu" })
    } as never
  }
  const features = rows(Float32Array.of(1, 2), 2)

  it("is read from the kernel: a silent fall-back is an error", async () => {
    const kernels = gpuKernels(quietly, "webasm")
    await expect(async () => kernels.scores(Float32Array.of(1, 1), features)).rejects.toThrow(FellBack)
    await kernels.destroy()
  })

  it("is said where falling back was allowed", async () => {
    const kernels = gpuKernels(quietly, "webasm", { allowFallback: true })
    expect(Array.from(await kernels.scores(Float32Array.of(1, 1), features))).toEqual([3])
    expect(kernels.ran).toMatchObject({ backend: "cpu", fallback: "gpu.js gives no reason" })
    await kernels.destroy()
  })

  it("cannot be a browser's under Node, and the error says what to do", async () => {
    await expect(openGpuKernels("webgl2")).rejects.toMatchObject({
      _tag: "BackendUnavailable",
      backend: "webgl2",
      message: expect.stringContaining("npm run bench:browser")
    })
  })
})
