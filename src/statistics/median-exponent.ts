/**
 * The exponent of the *median* of runs' counts in whatever differs between them, with an interval that needs nothing of their law.
 *
 * *What it is of.* With m_i the median of the counts at value v_i, the least-squares slope of log m_i in log v_i. Queries to a target have rare dear runs (1.3 % of SpannerSampling's runs at
 * C = 10⁶ cost up to 62 times the median), so that exponents of means, and Student's intervals on logarithms, cannot be had from tens of runs; medians can.
 *
 * *Interval.* At each value the order statistics X_(r) and X_(n+1−r) enclose the median but with probability a = 2·P(Bin(n, ½) < r), r as large as a ≤ 0.05 allows; half the width of the
 * enclosure of log m_i, over the normal quantile of a, is its standard error s_i. The slope Σ w_i log m_i then has variance Σ w_i² s_i², since runs at different values are
 * independent (draws are addressed by instance), and a normal interval. It assumes nothing of tails and lets the spread differ from value to value; it is not exact, and how often it covers on
 * the sweeps that are published is measured: `npm run bench -- --suite exponent-coverage`.
 *
 * Source: R. M. Price and D. G. Bonett, Estimating the variance of the sample median, doi:10.1080/00949650108812071.
 *
 * @example
 * ```ts
 * const counts = [1, 10, 100].flatMap((C) => [7, 8, 9, 7, 8, 9, 7, 8, 9, 7, 8, 9].map((c) => ({ value: C, count: c * C })))
 * medianExponent("C", counts, 0.01)
 * ```
 */
import tQuantile from "@stdlib/stats-base-dists-t-quantile"
import { requireLevel } from "./domain.ts"
import type { ExponentInterval } from "./exponent-fit.ts"
import type { Counted } from "./exponent-of-counts.ts"

/** The largest r ≥ 1 with 2·P(Bin(n, ½) < r) ≤ level; 0 where there is none. */
export const medianRank = (n: number, level: number): number => {
  // P(Bin = j) by ratios, from 2^{-n}: n stays far below 1,000 here.
  let mass = 2 ** -n
  let below = mass
  let r = 0
  while (2 * below <= level && r < (n + 1) / 2 - 1) {
    r++
    mass *= (n - r + 1) / r
    below += mass
  }
  return r
}

/** Level of the enclosures that standard errors are read from, and the fewest counts that give one worth the name. */
const ENCLOSED = 0.05
const LEAST_RUNS = 12

/** Upper α-quantile of the normal law. */
const normalQuantile = (tail: number): number => -tQuantile(tail, 1e9)

/** P(Bin(n, ½) < r). */
const tailBelow = (n: number, r: number): number => {
  let mass = 2 ** -n
  let below = mass
  for (let j = 1; j < r; j++) {
    mass *= (n - j + 1) / j
    below += mass
  }
  return below
}

/** The middle, and the enclosure of the median that fails with probability at most `level`; undefined where there are too few values for one. */
export const medianOf = (
  values: ReadonlyArray<number>,
  level: number
): { readonly median: number; readonly lower: number; readonly upper: number } | undefined => {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  const r = medianRank(n, level)
  if (r === 0) return undefined
  const median = (sorted[Math.floor((n - 1) / 2)] + sorted[Math.ceil((n - 1) / 2)]) / 2
  return { median, lower: sorted[r - 1], upper: sorted[n - r] }
}

/**
 * undefined where a run did not get there, and where counts stand at fewer than two values or are fewer than twelve at one of them.
 *
 * @param runs counts and values > 0
 * @param level α in (0, 1)
 */
export const medianExponent = (
  name: string,
  runs: ReadonlyArray<Counted>,
  level: number
): ExponentInterval | undefined => {
  requireLevel("level", level)
  const values = [...new Set(runs.map(({ value }) => value))]
  if (values.length < 2 || runs.some(({ count }) => count === undefined || !(count > 0))) return undefined
  const x = values.map(Math.log)
  const centre = x.reduce((sum, v) => sum + v, 0) / x.length
  const spread = x.reduce((sum, v) => sum + (v - centre) ** 2, 0)
  let [estimate, variance] = [0, 0]
  for (const [i, value] of values.entries()) {
    const counts = runs.flatMap((run) => (run.value === value ? [run.count!] : []))
    const n = counts.length
    if (n < LEAST_RUNS) return undefined
    const { lower, median, upper } = medianOf(counts, ENCLOSED)!
    const error = Math.log(upper / lower) / (2 * normalQuantile(tailBelow(n, medianRank(n, ENCLOSED))))
    const weight = (x[i] - centre) / spread
    estimate += weight * Math.log(median)
    variance += (weight * error) ** 2
  }
  const half = normalQuantile(level / 2) * Math.sqrt(variance)
  return { name, estimate, lower: estimate - half, upper: estimate + half }
}
