/** The mean of what spreads over orders of magnitude, such as counts of queries: exp of the mean logarithm. */

/** @param values each > 0; NaN where there are none */
export const geometricMean = (values: ReadonlyArray<number>): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
