/**
 * Are two samples of one law? An exact test that needs no law to be known: under exchangeability, given the pooled values, how many of the first sample lie above a
 * value of the pool is hypergeometric (Fisher's exact test at cut points of the pool; R. A. Fisher, The Design of Experiments, 1935, §11).
 */
import { fisherTest } from "./two-sample.ts"

/**
 * p-value of the hypothesis that both samples are of one law: the smallest of Fisher's over the pool's quartiles, times their number. Exact: P(p ≤ α) ≤ α for every
 * law, atoms included. O(n log n).
 *
 * @param first values, in any order; NaN counts as largest @param second likewise
 *
 * @example
 * ```ts
 * import { sameLawTest } from "coverbound/statistics"
 *
 * const rising = Array.from({ length: 12 }, (_, i) => i)
 * console.log(sameLawTest(rising, rising), sameLawTest(rising, rising.map((v) => v + 100)) < 1e-5) // => 1 true
 * ```
 */
export const sameLawTest = (first: ReadonlyArray<number>, second: ReadonlyArray<number>): number => {
  const place = (v: number): number => (Number.isNaN(v) ? Infinity : v)
  const [a, b] = [first.map(place), second.map(place)]
  const pool = [...a, ...b].toSorted((x, y) => x - y)
  const cuts = new Set([0.25, 0.5, 0.75].map((share) => pool[Math.floor(share * pool.length)]))
  let smallest = 1
  for (const cut of cuts) {
    const above = (values: ReadonlyArray<number>): number => values.filter((v) => v >= cut).length
    smallest = Math.min(smallest, fisherTest(above(a), a.length, above(b), b.length))
  }
  return Math.min(1, smallest * cuts.size)
}
