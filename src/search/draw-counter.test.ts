import { describe, expect, it } from "vitest"
import { finiteSource, type FiniteSource } from "../instance/finite-source.ts"
import { Stream } from "../numeric/stream.ts"
import { countDraws, tallyFrom } from "./draw-counter.ts"
import { SessionSearch } from "./session-search.ts"

/** Second of two prompts: R responses, each a class row of its own, of unequal mass. */
const source = (R: number): FiniteSource => {
  const stream = Stream.fromSeed(R)
  const reference = Float64Array.from({ length: R + 1 }, (_, y) => (y === 0 ? 1 : 1e-3 + stream.next()))
  const total = reference.subarray(1).reduce((sum, mass) => sum + mass)
  return finiteSource({
    offsets: Int32Array.of(0, 1, R + 1),
    reference: reference.map((mass, y) => (y === 0 ? 1 : mass / total)),
    rowOf: Int32Array.from(reference, (_, y) => y)
  })
}

describe("counts of draws", () => {
  it.each([
    [7, tallyFrom(7) - 1, "js"],
    [7, tallyFrom(7), "wasm"],
    [7, 200_003, "wasm"],
    [300, 1000, "js"],
    [300, 50_021, "wasm"]
  ])("are those of the draws themselves: R = %d, %d draws by %s", (R, count, by) => {
    const from = source(R)
    const key = Stream.fromSeed(3).split("estimate", count)
    const rows = new Int32Array(count)
    from.drawRows(1, key.k0, key.k1, 0, count, rows)
    const expected = new Float64Array(R)
    for (const row of rows) expected[row - 1]++
    const search = new SessionSearch()
    expect(countDraws(from, 1, key, count, 1, R, search)).toEqual(expected)
    search.close()
    expect(search.backend).toMatch(by === "js" ? /^js$/ : /^wasm/)
  })
})
