/**
 * Domain contracts of this room: bad input never yields a number.
 *
 * Every public function checks its arguments with these and throws a `RangeError` that names the argument, its value
 * and what was expected. NaN fails every check (each is written so that a comparison with NaN is a failure).
 */

const reject = (name: string, value: number, expected: string): never => {
  throw new RangeError(`${name}: ${value}, expected ${expected}`)
}

/** `value` must be an integer in [minimum, maximum]; the default maximum is 2⁵³ − 1. */
export const requireInteger = (
  name: string,
  value: number,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER
): void => {
  if (!(Number.isSafeInteger(value) && value >= minimum && value <= maximum)) {
    reject(name, value, `an integer in [${minimum}, ${maximum}]`)
  }
}

/** How many: an integer of 1 or more. */
export const requireCount = (name: string, value: number): void => {
  if (!(Number.isSafeInteger(value) && value >= 1)) reject(name, value, "an integer of 1 or more")
}

/** `value` must be finite and above 0. */
export const requirePositive = (name: string, value: number): void => {
  if (!(value > 0 && value < Infinity)) reject(name, value, "a finite number above 0")
}

/** `value` must be in the closed interval [low, high]. */
export const requireWithin = (name: string, value: number, low: number, high: number): void => {
  if (!(value >= low && value <= high)) reject(name, value, `a number in [${low}, ${high}]`)
}

/** `value` must be in the open interval (low, high). */
export const requireBetween = (name: string, value: number, low: number, high: number): void => {
  if (!(value > low && value < high)) reject(name, value, `a number in (${low}, ${high})`)
}

/** A failure probability: a number in (0, 1). */
export const requireLevel = (name: string, value: number): void => requireBetween(name, value, 0, 1)

/** `successes` of `trials`: integers with 0 ≤ successes ≤ trials. */
export const requireSuccesses = (name: string, successes: number, trials: number): void => {
  requireInteger("trials", trials, 0)
  requireInteger(name, successes, 0, trials)
}

/** Category counts: at least `cells` of them, each a non-negative integer. Returns their sum. */
export const requireCounts = (name: string, counts: ArrayLike<number>, cells = 1): number => {
  requireInteger(`${name}.length`, counts.length, cells)
  let total = 0
  for (let i = 0; i < counts.length; i++) {
    requireInteger(`${name}[${i}]`, counts[i], 0)
    total += counts[i]
  }
  requireInteger(`sum of ${name}`, total, 0)
  return total
}

/** Sums of exact laws are off by rounding only; anything beyond this (absolute) is a law that was put together wrongly. */
const PROBABILITY_SUM_TOLERANCE = 1e-10

/** A probability vector of length `cells`: every entry in [0, 1], sum 1 within 1e-10. */
export const requireProbabilities = (name: string, probabilities: ArrayLike<number>, cells: number): void => {
  requireInteger(`${name}.length`, probabilities.length, cells, cells)
  let total = 0
  for (let i = 0; i < cells; i++) {
    requireWithin(`${name}[${i}]`, probabilities[i], 0, 1)
    total += probabilities[i]
  }
  requireWithin(`sum of ${name}`, total, 1 - PROBABILITY_SUM_TOLERANCE, 1 + PROBABILITY_SUM_TOLERANCE)
}
