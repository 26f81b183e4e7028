import fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { type ConcreteResponses, drawTable } from "../instance/draw-table.ts"
import { block, Stream, threefry2x32, uniform } from "../numeric/stream.ts"
import { firstAccepted, firstHit } from "../kernel/reference.ts"
import { pairDecision } from "../kernel/search-requests.ts"
import { LiteralSearch, type SearchKey, type SearchTest } from "./literal-search.ts"

/** X prompts of R responses in fewer classes, masses over six orders of magnitude; whitened rows of d, one class far off. */
const example = (X: number, R: number, classes: number, d: number, seed: number) => {
  const stream = Stream.fromSeed(seed)
  const reference = new Float64Array(X * R)
  const rowOf = new Int32Array(X * R)
  for (let x = 0; x < X; x++) {
    let total = 0
    for (let y = x * R; y < (x + 1) * R; y++) total += reference[y] = 10 ** (-6 * stream.next())
    for (let y = x * R; y < (x + 1) * R; y++) {
      reference[y] /= total
      rowOf[y] = x * classes + ((y - x * R) % classes)
    }
  }
  const white = Float64Array.from({ length: X * classes * d }, () => 2 * stream.next() - 1)
  for (let x = 0; x < X; x++) white[x * classes * d] += 3
  const offsets = Int32Array.from({ length: X + 1 }, (_, x) => x * R)
  const responses: ConcreteResponses = { offsets, reference, rowOf }
  const mass = new Float64Array(X * classes)
  rowOf.forEach((row, y) => (mass[row] += reference[y]))
  return { responses, white, mass, stream }
}

const kinds = [
  ["relaxed SIMD", { simd: "relaxed" }],
  ["plain SIMD", { simd: "plain" }],
  ["two threads", { threads: 2 }]
] as const

const shape = fc.constantFrom([1, 1], [2, 2], [3, 2], [16, 16], [100, 7], [256, 40], [257, 30], [700, 650])

describe.each(kinds)("literal search, %s", (_, options) => {
  const search = LiteralSearch.make({ bytes: 2 ** 22, ...options })!
  afterAll(() => search.close())

  it("finds each prompt's first hit, whatever the test", () => {
    fc.assert(
      fc.property(
        shape,
        fc.constantFrom(1, 3, 4, 9),
        fc.nat(1000),
        fc.constantFrom(0, 0.5, 0.9, 0.999, 1, 1.1),
        fc.constantFrom(0, 1, 40, 333),
        ([R, classes], d, seed, level, limit) => {
          const X = 3
          const { responses, white, mass, stream } = example(X, R, classes, d, seed)
          // ν at a quantile of the distances, exactly: borderline pairs are met again and again.
          const squared: Array<number> = []
          for (let a = 0; a < Math.min(classes, 40); a++) {
            for (let b = 0; b < a; b++) {
              let s = 0
              for (let j = 0; j < d; j++) s += (white[a * d + j] - white[b * d + j]) ** 2
              squared.push(s)
            }
          }
          squared.sort((a, b) => a - b)
          const at = squared[Math.min(squared.length - 1, Math.floor(level * squared.length))] ?? 1
          const nu = Math.sqrt(at) * Math.max(1, level) + 1e-3
          const B = 5
          const prompts = Int32Array.from({ length: B }, () => stream.nextInteger(X))
          const keys = Int32Array.from({ length: 2 * B }, () => stream.nextInteger(2 ** 32) | 0)
          const exact = firstHit({ responses, prompts, keys, limit, white, dimension: d, nu })
          search.clear()
          const tests = Array.from({ length: X }, (_, x) => {
            const rows = white.subarray(x * classes * d, (x + 1) * classes * d)
            return search.pairTest({
              table: drawTable(responses, x),
              white: rows,
              dimension: d,
              mass: mass.subarray(x * classes, (x + 1) * classes),
              nu
            })!
          })
          const keyOf = (b: number) => ({ k0: keys[2 * b], k1: keys[2 * b + 1] })
          const candidates = search.many(
            Array.from(prompts, (x) => tests[x]),
            Array.from(prompts, (_, b) => keyOf(b)),
            limit
          )
          for (let b = 0; b < B; b++) {
            const first = candidates[b]
            const settled = (from: number): number => {
              for (let i = from; ;) {
                const found = search.next(tests[prompts[b]], keyOf(b), i, limit)
                if (found < 0 || found === exact[b]) return found
                // Only a tie, an odd start or a pair on the threshold may be looked at in vain.
                i = found + 1
              }
            }
            expect(settled(0)).toBe(exact[b])
            if (exact[b] >= 0) expect(first).toBeLessThanOrEqual(exact[b])
            if (first >= 0) expect(settled(first)).toBe(exact[b])
            else expect(exact[b]).toBe(-1)
          }
        }
      ),
      { numRuns: 60 }
    )
  })

  it("rules nearly all pairs out that do not pass", () => {
    for (const [R, classes] of [
      [16, 16],
      [300, 300]
    ]) {
      const { responses, white, mass } = example(1, R, classes, 8, 5)
      search.clear()
      const test = search.pairTest({ table: drawTable(responses, 0), white, dimension: 8, mass, nu: 30 })!
      // Ties only: at most 2R·2⁻¹⁶ of the pairs of a narrow table.
      let ties = 0
      for (let at = 0; (at = search.next(test, { k0: 1, k1: 2 }, at, 200_000) + 1) > 0;) ties++
      expect(ties).toBeLessThan(200)
      const tight = search.pairTest({ table: drawTable(responses, 0), white, dimension: 8, mass, nu: 4 })!
      const reference = firstHit({
        responses,
        prompts: Int32Array.of(0),
        keys: Int32Array.of(1, 2),
        limit: 5000,
        white,
        dimension: 8,
        nu: 4
      })[0]
      let looked = 0
      for (let at = 0; at !== reference + 1 && looked < 100; looked++)
        at = search.next(tight, { k0: 1, k1: 2 }, at, 5000) + 1
      expect(looked).toBeLessThan(20)
    }
  })

  it("finds each prompt's first accepted response", () => {
    fc.assert(
      fc.property(
        shape,
        fc.nat(1000),
        fc.constantFrom(1, 1e-2, 1e-5, 0),
        fc.constantFrom(0, 1, 100, 1000),
        ([R, classes], seed, scale, limit) => {
          const { responses, stream } = example(2, R, classes, 1, seed)
          const accept = Float64Array.from({ length: 2 * classes }, () => Math.min(1, scale * 2 * stream.next()))
          const prompts = Int32Array.of(0, 1, 1)
          const [keys, coinKeys] = [0, 1].map(() =>
            Int32Array.from({ length: 6 }, () => stream.nextInteger(2 ** 32) | 0)
          )
          const exact = firstAccepted({ responses, prompts, keys, coinKeys, limit, accept })
          search.clear()
          const tests = [0, 1].map((x) =>
            search.acceptanceTest(drawTable(responses, x), accept.subarray(x * classes, (x + 1) * classes))!
          )
          prompts.forEach((x, b) => {
            const key = { k0: keys[2 * b], k1: keys[2 * b + 1], coin0: coinKeys[2 * b], coin1: coinKeys[2 * b + 1] }
            let found = search.next(tests[x], key, 0, limit)
            let vain = 0
            while (found >= 0 && found !== exact[b]) {
              vain++
              found = search.next(tests[x], key, found + 1, limit)
            }
            expect(found).toBe(exact[b])
            expect(vain).toBeLessThan(3)
          })
        }
      ),
      { numRuns: 60 }
    )
  })

  it("sees a coin that falls short of its acceptance by the last of 53 bits", () => {
    const responses: ConcreteResponses = {
      offsets: Int32Array.of(0, 1),
      reference: Float64Array.of(1),
      rowOf: Int32Array.of(0)
    }
    const coins = Array.from({ length: 50 }, (_, i) => {
      threefry2x32(3, 4, i, 0)
      return uniform(block[0], block[1])
    })
    const least = coins.indexOf(Math.min(...coins))
    search.clear()
    const test = search.acceptanceTest(drawTable(responses, 0), Float64Array.of(coins[least] + 2 ** -53))!
    expect(search.next(test, { k0: 1, k1: 2, coin0: 3, coin1: 4 }, 0, 50)).toBe(least)
  })

  it("goes on past a carry of the counter, and from odd places", () => {
    const { responses, white, mass } = example(1, 16, 16, 4, 9)
    search.clear()
    const test = search.pairTest({ table: drawTable(responses, 0), white, dimension: 4, mass, nu: 30 })!
    const start = 2 ** 33 - 101
    const places: Array<number> = []
    for (let at = start; at >= 0;) {
      at = search.next(test, { k0: 1, k1: 2 }, at, start + 400)
      if (at < 0) break
      places.push(at++)
    }
    // The odd start, and the pairs of the last blocks before the carry: no other pair is a candidate.
    expect(places[0]).toBe(start)
    expect(places.every((place) => place < 2 ** 33)).toBe(true)
    expect(places.length).toBeLessThan(80)
  })
})

describe("literal search shared by two threads", () => {
  const made = [1, 2].map((threads) => LiteralSearch.make({ bytes: 2 ** 22, threads })!)
  afterAll(() => made.forEach((search) => search.close()))

  /** All candidates below `limit`, in order. */
  const all = (search: LiteralSearch, test: SearchTest, key: SearchKey, first: number, limit: number) => {
    const found: Array<number> = []
    for (let at = first; (at = search.next(test, key, at, limit)) >= 0; at++) found.push(at)
    return found
  }

  // A tie every 2¹¹ pairs of 16 responses: rounds are shared, and grow until a part's list is full. Every 2⁷ of 256: none is.
  it.each([
    { R: 16, nu: 30, limit: 2 ** 22, least: 2 ** 10 },
    { R: 256, nu: 30, limit: 2 ** 19, least: 2 ** 12 },
    { R: 300, nu: 4.7, limit: 2 ** 19, least: 2 ** 4 }
  ])("gives the candidates of one thread: every pair drawn, R = $R", ({ R, nu, limit, least }) => {
    const { responses, white, mass } = example(1, R, R, 8, 5)
    const [alone, shared] = made.map((search) => {
      search.clear()
      const test = search.unfiltered(
        search.pairTest({ table: drawTable(responses, 0), white, dimension: 8, mass, nu })!
      )
      return [0, 7].map((first) => all(search, test, { k0: 1, k1: 2 + first }, first, limit - 3))
    })
    expect(shared).toEqual(alone)
    expect(alone[0].length).toBeGreaterThan(least)
  })

  // Which draws of a step are candidates without passing depends, with a filter, on where steps begin.
  it.each([
    { R: 16, nu: 4.5 },
    { R: 300, nu: 4.7 }
  ])("gives the passing pairs of one thread: filtered, R = $R", ({ R, nu }) => {
    const { responses, white, mass } = example(1, R, R, 8, 5)
    const [alone, shared] = made.map((search) => {
      search.clear()
      const test = search.pairTest({ table: drawTable(responses, 0), white, dimension: 8, mass, nu })!
      expect(test.filtered).toBe(true)
      return [0, 7].map((first) => {
        const request = { responses, prompts: Int32Array.of(0), keys: Int32Array.of(1, 2 + first), limit: 0 }
        const passes = pairDecision({ ...request, white, dimension: 8, nu })
        return all(search, test, { k0: 1, k1: 2 + first }, first, 2 ** 19 - 3).filter((at) => passes(0, at))
      })
    })
    expect(shared).toEqual(alone)
    expect(alone[0].length).toBeGreaterThan(20)
  })

  it("gives one thread's acceptances", () => {
    const { responses } = example(1, 40, 40, 1, 3)
    const [alone, shared] = made.map((search) => {
      search.clear()
      const test = search.acceptanceTest(drawTable(responses, 0), new Float64Array(40).fill(1e-4))!
      return all(search, test, { k0: 1, k1: 2, coin0: 3, coin1: 4 }, 0, 2 ** 20)
    })
    expect(shared).toEqual(alone)
    expect(alone.length).toBeGreaterThan(50)
  })

  it("does not mistake another test's or key's candidates for a search's own", () => {
    const [one, two] = made.map((search) => {
      search.clear()
      const { responses, white, mass } = example(1, 16, 16, 8, 5)
      const request = { table: drawTable(responses, 0), white, dimension: 8, mass }
      const tests = [30, 8].map((nu) => search.unfiltered(search.pairTest({ ...request, nu })!))
      const found: Array<number> = []
      for (let at = 0; at < 2 ** 19; at += 2 ** 15 + 2) {
        for (const test of tests) {
          for (const k0 of [1, 2]) found.push(search.next(test, { k0, k1: 2 }, at, 2 ** 20))
        }
      }
      return found
    })
    expect(two).toEqual(one)
  })
})
