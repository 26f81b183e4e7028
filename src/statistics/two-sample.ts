/**
 * Whether two runs differ: exact two-sided tests that need nothing of the law of what is compared.
 *
 * *Rank sum.* Of two samples from one continuous law every split of the pooled values is equally likely; the two-sided p-value is the share of splits whose rank sum is at least as far from its mean
 * (F. Wilcoxon, doi:10.2307/3001968). Ties take mean ranks, and the splits are counted with them, so that it stays exact. Counted by dynamic programming up to {@link COUNTED} values in all; beyond, the
 * normal approximation with the variance of the ties.
 *
 * *Fisher's test* of two rates: given the total of successes the count in one sample is hypergeometric; the p-value is the mass of all counts that are no likelier than the one seen
 * (doi:10.2307/2340521).
 */
import gammaln from "@stdlib/math-base-special-gammaln"
import { requireInteger } from "./domain.ts"
import { normalCdf } from "./incomplete-gamma.ts"

/** Values in all up to which splits are counted. */
export const COUNTED = 60

/** Twice the mean rank of each value of the pooled sample: whole numbers, ties included. */
const doubledRanks = (pooled: ReadonlyArray<number>): ReadonlyArray<number> => {
  const sorted = pooled.toSorted((a, b) => a - b)
  const ranks = new Map<number, number>()
  for (let from = 0; from < sorted.length;) {
    let to = from
    while (to < sorted.length && sorted[to] === sorted[from]) to++
    ranks.set(sorted[from], from + 1 + to)
    from = to
  }
  return pooled.map((value) => ranks.get(value)!)
}

/**
 * Two-sided p-value of the rank-sum test; 1 where a sample is empty or all values are equal.
 *
 * @throws RangeError where a value is NaN
 */
export const rankSumTest = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const pooled = [...a, ...b]
  if (pooled.some(Number.isNaN)) throw new RangeError("values: NaN, expected numbers")
  const [n, m] = [a.length, b.length]
  if (n === 0 || m === 0 || new Set(pooled).size === 1) return 1
  const ranks = doubledRanks(pooled)
  const seen = ranks.slice(0, n).reduce((sum, r) => sum + r, 0)
  // Twice the mean rank sum of n of n + m values.
  const mean = n * (n + m + 1)
  const off = Math.abs(seen - mean)
  if (n + m > COUNTED) {
    const total = n + m
    const ties = [...new Set(ranks)].reduce((sum, r) => {
      const t = ranks.filter((one) => one === r).length
      return sum + (t ** 3 - t)
    }, 0)
    const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
    // The continuity correction, in doubled ranks.
    return Math.min(1, 2 * normalCdf(-Math.max(0, off / 2 - 0.5) / Math.sqrt(variance)))
  }
  // ways[k][s]: splits of k values with doubled rank sum s.
  const most = ranks.reduce((sum, r) => sum + r, 0)
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(most + 1))
  ways[0][0] = 1
  for (const [i, rank] of ranks.entries())
    for (let k = Math.min(n, i + 1); k >= 1; k--) for (let s = most; s >= rank; s--) ways[k][s] += ways[k - 1][s - rank]
  let [far, all] = [0, 0]
  for (let s = 0; s <= most; s++) {
    all += ways[n][s]
    if (Math.abs(s - mean) >= off) far += ways[n][s]
  }
  return far / all
}

/** Counts as likely as the one seen, up to rounding. */
const AS_LIKELY = 1 + 1e-9

/**
 * Two-sided p-value of Fisher's exact test of k of n against l of m.
 *
 * @throws RangeError outside 0 ≤ k ≤ n, 0 ≤ l ≤ m
 */
export const fisherTest = (k: number, n: number, l: number, m: number): number => {
  requireInteger("k", k, 0, n)
  requireInteger("l", l, 0, m)
  const choose = (of: number, some: number): number => gammaln(of + 1) - gammaln(some + 1) - gammaln(of - some + 1)
  const total = k + l
  const log = (i: number): number => choose(n, i) + choose(m, total - i) - choose(n + m, total)
  const seen = log(k)
  let sum = 0
  for (let i = Math.max(0, total - m); i <= Math.min(n, total); i++)
    if (log(i) <= seen + Math.log(AS_LIKELY)) sum += Math.exp(log(i))
  return Math.min(1, sum)
}
