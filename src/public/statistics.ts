/**
 * `coverbound/statistics`: how the suite decides from data. E-processes and confidence sequences that may be looked at after every trial, exact intervals and tests for
 * counts, and exponents of scaling laws with their verdicts. Domains are checked: what lies outside throws a `RangeError`, and bad input never yields a number.
 *
 * @module coverbound/statistics
 *
 * @example
 * ```ts
 * import { fitExponents, judgeExponent } from "coverbound/statistics"
 *
 * const C = [10, 10, 100, 100, 1000, 1000]
 * const draws = [31, 29, 290, 312, 3050, 2980]
 * const [exponent] = fitExponents({ response: draws, predictors: { C } }, 0.05).exponents
 * const { verdict } = judgeExponent(exponent, { claim: "equals", predicted: 1, margin: 0.05, level: 0.01 })
 * console.log(exponent.name, exponent.estimate.toFixed(2), verdict) // => C 1.00 supported
 * ```
 */
// A claim about a probability, looked at as often as one likes
export { BernoulliEProcess, logEAgainst, logEFor } from "../statistics/bernoulli-e-process.ts"
export { type BernoulliJudgement, judgeBernoulli, type Verdict } from "../statistics/bernoulli-judgement.ts"
export {
  type Interval,
  logProportionMixture,
  proportionConfidenceSequence,
  proportionUpperBound
} from "../statistics/confidence-sequence.ts"

// Counts, once
export { clopperPearson, clopperPearsonLower, clopperPearsonUpper } from "../statistics/clopper-pearson.ts"
export { type BinomialTails, binomialTails } from "../statistics/incomplete-beta.ts"
export {
  type CellOutcome,
  type ChiSquareOutcome,
  chiSquareTest,
  exactCellTest,
  type RelativeEntropyOutcome,
  relativeEntropyTest
} from "../statistics/goodness-of-fit.ts"

// Exponents of scaling laws
export {
  type ExponentEstimate,
  type ExponentFit,
  fitExponents,
  fitExponentsWithinUnits,
  type ScalingTable
} from "../statistics/exponent-fit.ts"
export {
  type ExponentClaim,
  type ExponentJudgement,
  exponentPower,
  type ExponentPrediction,
  judgeExponent
} from "../statistics/exponent-judgement.ts"
export { sameLawTest } from "../statistics/same-law.ts"
