import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Stream } from "../numeric/stream.ts"
import { FiniteSource } from "./finite-source.ts"

/** A prompt of `size` responses in `classes` classes, masses over many orders of magnitude; and one before it, so that rows do not start at 0. */
const source = (size: number, classes: number, seed: number): FiniteSource => {
  const stream = Stream.fromSeed(seed)
  const mass = Float64Array.from({ length: size }, () => 10 ** (-6 * stream.next()))
  const total = mass.reduce((a, b) => a + b, 0)
  return new FiniteSource({
    offsets: Int32Array.of(0, 1, size + 1),
    reference: Float64Array.of(1, ...mass.map((m) => m / total)),
    rowOf: Int32Array.from({ length: size + 1 }, (_, i) => (i === 0 ? 0 : 1 + ((i - 1) % classes)))
  })
}

/** Index of the first pair that passes, by drawing all of them. */
const bruteForce = (from: FiniteSource, key: Stream, first: number, count: number, passes: Uint8Array): number => {
  const size = Math.sqrt(passes.length)
  const left = new Int32Array(count)
  const right = new Int32Array(count)
  from.drawPairRows(1, key.k0, key.k1, first, count, left, right)
  for (let i = 0; i < count; i++) if (passes[(left[i] - 1) * size + right[i] - 1] === 1) return i
  return -1
}

/** Tables of passing pairs: none, one pair, one row, scattered, all. */
const passTable = (classes: number, kind: string, stream: Stream): Uint8Array => {
  const passes = new Uint8Array(classes * classes)
  if (kind === "pair") passes[stream.nextInteger(classes * classes)] = 1
  if (kind === "row") passes.fill(1, classes * (classes - 1))
  if (kind === "all") passes.fill(1)
  if (kind === "scattered") for (let i = 0; i < passes.length; i++) passes[i] = stream.next() < 0.02 ? 1 : 0
  return passes
}

describe("FiniteSource.firstPassing", () => {
  const first = fc.oneof(
    fc.nat(50),
    fc.nat(1e9),
    fc.integer({ min: 2 ** 33 - 9000, max: 2 ** 33 + 5 }),
    fc.integer({ min: 2 ** 32 - 9000, max: 2 ** 32 + 5 })
  )
  const shape = fc.constantFrom([1, 1], [2, 2], [3, 2], [16, 16], [100, 7], [256, 40], [300, 30])
  const kind = fc.constantFrom("none", "pair", "row", "scattered", "all")

  it("finds the pair that drawing and scanning finds, before and after it has a screen", () => {
    fc.assert(
      fc.property(
        shape,
        kind,
        fc.nat(1000),
        first,
        fc.integer({ min: 1, max: 9000 }),
        ([size, classes], k, seed, at, count) => {
          const from = source(size, classes, seed)
          const stream = Stream.fromSeed(seed).split("passes")
          const passes = passTable(classes, k, stream)
          // Each search pays towards the screen; the later ones have it.
          for (let request = 0; request < 5; request++) {
            const key = stream.split("key", request)
            const found = from.firstPassing(1, key.k0, key.k1, at, count, passes)
            expect(found).toBe(bruteForce(from, key, at, count, passes))
          }
        }
      ),
      { numRuns: 120 }
    )
  })

  it("answers for each table of passing pairs when several take turns", () => {
    const from = source(16, 16, 3)
    const other = source(16, 16, 4)
    const stream = Stream.fromSeed(5)
    const tables = ["pair", "scattered", "row", "none"].map((k) => passTable(16, k, stream))
    for (let request = 0; request < 60; request++) {
      const key = stream.split("key", request)
      const passes = tables[request % 4]
      for (const s of [from, other]) {
        expect(s.firstPassing(1, key.k0, key.k1, 0, 6000, passes)).toBe(bruteForce(s, key, 0, 6000, passes))
      }
    }
  })
})

describe("pairs of a narrow table", () => {
  it("are their definition's, ties included: with 256 responses one draw in 256 is one", () => {
    const from = source(256, 256, 1)
    const n = 50_000
    const left = new Int32Array(n)
    const right = new Int32Array(n)
    for (const start of [0, 2 ** 33 - 20_001]) {
      from.drawPairRows(1, 1, 2, start, n, left, right)
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
