import { describe, expect, it } from "vitest"
import { block, Stream, threefry2x32 } from "./stream.ts"

const words = (k0: number, k1: number, c0: number, c1: number): ReadonlyArray<number> => {
  threefry2x32(k0, k1, c0, c1)
  return [block[0] >>> 0, block[1] >>> 0]
}

describe("Threefry-2×32-20", () => {
  it("gives the vectors published with Random123 (kat_vectors)", () => {
    expect(words(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe])
    expect(words(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)).toEqual([0x1cb996fc, 0xbb002be7])
    expect(words(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual([0xc4923a9c, 0x483df7a0])
  })
})

describe("Stream", () => {
  it("is a function of seed and position alone", () => {
    const [a, b] = [Stream.fromSeed(7), Stream.fromSeed(7)]
    const first = Array.from({ length: 50 }, () => a.next())
    b.split("unrelated").next()
    expect(Array.from({ length: 50 }, () => b.next())).toEqual(first)
  })

  it("draws what its blocks say, one by one and made ahead", () => {
    const stream = Stream.fromSeed(9).split("ahead")
    const drawn = Array.from({ length: 3000 }, () => stream.next())
    const expected = drawn.map((_, c) => {
      threefry2x32(stream.k0, stream.k1, c, 0)
      return ((block[0] >>> 5) * 2 ** 26 + (block[1] >>> 6)) / 2 ** 53
    })
    expect(drawn).toEqual(expected)
  })

  it("tells seeds apart that agree modulo 2^32, and children by label and index", () => {
    const keys = [
      Stream.fromSeed(1),
      Stream.fromSeed(1 + 2 ** 32),
      Stream.fromSeed(1).split("a"),
      Stream.fromSeed(1).split("b"),
      Stream.fromSeed(1).split("a", 1),
      Stream.fromSeed(1).split("a", 2 ** 32),
      Stream.fromSeed(1).split("a", 2 ** 33),
      Stream.fromSeed(1).split("a").split("a")
    ].map((s) => `${s.k0}:${s.k1}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it("refuses a seed that is not an integer in [0, 2^53)", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => Stream.fromSeed(seed)).toThrow(/^seed: .*expected/)
  })
})
