/** Whitened rows about a centre of theirs, where float32 tells most of a distance's size, and how far it may be wrong. */
import { gamma } from "../reference.ts"

export interface CentredRows {
  /** R×d. */
  readonly rows: Float64Array
  /** Norm of the longest. */
  readonly radius: number
}

/** @param white R×d. mass: R, weights of the centre, not all 0. */
export const centredRows = (white: Float64Array, d: number, mass: ArrayLike<number>): CentredRows => {
  const mean = new Float64Array(d)
  let total = 0
  for (let row = 0; row < mass.length; row++) {
    total += mass[row]
    for (let j = 0; j < d; j++) mean[j] += mass[row] * white[row * d + j]
  }
  const rows = total > 0 ? white.map((value, i) => value - mean[i % d] / total) : white
  let largest = 0
  for (let o = 0; o < rows.length; o += d) {
    let norm = 0
    for (let j = o; j < o + d; j++) norm += rows[j] ** 2
    largest = Math.max(largest, norm)
  }
  return { rows, radius: Math.sqrt(largest) }
}

/** For the rounding of the bounds themselves, of the centre and of float64's own sums. */
const SLACK = 2 ** -20

/**
 * What a squared distance between rows, rounded to float32 and summed in it, may come to where the true one is ν²: below `low` it is less for sure, above `high` more.
 * Undefined where that is too far apart to tell the two sides of ν.
 *
 * @param radius of {@link centredRows}
 */
export const distanceBand = (
  d: number,
  radius: number,
  nu: number
): readonly [low: number, high: number] | undefined => {
  const limit = nu * nu
  const [g2, gd] = [gamma(2), gamma(d)]
  const error = (1 + gd) * (4 * g2 * radius * nu + 4 * g2 * g2 * radius * radius) + gd * limit
  return error < limit / 2 && limit > 1e-20 && radius < 1e15
    ? [(limit - error) * (1 - SLACK), (limit + error) * (1 + SLACK)]
    : undefined
}
