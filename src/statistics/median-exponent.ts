/**
 * The exponent of the *median* of runs' counts in whatever differs between them, with an interval that needs nothing of their law.
 *
 * *What it is of.* With m_i the median of the counts at value v_i, the least-squares slope of log m_i in log v_i. Queries to a target have rare dear runs (1.3 % of SpannerSampling's runs at
 * C = 10⁶ cost up to 62 times the median), so that exponents of means, and Student's intervals on logarithms, cannot be had from tens of runs; medians can.
 *
 * *Interval.* At each of k values the order statistics X_(r) and X_(n+1−r) enclose the median but with probability 2·P(Bin(n, ½) < r), at most α/k; within the box of all k enclosures
 * the slope, a linear function Σ w_i log m_i, lies between its extremes. It covers with probability ≥ 1 − α by a union bound, whatever the tails, the spread at each value, ties, gaps in the law, and
 * dependence between values. It is wider than it need be where the law is kind. (Tried in its place: normal intervals from the estimated spread of each median. They are half as wide, and of the 99 % ones
 * on the sweep of the adaptive learner, whose counts have gaps between guesses of C_cov, 79 % covered.) Measured: `npm run bench -- --suite exponent-coverage`.
 *
 * Source: H. A. David and H. N. Nagaraja, Order Statistics, §7.1, doi:10.1002/0471722162.
 *
 * @example
 * ```ts
 * const counts = [1, 10, 100].flatMap((C) => [7, 8, 9, 7, 8, 9, 7, 8, 9, 7, 8, 9].map((c) => ({ value: C, count: c * C })))
 * medianExponent("C", counts, 0.01)
 * ```
 */
import { requireLevel } from "./domain.ts"
import type { ExponentInterval } from "./exponent-fit.ts"
import { binomialTails } from "./incomplete-beta.ts"
import { median } from "./median.ts"

/** Where a run stood, and what it took. */
export interface Counted {
  /** Of what varies; > 0. */
  readonly value: number
  /** Queries; undefined where the run did not get there. */
  readonly count: number | undefined
}

/** The largest r ≥ 1 with 2·P(Bin(n, ½) < r) ≤ level; 0 where there is none. */
export const medianRank = (n: number, level: number): number => {
  // In logarithms: 2^{−n} itself is 0 from n = 1,075 on.
  const allowed = (r: number): boolean => Math.LN2 + binomialTails(r - 1, n, 0.5).logAtMost <= Math.log(level)
  let [held, broken] = [0, Math.floor(n / 2) + 1]
  while (broken > held + 1) {
    const middle = Math.floor((held + broken) / 2)
    if (allowed(middle)) held = middle
    else broken = middle
  }
  return held
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
  return { median: median(sorted), lower: sorted[r - 1], upper: sorted[n - r] }
}

/**
 * undefined where a run did not get there, where counts stand at fewer than two values or at one that has no logarithm, and where they are too few at one of them for a median at this level
 * (11 runs each of 6 values at 0.01).
 *
 * @param runs counts and values, finite and > 0
 * @param level α in (0, 1)
 */
export const medianExponent = (
  name: string,
  runs: ReadonlyArray<Counted>,
  level: number
): ExponentInterval | undefined => {
  requireLevel("level", level)
  const values = [...new Set(runs.map(({ value }) => value))]
  const counted = (x: number | undefined): boolean => x !== undefined && x > 0 && x < Infinity
  if (values.length < 2 || !runs.every(({ count, value }) => counted(count) && counted(value))) return undefined
  const x = values.map(Math.log)
  const centre = x.reduce((sum, v) => sum + v, 0) / x.length
  const spread = x.reduce((sum, v) => sum + (v - centre) ** 2, 0)
  let [estimate, lower, upper] = [0, 0, 0]
  for (const [i, value] of values.entries()) {
    const counts = runs.flatMap((run) => (run.value === value ? [run.count!] : []))
    const at = medianOf(counts, level / values.length)
    if (at === undefined) return undefined
    const weight = (x[i] - centre) / spread
    const [low, high] = [Math.log(at.lower), Math.log(at.upper)]
    estimate += weight * Math.log(at.median)
    lower += weight * (weight > 0 ? low : high)
    upper += weight * (weight > 0 ? high : low)
  }
  return { name, estimate, lower, upper }
}
