/** What only a process of its own shows: that it ends by itself, and WebGPU under Node, which needs its driver named before it starts. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { expect, it } from "vitest"

/** SwiftShader, as Debian's chromium brings it: a Vulkan driver and loader without a GPU. */
const SWIFTSHADER = "/usr/lib/chromium"
const driver = `${SWIFTSHADER}/vk_swiftshader_icd.json`

/** Runs a module; resolves with its JSON once the process has ended by itself. */
const run = (body: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    // Not --input-type=module: the workers of gpu.js inherit it and are no modules.
    const script = `(async () => {
      const { openGpuKernels } = await import(${JSON.stringify(new URL("./load.ts", import.meta.url).href)})
      const { agreement, disagreements } = await import(${JSON.stringify(new URL("../../../properties/kernel/agreement.ts", import.meta.url).href)})
      ${body}
    })()`
    const child = spawn(process.execPath, ["-e", script], {
      env: { ...process.env, ...env },
      timeout: 100_000
    })
    let out = ""
    let err = ""
    child.stdout.on("data", (chunk) => (out += String(chunk)))
    child.stderr.on("data", (chunk) => (err += String(chunk)))
    child.on("close", (code, signal) => {
      if (code === 0) resolve(JSON.parse(out))
      else reject(new Error(`exit ${code ?? signal}: ${err}`))
    })
  })

const agreeing = (backend: string): string => `
  const kernels = await openGpuKernels("${backend}")
  const wrong = disagreements(await agreement(kernels, "${backend}", [[5000, 4], [3, 16]]))
  const { ran } = kernels
  await kernels.destroy()
  console.log(JSON.stringify({ ran, wrong }))`

it("a process that used threads ends by itself", async () => {
  expect(await run(agreeing("webasm"))).toMatchObject({ ran: { backend: "webasm" }, wrong: [] })
})

it("a process whose kernels were never destroyed ends by itself", async () => {
  const out = await run(`
    const kernels = await openGpuKernels("webasm")
    const features = { values: new Float32Array(20000).fill(1), dimension: 2, count: 10000 }
    const found = await kernels.scores(Float32Array.of(1, 2), features)
    console.log(JSON.stringify([found.length, found[9999]]))`)
  expect(out).toEqual([10000, 3])
})

it.skipIf(!existsSync(driver))("WebGPU under Node agrees with float64, and its process ends by itself", async () => {
  const found = await run(agreeing("webgpu"), { VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: SWIFTSHADER })
  expect(found).toMatchObject({ ran: { backend: "webgpu", detail: expect.stringContaining("SwiftShader") }, wrong: [] })
})

it("WebGPU without a driver says why, and what to do", async () => {
  const out = await run(
    `try { await openGpuKernels("webgpu"); console.log("{}") } catch (error) { console.log(JSON.stringify({ tag: error._tag, message: error.message })) }`,
    { VK_DRIVER_FILES: "/nowhere.json", VK_LOADER_DRIVERS_DISABLE: "*" }
  )
  expect(out).toMatchObject({
    tag: "BackendUnavailable",
    message: expect.stringMatching(/^webgpu: .*(adapter|load).*; .*install/)
  })
})
