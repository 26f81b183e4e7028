/**
 * Inverting a monotone test: where along a line do the rejected points end and the kept ones begin?
 *
 * Confidence bounds of this room are ends of "the set of parameters that a test does not reject". Bisection keeps one
 * rejected and one kept point and returns the *rejected* one, so that rounding widens an interval and never
 * narrows it.
 */

/**
 * The last rejected point between `rejected` and `kept` (in either order), within `resolution` (> 0, absolute) of a kept one
 * or a neighbouring double of it. `isRejected` must change once between them; neither end is evaluated.
 */
export const lastRejected = (
  rejected: number,
  kept: number,
  resolution: number,
  isRejected: (x: number) => boolean
): number => {
  let out = rejected
  let inside = kept
  while (Math.abs(inside - out) > resolution) {
    const middle = out + (inside - out) / 2
    if (middle === out || middle === inside) break
    if (isRejected(middle)) out = middle
    else inside = middle
  }
  return out
}
