import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify, stripVTControlCharacters } from "node:util"
import { describe, expect, it } from "vitest"
import { machineBlas } from "../../properties/kernel/machine-blas.ts"
import { BACKENDS, type KernelSet } from "../kernel/backend.ts"
import { openKernels } from "../search/open-kernels.ts"
import { examineMachine } from "./doctor/doctor-machine.ts"
import { evaluationProblem } from "./doctor/doctor-backends.ts"
import { doctorText, type Findings } from "./doctor/doctor-run.ts"

const BIN = fileURLToPath(new URL("bin.ts", import.meta.url))
const SWIFTSHADER = "/usr/lib/chromium"
const driver = `${SWIFTSHADER}/vk_swiftshader_icd.json`

/** `coverbound doctor --json`; rejects where it does not end with 0. */
const doctor = async (env: Readonly<Record<string, string>> = {}): Promise<Findings> => {
  const options = { env: { ...process.env, NO_COLOR: "1", ...env }, timeout: 100_000 }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [BIN, "doctor", "--json"], options)
  expect(stderr).toBe("")
  return JSON.parse(stdout) as Findings
}

describe("coverbound doctor", () => {
  it("lists every backend, and says why one is missing and what to do", async () => {
    const { backends, cores, node, webassembly } = await doctor({ VK_DRIVER_FILES: "/nowhere.json" })
    expect(node).toBe(process.versions.node)
    expect(cores).toBeGreaterThan(0)
    expect(webassembly).toEqual({ simd: true, relaxedSimd: true, threads: true })
    expect(backends.map((b) => b.backend)).toEqual(BACKENDS)
    const of = (name: string) => backends.find((b) => b.backend === name)
    expect(of("js")).toMatchObject({ available: true, reason: null })
    expect(of("wasm")).toMatchObject({ available: true, detail: expect.stringMatching(/^relaxed SIMD, \d+ threads?$/) })
    const { blas, why } = machineBlas()
    expect(of("blas")).toMatchObject(
      blas === undefined
        ? { available: false, fix: expect.anything() }
        : { available: true, detail: expect.stringContaining(`${why}, `), reason: null }
    )
    if (blas !== undefined) expect(of("blas")!.detail).toContain(`; ${blas.library}`)
    expect(of("cpu")).toMatchObject({ available: true, detail: "one thread" })
    expect(of("webasm")).toMatchObject({ available: true, detail: expect.stringContaining("SIMD") })
    expect(of("webgl2")).toMatchObject({ available: false, fix: expect.stringContaining("bench:browser") })
    expect(of("webgpu")).toMatchObject({ available: false, reason: expect.anything(), fix: expect.anything() })
  })

  it("holds an evaluation and a table of pairs against float64: a kernel that is wrong is told", async () => {
    const kernels = await openKernels("js")
    expect(await evaluationProblem(kernels)).toBeUndefined()
    const scaled = (by: number) => (values: Float32Array) => values.map((v) => v * by)
    const doubled = scaled(2)
    const wrong: ReadonlyArray<readonly [RegExp, KernelSet]> = [
      [
        /klToReference|suboptimality|objective/,
        { ...kernels, scores: async (...given) => scaled(1.001)(await kernels.scores(...given)) }
      ],
      [
        /meanReward|objective|coverage/,
        {
          ...kernels,
          tiltedSoftmax: async (...given) => {
            const law = await kernels.tiltedSoftmax(...given)
            return { ...law, probabilities: scaled(1.001)(law.probabilities) }
          }
        }
      ],
      [/no numbers/, { ...kernels, scores: async (...given) => scaled(NaN)(await kernels.scores(...given)) }],
      [/a table of pairs/, { ...kernels, pairDistances: async (white) => doubled(await kernels.pairDistances(white)) }]
    ]
    for (const [what, set] of wrong) expect(await evaluationProblem(set)).toMatch(what)
    await kernels.destroy()
  })

  it("says of a BLAS that is named and is none what was expected", async () => {
    const { backends } = await doctor({ COVERBOUND_BLAS: "/nowhere.so", VK_DRIVER_FILES: "/nowhere.json" })
    expect(backends.find((b) => b.backend === "blas")).toMatchObject({
      available: false,
      reason: expect.stringMatching(/^COVERBOUND_BLAS: \/nowhere\.so: |koffi/),
      fix: expect.anything()
    })
  })

  it.skipIf(!existsSync(driver))("names the adapter that WebGPU runs on", async () => {
    const { backends } = await doctor({ VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: SWIFTSHADER })
    expect(backends.find((b) => b.backend === "webgpu")).toMatchObject({
      available: true,
      detail: expect.stringContaining("SwiftShader")
    })
  })

  it("is laid out for a person, within the page", () => {
    const findings: Findings = {
      ...examineMachine(),
      packages: { "gpu.js": null, webgpu: null, koffi: null },
      backends: [
        { backend: "js", available: true, detail: "float64, one thread", reason: null, fix: null },
        {
          backend: "cpu",
          available: false,
          detail: "",
          reason: "the package gpu.js is not installed",
          fix: "npm i gpu.js@2.24.1 ".repeat(5).trim()
        }
      ]
    }
    const lines = stripVTControlCharacters(doctorText(findings, { width: 60, room: 60, ink: (_, text) => text })).split(
      "\n"
    )
    expect(lines).toContain("  gpu.js       not installed")
    expect(lines).toContain("  js      runs     float64, one thread")
    expect(lines).toContain("  cpu     missing  the package gpu.js is not installed")
    expect(lines).toContain("                   fix: npm i gpu.js@2.24.1 npm i")
    expect(lines.filter((line) => !line.startsWith("  processor") && line.length > 60)).toEqual([])
  })
})
