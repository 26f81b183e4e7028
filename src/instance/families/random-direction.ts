/** Uniform directions and orthonormal bases from a seeded stream. */
import type { Stream } from "../../numeric/stream.ts"

const normalise = (v: Float64Array): number => {
  let square = 0
  for (let j = 0; j < v.length; j++) square += v[j] * v[j]
  const norm = Math.sqrt(square)
  for (let j = 0; j < v.length; j++) v[j] /= norm
  return norm
}

/** A uniform unit vector of R^d (d = 1: ±1; d = 0: the empty vector). */
export const unitVector = (stream: Stream, d: number): Float64Array => {
  const v = new Float64Array(d)
  for (let j = 0; j < d; j++) v[j] = stream.nextNormal()
  normalise(v)
  return v
}

/** A Haar-uniform orthonormal basis of R^k: Gram–Schmidt, twice, of Gaussian vectors. */
export const orthonormalBasis = (stream: Stream, k: number): ReadonlyArray<Float64Array> => {
  const basis: Array<Float64Array> = []
  while (basis.length < k) {
    const v = unitVector(stream, k)
    for (let pass = 0; pass < 2; pass++) {
      for (const b of basis) {
        const along = v.reduce((sum, t, j) => sum + t * b[j], 0)
        for (let j = 0; j < k; j++) v[j] -= along * b[j]
      }
    }
    // Nearly dependent draws lose digits: draw again.
    if (normalise(v) > 1e-6) basis.push(v)
  }
  return basis
}
