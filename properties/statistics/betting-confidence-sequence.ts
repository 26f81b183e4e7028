/**
 * Anytime-valid confidence sequence for the mean of bounded observations, by betting (hedged capital process).
 *
 * I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86(1), 2024,
 * doi:10.1093/jrsssb/qkad009: the hedged capital confidence sequence with predictable plug-in bets.
 *
 * *Setting.* X_1, X_2, … in [low, high] with E[X_i | past] = μ (independence is not needed). Rescaled to [0, 1], a gambler
 * who believes the mean is above m stakes λ⁺_i on X_i > m, another stakes λ⁻_i on X_i < m:
 *
 *     K⁺_t(m) = Π (1 + λ⁺_i (X_i − m)),   λ⁺_i = min(λ_i, c/m),        K⁻_t(m) = Π (1 − λ⁻_i (X_i − m)),   λ⁻_i = min(λ_i, c/(1−m)),
 *     λ_i = √(2 ln(2/α) / (σ̂²_{i−1} i ln(i+1))),   σ̂²_i = (¼ + Σ_{j≤i} (X_j − μ̂_j)²)/(i+1),   μ̂_i = (½ + Σ_{j≤i} X_j)/(i+1).
 *
 * At m = μ both are non-negative martingales (λ_i is known before X_i), so K_t = max(K⁺, K⁻)/2 is dominated by one that
 * starts at 1, and C_t = {m : K_t(m) < 1/α} satisfies P(∃t: μ ∉ C_t) ≤ α.
 *
 * *Inversion.* Every factor of K⁺ is non-increasing in m (its slope is −λ where λ < c/m, else −cx/m²) and every factor of K⁻ is
 * non-decreasing, so C_t is an interval whose ends are found by bisection, without a grid, and rounded outwards. The stakes
 * depend on m through the truncation, so evaluating K_t(m) reads the whole history: O(t) time and 16 bytes per observation.
 *
 * *Truncation.* c = 3/4. Any c < 1 is valid; the paper suggests 1/2 or 3/4.
 */
import { lastRejected } from "../../src/statistics/bisection.ts"
import type { Interval } from "../../src/statistics/confidence-sequence.ts"
import { requireBetween, requireLevel, requireWithin } from "../../src/statistics/domain.ts"

const TRUNCATION = 0.75
/** Ends are found to 2⁻⁴⁰ of the range, on the rejected side. */
const RESOLUTION = 2 ** -40

/** Products of factors in [1/4, 1 + 3/(4m)] are folded into a logarithm before they can leave the range of a double. */
const FOLD_ABOVE = 1e100
const FOLD_BELOW = 1e-100

/** A growing sample of a bounded variable and the confidence sequence for its mean. */
export class BoundedMeanSequence {
  readonly level: number
  readonly low: number
  readonly high: number
  private count = 0
  private values = new Float64Array(64)
  private stakes = new Float64Array(64)
  private sum = 0.5
  private squares = 0.25

  /**
   * @param options level α in (0, 1); observations lie in [low, high] (default [0, 1]), finite, low < high
   * @throws RangeError outside these domains (NaN included)
   */
  constructor(options: { readonly level: number; readonly low?: number; readonly high?: number }) {
    const { level, low = 0, high = 1 } = options
    requireLevel("level", level)
    requireBetween("low", low, -Infinity, high)
    requireBetween("high", high, low, Infinity)
    this.level = level
    this.low = low
    this.high = high
  }

  /** t: observations so far. */
  get observations(): number {
    return this.count
  }

  /** Adds one observation in [low, high]. @throws RangeError outside it (NaN included); nothing is added then */
  add(observation: number): void {
    requireWithin("observation", observation, this.low, this.high)
    const x = (observation - this.low) / (this.high - this.low)
    const i = ++this.count
    if (i > this.values.length) {
      this.values = grown(this.values)
      this.stakes = grown(this.stakes)
    }
    // σ̂²_{i−1} has denominator i, so the stake's denominator σ̂²_{i−1}·i is the running sum of squares.
    this.stakes[i - 1] = Math.sqrt((2 * Math.log(2 / this.level)) / (this.squares * Math.log(i + 1)))
    this.values[i - 1] = x
    this.sum += x
    const deviation = x - this.sum / (i + 1)
    this.squares += deviation * deviation
  }

  /** ln K⁺_t(m): log capital of the bet that the mean is above m; m in (low, high). */
  logCapitalAbove(m: number): number {
    requireBetween("m", m, this.low, this.high)
    return this.logCapital((m - this.low) / (this.high - this.low), 1)
  }

  /** ln K⁻_t(m): log capital of the bet that the mean is below m; m in (low, high). */
  logCapitalBelow(m: number): number {
    requireBetween("m", m, this.low, this.high)
    return this.logCapital((m - this.low) / (this.high - this.low), -1)
  }

  /** Whether m is outside C_t: either bet has multiplied its half of the money by 2/α. O(t). */
  rejects(m: number): boolean {
    const threshold = Math.log(2 / this.level)
    return this.logCapitalAbove(m) >= threshold || this.logCapitalBelow(m) >= threshold
  }

  /**
   * C_t as an interval in [low, high], rounded outwards. O(80·t). Intersecting the intervals of successive times is valid as well
   * and tightens them; it is left to the caller, so that the value at t does not depend on when one looked.
   * In the event (of probability ≤ α) that C_t is empty, the interval spans the two crossing ends.
   */
  interval(): Interval {
    const threshold = Math.log(2 / this.level)
    const below = lastRejected(0, 1, RESOLUTION, (m) => this.logCapital(m, 1) >= threshold)
    const above = lastRejected(1, 0, RESOLUTION, (m) => this.logCapital(m, -1) >= threshold)
    const scale = this.high - this.low
    return {
      lower: Math.max(this.low, this.low + scale * Math.min(below, above)),
      upper: Math.min(this.high, this.low + scale * Math.max(below, above))
    }
  }

  private logCapital(m: number, side: 1 | -1): number {
    const cap = TRUNCATION / (side === 1 ? m : 1 - m)
    let log = 0
    let product = 1
    for (let i = 0; i < this.count; i++) {
      product *= 1 + side * Math.min(this.stakes[i], cap) * (this.values[i] - m)
      if (product > FOLD_ABOVE || product < FOLD_BELOW) {
        log += Math.log(product)
        product = 1
      }
    }
    return log + Math.log(product)
  }
}

const grown = (array: Float64Array): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(2 * array.length)
  larger.set(array)
  return larger
}
