/** The machine's BLAS held against float64 at every dimension, alone and on two threads. Where there is no koffi or no BLAS these are skipped, which the name of the first says. */
import { execFileSync } from "node:child_process"
import { afterAll, describe, expect, it } from "vitest"
import { agreement, disagreements, SHAPES } from "../../../properties/kernel/agreement.ts"
import { machineBlas } from "../../../properties/kernel/machine-blas.ts"
import { Stream } from "../../numeric/stream.ts"
import { searchKernels } from "../../search/search-kernels.ts"
import { BackendUnavailable } from "../backend-unavailable.ts"
import { gram, quadraticForm, scores } from "../reference.ts"
import { gramBounds, quadraticFormBounds, scoreBounds } from "../../../properties/kernel/error-bounds.ts"
import { BlasKernels } from "./kernels.ts"
import { ALWAYS, openBlasKernels } from "./kernel-set.ts"
import { findBlas } from "./library.ts"

const { blas: found, why } = machineBlas()
const blas = found!

const expectWithin = (got: Float32Array, exact: Float64Array, bounds: Float64Array): void => {
  expect(got.length).toBe(exact.length)
  expect(got.findIndex((value, i) => !(Math.abs(value - exact[i]) <= bounds[i]))).toBe(-1)
}

describe.skipIf(found === undefined)(`the machine's BLAS (${why})`, () => {
  it.each([1, 2])("agrees with float64 within the stated bounds, %i threads", async (threads) => {
    const kernels = openBlasKernels(searchKernels, { crossover: ALWAYS, threads })
    expect(disagreements(await agreement(kernels, "blas", SHAPES))).toEqual([])
    expect(kernels.ran.detail).toBe(`${blas.name}, ${threads === 1 ? "1 thread" : "2 threads"}`)
    await kernels.destroy()
  })

  describe.each([1, 2])("on %i threads", (threads) => {
    const kernels = BlasKernels.over(blas, ALWAYS, { threads, bytes: 2 ** 26 })!
    afterAll(() => kernels.close())
    // At and around every width of a panel, and blocks that end short.
    it.each([
      [20_003, 19],
      [1500, 64],
      [1500, 65],
      [700, 128],
      [700, 200],
      [300, 513]
    ])("is right where every thread works and panels end within d: N=%i d=%i", (n, d) => {
      const stream = Stream.fromSeed(n + d)
      const values = (length: number): Float64Array =>
        Float64Array.from({ length }, () => Math.fround(2 * stream.next() - 1))
      const [features, theta, w] = [values(n * d), values(d), values(d * d)]
      // What is above W's diagonal is not read.
      for (let r = 0; r < d; r++) for (let k = r + 1; k < d; k++) w[r * d + k] = NaN
      const triangle = w.map((value) => (Number.isNaN(value) ? 0 : value))
      const inside = kernels.floats(n * d)
      inside.set(features)
      expectWithin(
        kernels.quadraticForm(w, inside),
        quadraticForm(triangle, features),
        quadraticFormBounds(triangle, features)
      )
      expectWithin(kernels.gram(inside, d), gram(features, d), gramBounds(features, d))
      expectWithin(
        kernels.scores(Float32Array.from(theta), inside),
        scores(theta, features),
        scoreBounds(theta, features)
      )
      const called = [...kernels["arena"].calls.keys()]
      expect(called).toEqual(expect.arrayContaining(["blasQuadraticForm", "blasGram", "blasScores"]))
      expect(called).not.toEqual(expect.arrayContaining(["quadraticForm"]))
      kernels.clear()
    })
  })

  it("leaves what is below the crossover to WebAssembly", () => {
    const kernels = BlasKernels.over(blas, { scores: 5, quadraticForm: 6, gram: 7 })!
    const ones = (n: number): Float32Array => new Float32Array(n).fill(1)
    kernels.scores(ones(5), ones(10))
    kernels.quadraticForm(ones(25), ones(10))
    kernels.gram(ones(12), 6)
    expect(Object.fromEntries(kernels["arena"].calls)).toEqual({ blasScores: 1, quadraticForm: 1, gram: 1 })
    kernels.close()
  })

  it("ends its process by itself, threads and all", () => {
    const script = `(async () => {
        const { openBlasKernels, ALWAYS } = await import(${JSON.stringify(new URL("kernel-set.ts", import.meta.url).href)})
        const { searchKernels } = await import(${JSON.stringify(new URL("../../search/search-kernels.ts", import.meta.url).href)})
        const kernels = openBlasKernels(searchKernels, { crossover: ALWAYS, threads: 2 })
        const [q] = await kernels.quadraticForm(new Float32Array(64 * 64).fill(1), { values: new Float32Array(2 ** 18).fill(1), dimension: 64, count: 4096 })
        console.log(q)
      })()`
    // Σ k² for k = 1 … 64.
    expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8", timeout: 60_000 })).toBe("89440\n")
  })
})

describe("where there is no BLAS", () => {
  it.skipIf(why.includes("koffi"))("one line says which was named, why not, and what is expected", () => {
    for (const [name, why] of [
      ["/nowhere/libblas.so", /cannot open|no such file/i],
      ["libm.so.6", /lacks cblas_sgemm/]
    ] as const) {
      expect(() => openBlasKernels(searchKernels, { blas: findBlas(name) })).toThrow(BackendUnavailable)
      expect(() => findBlas(name)).toThrow(why)
      expect(() => findBlas(name)).toThrow(/^blas: COVERBOUND_BLAS: [^\n]*; expected the path of a shared library/)
    }
  })
})
