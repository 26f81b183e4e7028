/**
 * The table of predictions.md as data: what theory says of each algorithm's exponents. An exponent with no prediction is measured and shown as such.
 */
import type { ExponentEstimate, ExponentInterval } from "../statistics/exponent-fit.ts"
import {
  type ExponentClaim,
  type ExponentJudgement,
  judgeExponent,
  judgeInterval
} from "../statistics/exponent-judgement.ts"

/**
 * What scales, and in what. `suboptimality` scales along a run: its exponent in T_data is minus the inverse of T_data's in 1/ε. In `e^H` an exponent is a rate per token, in `A^H` a power of the
 * number of responses, in `2^k` one of the number of assignments to a term's variables.
 */
export interface ExponentKey {
  readonly quantity: "T_data" | "T_comp" | "T_comp to hold y*" | "suboptimality"
  readonly variable: "C_cov" | "d" | "T_data" | "1/q" | "H" | "e^H" | "A^H" | "2^k"
}

/** What theory says of one exponent. */
interface PredictedExponent extends ExponentKey {
  readonly claim: ExponentClaim
  readonly predicted: number
  /** Exponents this far off are what support excludes. */
  readonly margin: number
  /** Where the prediction is from. */
  readonly source: string
}

const T7 = "T7"
const SECTION = "predictions.md"

/** C_cond of the chains: what one token more multiplies C_cov with. */
export const CHAIN_COVERAGE = 1.5

/** Whole responses of a lock are drawn in proportion to A^H until y* is held. Such counts are geometric, their logarithm of deviation 1.3 a run. */
const holds = (margin: number): PredictedExponent => ({
  quantity: "T_comp to hold y*",
  variable: "A^H",
  claim: "equals",
  predicted: 1,
  margin,
  source: "L1"
})

/** SpannerSampling's: T_data free of C_cov, at most d²/ε up to logarithms; T_comp linear in C_cov. */
const spanner: ReadonlyArray<PredictedExponent> = [
  { quantity: "T_data", variable: "C_cov", claim: "equals", predicted: 0, margin: 0.05, source: T7 },
  { quantity: "T_comp", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.05, source: T7 },
  { quantity: "T_data", variable: "d", claim: "at most", predicted: 2, margin: 0.25, source: T7 },
  { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 0, margin: 0.05, source: SECTION },
  { quantity: "T_comp", variable: "1/q", claim: "equals", predicted: 1, margin: 0.05, source: SECTION },
  { quantity: "suboptimality", variable: "T_data", claim: "at most", predicted: -1, margin: 0.3, source: T7 },
  // Passive least squares does not pay C_cov on a chain.
  {
    quantity: "T_comp",
    variable: "e^H",
    claim: "equals",
    predicted: Math.log(CHAIN_COVERAGE),
    margin: 0.05 * Math.log(CHAIN_COVERAGE),
    source: SECTION
  },
  holds(0.05),
  { quantity: "T_data", variable: "2^k", claim: "equals", predicted: 0, margin: 0.05, source: "L2" }
]

/** Planning in polynomial time, and on balanced formulas in any, sees fewer probes the wider the terms: T_data grows with k. What is claimed is growth, an exponent above 0.3 less the whole margin. */
const planner: ReadonlyArray<PredictedExponent> = [
  { quantity: "T_data", variable: "2^k", claim: "at least", predicted: 0.3, margin: 0.3, source: "L2" }
]

/** By algorithm name. An algorithm that is not here is measured only. */
const predictions: Readonly<Record<string, ReadonlyArray<PredictedExponent>>> = {
  "spanner-sampling": spanner,
  // Doubling adds rewards in the order of log C at most, and a factor to T_comp that depends on where C lies between two guesses.
  "spanner-sampling-adaptive": [
    { quantity: "T_data", variable: "C_cov", claim: "at most", predicted: 0, margin: 0.1, source: SECTION },
    { quantity: "T_comp", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.1, source: SECTION },
    { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 0, margin: 0.1, source: SECTION },
    holds(0.05)
  ],
  "best-of-n-elliptic": [
    { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 1, margin: 0.1, source: SECTION },
    holds(0.05)
  ],
  exhaustive: [
    { quantity: "T_data", variable: "C_cov", claim: "equals", predicted: 0, margin: 0.05, source: SECTION },
    holds(0.05)
  ],
  passive: [
    { quantity: "T_data", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.15, source: SECTION },
    { quantity: "T_comp", variable: "C_cov", claim: "equals", predicted: 1, margin: 0.15, source: SECTION },
    { quantity: "T_data", variable: "1/q", claim: "equals", predicted: 1, margin: 0.15, source: SECTION },
    // Followed over a third of the others' range.
    holds(0.15)
  ],
  "dnf-random": planner,
  "dnf-gradient": planner,
  "dnf-local-search": planner,
  "dnf-exhaustive": planner
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
