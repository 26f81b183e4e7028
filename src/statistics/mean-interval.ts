/** The mean of independent values, and half of its Student interval. */
import { studentQuantile } from "./student-quantile.ts"

/** @param values one or more @param level α in (0, 1) @returns `half` undefined for a single value */
export const meanInterval = (
  values: ReadonlyArray<number>,
  level: number
): { readonly mean: number; readonly half: number | undefined } => {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n < 2) return { mean, half: undefined }
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  return { mean, half: studentQuantile(1 - level / 2, n - 1) * Math.sqrt(variance / n) }
}
