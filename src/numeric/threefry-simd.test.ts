import fc from "fast-check"
import { expect, it } from "vitest"
import { block, threefry2x32 } from "./stream.ts"
import { GROUP } from "./threefry-code.ts"
import { CAPACITY, CELL_BITS, MARK, SCREEN_CAPACITY, threefrySimd } from "./threefry-simd.ts"
import { threefryWords } from "./threefry-words.ts"

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const simd = threefrySimd()!

/** Words of `count` blocks in order, block i's being 2i and 2i+1; the counter's low word wraps. */
const definition = (k0: number, k1: number, low: number, high: number, count: number): Int32Array => {
  const words = new Int32Array(2 * count)
  for (let i = 0; i < count; i++) {
    threefry2x32(k0, k1, (low + i) | 0, high)
    words.set(block, 2 * i)
  }
  return words
}

it("is here: every engine that runs this suite has SIMD", () => {
  expect(threefrySimd()).toBeDefined()
  expect(threefrySimd()).toBe(simd)
})

it("words are those of threefry2x32", () => {
  const groups = fc.integer({ min: 1, max: CAPACITY / GROUP })
  fc.assert(
    fc.property(word, word, word, word, groups, (k0, k1, low, high, n) => {
      const count = n * GROUP
      const expected = definition(k0, k1, low, high, count)
      simd.words(k0, k1, low, high, count)
      expect(simd.even.slice(0, count)).toEqual(expected.filter((_, i) => i % 2 === 0))
      expect(simd.odd.slice(0, count)).toEqual(expected.filter((_, i) => i % 2 === 1))
    }),
    { numRuns: 50 }
  )
})

it("screen lists the words in marked cells, in order, from none to all", () => {
  const groups = fc.integer({ min: 1, max: SCREEN_CAPACITY / GROUP })
  const every = fc.constantFrom(1, 2, 7, 60, 5000, Infinity)
  fc.assert(
    fc.property(word, word, word, word, groups, every, (k0, k1, low, high, n, step) => {
      const words = definition(k0, k1, low, high, n * GROUP)
      simd.cells.fill(0)
      for (let cell = 0; cell < simd.cells.length; cell += step) simd.cells[cell] = MARK
      const side = 2 ** CELL_BITS
      const listed = [...words.entries()].filter(([, w]) => {
        const [high, low] = [w >>> 16, w & 0xffff].map((half) => half >>> (16 - CELL_BITS))
        return simd.cells[low * side + high] !== 0
      })
      expect(simd.screen(k0, k1, low, high, n * GROUP)).toBe(MARK * listed.length)
      const found = Array.from({ length: listed.length }, (_, i) => [simd.listedAt[i], simd.listed[i]])
      expect(found).toEqual(listed)
    }),
    { numRuns: 50 }
  )
})

it("threefryWords carries into the high word at any size", () => {
  const place = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.nat(2600), fc.integer({ min: 40, max: 2600 }))
  fc.assert(
    fc.property(word, word, place, (k0, k1, [high, back, count]) => {
      const first = high * 2 ** 32 - back
      const even = new Int32Array(count)
      const odd = new Int32Array(count)
      threefryWords(k0, k1, first, count, even, odd)
      for (let i = 0; i < count; i++) {
        threefry2x32(k0, k1, (first + i) | 0, ((first + i) / 2 ** 32) | 0)
        if (even[i] !== block[0] || odd[i] !== block[1]) expect.fail(`block ${first + i} differs`)
      }
    }),
    { numRuns: 30 }
  )
})
