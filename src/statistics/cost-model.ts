/**
 * Cost models that are linear in their coefficients, t = Σ_j b_j·f_j(sizes): fitted, and challenged by what they say of sizes that they were not fitted on.
 *
 * *Fit.* Least squares of the relative error, since clocks err in proportion: every row is divided by its time. *Intervals.* Student's t on n − k degrees of freedom.
 *
 * *The challenge.* A model that is wrong can fit well: only what it says of larger sizes can show it. So it is fitted to the smaller half of the sizes, and held against each time above by an interval for a
 * new measurement, t̂ ± t_{df}(α/2m)·s·√(t̂² + xᵀ(XᵀX)⁻¹x), all m at once. `refuted`: some time lies outside. `supported`: all lie within, and no interval is wider than a factor {@link TELLING} from
 * its middle, so that something was risked. `undecided`: else. Errors that are not normal, or not independent from size to size (steps of a cache), refute a model rightly: it does not say what larger
 * sizes cost.
 */
import { studentQuantile } from "./student-quantile.ts"
import { requireLevel } from "./domain.ts"
import type { Verdict } from "./bernoulli-judgement.ts"

/** A row: what each term of the model is there, and the time. */
export interface CostRow {
  /** f_1 … f_k; finite. */
  readonly terms: ReadonlyArray<number>
  /** > 0. */
  readonly time: number
}

export interface CostFit {
  readonly coefficients: ReadonlyArray<{ readonly estimate: number; readonly lower: number; readonly upper: number }>
  /** Standard deviation of the relative errors. */
  readonly deviation: number
  readonly degreesOfFreedom: number
  /** n·log(squares/n) + 2k + 2k(k+1)/(n−k−1): the smaller, the better for its number of terms. Infinite where n is too small for it. */
  readonly aicc: number
  /** The time that the model gives to a row, and the half width of the interval of a new measurement at level α. */
  readonly predict: (terms: ReadonlyArray<number>, level: number) => { readonly time: number; readonly half: number }
}

/** A held interval that reaches farther than this share of its middle tells little. */
export const TELLING = 0.5
const ROUNDING = 1e-12

/** (XᵀX)⁻¹ and coefficients by Cholesky on columns of unit length; undefined where columns cannot be told apart. */
const solve = (
  rows: ReadonlyArray<ReadonlyArray<number>>,
  y: ReadonlyArray<number>
): { readonly coefficients: Array<number>; readonly inverse: Array<Array<number>> } | undefined => {
  const k = rows[0].length
  const scale = Array.from({ length: k }, (_, j) => Math.sqrt(rows.reduce((sum, row) => sum + row[j] ** 2, 0)))
  if (scale.some((s) => !(s > 0) || !Number.isFinite(s))) return undefined
  const gram = scale.map((a, i) => scale.map((b, j) => rows.reduce((sum, row) => sum + (row[i] / a) * (row[j] / b), 0)))
  const factor: Array<Array<number>> = gram.map(() => new Array<number>(k).fill(0))
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++) {
      let s = gram[i][j]
      for (let l = 0; l < j; l++) s -= factor[i][l] * factor[j][l]
      if (i === j) {
        if (!(s > 1e-12)) return undefined
        factor[i][i] = Math.sqrt(s)
      } else factor[i][j] = s / factor[j][j]
    }
  const back = (right: ReadonlyArray<number>): Array<number> => {
    const z = [...right]
    for (let i = 0; i < k; i++) {
      for (let l = 0; l < i; l++) z[i] -= factor[i][l] * z[l]
      z[i] /= factor[i][i]
    }
    for (let i = k - 1; i >= 0; i--) {
      for (let l = i + 1; l < k; l++) z[i] -= factor[l][i] * z[l]
      z[i] /= factor[i][i]
    }
    return z
  }
  const target = scale.map((s, j) => rows.reduce((sum, row, i) => sum + (row[j] / s) * y[i], 0))
  const inverse = scale.map((_, j) => back(scale.map((__, i) => (i === j ? 1 : 0))))
  return {
    coefficients: back(target).map((c, j) => c / scale[j]),
    inverse: inverse.map((row, i) => row.map((v, j) => v / scale[i] / scale[j]))
  }
}

/**
 * Fits a model. undefined where its terms cannot be told apart on these rows, or there are no more rows than terms.
 *
 * @param level α in (0, 1) of each coefficient's two-sided interval
 */
export const fitCost = (rows: ReadonlyArray<CostRow>, level: number): CostFit | undefined => {
  requireLevel("level", level)
  const n = rows.length
  const k = rows[0]?.terms.length ?? 0
  if (n <= k || k === 0) return undefined
  const weighted = rows.map(({ terms, time }) => terms.map((term) => term / time))
  const solved = solve(
    weighted,
    rows.map(() => 1)
  )
  if (solved === undefined) return undefined
  const { coefficients, inverse } = solved
  const errors = weighted.map((row) => row.reduce((sum, term, j) => sum + term * coefficients[j], 0) - 1)
  const squares = errors.reduce((sum, e) => sum + e * e, 0)
  const df = n - k
  const deviation = Math.sqrt(squares / df) < ROUNDING ? 0 : Math.sqrt(squares / df)
  const t = -studentQuantile(level / 2, df)
  return {
    coefficients: coefficients.map((estimate, j) => {
      const half = t * deviation * Math.sqrt(inverse[j][j])
      return { estimate, lower: estimate - half, upper: estimate + half }
    }),
    deviation,
    degreesOfFreedom: df,
    aicc:
      n > k + 2
        ? n * Math.log(Math.max(squares, ROUNDING ** 2) / n) + 2 * (k + 1) + (2 * (k + 1) * (k + 2)) / (n - k - 2)
        : Infinity,
    predict: (terms, alpha) => {
      const time = terms.reduce((sum, term, j) => sum + term * coefficients[j], 0)
      const spread = terms.reduce((sum, a, i) => sum + terms.reduce((s, b, j) => s + a * b * inverse[i][j], 0), 0)
      return { time, half: -studentQuantile(alpha / 2, df) * deviation * Math.sqrt(time * time + Math.max(0, spread)) }
    }
  }
}

/** One size that a model had not seen. */
export interface Held {
  readonly row: number
  readonly time: number
  readonly predicted: number
  readonly lower: number
  readonly upper: number
}

export interface Challenge {
  readonly verdict: Verdict
  /** Rows it was fitted on. */
  readonly fitted: number
  readonly held: ReadonlyArray<Held>
  /** Largest factor by which a time above differs from what was said of it; ∞ where a negative time was predicted. */
  readonly worst: number
  /** Why undecided. */
  readonly why?: string
}

/** Rounding of what is computed exactly: a noise-free model is held within it. */
const EXACT = 1e-9

/**
 * Fits below, and holds against what was measured above.
 *
 * @param rows by size
 * @param below how many of them are fitted
 * @param level α in (0, 1): the chance that a model that holds is refuted
 */
export const challenge = (rows: ReadonlyArray<CostRow>, below: number, level: number): Challenge => {
  const fit = below >= rows.length ? undefined : fitCost(rows.slice(0, below), level)
  if (fit === undefined)
    return {
      verdict: "undecided",
      fitted: Math.min(below, rows.length),
      held: [],
      worst: NaN,
      why: "too few sizes below for its terms"
    }
  const above = rows.slice(below)
  const held = above.map(({ terms, time }, i): Held => {
    const { half, time: predicted } = fit.predict(terms, level / above.length)
    const reach = half + EXACT * Math.abs(predicted)
    return { row: below + i, time, predicted, lower: predicted - reach, upper: predicted + reach }
  })
  const worst = held.reduce(
    (most, { predicted, time }) =>
      Math.max(most, predicted > 0 ? Math.max(predicted / time, time / predicted) : Infinity),
    1
  )
  const outside = held.some(({ lower, time, upper }) => time < lower || time > upper)
  const wide = held.some(({ lower, predicted, upper }) => upper - lower > 2 * TELLING * Math.abs(predicted))
  return {
    verdict: outside ? "refuted" : wide ? "undecided" : "supported",
    fitted: below,
    held,
    worst,
    ...(outside || !wide ? {} : { why: "what it says of larger sizes is too wide to be wrong" })
  }
}

/** A law that times could follow in one size instead, its lower order an offset. */
export interface Rival {
  readonly model: string
  readonly terms: ReadonlyArray<(size: number) => number>
}

const offset = (): number => 1
const withOffset = (name: string, f: (size: number) => number): Rival => ({
  model: `a + b*${name}`,
  terms: [offset, f]
})

/** In the order of their growth, for sizes ≥ 1. */
export const rivalsIn = (name: string): ReadonlyArray<Rival> => [
  { model: "a", terms: [offset] },
  withOffset(`log(${name})`, Math.log),
  withOffset(`sqrt(${name})`, Math.sqrt),
  withOffset(name, (n) => n),
  withOffset(`${name}*log(${name})`, (n) => n * Math.log(n)),
  withOffset(`${name}^1.5`, (n) => n ** 1.5),
  withOffset(`${name}^2`, (n) => n ** 2),
  withOffset(`${name}^2*log(${name})`, (n) => n ** 2 * Math.log(n)),
  withOffset(`${name}^3`, (n) => n ** 3)
]
