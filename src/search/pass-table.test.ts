import fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { type EllipticTest, passTable, squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
import { kernelPassTable } from "./pass-table.ts"
import { SessionSearch } from "./session-search.ts"

/** R rows of dimension d, `far` from the origin, and a whitening of condition about `condition`². */
const example = (R: number, d: number, far: number, condition: number, seed: number) => {
  const stream = Stream.fromSeed(seed)
  const features = Float64Array.from({ length: 2 * R * d }, () => far + (stream.next() - 0.5) / Math.sqrt(d))
  const whitening = new Float64Array(d * d)
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) whitening[i * d + j] = stream.next() - 0.5
    whitening[i * d + i] = condition ** (i / Math.max(1, d - 1))
  }
  return { stream, features, whitening }
}

const expected = (test: EllipticTest, features: Float64Array, start: number, end: number): Uint8Array => {
  const table = new Uint8Array((end - start) ** 2)
  passTable(test, features, start, end, table)
  return table
}

describe("tables of passing pairs by the kernel", () => {
  const search = new SessionSearch()
  afterAll(() => search.close())

  it("are float64's, whatever float32 makes of them", () => {
    let [made, asked, close] = [0, 0, 0]
    fc.assert(
      fc.property(
        fc.constantFrom(64, 65, 71, 100, 201),
        fc.constantFrom(1, 2, 5, 16, 33),
        fc.constantFrom(0, 1, 1e3, 1e7),
        fc.constantFrom(1, 10, 1e4),
        fc.constantFrom("on a distance", "between", "tiny", "huge"),
        fc.nat(1000),
        (R, d, far, condition, where, seed) => {
          const { features, whitening, stream } = example(R, d, far, condition, seed)
          const start = R >> 1
          const white = whitenedRows({ dimension: d, whitening, nu: 1 }, features, start, start + R)
          const at = (): number => squaredDistance(white, stream.nextInteger(R) * d, stream.nextInteger(R) * d, d)
          // Exactly on a distance, or one unit in the last place of float64 off.
          const nu = { "on a distance": Math.sqrt(at()), between: Math.sqrt((at() + at()) / 2), tiny: 1e-7, huge: 1e6 }[
            where
          ]
          if (nu === 0) return
          const test = { dimension: d, whitening, nu }
          asked++
          const table = kernelPassTable(test, features, start, start + R, search)
          if (table === undefined) return
          made++
          if (where === "on a distance") close++
          expect(table).toEqual(expected(test, features, start, start + R))
        }
      ),
      { numRuns: 300 }
    )
    // Refused where float32 is too coarse alone.
    expect(made).toBeGreaterThan(asked / 2)
    expect(close).toBeGreaterThan(20)
  })

  it("are the same for wide prompts, and named", () => {
    const { features, whitening } = example(1500, 6, 0, 3, 1)
    const test = { dimension: 6, whitening, nu: 0.9 }
    const own = new SessionSearch()
    expect(own.backend).toBe("js")
    const table = kernelPassTable(test, features, 0, 1500, own)!
    own.close()
    expect(Buffer.compare(table, expected(test, features, 0, 1500))).toBe(0)
    expect(own.backend).toMatch(/^wasm/)
  })

  it("are left to JavaScript for few rows, and on request", () => {
    const { features, whitening } = example(64, 3, 0, 3, 1)
    const test = { dimension: 3, whitening, nu: 0.9 }
    expect(kernelPassTable(test, features, 0, 63, search)).toBeUndefined()
    expect(kernelPassTable(test, features, 0, 64, search)).toBeDefined()
    expect(kernelPassTable(test, features, 0, 64, new SessionSearch("js"))).toBeUndefined()
  })
})
