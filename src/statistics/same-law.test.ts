/** The exact two-sample test: its size over all orders of a small pool. */
import { describe, expect, it } from "vitest"
import { sameLawTest } from "./same-law.ts"

/** All ways to choose `m` of the pool. */
const choices = (pool: ReadonlyArray<number>, m: number): ReadonlyArray<ReadonlyArray<number>> =>
  m === 0
    ? [[]]
    : pool.length < m
      ? []
      : [
          ...choices(pool.slice(1), m - 1).map((rest) => [0, ...rest.map((i) => i + 1)]),
          ...choices(pool.slice(1), m).map((rest) => rest.map((i) => i + 1))
        ]

describe("two samples", () => {
  it.each([[[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]], [[0, 0, 0, 0, 1, 1, 1, 2, 2, 5]]])(
    "of one law are told apart with probability at most the level: all splits of %j",
    (pool) => {
      const values = choices(pool, 5).map((chosen) =>
        sameLawTest(
          chosen.map((i) => pool[i]),
          pool.filter((_, i) => !chosen.includes(i))
        )
      )
      expect(values.length).toBe(252)
      for (const level of values)
        expect(values.filter((p) => p <= level).length / 252).toBeLessThanOrEqual(level + 1e-9)
      expect(Math.min(...values)).toBeLessThan(0.3)
    }
  )

  it("puts NaN last", () => expect(sameLawTest([1, 2, 3, 4], [NaN, NaN, NaN, NaN])).toBeLessThan(0.1))
})
