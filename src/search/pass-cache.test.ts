import { expect, it } from "vitest"
import { randomInstance } from "../instance/families/random-instance.ts"
import { normalForm } from "../instance/validate.ts"
import { whitening } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { type EllipticTest, ellipticNormSquared } from "../policy/elliptic-test.ts"
import { PassCache } from "./pass-cache.ts"
import { SessionSearch } from "./session-search.ts"

const exact = normalForm(randomInstance({ seed: 3, prompts: 2, responses: 80, d: 5 }))
const testOf = (nu: number): EllipticTest => {
  const d = exact.dimension
  const sigma = Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 + i / 10 : 0.05))
  return { dimension: d, whitening: whitening(sigma, d), nu }
}

it("gives one answer by table, by features, and by a table paid for, one test after the other", () => {
  const stream = Stream.fromSeed(1)
  const small = new PassCache(exact, 100, new SessionSearch("js"))
  const wide = new PassCache(exact, 10, new SessionSearch("js"))
  const x = 1
  const [start, end] = [exact.offsets[x], exact.offsets[x + 1]]
  const size = end - start
  for (const nu of [0.4, 0.8]) {
    const test = testOf(nu)
    const expected = (a: number, b: number): number =>
      ellipticNormSquared(test, exact.features, a, b) > nu * nu ? 1 : 0
    const outs = [new Uint8Array(size), new Uint8Array(size)]
    expect(small.table(test, x)).toBe(small.table(test, x))
    expect(wide.table(test, x)).toBeUndefined()
    for (let call = 0; call < 60; call++) {
      const n = 100
      const left = Int32Array.from({ length: n }, () => start + stream.nextInteger(size))
      const right = Int32Array.from({ length: n }, () => start + stream.nextInteger(size))
      const first = left.findIndex((a, i) => expected(a, right[i]) === 1)
      expect(small.scan(test, x, left, right, n)).toBe(first)
      expect(wide.scan(test, x, left, right, n)).toBe(first)
      small.against(test, x, left[0], outs[0])
      wide.against(test, x, left[0], outs[1])
      expect(outs[0]).toEqual(Uint8Array.from({ length: size }, (_, i) => expected(start + i, left[0])))
      expect(outs[1]).toEqual(outs[0])
    }
    // Sixty anchors against every row have paid for 80² / 2 pairs.
    expect(wide.table(test, x)).toEqual(small.table(test, x))
  }
})
