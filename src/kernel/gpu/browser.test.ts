/**
 * The same cases in headless Chromium, on software adapters. Without Chromium they are skipped, and say so; .ci/run installs it where it can.
 */
import type { Browser, Page } from "playwright-core"
import { LONG } from "../../../properties/sampled.ts"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launchChromium } from "../../../benchmarks/browser/chromium.ts"
import { serve, type Served } from "../../../benchmarks/browser/server.ts"
import { CHROMIUM_FIX, chromiumPath } from "./chromium-path.ts"

const missing = chromiumPath() === undefined
if (missing) process.stderr.write(`skipped: gpu.js kernels in a browser: no Chromium; ${CHROMIUM_FIX}\n`)

describe.skipIf(missing)("gpu.js kernels in a browser", () => {
  let served: Served
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    served = await serve()
    browser = await launchChromium(false)
    page = await browser.newPage()
    await page.goto(`${served.url}?backends=none`)
    // A browser takes long to start on a busy machine.
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  /** What `body` gives in the page, with the modules it needs. */
  const inPage = (body: string): Promise<unknown> =>
    page.evaluate(`(async () => {
      const { gpuKernels } = await import("/src/kernel/gpu/kernels.ts")
      const { agreement, disagreements } = await import("/properties/kernel/agreement.ts")
      const { rows } = await import("/src/kernel/backend.ts")
      ${body}
    })()`)

  // WebGL 2 compiles a shader for every shape, in about 50 ms here: fewer shapes, fewer kernels.
  it.each([
    ["webgl2", "[[0, 3], [1, 1], [20, 16], [290, 16], [7, 16], [67, 66]]"],
    ["webgpu", "undefined"]
  ])("agree with float64 on %s", async (backend, shapes) => {
    const found = await inPage(`
      const kernels = gpuKernels(GPU, "${backend}")
      const all = await agreement(kernels, "${backend}", ${shapes})
      const { ran } = kernels
      await kernels.destroy()
      return { ran, cases: all.length, wrong: disagreements(all) }`)
    expect(found).toMatchObject({ ran: { backend, fallback: undefined }, wrong: [] })
    expect((found as { cases: number }).cases).toBeGreaterThan(60)
  })

  // On WebGL 2, whose compiler takes five seconds of it, in the long step: what splits is the same code.
  it.each(LONG ? ["webgpu", "webgl2"] : ["webgpu"])("split what does not fit one launch on %s", async (backend) => {
    const wrong = await inPage(`
      const kernels = gpuKernels(GPU, "${backend}", { mostCells: 1000, mostSide: 30 })
      const all = await agreement(kernels, "${backend}", [[501, 3], [37, 66]], 2)
      await kernels.destroy()
      return disagreements(all)`)
    expect(wrong).toEqual([])
  })

  it.skipIf(!LONG)("split what is longer than the greatest side of a texture on webgl2", async () => {
    const found = await inPage(`
      const kernels = gpuKernels(GPU, "webgl2")
      const prompts = 9000
      const offsets = Int32Array.from({ length: prompts + 1 }, (_, x) => 2 * x)
      const law = await kernels.tiltedSoftmax(new Float32Array(2 * prompts), new Float32Array(2 * prompts).fill(1), offsets)
      const pairs = await kernels.firstHit({
        responses: { offsets: Int32Array.of(0, 2), reference: Float64Array.of(1, 1), rowOf: Int32Array.of(0, 1) },
        prompts: new Int32Array(2), keys: Int32Array.of(1, 2, 3, 4), limit: 2 ** 22, white: new Float64Array(2), dimension: 1, nu: 1
      })
      await kernels.destroy()
      return { side: GPU.WebGL2Kernel.features.maxTextureSize, halves: law.probabilities.every((p) => p === 0.5), pairs: [...pairs] }`)
    expect(found).toMatchObject({ halves: true, pairs: [-1, -1] })
    // Larger on a GPU: then this shows nothing.
    expect((found as { side: number }).side).toBeLessThan(9000)
  })

  // A thousand on WebGL 2 take half a minute, nearly all in the shader compiler: npm run bench:browser -- --kernels 1000.
  it.each([
    ["webgl2", LONG ? 100 : 25],
    ["webgpu", LONG ? 1000 : 250]
  ])("leave nothing behind when many are made and destroyed on %s", async (backend, count) => {
    const found = await inPage(`
      const { census, churn } = await import("/benchmarks/browser/page/leaks.ts")
      // What is made once: contexts that gpu.js tries the browser with, WebGPU's device.
      await churn(GPU, "${backend}", 1)
      const before = census()
      const { wrong, during, after: left } = await churn(GPU, "${backend}", ${count})
      // More sets than a browser has contexts.
      for (let i = 0; i < 20; i++) await churn(GPU, "${backend}", 1)
      return { wrong, left, during, before, after: census() }`)
    const { before } = found as { before: object }
    expect(found).toMatchObject({ wrong: 0, left: 0 })
    expect(found).toHaveProperty("after", before)
    expect((found as { during: number }).during).toBeLessThanOrEqual(4)
  })
})
