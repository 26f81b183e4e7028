import { expect, it, vi } from "vitest"
import { Stream } from "../numeric/stream.ts"
import * as simd from "../numeric/threefry-simd.ts"
import { FiniteSource } from "./finite-source.ts"

vi.mock("../numeric/threefry-simd.ts", async (original) => ({
  ...(await original<typeof simd>()),
  threefrySimd: () => undefined
}))

it("draws and searches the same where WebAssembly has no SIMD", () => {
  expect(simd.threefrySimd()).toBeUndefined()
  const reference = Float64Array.of(0.5, 0.3, 0.199, 0.001)
  const source = new FiniteSource({ offsets: Int32Array.of(0, 4), reference, rowOf: Int32Array.of(0, 1, 2, 3) })
  const n = 20_000
  const left = new Int32Array(n)
  const right = new Int32Array(n)
  source.drawPairRows(0, 5, 6, 0, n, left, right)
  for (let i = 0; i < n; i++) {
    expect([left[i], right[i]]).toEqual([source.responseAt(0, 5, 6, i, 0), source.responseAt(0, 5, 6, i, 1)])
  }
  // One pair in five thousand.
  const passes = new Uint8Array(16)
  passes[3 * 4 + 2] = 1
  const first = left.findIndex((l, i) => l === 3 && right[i] === 2)
  expect(first).toBeGreaterThan(0)
  for (let request = 0; request < 3; request++) expect(source.firstPassing(0, 5, 6, 0, n, passes)).toBe(first)
  const stream = Stream.fromSeed(1)
  const alone = Array.from({ length: 1000 }, () => stream.next())
  expect(new Set(alone).size).toBe(1000)
})
