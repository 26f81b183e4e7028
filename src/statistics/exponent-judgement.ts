/**
 * Judging a fitted exponent against a predicted one: equivalence (two one-sided tests) and non-inferiority, with three verdicts and
 * the power the judgement had.
 *
 * "Not significantly different" is never a pass: a fit with three noisy points differs significantly from nothing. A
 * prediction is *supported* when the data exclude every exponent off by the stated margin or more, *refuted* when they exclude
 * every exponent within it, and *undecided* otherwise. With s the standard error, t(α) the upper α-quantile of Student's t and
 * D = estimate − predicted:
 *
 *   equivalence  |e − predicted| < margin:  supported if |D| + s·t(α) < margin;      refuted if |D| − s·t(α/2) > margin
 *   at most       e < predicted + margin:    supported if D + s·t(α) < margin;        refuted if D − s·t(α) > margin
 *   at least      e > predicted − margin:    the mirror image of "at most"
 *
 * Each verdict is wrong with probability ≤ α: support of equivalence by the intersection–union principle (both one-sided tests at
 * full α), its refutation by a union over two sides (α/2 each). D. Schuirmann, doi:10.1007/BF01068419; R. Berger and J. Hsu,
 * doi:10.1214/ss/1032280304.
 */
import gammaln from "@stdlib/math-base-special-gammaln"
import { studentQuantile } from "./student-quantile.ts"
import type { Verdict } from "./bernoulli-judgement.ts"
import { requireBetween, requireInteger, requireWithin } from "./domain.ts"
import type { ExponentEstimate, ExponentInterval } from "./exponent-fit.ts"
import { normalCdf } from "./incomplete-gamma.ts"

/** What is claimed of an exponent. */
export type ExponentClaim = "equals" | "at most" | "at least"

/** A verdict on a predicted exponent. */
export interface ExponentJudgement {
  readonly verdict: Verdict
  readonly claim: ExponentClaim
  readonly name: string
  readonly estimate: number
  /** Of a t-interval. */
  readonly standardError?: number
  readonly predicted: number
  /** Exponents this far off (or farther) are what support excludes. */
  readonly margin: number
  /** α: each verdict errs with at most this probability. */
  readonly level: number
  /** Chance of "supported" had the exponent been exactly as predicted, at the fitted noise of a t-interval: {@link exponentPower}. */
  readonly power?: number
}

/** The prediction a fit is held against: `predicted` finite; `margin` > 0, finite; `level` α in (0, ½). */
export interface ExponentPrediction {
  readonly claim: ExponentClaim
  readonly predicted: number
  readonly margin: number
  readonly level: number
}

/**
 * The verdict alone (see the head of this file).
 *
 * @param estimate from `fitExponents` (whose own level does not matter here)
 * @throws RangeError outside the domains of {@link ExponentPrediction} (NaN included)
 */
export const exponentVerdict = (
  { estimate, standardError, degreesOfFreedom }: ExponentEstimate,
  { claim, predicted, margin, level }: ExponentPrediction
): Verdict => {
  requireBetween("predicted", predicted, -Infinity, Infinity)
  requireBetween("margin", margin, 0, Infinity)
  requireBetween("level", level, 0, 0.5)
  const difference = estimate - predicted
  const excess = claim === "equals" ? Math.abs(difference) : claim === "at most" ? difference : -difference
  const reach = (tail: number): number =>
    standardError === 0 ? 0 : -studentQuantile(tail, degreesOfFreedom) * standardError
  if (excess + reach(level) < margin) return "supported"
  if (excess - reach(claim === "equals" ? level / 2 : level) > margin) return "refuted"
  return "undecided"
}

/**
 * Judges one exponent: the verdict, what it rests on, and its power.
 *
 * @param estimate from `fitExponents` (whose own level does not matter here)
 * @throws RangeError outside the domains of {@link ExponentPrediction} (NaN included)
 *
 * @example
 * ```ts
 * import { fitExponents, judgeExponent } from "coverbound/statistics"
 *
 * const C = [10, 10, 100, 100, 1000, 1000]
 * const draws = [31, 29, 290, 312, 3050, 2980]
 * const [estimate] = fitExponents({ response: draws, predictors: { C } }, 0.05).exponents
 * for (const predicted of [1, 0])
 *   console.log(judgeExponent(estimate, { claim: "equals", predicted, margin: 0.1, level: 0.01 }).verdict) // => supported
 * // => refuted
 * ```
 */
export const judgeExponent = (estimate: ExponentEstimate, prediction: ExponentPrediction): ExponentJudgement => {
  const { standardError, degreesOfFreedom } = estimate
  const { claim, predicted, margin, level } = prediction
  return {
    verdict: exponentVerdict(estimate, prediction),
    claim,
    name: estimate.name,
    estimate: estimate.estimate,
    standardError,
    predicted,
    margin,
    level,
    power: exponentPower({ claim, standardError, degreesOfFreedom, margin, level })
  }
}

/**
 * Judges one exponent by an interval at the prediction's level, however it was made: supported where it lies within the margin, refuted where it lies outside.
 *
 * @throws RangeError as {@link exponentVerdict}
 */
export const judgeInterval = (
  { estimate, lower, name, upper }: ExponentInterval,
  { claim, level, margin, predicted }: ExponentPrediction
): ExponentJudgement => {
  requireBetween("predicted", predicted, -Infinity, Infinity)
  requireBetween("margin", margin, 0, Infinity)
  requireBetween("level", level, 0, 0.5)
  const [least, most] = [
    claim === "at most" ? -Infinity : predicted - margin,
    claim === "at least" ? Infinity : predicted + margin
  ]
  const verdict = lower > least && upper < most ? "supported" : upper < least || lower > most ? "refuted" : "undecided"
  return { verdict, claim, name, estimate, predicted, margin, level }
}

/** Simpson panels a piece, on which the integrand is smooth: error below 1e-10. */
const PANELS = 400

const simpson = (f: (x: number) => number, from: number, to: number): number => {
  const h = (to - from) / PANELS
  let sum = f(from) + f(to)
  for (let i = 1; i < PANELS; i++) sum += (i % 2 === 1 ? 4 : 2) * f(from + i * h)
  return (sum * h) / 3
}

/**
 * Probability of the verdict "supported" when the exponent is off by `offset` from the predicted one (default 0).
 *
 * Exact for normal errors: given s = σ̂/σ (df·s² is χ²_df), the estimate is normal and independent of s, so the power of "equals" is
 *
 *     ∫ [Φ((m − x)/σ_e − t s) − Φ(−(m + x)/σ_e + t s)]₊ f(s) ds,   t = t(α, df), m = margin, x = offset, σ_e = standard error,
 *
 * and that of "at most" (x = offset) or "at least" (x = −offset) is the same without the second term: ∫ Φ((m − x)/σ_e − t s) f(s) ds.
 *
 * @param design `standardError` ≥ 0, the true one (planning) or the fitted one; `degreesOfFreedom` integer ≥ 1; `margin` > 0;
 *   `level` α in (0, ½); `offset` finite
 * @throws RangeError outside these domains (NaN included)
 *
 * @example
 * ```ts
 * import { exponentPower } from "coverbound/statistics"
 *
 * const design = { claim: "equals", degreesOfFreedom: 10, margin: 0.1, level: 0.01 } as const
 * console.log(exponentPower({ ...design, standardError: 0.02 }).toFixed(2)) // => 0.95
 * console.log(exponentPower({ ...design, standardError: 0.05 }).toFixed(2)) // => 0.02
 * ```
 */
export const exponentPower = ({
  claim,
  standardError,
  degreesOfFreedom: df,
  margin,
  level,
  offset = 0
}: {
  readonly claim: ExponentClaim
  readonly standardError: number
  readonly degreesOfFreedom: number
  readonly margin: number
  readonly level: number
  readonly offset?: number
}): number => {
  requireWithin("standardError", standardError, 0, Number.MAX_VALUE)
  requireInteger("degreesOfFreedom", df, 1)
  requireBetween("margin", margin, 0, Infinity)
  requireBetween("level", level, 0, 0.5)
  requireBetween("offset", offset, -Infinity, Infinity)
  const x = claim === "at least" ? -offset : offset
  if (standardError === 0) return (claim === "equals" ? Math.abs(x) : x) < margin ? 1 : 0
  const t = -studentQuantile(level, df)
  const upper = (margin - x) / standardError
  const lower = (-margin - x) / standardError
  const logDensityConstant = Math.LN2 + (df / 2) * Math.log(df / 2) - gammaln(df / 2)
  const integrand = (s: number): number => {
    const density = Math.exp(logDensityConstant + (df === 1 ? 0 : (df - 1) * Math.log(s)) - (df * s * s) / 2)
    const below = normalCdf(upper - t * s)
    return density * (claim === "equals" ? Math.max(0, below - normalCdf(lower + t * s)) : below)
  }
  // Beyond 12 standard deviations of s there is less than 1e-16 of its mass; "equals" ends where the two terms meet.
  const spread = 12 / Math.sqrt(2 * df)
  const from = Math.max(0, 1 - spread)
  const to = Math.min(1 + spread, claim === "equals" ? (upper - lower) / (2 * t) : Infinity)
  if (to <= from) return 0
  // Each term turns from 1 to 0 within 9/t of where its argument is 0, which may be far narrower than the density: pieces end there.
  const turns = [upper, -lower].flatMap((z) => [(z - 9) / t, (z + 9) / t]).filter((s) => s > from && s < to)
  const ends = [from, ...turns.sort((a, b) => a - b), to]
  let sum = 0
  for (let piece = 1; piece < ends.length; piece++) sum += simpson(integrand, ends[piece - 1], ends[piece])
  return Math.min(1, Math.max(0, sum))
}
