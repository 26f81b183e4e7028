import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { simdWords } from "../numeric/threefry-simd.ts"
import { threefryWords } from "../numeric/threefry-words.ts"
import { finiteSource, type FiniteSource } from "./finite-source.ts"

/** A prompt of `size` responses in `classes` classes, masses over many orders of magnitude; and one before it, so that rows do not start at 0. */
const source = (size: number, classes: number, seed: number): FiniteSource => {
  const stream = Stream.fromSeed(seed)
  const mass = Float64Array.from({ length: size }, () => 10 ** (-6 * stream.next()))
  const total = mass.reduce((a, b) => a + b, 0)
  return finiteSource({
    offsets: Int32Array.of(0, 1, size + 1),
    reference: Float64Array.of(1, ...mass.map((m) => m / total)),
    rowOf: Int32Array.from({ length: size + 1 }, (_, i) => (i === 0 ? 0 : 1 + ((i - 1) % classes)))
  })
}

describe("pairs of a narrow table", () => {
  it("are their definition's, ties included: with 256 responses one draw in 256 is one", () => {
    const from = source(256, 256, 1)
    const n = 50_000
    const left = new Int32Array(n)
    const right = new Int32Array(n)
    for (const [start, words] of [
      [0, threefryWords],
      [2 ** 33 - 20_001, threefryWords],
      [2 ** 33 - 20_001, simdWords()]
    ] as const) {
      from.drawPairRows(1, 1, 2, start, n, left, right, words)
      for (let i = 0; i < n; i++) {
        if (
          left[i] - 1 !== from.responseAt(1, 1, 2, start + i, 0) ||
          right[i] - 1 !== from.responseAt(1, 1, 2, start + i, 1)
        ) {
          expect.fail(`pair ${start + i} differs from its definition`)
        }
      }
    }
  })
})
