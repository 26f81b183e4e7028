import fc from "fast-check"
import { expect, it } from "vitest"
import { block, threefry2x32 } from "./stream.ts"
import { simdWords } from "./threefry-simd.ts"

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const words = simdWords()!

it("is here: every engine that runs this suite has SIMD", () => {
  expect(words).toBeDefined()
  expect(simdWords()).toBe(words)
})

it("gives the words of threefry2x32 and carries into the high word at any size", () => {
  const place = fc.tuple(fc.nat(1000), fc.nat(2600), fc.integer({ min: 1, max: 2600 }))
  fc.assert(
    fc.property(word, word, place, (k0, k1, [high, back, count]) => {
      const first = Math.max(0, high * 2 ** 32 - back)
      const even = new Int32Array(count + 1).fill(7)
      const odd = new Int32Array(count + 1).fill(7)
      words(k0, k1, first, count, even, odd)
      for (let i = 0; i < count; i++) {
        threefry2x32(k0, k1, (first + i) | 0, ((first + i) / 2 ** 32) | 0)
        if (even[i] !== block[0] || odd[i] !== block[1]) expect.fail(`block ${first + i} differs`)
      }
      expect([even[count], odd[count]]).toEqual([7, 7])
    }),
    { numRuns: 60 }
  )
})
