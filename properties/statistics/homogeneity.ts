/**
 * Do two samples of category counts come from the same (unknown) law? For literal against exact-law oracles (exact-law.md).
 *
 * At levels from the α ledger (10⁻⁹) use {@link exactHomogeneityTest}: conditionally on both sample sizes and on the cell's total,
 * a cell's count in the first sample is hypergeometric, whatever the common law; its tails are exact at any level.
 * {@link homogeneityTest} is Pearson's χ² and asymptotic: levels ≥ 10⁻³ only (see `goodness-of-fit.ts`).
 */
import { requireCounts, requireInteger, requireWithin } from "../../src/statistics/domain.ts"
import {
  type CellOutcome,
  chiSquareTail,
  type ChiSquareOutcome,
  poolCells
} from "../../src/statistics/goodness-of-fit.ts"
import { logBinomialProbability } from "../../src/statistics/saddle-point.ts"

const requireSamePartition = (first: ArrayLike<number>, second: ArrayLike<number>): [number, number] => {
  const sizes: [number, number] = [requireCounts("first", first), requireCounts("second", second)]
  requireInteger("second.length", second.length, first.length, first.length)
  return sizes
}

/**
 * Pearson's χ² test of homogeneity on a 2×k table, cells pooled by their totals (which carry no information on the difference).
 *
 * @param first counts of the first sample, length k ≥ 1, integers ≥ 0
 * @param second counts of the second sample, same cells
 * @param minimumExpected pool until the smaller sample's expectation in each cell is at least this (default 5, > 0)
 * @returns p-value 1 when a sample is empty or all cells pool into one
 * @throws RangeError outside these domains (NaN included)
 */
export const homogeneityTest = (
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  minimumExpected = 5
): ChiSquareOutcome => {
  const [m, n] = requireSamePartition(first, second)
  requireWithin("minimumExpected", minimumExpected, Number.MIN_VALUE, Infinity)
  if (m === 0 || n === 0) return { statistic: 0, degreesOfFreedom: 0, pValue: 1 }
  const share = Math.min(m, n) / (m + n)
  const group = poolCells(
    Float64Array.from(first, (x, i) => (x + second[i]) * share),
    minimumExpected
  )
  const a = new Float64Array(first.length)
  const b = new Float64Array(first.length)
  for (let i = 0; i < group.length; i++) {
    a[group[i]] += first[i]
    b[group[i]] += second[i]
  }
  let statistic = 0
  let groups = 0
  for (let g = 0; g < a.length; g++) {
    const total = a[g] + b[g]
    if (total === 0) continue
    groups++
    // (O−E)²/E over both rows of a column, in one term.
    statistic += (a[g] * n - b[g] * m) ** 2 / (total * m * n)
  }
  const degreesOfFreedom = Math.max(0, groups - 1)
  return { statistic, degreesOfFreedom, pValue: chiSquareTail(statistic, degreesOfFreedom) }
}

/**
 * ln P(X on the far side of x, x included) for X ~ Hypergeometric: of `marked` items among `population`, how many fall in a
 * sample of `draws`. The far side is the one away from the mode, so terms decrease and their sum has no cancellation.
 */
const logFarTail = (x: number, marked: number, population: number, draws: number): number => {
  const p = draws / population
  const q = (population - draws) / population
  // Fisher's identity: hypergeometric = binomial·binomial/binomial at any common p; Loader's forms keep all digits.
  const logAtX =
    logBinomialProbability(x, marked, p, q) +
    logBinomialProbability(draws - x, population - marked, p, q) -
    logBinomialProbability(draws, population, p, q)
  const up = x * population >= marked * draws
  const end = up ? Math.min(marked, draws) : Math.max(0, draws + marked - population)
  let sum = 1
  let term = 1
  for (let y = x; y !== end; y += up ? 1 : -1) {
    term *= up
      ? ((marked - y) * (draws - y)) / ((y + 1) * (population - marked - draws + y + 1))
      : (y * (population - marked - draws + y)) / ((marked - y + 1) * (draws - y + 1))
    sum += term
    if (term < 1e-17 * sum) break
  }
  return Math.min(0, logAtX + Math.log(sum))
}

/**
 * Exact conditional test at any level: Fisher's exact tails 2·min{P(X ≤ x), P(X ≥ x)} of every cell against the rest, the
 * smallest multiplied by the number of occupied cells (Bonferroni; by 1 when there are two). R. A. Fisher, doi:10.2307/2340521.
 * Time per cell is of the order of the standard deviation of its count.
 *
 * @param first counts of the first sample, length k ≥ 1, integers ≥ 0
 * @param second counts of the second sample, same cells
 * @returns an exact upper bound: P(p-value ≤ α) ≤ α for every α, every common law, every pair of sizes
 * @throws RangeError outside these domains (NaN included)
 */
export const exactHomogeneityTest = (first: ArrayLike<number>, second: ArrayLike<number>): CellOutcome => {
  const [m, n] = requireSamePartition(first, second)
  const population = m + n
  let smallest = 0
  let cell = -1
  let occupied = 0
  for (let i = 0; i < first.length; i++) {
    const marked = first[i] + second[i]
    if (marked === 0) continue
    occupied++
    if (marked === population || m === 0 || n === 0) continue
    // The far tail stands for the smaller one: each side rejects with its own one-sided tail, so validity needs no more.
    const log = logFarTail(first[i], marked, population, m)
    if (log < smallest) {
      smallest = log
      cell = i
    }
  }
  const comparisons = occupied === 2 ? 1 : Math.max(1, occupied)
  return { pValue: Math.min(1, 2 * comparisons * Math.exp(smallest)), cell }
}
