/** Kernels come and go without a trace, and never keep a process alive. */
import { spawnSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { WasmKernels } from "./kernels.ts"

const kernels = new URL("kernels.ts", import.meta.url).href

/** Runs a module in a process of its own; what it prints. */
const run = (source: string): string => {
  const child = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "-e", source], {
    encoding: "utf8",
    timeout: 60_000
  })
  expect(child.signal, child.stderr).toBe(null)
  expect(child.status, child.stderr).toBe(0)
  return child.stdout
}

describe("kernels' lifetime", () => {
  it("a process with open kernels and threads ends by itself", () => {
    const out = run(`
      import { WasmKernels } from "${kernels}"
      const kernels = WasmKernels.make({ threads: 2 })
      const features = new Float32Array(65536 * 8).fill(0.5)
      console.log(kernels.quadraticForm(Float64Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0)), features)[65535])
    `)
    expect(out.trim()).toBe("2")
  })

  it("1,000 kernels made, used by two threads and closed leave nothing behind", () => {
    const out = run(`
      import { WasmKernels } from "${kernels}"
      import { setImmediate } from "node:timers/promises"
      const features = new Float32Array(32768 * 8).fill(0.5)
      const whitening = Float64Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0))
      const resident = async () => {
        for (let i = 0; i < 3; i++) {
          gc()
          await setImmediate()
        }
        return process.memoryUsage().rss / 2 ** 20
      }
      let before
      for (let i = 0; i < 1000; i++) {
        const kernels = WasmKernels.make({ threads: 2, bytes: 2 ** 21 })
        kernels.quadraticForm(whitening, features)
        kernels.close()
        if (i === 199) before = await resident()
      }
      console.log(JSON.stringify({ before, after: await resident() }))
    `)
    const { before, after } = JSON.parse(out) as { readonly before: number; readonly after: number }
    // Each left alive would be 1 MiB more; a thread lets go of sixteen at a time.
    expect(after - before).toBeLessThan(100)
  })

  it("closed kernels say so, and so do sizes that do not fit", () => {
    const some = WasmKernels.make({ bytes: 2 ** 16 })!
    expect(() => some.scores(new Float32Array(3), new Float32Array(7))).toThrow(
      "features: length 7, expected a multiple"
    )
    expect(() => some.scores(new Float32Array(1), new Float32Array(2 ** 16))).toThrow("bytes: 65536, expected")
    expect(() => some.quadraticForm(new Float64Array(3), new Float32Array(3))).toThrow("whitening: 3 entries")
    some.close()
    expect(() => some.scores(new Float32Array(1), new Float32Array(1))).toThrow("closed")
    expect(() => WasmKernels.make({ threads: 0 })).toThrow("threads: 0, expected")
    expect(() => WasmKernels.make({ bytes: 0 })).toThrow("bytes: 0, expected")
  })
})
