import { afterAll, describe, expect, it } from "vitest"
import { finiteSource, type FiniteSource } from "../instance/finite-source.ts"
import { Stream } from "../numeric/stream.ts"
import { WasmArena } from "../kernel/wasm/arena.ts"
import { tallyDraws } from "./draw-tally.ts"
import { LISTED_STEPS } from "./tally-code.ts"

const KEY = { k0: 7, k1: -3 }

/** Second of two prompts: R responses in fewer classes, masses over six orders of magnitude. */
const source = (R: number, classes: number): FiniteSource => {
  const stream = Stream.fromSeed(R)
  const reference = Float64Array.from({ length: R + 1 }, (_, y) => (y === 0 ? 1 : 10 ** (-6 * stream.next())))
  const total = reference.subarray(1).reduce((sum, mass) => sum + mass)
  for (let y = 1; y <= R; y++) reference[y] /= total
  return finiteSource({
    offsets: Int32Array.of(0, 1, R + 1),
    reference,
    rowOf: Int32Array.from(reference, (_, y) => (y === 0 ? 0 : 1 + ((y - 1) % classes)))
  })
}

const drawn = (from: FiniteSource, first: number, count: number): Int32Array => {
  const rows = new Int32Array(count)
  from.drawRows(1, KEY.k0, KEY.k1, first, count, rows)
  return rows
}
const countsOf = (rows: Int32Array, classes: number): ReadonlyArray<number> => {
  const counts = new Array<number>(classes).fill(0)
  for (const row of rows) counts[row - 1]++
  return counts
}

const kinds = [
  ["relaxed SIMD", { simd: "relaxed" }],
  ["plain SIMD", { simd: "plain" }],
  ["two threads", { threads: 2 }]
] as const

describe.each(kinds)("tally of draws, %s", (_, options) => {
  const arena = WasmArena.make({ bytes: 2 ** 24, ...options })!
  afterAll(() => arena.close())

  it.each([
    [1, 1, 0, 512],
    [7, 7, 0, 100_000],
    [100, 9, 3, 70_001],
    [256, 256, 1, 15],
    [1000, 1000, 2 ** 33 + 5, 40_000],
    [5, 2, 2 ** 33 - 100, 400],
    [5, 2, 2 ** 32 - 3, 400],
    [5, 2, 0, 0]
  ])("R = %d in %d classes, %d … + %d", (R, classes, first, count) => {
    const from = source(R, classes)
    const counts = new Float64Array(classes).fill(2)
    const rowAt = (draw: number): number => drawn(from, draw, 1)[0]
    const done = tallyDraws(arena, from.drawTable(1), KEY, first, count, counts, rowAt)
    const whole = Math.min(count, 2 ** 32 - (first % 2 ** 32))
    expect(done).toBe(whole - (whole % 16))
    expect(Array.from(counts, (c) => c - 2)).toEqual(countsOf(drawn(from, first, done), classes))
  })

  // A draw is a tie with probability R·2⁻³¹: here some steps, and more than the lists of both threads hold.
  it.each([
    [2 ** 17, 2 ** 18, 1, LISTED_STEPS],
    [2 ** 18, 3 * 2 ** 20, 2 * LISTED_STEPS, Infinity]
  ])("has ties decided by their definition, R = %d", (R, count, least, most) => {
    const from = source(R, 50)
    const counts = new Float64Array(50)
    const rows = drawn(from, 0, count)
    let asked = 0
    const rowAt = (draw: number): number => (asked++, rows[draw])
    expect(tallyDraws(arena, from.drawTable(1), KEY, 0, count, counts, rowAt)).toBe(count)
    expect(Array.from(counts)).toEqual(countsOf(rows, 50))
    expect(asked / 16).toBeGreaterThan(least)
    expect(asked / 16).toBeLessThan(most)
  })

  it("counts nothing where there is no room", () => {
    const small = WasmArena.make({ ...options, bytes: 2 ** 16 })!
    const from = source(5000, 5000)
    expect(tallyDraws(small, from.drawTable(1), KEY, 0, 1000, new Float64Array(5000), () => 0)).toBe(0)
    small.close()
  })
})
