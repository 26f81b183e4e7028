/**
 * The exact multinomial goodness-of-fit test, by listing every outcome. No simulation, no asymptotics.
 *
 * G. H. Freeman and J. H. Halton, doi:10.1093/biomet/38.1-2.141. The p-value is the probability, under the law, of all outcomes that are no more probable than the observed one. Feasible while
 * C(n+k−1, k−1) outcomes can be listed (about 10⁷ per second); beyond that use `exactCellTest` or `relativeEntropyTest`.
 */
import { requireCounts, requireInteger, requireProbabilities } from "../../src/statistics/domain.ts"
import { logBinomialProbability } from "../../src/statistics/saddle-point.ts"

/**
 * Equal probabilities computed along different orders differ by rounding (below 1e-12 in the logarithm). Outcomes this close to the
 * observed one count as ties, which can only raise the p-value: the test stays valid.
 */
const TIE = 1e-10

/** C(n+k−1, k−1): how many outcomes n draws in k cells have (a double; ∞ when beyond). n ≥ 0, k ≥ 1. */
export const multinomialOutcomes = (n: number, k: number): number => {
  requireInteger("n", n, 0)
  requireInteger("k", k, 1)
  let outcomes = 1
  for (let i = 1; i < k; i++) outcomes = (outcomes * (n + i)) / i
  return Math.round(outcomes)
}

/** Calls `visit` with ln P(outcome) for every outcome of n draws with positive probabilities p_1 … p_k. */
const forEachOutcome = (n: number, probabilities: ArrayLike<number>, visit: (logProbability: number) => void): void => {
  const k = probabilities.length
  // X_1 is Binomial(n, p_1), X_2 given X_1 is Binomial(n − X_1, p_2/(p_2 + … + p_k)), …: one row per cell and draws left,
  // made when first needed (the first cell needs one row only).
  const rest = new Float64Array(k + 1)
  for (let i = k - 1; i >= 0; i--) rest[i] = rest[i + 1] + probabilities[i]
  const rows = Array.from({ length: k - 1 }, () => new Map<number, Float64Array>())
  const row = (cell: number, left: number): Float64Array => {
    const known = rows[cell].get(left)
    if (known !== undefined) return known
    const p = probabilities[cell] / rest[cell]
    const q = rest[cell + 1] / rest[cell]
    const made = Float64Array.from({ length: left + 1 }, (_, x) => logBinomialProbability(x, left, p, q))
    rows[cell].set(left, made)
    return made
  }
  const descend = (cell: number, left: number, log: number): void => {
    if (cell === k - 1) return visit(log)
    const logs = row(cell, left)
    for (let x = 0; x <= left; x++) descend(cell + 1, left - x, log + logs[x])
  }
  descend(0, n, 0)
}

/**
 * Exact multinomial test.
 *
 * @param counts observed counts, length k ≥ 1, integers ≥ 0
 * @param probabilities the law, length k, sum 1 within 1e-10
 * @param maximumOutcomes refuse rather than list more than this many outcomes (default 5·10⁶)
 * @returns `pValue` with P(p-value ≤ α) ≤ α for every α; 0 when an impossible cell was hit
 * @throws RangeError outside these domains (NaN included), or when there are too many outcomes
 */
export const exactMultinomialTest = (
  counts: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  maximumOutcomes = 5e6
): { readonly pValue: number } => {
  const n = requireCounts("counts", counts)
  requireProbabilities("probabilities", probabilities, counts.length)
  const possible: Array<number> = []
  for (let i = 0; i < counts.length; i++) {
    if (probabilities[i] > 0) possible.push(i)
    else if (counts[i] > 0) return { pValue: 0 }
  }
  const outcomes = multinomialOutcomes(n, possible.length)
  if (!(outcomes <= maximumOutcomes)) {
    throw new RangeError(
      `outcomes: ${outcomes}, expected at most ${maximumOutcomes}; use exactCellTest or relativeEntropyTest for larger samples`
    )
  }
  const law = possible.map((i) => probabilities[i])
  let observed = 0
  let left = n
  let mass = law.reduce((sum, p) => sum + p, 0)
  for (let j = 0; j < possible.length - 1; j++) {
    const x = counts[possible[j]]
    const next = law.slice(j + 1).reduce((sum, p) => sum + p, 0)
    observed += logBinomialProbability(x, left, law[j] / mass, next / mass)
    left -= x
    mass = next
  }
  let pValue = 0
  forEachOutcome(n, law, (log) => {
    if (log <= observed + TIE) pValue += Math.exp(log)
  })
  return { pValue: Math.min(1, pValue) }
}
