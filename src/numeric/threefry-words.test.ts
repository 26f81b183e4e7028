import fc from "fast-check"
import { expect, it } from "vitest"
import { block, threefry2x32 } from "./stream.ts"
import { threefryWords } from "./threefry-words.ts"

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
/** Counters everywhere, and around the carry into the high word. */
const counter = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 53 - 1000 }),
  fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 40 }))
    .map(([high, back]) => high * 2 ** 32 - back)
)

it("threefryWords equals threefry2x32 block by block", () => {
  fc.assert(
    fc.property(word, word, counter, fc.integer({ min: 0, max: 67 }), (k0, k1, first, count) => {
      const even = new Int32Array(count + 1).fill(7)
      const odd = new Int32Array(count + 1).fill(7)
      threefryWords(k0, k1, first, count, even, odd)
      for (let i = 0; i < count; i++) {
        threefry2x32(k0, k1, (first + i) | 0, ((first + i) / 2 ** 32) | 0)
        expect([even[i], odd[i]]).toEqual([block[0], block[1]])
      }
      // Nothing is written past the end.
      expect([even[count], odd[count]]).toEqual([7, 7])
    }),
    { numRuns: 300 }
  )
})

it("passes Random123's published vector for Threefry-2x32-20", () => {
  const even = new Int32Array(1)
  const odd = new Int32Array(1)
  threefryWords(0, 0, 0, 1, even, odd)
  expect([even[0] >>> 0, odd[0] >>> 0]).toEqual([0x6b200159, 0x99ba4efe])
})
