/** The least-squares slope of y in x. */
export const slopeOf = (x: ReadonlyArray<number>, y: ReadonlyArray<number>): number => {
  const centre = x.reduce((sum, v) => sum + v, 0) / x.length
  return x.reduce((sum, v, i) => sum + (v - centre) * y[i], 0) / x.reduce((sum, v) => sum + (v - centre) ** 2, 0)
}
