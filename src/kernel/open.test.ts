import { describe, expect, it } from "vitest"
import { BackendUnavailable } from "../model/backend-unavailable.ts"
import { describeRan, type KernelSet, type Ran } from "./backend.ts"
import { agreement, disagreements } from "./agreement.ts"
import { OPENERS, type Openers, openKernels } from "./open.ts"
import { referenceKernels } from "./reference-kernels.ts"

const as =
  (ran: Ran): (() => Promise<KernelSet>) =>
  () =>
    Promise.resolve({ ...referenceKernels(), ran })
const missing =
  (backend: string): (() => Promise<KernelSet>) =>
  () =>
    Promise.reject(new BackendUnavailable({ backend, reason: "not here", fix: "fetch it" }))
const plain = { detail: "", fallback: undefined }

describe("openKernels", () => {
  it("fails where the named backend is missing, with reason and fix", async () => {
    const openers: Openers = { webgpu: missing("webgpu"), js: as({ backend: "js", ...plain }) }
    await expect(openKernels("webgpu", openers)).rejects.toMatchObject({
      _tag: "BackendUnavailable",
      message: "webgpu: not here; fetch it"
    })
    await expect(openKernels("wasm", openers)).rejects.toThrow("wasm: this version of the package does not have it")
  })

  it("takes the next with auto, and says what it passed over", async () => {
    const openers: Openers = {
      webgpu: missing("webgpu"),
      webasm: as({ backend: "webasm", detail: "SIMD", fallback: undefined })
    }
    const { ran } = await openKernels("auto", openers)
    expect(describeRan(ran)).toBe("webasm (SIMD), fell back: webgpu: not here")
  })

  it("passes over an adapter that computes on the CPU with auto, not when named", async () => {
    const openers: Openers = {
      webgpu: as({ backend: "webgpu", detail: "SwiftShader driver 5.0.0", fallback: undefined }),
      js: as({ backend: "js", ...plain })
    }
    expect((await openKernels("auto", openers)).ran).toEqual({
      backend: "js",
      detail: "",
      fallback: "webgpu: SwiftShader driver 5.0.0 computes on the CPU"
    })
    expect((await openKernels("webgpu", openers)).ran.backend).toBe("webgpu")
  })

  it("gives what ran, once it ran", async () => {
    let ran: Ran = { backend: "webasm", ...plain }
    const kernels: KernelSet = {
      ...referenceKernels(),
      get ran() {
        return ran
      }
    }
    const opened = await openKernels("auto", { webasm: () => Promise.resolve(kernels) })
    ran = { backend: "cpu", detail: "", fallback: "no module" }
    expect(opened.ran).toEqual(ran)
  })

  it.each(["js", "wasm"] as const)("opens %s, which agrees with float64 within the stated bounds", async (backend) => {
    const kernels = await openKernels(backend)
    expect(disagreements(await agreement(kernels, backend))).toEqual([])
    expect(kernels.ran).toMatchObject({ backend, fallback: undefined })
    await kernels.destroy()
  })

  it("takes wasm with auto, where there is no GPU", async () => {
    const kernels = await openKernels("auto", { ...OPENERS, webgpu: missing("webgpu") })
    expect(describeRan(kernels.ran)).toMatch(/^wasm \(relaxed SIMD, \d+ threads?\), fell back: webgpu: not here$/)
    await kernels.destroy()
  })
})
