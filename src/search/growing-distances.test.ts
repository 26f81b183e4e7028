import { describe, expect, it } from "vitest"
import { randomInstance } from "../instance/families/random-instance.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { RidgeRegression } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { type EllipticTest, passTable, squaredDistance, whitenedRows } from "../policy/elliptic-test.ts"
import { GrowingDistances } from "./growing-distances.ts"
import { SessionSearch } from "./session-search.ts"

/** What a table made anew gives, summed as the oracle sums it. */
const byTables = ({ features, offsets, reference }: FiniteInstance, test: EllipticTest): ReadonlyArray<number> =>
  Array.from({ length: offsets.length - 1 }, (_, x) => {
    const size = offsets[x + 1] - offsets[x]
    const table = new Uint8Array(size * size)
    passTable(test, features, offsets[x], offsets[x + 1], table)
    let p = 0
    for (let a = 1; a < size; a++) {
      let sum = 0
      for (let b = 0; b < a; b++) sum += table[a * size + b] * reference[offsets[x] + b]
      p += reference[offsets[x] + a] * sum
    }
    return 2 * p
  })

const instance = randomInstance({ seed: 5, prompts: 6, responses: 60, d: 3, ties: 0.2 })
const nu = 0.25

/** Σ after one more pair of some prompt, or after several. */
const grow = (design: RidgeRegression, stream: Stream, pairs: number): EllipticTest => {
  for (let k = 0; k < pairs; k++) {
    const [a, b] = [stream.nextInteger(360), stream.nextInteger(360)]
    const phi = Float64Array.from({ length: 3 }, (_, j) => instance.features[3 * a + j] - instance.features[3 * b + j])
    design.add(phi, 0, 1 + stream.nextInteger(3))
  }
  return { dimension: 3, whitening: design.whitening(), nu }
}

const searches: ReadonlyArray<readonly [string, () => SessionSearch | undefined]> = [
  ["in JavaScript", () => undefined],
  ["by the kernel", () => new SessionSearch("wasm", 1)],
  ["by the kernel on two threads", () => new SessionSearch("wasm", 2)]
]

describe.each(searches)("chances of passing as Σ grows, %s", (_, open) => {
  it("are those of tables made anew, bit for bit, while pairs are added one by one or a few at a time", () => {
    const growing = GrowingDistances.of(instance, open())
    const design = new RidgeRegression(3, 0.5)
    const stream = Stream.fromSeed(3).split("growing")
    const seen: Array<number> = []
    for (let k = 0; k < 60; k++) {
      const test = grow(design, stream, k % 7 === 6 ? 3 : k === 0 ? 0 : 1)
      const chances = growing?.chancesUnder(test)
      expect([...chances!]).toEqual(byTables(instance, test))
      seen.push(chances![0])
    }
    // Pairs passed at first, and hardly any at the end.
    expect(seen[0]).toBeGreaterThan(0.8)
    expect(seen[59]).toBeLessThan(0.1)
  })

  it("are those of tables in more dimensions than are taken at a time", () => {
    const wide = randomInstance({ seed: 6, prompts: 3, responses: 81, d: 11 })
    const growing = GrowingDistances.of(wide, open())
    const design = new RidgeRegression(11, 0.5)
    const stream = Stream.fromSeed(5).split("growing")
    for (let k = 0; k < 30; k++) {
      const [a, b] = [stream.nextInteger(243), stream.nextInteger(243)]
      const { features } = wide
      design.add(
        Float64Array.from({ length: 11 }, (_, j) => features[11 * a + j] - features[11 * b + j]),
        0,
        1
      )
      const test = { dimension: 11, whitening: design.whitening(), nu: 0.5 }
      expect([...growing!.chancesUnder(test)!]).toEqual(byTables(wide, test))
    }
  })

  it("are decided by the definition where a pair is as far as ν, to the last bit", () => {
    for (let pair = 1; pair <= 24; pair++) {
      const steps = (each: (test: EllipticTest) => void): void => {
        const design = new RidgeRegression(3, 0.5)
        const stream = Stream.fromSeed(7).split("growing")
        for (let k = 0; k < 20; k++) each(grow(design, stream, 1))
      }
      let last: EllipticTest = { dimension: 3, whitening: new Float64Array(9), nu }
      steps((test) => (last = test))
      const white = whitenedRows(last, instance.features, 0, 60)
      const far = Math.sqrt(squaredDistance(white, 0, 3 * pair, 3))
      const growing = GrowingDistances.of(instance, open())
      let chances: Float64Array | undefined
      steps((test) => (chances = growing?.chancesUnder({ ...test, nu: far })))
      expect([...chances!]).toEqual(byTables(instance, { ...last, nu: far }))
    }
  })

  it("are of the test that is asked with, whatever was asked before", () => {
    const growing = GrowingDistances.of(instance, open())
    const design = new RidgeRegression(3, 0.5)
    const stream = Stream.fromSeed(4).split("growing")
    const first = grow(design, stream, 1)
    const later = grow(design, stream, 40)
    for (const test of [first, later, { ...later, nu: 0.5 }]) {
      const chances = growing?.chancesUnder(test)
      expect([...chances!]).toEqual(byTables(instance, test))
    }
    // Σ shrank, again and again: tests are not updates of one another, which is said.
    growing?.chancesUnder(first)
    growing?.chancesUnder({ ...later, nu: 0.4 })
    expect(growing?.chancesUnder(first)).toBeUndefined()
  })

  it("are left to tables where there are few pairs, or where distances would take more room than features", () => {
    expect(GrowingDistances.of(randomInstance({ seed: 1, prompts: 4, responses: 10, d: 2 }))).toBeUndefined()
    expect(GrowingDistances.of(randomInstance({ seed: 1, prompts: 3, responses: 3000, d: 1 }))).toBeUndefined()
  })
})
