import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { aliasPick, aliasTable } from "../numeric/alias-table.ts"
import { block, Stream, threefry2x32 } from "../numeric/stream.ts"
import { needle } from "./families/needle.ts"
import { unitVector } from "./families/random-draws.ts"
import { randomInstance } from "./families/random-instance.ts"
import type { ConcreteResponses } from "./draw-table.ts"
import { finiteSource } from "./finite-source.ts"
import { finiteInstance, instanceOfClasses } from "./make-instance.ts"
import { normalForm } from "./validate.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"

/** n·kl(k/n ‖ p), the exponent of Chernoff's bound: P(count as far out as k, on its side) ≤ e^{−n·kl}. */
const chernoffExponent = (k: number, n: number, p: number): number => {
  const q = k / n
  const part = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / b))
  return n * (part(q, p) + part(1 - q, 1 - p))
}

/** Three prompts of single draws, one of pairs, two families, two classes of members. */
const LEVEL = alpha("instance/draw-laws", 8)

/**
 * What speaks against counts of independent draws having a law, at {@link LEVEL}, or undefined. Each of K categories has
 * P(n·kl ≥ t) ≤ 2e^{−t} (both sides), so all K stay below t = log(2K/level) but with probability level. Categories of mass 0 must not
 * occur. Seeds are fixed: the level says how often a new seed, or a change of draws that keeps the law, would fail here.
 */
const objection = (counts: ArrayLike<number>, law: ArrayLike<number>): string | undefined => {
  const n = Array.from(counts).reduce((a, b) => a + b, 0)
  const limit = Math.log((2 * law.length) / LEVEL)
  for (let i = 0; i < law.length; i++) {
    const impossible = (law[i] === 0 && counts[i] > 0) || (law[i] === 1 && counts[i] < n)
    const certain = law[i] === 0 || law[i] === 1
    if (impossible || (!certain && chernoffExponent(counts[i], n, law[i]) >= limit))
      return `${counts[i]} of ${n} in category ${i} of mass ${law[i]}`
  }
  return undefined
}

const tally = (draws: Iterable<number>, size: number): Float64Array => {
  const counts = new Float64Array(size)
  for (const i of draws) counts[i]++
  return counts
}

/** One prompt whose responses are their own classes. */
const onePrompt = (reference: Float64Array): ConcreteResponses => ({
  offsets: Int32Array.of(0, reference.length),
  reference,
  rowOf: Int32Array.from(reference.keys())
})

const randomMasses = (size: number, seed: number): Float64Array => {
  const stream = Stream.fromSeed(seed)
  const mass = Float64Array.from({ length: size }, () => stream.next())
  const total = mass.reduce((a, b) => a + b, 0)
  return mass.map((m) => m / total)
}

describe("a finite source", () => {
  const instance = normalForm(randomInstance({ seed: 7, prompts: 3, responses: 11, zeros: 0.3, spread: 2 }))
  const source = finiteSource({ ...instance, rowOf: Int32Array.from(instance.reference.keys()) })
  const key = Stream.fromSeed(11).split("draws")
  const law = (x: number): Float64Array => instance.reference.subarray(instance.offsets[x], instance.offsets[x + 1])

  it("draws single responses from π_ref", () => {
    const rows = new Int32Array(400_000)
    for (let x = 0; x < 3; x++) {
      source.drawRows(x, key.k0, key.k1, 0, rows.length, rows)
      expect(
        objection(
          tally(
            rows.map((row) => row - instance.offsets[x]),
            11
          ),
          law(x)
        )
      ).toBeUndefined()
    }
  })

  it("draws pairs from π_ref²: both members, independent", () => {
    const n = 400_000
    const left = new Int32Array(n)
    const right = new Int32Array(n)
    source.drawPairRows(1, key.k0, key.k1, 1e12, n, left, right)
    const cells = left.map((row, i) => (row - instance.offsets[1]) * 11 + right[i] - instance.offsets[1])
    expect(
      objection(
        tally(cells, 121),
        Float64Array.from({ length: 121 }, (_, c) => law(1)[Math.floor(c / 11)] * law(1)[c % 11])
      )
    ).toBeUndefined()
  })

  it("gives every address one response, however a batch is cut, equal to the definition", () => {
    const first = fc.oneof(
      fc.nat(1e9),
      fc.integer({ min: 2 ** 32 - 50, max: 2 ** 32 + 5 }),
      fc.integer({ min: 0, max: 2 ** 53 - 10_000 })
    )
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.integer(),
        fc.integer(),
        first,
        fc.integer({ min: 1, max: 2500 }),
        fc.nat(2500),
        (x, k0, k1, start, count, at) => {
          const cut = Math.min(at, count)
          const draw = (from: number, n: number): ReadonlyArray<Int32Array> => {
            const rows = [new Int32Array(n), new Int32Array(n), new Int32Array(n)]
            source.drawRows(x, k0, k1, start + from, n, rows[0])
            source.drawPairRows(x, k0, k1, start + from, n, rows[1], rows[2])
            return rows
          }
          const whole = draw(0, count)
          const head = draw(0, cut)
          const tail = draw(cut, count - cut)
          ;(["single", 0, 1] as const).forEach((side, s) => {
            expect(Int32Array.of(...head[s], ...tail[s])).toEqual(whole[s])
            for (const i of [0, cut % count, count - 1]) {
              const y = source.responseAt(x, k0, k1, start + i, side)
              expect(whole[s][i]).toBe(instance.offsets[x] + y)
              expect(source.describe(x, k0, k1, start + i, side === "single" ? undefined : side)).toBe(`y${y}`)
            }
          })
        }
      ),
      { numRuns: 60 }
    )
  })

  it("settles ties exactly: with 2¹⁷ responses one draw in 16,384 is one", () => {
    const size = 2 ** 17
    const masses = randomMasses(size, 5)
    const big = finiteSource(onePrompt(masses))
    const table = aliasTable(masses)
    const n = 200_000
    const rows = new Int32Array(n)
    const left = new Int32Array(n)
    const right = new Int32Array(n)
    big.drawRows(0, 1, 2, 0, n, rows)
    big.drawPairRows(0, 1, 2, 0, n, left, right)
    let ties = 0
    /** The address scheme once more: word `pick` of block i picks; word `refine` of the block with `tag` in its counter refines. */
    const expected = (i: number, pick: 0 | 1, tag: number, refine: 0 | 1): number => {
      threefry2x32(1, 2, i, 0)
      return aliasPick(table, block[pick], () => {
        ties++
        threefry2x32(1, 2, i, tag)
        return (block[refine] >>> 0) / 2 ** 32
      })
    }
    const tag = 0x54494500
    for (let i = 0; i < n; i++) {
      if (
        rows[i] !== expected(i, 0, 0, 1) ||
        left[i] !== expected(i, 0, tag, 0) ||
        right[i] !== expected(i, 1, tag, 1)
      ) {
        expect.fail(`draw ${i} differs from its definition`)
      }
    }
    expect(ties).toBeGreaterThan(10)
  })

  it("takes the left member of a pair of a wide table from the word that a single draw takes", () => {
    // Away from ties; that they share a key and a counter is why a key serves singles or pairs, not both.
    const wide = finiteSource(onePrompt(randomMasses(300, 9)))
    const rows = new Int32Array(1000)
    const left = new Int32Array(1000)
    wide.drawRows(0, 5, 6, 0, 1000, rows)
    wide.drawPairRows(0, 5, 6, 0, 1000, left, new Int32Array(1000))
    expect(left).toEqual(rows)
  })

  it("never draws mass 0 and always draws mass 1, to the ends of the word's range", () => {
    for (const reference of [[1], [1, 0], [0, 1], [0, 0, 1, 0, 0]]) {
      const sure = finiteSource(onePrompt(Float64Array.from(reference)))
      const rows = new Int32Array(5000)
      sure.drawRows(0, 3, 4, 0, rows.length, rows)
      expect(new Set(rows)).toEqual(new Set([reference.indexOf(1)]))
    }
  })

  it("is deterministic: recorded draws", () => {
    const rows = new Int32Array(12)
    finiteSource(onePrompt(Float64Array.of(0.1, 0.2, 0.3, 0.4))).drawRows(0, 1, 2, 0, 12, rows)
    threefry2x32(1, 2, 0, 0)
    expect([block[0] >>> 0, ...rows]).toMatchInlineSnapshot(`
      [
        629071667,
        3,
        2,
        2,
        2,
        0,
        2,
        3,
        3,
        3,
        3,
        1,
        0,
      ]
    `)
  })
})

describe("families hide what they hide by their law", () => {
  it("Needle's i* is uniform over seeds", () => {
    expect(
      objection(
        tally(
          Array.from({ length: 4000 }, (_, seed) => needle({ N: 20, d: 1, seed }).meanReward.indexOf(1)),
          20
        ),
        new Float64Array(20).fill(0.05)
      )
    ).toBeUndefined()
  })

  it("a direction of R² is in each quadrant one time in four", () => {
    const stream = Stream.fromSeed(8)
    const quadrants = Array.from({ length: 20_000 }, () => {
      const v = unitVector(stream, 2)
      return (v[0] > 0 ? 1 : 0) + (v[1] > 0 ? 2 : 0)
    })
    expect(objection(tally(quadrants, 4), new Float64Array(4).fill(0.25))).toBeUndefined()
  })
})

describe("describeRow", () => {
  it("draws a raw member of the class by π_ref", () => {
    const reference = Float64Array.of(0.1, 0.4, 0.2, 0.25, 0.05, 0)
    const instance = finiteInstance(
      {
        name: "members",
        dimension: 1,
        beta: 1,
        rewardRange: 1,
        parameterSet: { kind: "ball", radius: 1 },
        thetaStar: Float64Array.of(1),
        noise: { kind: "none" },
        promptProbabilities: Float64Array.of(1),
        offsets: Int32Array.of(0, 6),
        reference,
        features: Float64Array.of(0, 1, 0, 1, 0, 0.5),
        meanReward: Float64Array.of(0, 1, 0, 1, 0, 0.5)
      },
      "members"
    )
    expect(instance.responseCount(0)).toBe(6n)
    const stream = Stream.fromSeed(2)
    const draw = (row: number): number => Number(instance.describeRow(0, row, stream).slice(1))
    const n = 50_000
    const first = tally(
      Array.from({ length: n }, () => draw(0)),
      6
    )
    expect(objection(first, [0.1 / 0.35, 0, 0.2 / 0.35, 0, 0.05 / 0.35, 0])).toBeUndefined()
    const second = tally(
      Array.from({ length: n }, () => draw(1)),
      6
    )
    expect(objection(second, [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0, 0])).toBeUndefined()
    expect(draw(2)).toBe(5)
  })

  it("draws uniformly from a class of mass 0, by label, with prompts named", () => {
    const exact = normalForm(randomInstance({ seed: 1, prompts: 1, responses: 2 }))
    const responses = {
      offsets: Int32Array.of(0, 3),
      reference: Float64Array.of(1, 0, 0),
      rowOf: Int32Array.of(0, 1, 1),
      labels: ["a", "b", ""]
    }
    const instance = instanceOfClasses({ ...exact, promptLabels: ["hello"] }, responses, "spec")
    const stream = Stream.fromSeed(3)
    expect(new Set(Array.from({ length: 100 }, () => instance.describeRow(0, 1, stream)))).toEqual(new Set(["b", "y2"]))
    expect(instance.describePrompt(0)).toBe("hello")
    expect(instanceOfClasses(exact, responses, "spec").describePrompt(0)).toBe("x0")
  })

  it("refuses more responses than an alias table picks exactly", () => {
    const exact = normalForm(randomInstance({ seed: 1, prompts: 1, responses: 1 }))
    const offsets = Int32Array.of(0, 2 ** 20 + 1)
    expect(() =>
      instanceOfClasses(exact, { offsets, reference: new Float64Array(0), rowOf: new Int32Array(0) }, "spec")
    ).toThrow("prompts[0].responses: 1048577 responses, expected at most 1048576")
  })
})
