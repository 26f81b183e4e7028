/** Sums of probabilities, and what counts as a sum of one. */

/** Sum of values[start … end) by Neumaier's compensated summation (doi:10.1002/zamm.19740540106): error of about one ulp. */
export const compensatedSum = (values: Float64Array, start = 0, end = values.length): number => {
  let sum = 0
  let lost = 0
  for (let i = start; i < end; i++) {
    const v = values[i]
    const next = sum + v
    lost += Math.abs(sum) >= Math.abs(v) ? sum - next + v : v - next + sum
    sum = next
  }
  return sum + lost
}

/** Masses whose sum is further than this from 1 are refused: they are a mistake, not rounding. */
export const SUM_TOLERANCE = 1e-9

/** Masses whose sum is this close to 1 are left as they are, bit for bit: 4 ulp, what a few roundings per mass can do. */
const ROUNDING = 2 ** -50

/** True when masses[start … end) should be divided by their sum (it is off by more than rounding). */
export const needsScaling = (masses: Float64Array, start: number, end: number): boolean =>
  Math.abs(compensatedSum(masses, start, end) - 1) > ROUNDING

/** Divides masses[start … end) by their sum, in place. Afterwards {@link needsScaling} is false. */
export const scaleToOne = (masses: Float64Array, start: number, end: number): void => {
  const sum = compensatedSum(masses, start, end)
  for (let i = start; i < end; i++) masses[i] /= sum
}
