/** What differs between two records: two-sided, at one level for all tests, and nothing left out. */
import { describe, expect, it } from "vitest"
import type { Quantity } from "../../../reports/read/quantities.ts"
import { differencesOf } from "./differences.ts"

const rate = (key: string, bad: number, trials: number): Quantity => ({ kind: "rate", key, bad, trials })
const sample = (key: string, ...values: ReadonlyArray<number>): Quantity => ({ kind: "sample", key, unit: "s", values })
const interval = (key: string, lower: number, upper: number, level = 0.01): Quantity => ({
  kind: "estimate",
  key,
  estimate: (lower + upper) / 2,
  lower,
  upper,
  level
})
const verdict = (key: string, value: string): Quantity => ({ kind: "verdict", key, value })
const changed = (a: ReadonlyArray<Quantity>, b: ReadonlyArray<Quantity>, level = 0.05) =>
  differencesOf(a, b, level).flatMap((one) => (one.changed ? [one.key] : []))

describe("differencesOf", () => {
  const [low, high] = [
    [1, 2, 3, 4, 5],
    [6, 7, 8, 9, 10]
  ]

  it("finds what rose and what fell", () => {
    const [a, b] = [
      [sample("time", ...low), rate("bad", 0, 20), interval("p", 0, 1), verdict("T3", "supported")],
      [sample("time", ...high), rate("bad", 12, 20), interval("p", 1.1, 2), verdict("T3", "refuted")]
    ]
    for (const [one, other] of [
      [a, b],
      [b, a]
    ])
      expect(changed(one, other)).toEqual(["time", "bad", "p", "T3"])
    expect(changed(a, a)).toEqual([])
    expect(changed([interval("p", 0, 1)], [interval("p", 1, 2)])).toEqual([])
  })

  it("shares its level by the tests there are, and says at which each could be wrong", () => {
    // p = 2/252 = 0.0079.
    const [a, b] = [low, high].map((values) => ["s1", "s2"].map((key) => sample(key, ...values)))
    expect(changed(a.slice(1), b.slice(1), 0.01)).toEqual(["s2"])
    expect(changed(a, b, 0.01)).toEqual([])
    expect(differencesOf(a, b, 0.016).map(({ changed: is, level, p }) => [is, level, p])).toEqual(
      a.map(() => [true, 0.008, expect.closeTo(2 / 252, 12)])
    )
    // Facts and intervals take no share.
    const others = [verdict("T3", "supported"), interval("p", 0, 1, 0.02)]
    expect(changed([...a.slice(1), ...others], [...b.slice(1), ...others], 0.01)).toEqual(["s2"])
    expect(differencesOf(others, others, 0.01).map(({ level }) => level)).toEqual([0, 0.04])
  })

  it("lists what one of them alone has, and calls nothing else by its name", () => {
    const found = differencesOf(
      [verdict("x", "supported"), rate("x", 1, 4)],
      [rate("x", 1, 4), sample("y", 1, 2)],
      0.05
    )
    expect(found.map(({ a, b, changed: is, test, what }) => [what, a, b, test, is])).toEqual([
      ["rate", "1 of 4", "1 of 4", "Fisher's", false],
      ["verdict", "supported", undefined, "only in A", false],
      ["sample", undefined, 1.5, "only in B", false]
    ])
  })
})
