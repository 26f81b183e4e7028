/** Search for the exponent at which a model fits best. Nothing of Node: a page loads this module as it is. */

/** Where steps end. */
const FINEST = 1e-6

/**
 * The best fit over p in [least, greatest]: looked for in steps of `step`, then about the best of them in steps an eighth as long, and so on. What fits as well as an exponent tried before is no better.
 *
 * @param fit what the model comes to at p; the smaller its `squares`, the better
 */
export const bestExponent = <A extends { readonly p: number; readonly squares: number }>(
  fit: (p: number) => A,
  [least, greatest]: readonly [least: number, greatest: number],
  step: number
): A => {
  let found = fit(least)
  const look = (p: number): void => {
    const one = fit(p)
    if (one.squares < found.squares) found = one
  }
  for (let k = 1; least + k * step <= greatest + step / 2; k++) look(least + k * step)
  for (let finer = step / 8; finer > FINEST; finer /= 8) {
    const centre = found.p
    for (let i = -8; i <= 8; i++) look(Math.min(greatest, Math.max(least, centre + i * finer)))
  }
  return found
}
