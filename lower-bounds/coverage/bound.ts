/**
 * L1 as functions: what q draws and k namings can do on Needle(N,d,β,R), and what reaching a good policy costs (statement.md;
 * FMR25 arXiv:2503.07453, "necessity of coverage", with explicit constants).
 */
import { needleMass, type NeedleShape } from "./needle-chance.ts"

/** What a learner spends before it answers. Committed beforehand: see statement.md on learners that stop when they have found it. */
export interface Queries {
  /** Strong-oracle queries: each returns the needle with chance at most h. */
  readonly strong: number
  /** Weak-oracle queries: each returns it with chance 1/N. */
  readonly weak: number
  /** k: responses named without having been drawn. */
  readonly named: number
}

/** What one draw from the output policy costs: an explicit distribution is one naming; π_θ̂, or a mixture of such, one strong query. */
export interface OutputCost {
  /** m. */
  readonly strong: number
  /** k′. */
  readonly named: number
}

/** An output in {π_θ : θ ∈ Θ} or a mixture of such. */
export const SOFTMAX_OUTPUT: OutputCost = { strong: 1, named: 0 }

/** Upper bound on h, N: what the bounds below are computed from. Pass the upper end of `needleChance`. */
export interface NeedleOdds {
  /** N. */
  readonly responses: number
  /** h or an upper bound on it. */
  readonly chance: number
}

/** Namings are bounded by 2/N each only while q + k ≤ N/2 (draws alone need no such condition). */
const namingsApply = (N: number, draws: number, named: number): boolean => named === 0 || draws + named <= N / 2

/** L1: P(the learner ever holds i*) ≤ q_strong·h + q_weak/N + 2k/N. 1 where L1 says nothing. */
export const hitBound = ({ responses: N, chance: h }: NeedleOdds, { strong, weak, named }: Queries): number =>
  namingsApply(N, strong + weak, named) ? Math.min(1, strong * h + (weak + 2 * named) / N) : 1

/**
 * L1, output clause: P(π̂(i*) ≥ x) ≤ q·h + 2k/N + (m·h + 2k′/N)/x. 1 where L1 says nothing.
 *
 * @param threshold x in (0, 1]; ¼ is the theory's, for suboptimality 0.13β at e^{R/β} = N − 1 ({@link massThreshold})
 */
export const outputBound = (odds: NeedleOdds, queries: Queries, output: OutputCost, threshold: number): number => {
  const { responses: N, chance: h } = odds
  const { strong, weak, named } = queries
  if (!namingsApply(N, strong + weak + output.strong, named + output.named)) return 1
  if (!(threshold > 0)) return 1
  return Math.min(1, hitBound(odds, queries) + (output.strong * h + (2 * output.named) / N) / threshold)
}

/**
 * The least number q of queries with which P(π̂(i*) ≥ x) ≥ 1 − δ is possible: q·p ≥ 1 − δ − 2k/N − (m·h + 2k′/N)/x, p the chance of one query. With p = h and
 * x = ¼ this is (q + 4m)·h ≥ 1 − δ − (2k + 8k′)/N. At least 0.
 *
 * @param perQuery p: h for strong queries, 1/N for weak ones
 */
export const necessaryQueries = (
  { responses: N, chance: h }: NeedleOdds,
  perQuery: number,
  delta: number,
  named = 0,
  output: OutputCost = SOFTMAX_OUTPUT,
  threshold = 0.25
): number =>
  threshold > 0
    ? Math.max(0, (1 - delta - (2 * named) / N - (output.strong * h + (2 * output.named) / N) / threshold) / perQuery)
    : 0

/** C_cov(π*_β) = N·e^{R/β}/(N−1+e^{R/β}), in [½, 1]·min{N, e^{R/β}}. */
export const needleCoverage = ({ responses: N, beta, rewardRange }: NeedleShape): number =>
  N * needleMass(N, rewardRange / beta)

/** kl(x‖p) of two coins, natural logarithm; `logQ` is log(1 − p), since 1 − p underflows where R/β is large. */
const coinDivergence = (x: number, p: number, logQ: number): number =>
  (x === 0 ? 0 : x * Math.log(x / p)) + (x === 1 ? 0 : (1 - x) * (Math.log1p(-x) - logQ))

/**
 * The mass that a policy must put on the needle to be ε-optimal: J* − J_β(π̂) = β·KL(π̂‖π*_β) ≥ β·kl(π̂(i*)‖π*_β(i*)) (T1, data processing), so
 * J* − J_β(π̂) ≤ ε forces π̂(i*) ≥ x, x the smaller root of kl(x‖π*_β(i*)) = ε/β. At e^{R/β} = N−1 and ε = 0.13β, x > ¼.
 *
 * @returns x rounded downwards; 0 when ignoring the needle is ε-optimal already.
 */
export const massThreshold = ({ responses: N, beta, rewardRange: R }: NeedleShape, epsilon: number): number => {
  const t = R / beta
  const p = needleMass(N, t)
  const lead = t - Math.log(N - 1)
  const logQ = -Math.max(0, lead) - Math.log1p(Math.exp(-Math.abs(lead)))
  const target = epsilon / beta
  if (!(target >= 0)) throw new RangeError(`epsilon: ${epsilon}, expected a number of at least 0`)
  // kl(x‖p) falls on [0, p]: the low end of the bisection keeps kl above the target, its rounding included.
  if (coinDivergence(0, p, logQ) <= target) return 0
  let low = 0
  let high = p
  for (let step = 0; step < 80 && high > low; step++) {
    const middle = (low + high) / 2
    if (coinDivergence(middle, p, logQ) > target * (1 + 1e-12) + 1e-15) low = middle
    else high = middle
  }
  return low
}
