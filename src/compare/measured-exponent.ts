/** A measured exponent beside what is predicted of it: found, judged, shown in a table, and as JSON. */
import { fixed } from "../numeric/fixed.ts"
import { queriesOf, type SweepPoint } from "../run/sweep.ts"
import type { ExponentEstimate, ExponentInterval } from "../statistics/exponent-fit.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import { type Counted, medianExponent } from "../statistics/median-exponent.ts"
import { type Verdict, VERDICT_MARK } from "../theorem/theorem.ts"
import { type ExponentKey, judgedExponent } from "./predictions.ts"

export interface MeasuredExponent extends ExponentKey {
  readonly algorithm: string
  /** undefined: too few runs reached the target, or at too few values. */
  readonly fit: ExponentEstimate | ExponentInterval | undefined
  readonly judgement: ExponentJudgement | undefined
}

/** One that was fitted. */
export interface FittedExponent extends MeasuredExponent {
  readonly fit: ExponentInterval
}

export const isFitted = <A extends MeasuredExponent>(one: A): one is A & FittedExponent => one.fit !== undefined

/** One of queries to a target, and the runs it is of. */
export interface QueryExponent extends MeasuredExponent {
  readonly quantity: "T_data" | "T_comp"
  readonly counts: ReadonlyArray<Counted>
}

/** The exponent of the median of counts, held against its prediction. */
export const exponentOfMedian = (
  algorithm: string,
  key: ExponentKey,
  counts: ReadonlyArray<Counted>,
  level: number
): MeasuredExponent => {
  const fit = medianExponent(key.variable, counts, level)
  return { algorithm, ...key, fit, judgement: judgedExponent(algorithm, key, fit, level) }
}

/** The queries of one algorithm's runs to their target, and the exponents of their medians. */
export const exponentsOfQueries = (
  algorithm: string,
  variable: ExponentKey["variable"],
  points: ReadonlyArray<SweepPoint>,
  value: (point: SweepPoint) => number,
  level: number
): ReadonlyArray<QueryExponent> =>
  (["T_data", "T_comp"] as const).map((quantity) => {
    const counts = points
      .filter((point) => point.algorithm === algorithm)
      .map((point) => ({ value: value(point), count: point.reached ? queriesOf(point, quantity) : undefined }))
    return { ...exponentOfMedian(algorithm, { quantity, variable }, counts, level), quantity, counts }
  })

/** Where nothing was fitted. */
export const UNFITTED = "–"

/** What is predicted, at so many digits at the most: "=1", "≤2", ">0". Support of "at least p" excludes what is below p by the margin or more. */
const says = ({ claim, margin, predicted }: ExponentJudgement, digits: number): string => {
  const text = (value: number): string => `${Number(value.toFixed(digits))}`
  if (claim === "at least") return `>${text(predicted - margin)}`
  return `${claim === "equals" ? "=" : "≤"}${text(predicted)}`
}

/** The estimate and the half width of its interval, then the prediction with its mark where there is one: "1.02±0.01 =1✓". */
export const exponentCell = (
  found: Pick<MeasuredExponent, "fit" | "judgement"> | undefined,
  digits: number
): string => {
  if (found?.fit === undefined) return UNFITTED
  const { fit, judgement } = found
  const measured = `${fixed(fit.estimate, digits)}±${fixed((fit.upper - fit.lower) / 2, digits)}`
  return judgement === undefined ? measured : `${measured} ${says(judgement, digits)}${VERDICT_MARK[judgement.verdict]}`
}

/** The verdict of a row of exponents, as its rows have it: one that is refuted refutes it, one that is undecided leaves it open; nothing where none is predicted. */
export const rowVerdict = (found: ReadonlyArray<MeasuredExponent>): { readonly verdict?: Verdict } => {
  const verdicts = found.flatMap(({ judgement }) => judgement?.verdict ?? [])
  const verdict = (["refuted", "undecided", "supported"] as const).find((one) => verdicts.includes(one))
  return verdict === undefined ? {} : { verdict }
}

/** As every section's data has it. */
export const exponentData = ({ algorithm, fit, judgement, quantity, variable }: MeasuredExponent) => ({
  algorithm,
  quantity,
  variable,
  ...(fit === undefined
    ? {}
    : {
        exponent: fit.estimate,
        interval: [fit.lower, fit.upper],
        ...("standardError" in fit
          ? { standardError: fit.standardError, degreesOfFreedom: fit.degreesOfFreedom }
          : { of: "the median" })
      }),
  ...(judgement === undefined
    ? {}
    : {
        claim: judgement.claim,
        predicted: judgement.predicted,
        margin: judgement.margin,
        verdict: judgement.verdict,
        ...(judgement.power === undefined ? {} : { power: judgement.power })
      })
})
