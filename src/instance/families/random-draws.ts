/** Random directions, orthonormal bases and laws from a seeded stream. */
import type { Stream } from "../../numeric/stream.ts"
import { scaleToOne } from "../probability-mass.ts"

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

/** A Haar-uniform orthonormal basis of R^k: Gram–Schmidt, twice, of Gaussian vectors. @throws RangeError for a k that is no dimension */
export const orthonormalBasis = (stream: Stream, k: number): ReadonlyArray<Float64Array> => {
  if (!(Number.isSafeInteger(k) && k >= 0)) throw new RangeError(`k: ${k}, expected an integer of 0 or more`)
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

/** A law of `size` masses ∝ (0.1 + U)·10^{−spread·U′}, each with chance `zeros` 0 instead (one is kept). */
export const randomMasses = (stream: Stream, size: number, spread: number, zeros: number): Float64Array => {
  const mass = Float64Array.from({ length: size }, () => (0.1 + stream.next()) * 10 ** (-spread * stream.next()))
  const kept = stream.nextInteger(size)
  for (let i = 0; i < size; i++) if (stream.next() < zeros && i !== kept) mass[i] = 0
  scaleToOne(mass, 0, size)
  return mass
}
