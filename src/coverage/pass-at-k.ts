/**
 * pass@k: the mean over prompts of 1 − (1 − p)^k, the chance that one of k draws is right.
 *
 * From n draws with c successes, 1 − C(n−c, k)/C(n, k) is unbiased for k ≤ n (Chen et al., arXiv:2107.03374); 1 − (1 − c/n)^k is not. The interval comes from
 * the prompts' Clopper–Pearson intervals, pushed through the increasing function of p: it holds for all k at once, k > n included, where there is no
 * unbiased estimate.
 */
import type { Interval } from "../statistics/confidence-sequence.ts"
import { type Population, type PromptRate, rateIntervals } from "./population.ts"

/** 1 − (1 − p)^k, whatever is small kept. */
const someOf = (p: number, k: number): number => -Math.expm1(k * Math.log1p(-p))

/**
 * 1 − C(n−c, k)/C(n, k).
 * @param n draws, an integer ≥ 1 @param c successes in [0, n] @param k in [1, n]. @throws RangeError otherwise
 * @example passAtK(4, 1, 2) // 0.5
 */
export const passAtK = (n: number, c: number, k: number): number => {
  if (!(Number.isSafeInteger(n) && n >= 1)) throw new RangeError(`n: ${n}, expected an integer of at least 1`)
  if (!(Number.isSafeInteger(c) && c >= 0 && c <= n)) throw new RangeError(`c: ${c}, expected an integer in [0, ${n}]`)
  if (!(Number.isSafeInteger(k) && k >= 1 && k <= n)) throw new RangeError(`k: ${k}, expected an integer in [1, ${n}]`)
  if (k > n - c) return 1
  // ∏ over the c successes: each in turn is missed by the k drawn.
  let missed = 1
  for (let i = 0; i < c; i++) missed *= (n - k - i) / (n - i)
  return 1 - missed
}

export interface PassAtK {
  readonly k: number
  /** Undefined where a prompt has fewer than k draws. */
  readonly estimate: number | undefined
  readonly interval: Interval
}

const estimateOf = (one: PromptRate, k: number): number =>
  "p" in one ? someOf(one.p, k) : passAtK(one.draws, one.successes, k)

/** pass@k for every k of a list, the intervals all at once at level α. */
export const passCurve = (population: Population, ks: ReadonlyArray<number>, level: number): ReadonlyArray<PassAtK> => {
  const { prompts } = population
  const rates = rateIntervals(population, level)
  const mean = (values: ReadonlyArray<number>): number => values.reduce((sum, v) => sum + v, 0) / prompts.length
  return ks.map((k) => ({
    k,
    estimate: prompts.every((one) => "p" in one || one.draws >= k)
      ? mean(prompts.map((one) => estimateOf(one, k)))
      : undefined,
    interval: {
      lower: mean(rates.map(({ lower }) => someOf(lower, k))),
      upper: mean(rates.map(({ upper }) => someOf(upper, k)))
    }
  }))
}
