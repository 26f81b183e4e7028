/**
 * Do category counts come from a known law? Three tests of n independent draws against probabilities p_1 … p_k.
 *
 * Which one, at which level:
 *
 * | level α          | use                                                                                              |
 * |------------------|--------------------------------------------------------------------------------------------------|
 * | ≥ 10⁻³           | {@link chiSquareTest}: most power against diffuse deviations; its p-value is asymptotic            |
 * | any              | {@link exactCellTest}: exact binomial tails; most power when few cells are wrong                   |
 * | any              | {@link relativeEntropyTest}: finite-sample bound; most power when many cells are a little wrong    |
 * | any, small n     | `exactMultinomialTest`: exact by enumeration, while C(n+k−1, k−1) outcomes can be listed           |
 *
 * The α ledger hands out levels near 10⁻⁹. There the χ² tail is a fiction: pooled cells of expectation 5 are Poisson-like, and
 * for n = 170 and p = (0.90, 0.07, 0.03) the true size is 4.8 % at 5 %, but 2.5·10⁻⁵ at 10⁻⁶ and 3.8·10⁻⁷ at 10⁻⁹ (exact, by
 * enumeration in the tests). Only the other three may refute anything at such a level; to use both "any" tests, give each α/2.
 */
import { requireCounts, requireProbabilities, requireWithin } from "./domain.ts"
import { binomialTails } from "./incomplete-beta.ts"
import { gammaTails } from "./incomplete-gamma.ts"
import { deviance } from "./saddle-point.ts"

/** Result of a χ² test. */
export interface ChiSquareOutcome {
  /** Pearson's Σ (observed − expected)²/expected over pooled cells; ∞ when an impossible cell was hit. */
  readonly statistic: number
  /** Pooled cells − 1 (0 when everything pools into one: nothing is tested, p-value 1). */
  readonly degreesOfFreedom: number
  /** Asymptotic: P(χ²_df ≥ statistic). */
  readonly pValue: number
}

/** Result of a Bonferroni-corrected test of single cells. */
export interface CellOutcome {
  /** Exact upper bound: P(p-value ≤ α) ≤ α for every α and every n. */
  readonly pValue: number
  /** The most deviant cell (−1 when no cell can deviate). */
  readonly cell: number
}

/** P(χ²_df ≥ statistic), accurate in the far tail where 1 − cdf would be 0. df = 0 gives 1. */
export const chiSquareTail = (statistic: number, degreesOfFreedom: number): number =>
  degreesOfFreedom === 0 ? 1 : Math.exp(gammaTails(degreesOfFreedom / 2, statistic / 2).logUpper)

/**
 * Groups cells so that every group's weight is at least `minimum`: the lightest cells together, heavy cells alone. The weights must
 * not depend on what is being tested (expectations under the null, or margins), else pooling would be a choice made by the data.
 *
 * @returns group index per cell, groups numbered from 0
 */
export const poolCells = (weights: ArrayLike<number>, minimum: number): Int32Array => {
  const order = Array.from({ length: weights.length }, (_, i) => i).sort((i, j) => weights[i] - weights[j] || i - j)
  const group = new Int32Array(weights.length)
  let current = 0
  let weight = 0
  for (const cell of order) {
    if (weight >= minimum) {
      current++
      weight = 0
    }
    group[cell] = current
    weight += weights[cell]
  }
  // What is left over at the heavy end joins the group before it.
  if (weight < minimum && current > 0) for (const cell of order) if (group[cell] === current) group[cell] = current - 1
  return group
}

const summed = (values: ArrayLike<number>, group: Int32Array): Float64Array => {
  let groups = 0
  for (const g of group) groups = Math.max(groups, g + 1)
  const sums = new Float64Array(groups)
  for (let i = 0; i < group.length; i++) sums[group[i]] += values[i]
  return sums
}

/**
 * Pearson's χ² test with pooling of small cells. K. Pearson, doi:10.1080/14786440009463897; the rule of five: W. Cochran,
 * doi:10.1214/aoms/1177729380. Asymptotic: not for levels below 10⁻³ (see the table above).
 *
 * @param counts observed counts, length k ≥ 1, integers ≥ 0
 * @param probabilities the law, length k, sum 1 within 1e-10
 * @param minimumExpected cells are pooled until every expectation is at least this (default 5, must be > 0)
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { chiSquareTest } from "coverbound/statistics"
 *
 * const { degreesOfFreedom, pValue, statistic } = chiSquareTest([12, 9, 11, 8, 10, 10], new Array(6).fill(1 / 6))
 * console.log(statistic.toFixed(2), degreesOfFreedom, pValue.toFixed(3)) // => 1.00 5 0.963
 * ```
 */
export const chiSquareTest = (
  counts: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  minimumExpected = 5
): ChiSquareOutcome => {
  const n = requireCounts("counts", counts)
  requireProbabilities("probabilities", probabilities, counts.length)
  requireWithin("minimumExpected", minimumExpected, Number.MIN_VALUE, Infinity)
  const weights = Float64Array.from(probabilities, (p) => n * p)
  const group = poolCells(weights, minimumExpected)
  const expected = summed(weights, group)
  const observed = summed(counts, group)
  // Pooling must not hide what cannot happen.
  let statistic = 0
  for (let i = 0; i < counts.length; i++) if (probabilities[i] === 0 && counts[i] > 0) statistic = Infinity
  for (let g = 0; g < expected.length; g++) {
    if (expected[g] > 0) statistic += (observed[g] - expected[g]) ** 2 / expected[g]
  }
  const degreesOfFreedom = expected.length - 1
  return {
    statistic,
    degreesOfFreedom,
    pValue: statistic === Infinity ? 0 : chiSquareTail(statistic, degreesOfFreedom)
  }
}

/**
 * Exact test at any level: each count X_i is Binomial(n, p_i), its two-sided tail is 2·min{P(X ≤ x), P(X ≥ x)}, and the smallest
 * of the k tails is multiplied by k (Bonferroni; by 1 when k = 2, since the two tails are then the same).
 *
 * @param counts observed counts, length k ≥ 1, integers ≥ 0
 * @param probabilities the law, length k, sum 1 within 1e-10; cells of probability 0 or 1 cost nothing and refute when violated
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { exactCellTest } from "coverbound/statistics"
 *
 * const { cell, pValue } = exactCellTest([70, 30], [0.5, 0.5])
 * console.log(cell, pValue < 1e-4) // => 0 true
 * ```
 */
export const exactCellTest = (counts: ArrayLike<number>, probabilities: ArrayLike<number>): CellOutcome => {
  const n = requireCounts("counts", counts)
  requireProbabilities("probabilities", probabilities, counts.length)
  let smallest = 0
  let cell = -1
  let compared = 0
  for (let i = 0; i < counts.length; i++) {
    if (probabilities[i] > 0 && probabilities[i] < 1) compared++
    const { logAtLeast, logAtMost } = binomialTails(counts[i], n, probabilities[i])
    const log = Math.min(logAtLeast, logAtMost)
    if (log < smallest) {
      smallest = log
      cell = i
    }
  }
  const comparisons = compared === 2 && counts.length === 2 ? 1 : Math.max(1, compared)
  return { pValue: Math.min(1, 2 * comparisons * Math.exp(smallest)), cell }
}

/** Result of {@link relativeEntropyTest}. */
export interface RelativeEntropyOutcome {
  /** n·KL(p̂‖p) = Σ x_i ln(x_i/(n p_i)), in nats: half the likelihood-ratio statistic G². */
  readonly statistic: number
  /** Cells of positive probability − 1. */
  readonly degreesOfFreedom: number
  /** Upper bound valid for every n: P(p-value ≤ α) ≤ α. */
  readonly pValue: number
}

/**
 * Finite-sample test by relative entropy. R. Agrawal, "Finite-sample concentration of the multinomial in relative entropy", IEEE
 * Trans. Inf. Theory 66(10), 2020, doi:10.1109/TIT.2020.2996134: the moment generating function of T = n·KL(p̂‖p) is at most that of
 * a Gamma(k−1) variable, E e^{λT} ≤ (1−λ)^{−(k−1)} for 0 ≤ λ < 1. Chernoff with λ = 1 − (k−1)/t gives, for t > k−1,
 *
 *     P(T ≥ t) ≤ e^{−t} (e t/(k−1))^{k−1},
 *
 * without the (n+1)^k of the method of types. The tests check the moment bound by enumeration.
 *
 * @param counts observed counts, length k ≥ 1, integers ≥ 0
 * @param probabilities the law, length k, sum 1 within 1e-10
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { relativeEntropyTest } from "coverbound/statistics"
 *
 * const { pValue, statistic } = relativeEntropyTest([70, 30], [0.5, 0.5])
 * console.log(statistic.toFixed(2), pValue < 0.01) // => 8.23 true
 * ```
 */
export const relativeEntropyTest = (
  counts: ArrayLike<number>,
  probabilities: ArrayLike<number>
): RelativeEntropyOutcome => {
  const n = requireCounts("counts", counts)
  requireProbabilities("probabilities", probabilities, counts.length)
  let statistic = 0
  let cells = 0
  for (let i = 0; i < counts.length; i++) {
    if (probabilities[i] > 0) {
      cells++
      // Deviances are the terms x ln(x/np) with np − x added: they sum to the same and are each non-negative.
      if (n > 0) statistic += deviance(counts[i], n * probabilities[i])
    } else if (counts[i] > 0) statistic = Infinity
  }
  const df = cells - 1
  const log =
    statistic === Infinity
      ? -Infinity
      : df === 0 || statistic <= df
        ? 0
        : df - statistic + df * Math.log(statistic / df)
  return { statistic, degreesOfFreedom: df, pValue: Math.exp(log) }
}
