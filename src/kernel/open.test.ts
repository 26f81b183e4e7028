import { describe, expect, it } from "vitest"
import { BackendUnavailable } from "./backend-unavailable.ts"
import { describeRan, type KernelSet, type Ran, rows } from "./backend.ts"
import { agreement, disagreements } from "../../properties/kernel/agreement.ts"
import { machineBlas } from "../../properties/kernel/machine-blas.ts"
import { OPENERS } from "../search/open-kernels.ts"
import { openBackend, type Openers } from "./open.ts"
import { referenceKernels } from "./reference-kernels.ts"

const machine = machineBlas()
/** Those that run in this process, the BLAS where the machine has one. */
const CPU = ["js", "wasm", ...(machine.blas === undefined ? [] : (["blas"] as const))] as const

const as =
  (ran: Ran): (() => Promise<KernelSet>) =>
  () =>
    Promise.resolve({ ...referenceKernels(), ran })
const missing =
  (backend: string): (() => Promise<KernelSet>) =>
  () =>
    Promise.reject(new BackendUnavailable({ backend, reason: "not here", fix: "fetch it" }))
const plain = { detail: "", fallback: undefined }

describe("opening a backend", () => {
  it("fails where the named backend is missing, with reason and fix", async () => {
    const openers: Openers = { webgpu: missing("webgpu"), js: as({ backend: "js", ...plain }) }
    await expect(openBackend("webgpu", openers)).rejects.toMatchObject({
      _tag: "BackendUnavailable",
      message: "webgpu: not here; fetch it"
    })
    await expect(openBackend("wasm", openers)).rejects.toThrow("wasm: this version of the package does not have it")
  })

  it("takes the next with auto, and says what it passed over", async () => {
    const openers: Openers = {
      webgpu: missing("webgpu"),
      webasm: as({ backend: "webasm", detail: "SIMD", fallback: undefined })
    }
    const { ran } = await openBackend("auto", openers)
    expect(describeRan(ran)).toBe("webasm (SIMD), fell back: webgpu: not here")
  })

  it("passes over an adapter that computes on the CPU with auto, not when named", async () => {
    const openers: Openers = {
      webgpu: as({ backend: "webgpu", detail: "SwiftShader driver 5.0.0", fallback: undefined }),
      js: as({ backend: "js", ...plain })
    }
    expect((await openBackend("auto", openers)).ran).toEqual({
      backend: "js",
      detail: "",
      fallback: "webgpu: SwiftShader driver 5.0.0 computes on the CPU"
    })
    expect((await openBackend("webgpu", openers)).ran.backend).toBe("webgpu")
  })

  it("gives what ran, once it ran", async () => {
    let ran: Ran = { backend: "webasm", ...plain }
    const kernels: KernelSet = {
      ...referenceKernels(),
      get ran() {
        return ran
      }
    }
    const opened = await openBackend("auto", { webasm: () => Promise.resolve(kernels) })
    ran = { backend: "cpu", detail: "", fallback: "no module" }
    expect(opened.ran).toEqual(ran)
  })

  it.each(CPU)("opens %s, which agrees with float64 within the stated bounds", async (backend) => {
    const kernels = await openBackend(backend, OPENERS)
    expect(disagreements(await agreement(kernels, backend))).toEqual([])
    expect(kernels.ran).toMatchObject({ backend, fallback: undefined })
    await kernels.destroy()
  })

  it("takes wasm with auto, where there is no GPU", async () => {
    const kernels = await openBackend("auto", { ...OPENERS, webgpu: missing("webgpu") })
    expect(describeRan(kernels.ran)).toMatch(/^wasm \(relaxed SIMD, \d+ threads?\), fell back: webgpu: not here$/)
    await kernels.destroy()
  })

  it.each([...CPU, "cpu", "webasm"] as const)("refuses the same shapes with the same lines: %s", async (backend) => {
    const kernels = await openBackend(backend, OPENERS)
    const floats = (...values: ReadonlyArray<number>): Float32Array => Float32Array.from(values)
    const two = rows(floats(1, 2, 3, 4), 2)
    const search = {
      responses: { offsets: Int32Array.of(0, 1), reference: Float64Array.of(1), rowOf: Int32Array.of(0) },
      prompts: Int32Array.of(1),
      keys: Int32Array.of(1, 2),
      limit: 5
    }
    const pairs = { white: Float64Array.of(0), dimension: 1, nu: 1 }
    const wrong: ReadonlyArray<readonly [string, () => unknown]> = [
      ["theta: 1 numbers, expected 2 (the dimension of the features)", () => kernels.scores(floats(1), two)],
      [
        "features.values: 2 numbers, expected 10 (5 rows of 2)",
        () => kernels.scores(floats(1, 1), { ...rows(floats(1, 2), 2), count: 5 })
      ],
      ["features.dimension: 0, expected a positive integer", () => kernels.gram({ ...two, dimension: 0 })],
      ["white.count: -1, expected an integer of 0 or more", () => kernels.pairDistances({ ...two, count: -1 })],
      ["whitening: 3 numbers, expected 4 (2×2)", () => kernels.quadraticForm(floats(1, 2, 3), two)],
      [
        "reference: 1 numbers, expected 2 (as many as logits)",
        () => kernels.tiltedSoftmax(floats(1, 2), floats(1), Int32Array.of(0, 2))
      ],
      ["offsets: none, expected 0 first", () => kernels.tiltedSoftmax(floats(), floats(), Int32Array.of())],
      [
        "offsets: 9 last, expected 2, the number of logits",
        () => kernels.tiltedSoftmax(floats(1, 2), floats(1, 1), Int32Array.of(0, 9))
      ],
      [
        "offsets: 1 after 2, expected them in order",
        () => kernels.tiltedSoftmax(floats(1, 2), floats(1, 1), Int32Array.of(0, 2, 1))
      ],
      ["prompts: 1, expected an index below 1", () => kernels.firstHit({ ...search, ...pairs })],
      ["limit: 0.5, expected an integer", () => kernels.firstHit({ ...search, ...pairs, limit: 0.5 })]
    ]
    for (const [message, call] of wrong) await expect((async () => call())()).rejects.toThrow(message)
    await kernels.destroy()
    await kernels.destroy()
    await expect((async () => kernels.gram(two))()).rejects.toThrow("kernels: destroyed, expected ones that are not")
  })

  it("names the backends where it is given another name", async () => {
    for (const name of ["nope", "toString", undefined]) {
      await expect(openBackend(name as "js", OPENERS)).rejects.toThrow(`backend: ${name}, expected auto, js, wasm`)
    }
  })
})

describe("the tilted softmax", () => {
  const floats = (...values: ReadonlyArray<number>): Float32Array => Float32Array.from(values)
  it.each(CPU)("keeps the likeliest response where logits are large, on %s", async (backend) => {
    const kernels = await openBackend(backend, OPENERS)
    const large = await kernels.tiltedSoftmax(floats(1e30, -1e30), floats(0.5, 0.5), Int32Array.of(0, 2))
    expect([...large.probabilities]).toEqual([1, 0])
    // log 2 is lost beside 1e6 in the normaliser, not in the law.
    const even = await kernels.tiltedSoftmax(floats(1e6, 1e6), floats(0.5, 0.5), Int32Array.of(0, 2))
    expect([...even.probabilities]).toEqual([0.5, 0.5])
    await kernels.destroy()
  })
})
