/** Arrays that instances are held in: where they are large, in memory that threads share from the start, so that none copies it. */

/** Numbers from which on a second copy would be missed. */
const WIDE = 2 ** 20

/** n zeros. */
export const wideNumbers = (n: number): Float64Array =>
  n < WIDE ? new Float64Array(n) : new Float64Array(new SharedArrayBuffer(8 * n))
