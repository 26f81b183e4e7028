/**
 * Fitting scaling exponents: response ≈ constant · Π_j x_j^{e_j} · Π_j (ln x_j)^{g_j}, by least squares on logarithms, with
 * t-intervals (evidence.md: "a scaling claim is a fitted exponent with a confidence interval").
 *
 * *Replication unit.* The interval counts independent **units** (processes, runs, seeds), never samples inside one: samples of one process
 * share its luck, and intervals over samples covered the truth in 27 of 60 A/A runs. One row is one unit unless `unit` says
 * otherwise; rows of one unit must then agree in their predictors and are averaged (in the logarithm). Curves *within* a unit, where
 * the predictor varies along the run, go to {@link fitExponentsWithinUnits}.
 *
 * *Logarithmic factors.* A column ln ln x (`logCorrections`) tells n log n from n^1.1: without it the log factor is
 * absorbed by the exponent. When theory fixes an exponent, pass it in `known` and it is subtracted instead of fitted.
 *
 * *Noise-free responses.* A ledger count is deterministic. When the residuals are at rounding level the interval degenerates to a
 * point. Residuals that are not noise but misfit (a ceiling, a transient) still widen the interval; the t-law is then a convention.
 *
 * *Method.* Least squares by orthogonalisation (`least-squares.ts`), intervals by Student's t (doi:10.1093/biomet/6.1.1). *Assumption.* Independent, normal, equal-variance errors of the unit means in the logarithm (exact coverage then).
 */
import { studentQuantile } from "./student-quantile.ts"
import { requireInteger, requireLevel, requireWithin } from "./domain.ts"
import { leastSquares } from "./least-squares.ts"

/** Rows of measurements, structure of arrays; every array has one entry per row. */
export interface ScalingTable {
  /** What scales; > 0. */
  readonly response: ArrayLike<number>
  /** Name → values; > 0. The order of names is the order of the fitted exponents. */
  readonly predictors: Readonly<Record<string, ArrayLike<number>>>
  /** Names of predictors that also get a column ln ln x (all values > 1), fitted under the name `log NAME`. */
  readonly logCorrections?: ReadonlyArray<string>
  /** Exponents (of `NAME` or `log NAME`) that theory fixes: subtracted, not fitted. */
  readonly known?: Readonly<Record<string, number>>
  /** The process or run each row came from; default: every row its own. */
  readonly unit?: ArrayLike<string | number>
}

/** An exponent and an interval for it, at the level of whoever made it: P(exponent outside) ≤ level. */
export interface ExponentInterval {
  readonly name: string
  readonly estimate: number
  readonly lower: number
  readonly upper: number
}

/** One fitted exponent, with a two-sided t-interval at the fit's level. */
export interface ExponentEstimate extends ExponentInterval {
  /** 0 when noise-free. */
  readonly standardError: number
  readonly degreesOfFreedom: number
}

/** Result of a fit. */
export interface ExponentFit {
  readonly exponents: ReadonlyArray<ExponentEstimate>
  /** ln constant. */
  readonly logConstant: number
  /** Standard deviation of the residuals of unit means, in the logarithm (0.1 is about 10 %). */
  readonly residualDeviation: number
  /** Number of independent units. */
  readonly units: number
  readonly level: number
}

/** estimate ± t_{1−α/2,df}·se; a point when se = 0. */
const estimateOf = (
  name: string,
  estimate: number,
  standardError: number,
  df: number,
  level: number
): ExponentEstimate => {
  // The lower-tail quantile: 1 − α/2 would round away the digits of a level near 10⁻⁹.
  const half = standardError === 0 ? 0 : -studentQuantile(level / 2, df) * standardError
  return { name, estimate, standardError, degreesOfFreedom: df, lower: estimate - half, upper: estimate + half }
}

interface Logs {
  readonly names: ReadonlyArray<string>
  readonly columns: ReadonlyArray<Float64Array>
  readonly y: Float64Array
}

/** Takes logarithms, adds correction columns and subtracts what is known. */
const logarithms = (table: ScalingTable): Logs => {
  const rows = table.response.length
  const positive = (name: string, values: ArrayLike<number>, above: number): void => {
    requireInteger(`${name}.length`, values.length, rows, rows)
    for (let i = 0; i < rows; i++) {
      requireWithin(`${name}[${i}]`, values[i], above, Number.MAX_VALUE)
      if (values[i] === above)
        throw new RangeError(`${name}[${i}]: ${values[i]}, expected a number greater than ${above}`)
    }
  }
  positive("response", table.response, 0)
  const all = new Map<string, Float64Array>()
  for (const [name, values] of Object.entries(table.predictors)) {
    positive(name, values, 0)
    all.set(name, Float64Array.from(values, Math.log))
  }
  for (const name of table.logCorrections ?? []) {
    const values = table.predictors[name]
    if (values === undefined) throw new RangeError(`logCorrections: ${name}, expected the name of a predictor`)
    positive(name, values, 1)
    all.set(
      `log ${name}`,
      Float64Array.from(values, (v) => Math.log(Math.log(v)))
    )
  }
  const y = Float64Array.from(table.response, Math.log)
  for (const [name, exponent] of Object.entries(table.known ?? {})) {
    const values = table.predictors[name.replace(/^log /, "")]
    if (values === undefined) throw new RangeError(`known: ${name}, expected NAME or "log NAME" of a predictor`)
    requireWithin(`known[${name}]`, exponent, -Number.MAX_VALUE, Number.MAX_VALUE)
    const isLog = name.startsWith("log ")
    positive(name, values, isLog ? 1 : 0)
    for (let i = 0; i < rows; i++) y[i] -= exponent * (isLog ? Math.log(Math.log(values[i])) : Math.log(values[i]))
    all.delete(name)
  }
  if (all.size === 0) throw new RangeError("predictors: none left to fit, expected at least one that is not known")
  return { names: [...all.keys()], columns: [...all.values()], y }
}

/** Row numbers of each unit, in order of first appearance. */
const rowsByUnit = (unit: ArrayLike<string | number> | undefined, rows: number): Array<Array<number>> => {
  if (unit === undefined) return Array.from({ length: rows }, (_, i) => [i])
  requireInteger("unit.length", unit.length, rows, rows)
  const groups = new Map<string | number, Array<number>>()
  for (let i = 0; i < rows; i++) {
    const group = groups.get(unit[i])
    if (group === undefined) groups.set(unit[i], [i])
    else group.push(i)
  }
  return [...groups.values()]
}

const mean = (values: Float64Array, rows: ReadonlyArray<number>): number =>
  rows.reduce((sum, i) => sum + values[i], 0) / rows.length

/**
 * Least squares over units, with t-intervals on `units − exponents − 1` degrees of freedom.
 *
 * Units with several rows enter by their mean, all units with equal weight (exact when units have equally many rows or when
 * the variance between units dominates).
 *
 * @param table see {@link ScalingTable}
 * @param level α in (0, 1) of each two-sided interval
 * @throws RangeError when a value is not positive and finite (NaN included), lengths differ, a unit's rows disagree in a
 *   predictor, predictors are constant or collinear, or there are fewer than exponents + 2 units
 *
 * @example
 * ```ts
 * import { fitExponents } from "coverbound/statistics"
 *
 * const d = [2, 2, 4, 4, 8, 8]
 * const rewards = [51, 55, 104, 99, 203, 208]
 * const [{ estimate, lower, name, upper }] = fitExponents({ response: rewards, predictors: { d } }, 0.05).exponents
 * console.log(name, estimate.toFixed(2), lower.toFixed(2), upper.toFixed(2)) // => d 0.98 0.90 1.05
 * ```
 */
export const fitExponents = (table: ScalingTable, level: number): ExponentFit => {
  requireLevel("level", level)
  const { names, columns, y } = logarithms(table)
  const groups = rowsByUnit(table.unit, y.length)
  for (const rows of groups) {
    columns.forEach((column, j) => {
      for (const i of rows) {
        if (column[i] !== column[rows[0]]) {
          throw new RangeError(
            `${names[j]}: differs between rows ${rows[0]} and ${i} of one unit, expected equal predictors in a unit (or fitExponentsWithinUnits)`
          )
        }
      }
    })
  }
  const fit = leastSquares(
    names,
    columns.map((column) => Float64Array.from(groups, (rows) => column[rows[0]])),
    Float64Array.from(groups, (rows) => mean(y, rows))
  )
  return {
    exponents: names.map((name, j) =>
      estimateOf(name, fit.coefficients[j], fit.residualDeviation * fit.unitErrors[j], fit.degreesOfFreedom, level)
    ),
    logConstant: fit.constant,
    residualDeviation: fit.residualDeviation,
    units: groups.length,
    level
  }
}

/** Exponents of equal slopes differ by rounding of this order; below it (relative to 1 + |mean|) the spread counts as 0. */
const SLOPE_ROUNDING = 1e-12

/**
 * The mean of the exponents that each unit gave by itself, with Student's interval on units − 1 degrees of freedom.
 *
 * @param level α in (0, 1) of the two-sided interval
 * @throws RangeError with fewer than 2 units
 */
export const exponentOverUnits = (name: string, values: ReadonlyArray<number>, level: number): ExponentEstimate => {
  const units = values.length
  requireInteger("units", units, 2)
  const centre = values.reduce((sum, v) => sum + v, 0) / units
  const error = Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (units - 1) / units)
  return estimateOf(name, centre, error <= SLOPE_ROUNDING * (1 + Math.abs(centre)) ? 0 : error, units - 1, level)
}

/**
 * Exponents of curves: each unit (run) is fitted by itself, and the t-interval is over the units' exponents, on units − 1
 * degrees of freedom. Correlation along a curve is then harmless: only the spread between runs enters.
 *
 * @param table with `unit` given; every unit needs exponents + 2 rows or more with varying predictors
 * @param level α in (0, 1) of each two-sided interval
 * @returns `residualDeviation` is the mean over units of the deviation about their own curve
 * @throws RangeError as {@link fitExponents}, or with fewer than 2 units
 */
export const fitExponentsWithinUnits = (table: ScalingTable, level: number): ExponentFit => {
  requireLevel("level", level)
  const { names, columns, y } = logarithms(table)
  const groups = rowsByUnit(table.unit, y.length)
  requireInteger("units", groups.length, 2)
  const fits = groups.map((rows) =>
    leastSquares(
      names,
      columns.map((column) => Float64Array.from(rows, (i) => column[i])),
      Float64Array.from(rows, (i) => y[i])
    )
  )
  const units = fits.length
  const exponents = names.map((name, j) =>
    exponentOverUnits(
      name,
      fits.map((fit) => fit.coefficients[j]),
      level
    )
  )
  return {
    exponents,
    logConstant: fits.reduce((sum, fit) => sum + fit.constant, 0) / units,
    residualDeviation: fits.reduce((sum, fit) => sum + fit.residualDeviation, 0) / units,
    units,
    level
  }
}
