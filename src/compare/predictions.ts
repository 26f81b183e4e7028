/**
 * The table of predictions.md as data: which oracle each algorithm has, whether it is proper, and what theory says of its exponents on RareGood. An exponent with no
 * prediction is measured and shown as such.
 */
import type { ExponentEstimate, ExponentInterval } from "../statistics/exponent-fit.ts"
import {
  type ExponentClaim,
  type ExponentJudgement,
  judgeExponent,
  judgeInterval
} from "../statistics/exponent-judgement.ts"

/** What scales, and in what. `suboptimality` scales along a run: its exponent in T_data is minus the inverse of T_data's in 1/ε. */
export interface ExponentKey {
  readonly quantity: "T_data" | "T_comp" | "suboptimality"
  readonly variable: "C_cov" | "d" | "T_data" | "1/q"
}

/** What theory says of one exponent. */
export interface PredictedExponent extends ExponentKey {
  readonly claim: ExponentClaim
  readonly predicted: number
  /** Exponents this far off are what support excludes. */
  readonly margin: number
  /** Where the prediction is from. */
  readonly source: string
}

const T7 = "T7"
const SECTION = "predictions.md"

/** SpannerSampling's: T_data free of C_cov, at most d²/ε up to logarithms; T_comp linear in C_cov. */
const spanner: ReadonlyArray<PredictedExponent> = [
  { quantity: "T_data", variable: "C_cov", claim: "equals", predicted: 0, margin: 0.05, source: T7 },
  { quantity: "T_comp", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.05, source: T7 },
  { quantity: "T_data", variable: "d", claim: "at most", predicted: 2, margin: 0.25, source: T7 },
  { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 0, margin: 0.05, source: SECTION },
  { quantity: "T_comp", variable: "1/q", claim: "equals", predicted: 1, margin: 0.05, source: SECTION },
  { quantity: "suboptimality", variable: "T_data", claim: "at most", predicted: -1, margin: 0.3, source: T7 }
]

/** By algorithm name. An algorithm that is not here is measured only. */
const predictions: Readonly<Record<string, ReadonlyArray<PredictedExponent>>> = {
  "spanner-sampling": spanner,
  // Doubling adds rewards in the order of log C at most, and a factor to T_comp that depends on where C lies between two guesses.
  "spanner-sampling-adaptive": [
    { quantity: "T_data", variable: "C_cov", claim: "at most", predicted: 0, margin: 0.1, source: SECTION },
    { quantity: "T_comp", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.1, source: SECTION },
    { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 0, margin: 0.1, source: SECTION }
  ],
  "best-of-n-elliptic": [
    { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 1, margin: 0.1, source: SECTION }
  ],
  exhaustive: [{ quantity: "T_data", variable: "C_cov", claim: "equals", predicted: 0, margin: 0.05, source: SECTION }],
  passive: [
    { quantity: "T_data", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.15, source: SECTION },
    { quantity: "T_comp", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.15, source: SECTION },
    { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 1, margin: 0.15, source: SECTION }
  ]
}

/** A measured exponent held against its prediction; undefined where it was not fitted, or nothing is predicted. */
export const judgedExponent = (
  algorithm: string,
  { quantity, variable }: ExponentKey,
  fit: ExponentEstimate | ExponentInterval | undefined,
  level: number
): ExponentJudgement | undefined => {
  const claim = predictions[algorithm]?.find((p) => p.quantity === quantity && p.variable === variable)
  if (fit === undefined || claim === undefined) return undefined
  return "standardError" in fit ? judgeExponent(fit, { ...claim, level }) : judgeInterval(fit, { ...claim, level })
}
