/**
 * Ordinary least squares with an intercept, for the few columns of an exponent fit.
 *
 * Columns are centred and then orthogonalised (modified Gram–Schmidt, twice; Å. Björck, doi:10.1007/BF01934122),
 * which keeps log N and log log N apart where normal equations would lose half the digits. Internal to this room.
 */

/** A fitted linear model y ≈ constant + Σ_j coefficient_j · column_j. */
export interface LeastSquares {
  readonly constant: number
  /** One per column. */
  readonly coefficients: Float64Array
  /** Standard error of each coefficient per unit of residual standard deviation: √((XᵀX)^{-1})_jj, centred X. */
  readonly unitErrors: Float64Array
  /** √(RSS / degreesOfFreedom); exactly 0 when the residuals are at rounding level (a noise-free response). */
  readonly residualDeviation: number
  /** Rows − columns − 1; at least 1. */
  readonly degreesOfFreedom: number
}

/** A column whose part independent of the others is below this fraction of itself cannot be told apart from them. */
const COLLINEAR = 1e-9
/** Residuals below this many ulp of the largest |y| are rounding of the logarithms, not noise. */
const ROUNDING = 64 * Number.EPSILON

const centred = (values: ArrayLike<number>): { readonly mean: number; readonly rest: Float64Array } => {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += values[i]
  mean /= values.length
  return { mean, rest: Float64Array.from(values, (v) => v - mean) }
}

const dot = (u: Float64Array, v: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < u.length; i++) sum += u[i] * v[i]
  return sum
}

/**
 * @param names one name per column, for messages
 * @param columns each of length n, finite
 * @param y length n, finite
 * @throws RangeError when n < columns + 2, when a column is constant, or when it is a combination of the others
 */
export const leastSquares = (
  names: ReadonlyArray<string>,
  columns: ReadonlyArray<ArrayLike<number>>,
  y: ArrayLike<number>
): LeastSquares => {
  const n = y.length
  const k = columns.length
  const degreesOfFreedom = n - k - 1
  if (degreesOfFreedom < 1) {
    throw new RangeError(`rows: ${n}, expected at least ${k + 2} independent rows for ${k} exponents and a constant`)
  }
  const x = columns.map(centred)
  const q = x.map((column) => Float64Array.from(column.rest))
  const target = centred(y)
  // r[i][j], i < j: the part of column j along q_i; columns are made orthonormal from left to right.
  const r = q.map(() => new Float64Array(k))
  for (let j = 0; j < k; j++) {
    const before = Math.sqrt(dot(q[j], q[j]))
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < j; i++) {
        const along = dot(q[i], q[j])
        r[i][j] += along
        for (let t = 0; t < n; t++) q[j][t] -= along * q[i][t]
      }
    }
    const after = Math.sqrt(dot(q[j], q[j]))
    const scale = Math.max(before, Math.abs(x[j].mean) * Math.sqrt(n))
    if (!(after > COLLINEAR * scale)) {
      throw new RangeError(
        `predictor ${names[j]}: expected it to vary independently of the constant and of ${
          names.slice(0, j).join(", ") || "nothing else"
        }`
      )
    }
    r[j][j] = after
    for (let t = 0; t < n; t++) q[j][t] /= after
  }
  const residual = Float64Array.from(target.rest)
  const z = q.map((column) => {
    const along = dot(column, residual)
    for (let t = 0; t < n; t++) residual[t] -= along * column[t]
    return along
  })
  const coefficients = new Float64Array(k)
  const unitErrors = new Float64Array(k)
  for (let j = k - 1; j >= 0; j--) {
    let c = z[j]
    for (let i = j + 1; i < k; i++) c -= r[j][i] * coefficients[i]
    coefficients[j] = c / r[j][j]
  }
  // Row j of R^{-1} has squared length ((XᵀX)^{-1})_jj; solve Rᵀw = e_j forwards.
  for (let j = 0; j < k; j++) {
    const w = new Float64Array(k)
    let square = 0
    for (let i = j; i < k; i++) {
      let s = i === j ? 1 : 0
      for (let l = j; l < i; l++) s -= r[l][i] * w[l]
      w[i] = s / r[i][i]
      square += w[i] * w[i]
    }
    unitErrors[j] = Math.sqrt(square)
  }
  let largest = 0
  for (let t = 0; t < n; t++) largest = Math.max(largest, Math.abs(y[t]))
  const deviation = Math.sqrt(dot(residual, residual) / degreesOfFreedom)
  return {
    constant: coefficients.reduce((c, e, j) => c - e * x[j].mean, target.mean),
    coefficients,
    unitErrors,
    residualDeviation: deviation <= ROUNDING * Math.max(1, largest) ? 0 : deviation,
    degreesOfFreedom
  }
}
