/** How the tables of a comparison show a measured exponent, and what is predicted of it beside it: "1.02±0.01 =1✓". */
import { fixed } from "../numeric/fixed.ts"
import type { ExponentInterval } from "../statistics/exponent-fit.ts"
import { type Verdict, VERDICT_MARK } from "../theorem/theorem.ts"

/** Where nothing was fitted. */
export const UNFITTED = "–"

/** A prediction as a table says it, such as "=1" or "≤2", and how the exponent stands to it. */
export interface Held {
  readonly says: string
  readonly verdict: Verdict
}

/** The estimate and the half width of its interval, then the prediction with its mark; alone where none is given. */
export const exponentCell = (fit: ExponentInterval | undefined, digits: number, held?: Held): string => {
  if (fit === undefined) return UNFITTED
  const measured = `${fixed(fit.estimate, digits)}±${fixed((fit.upper - fit.lower) / 2, digits)}`
  return held === undefined ? measured : `${measured} ${held.says}${VERDICT_MARK[held.verdict]}`
}
