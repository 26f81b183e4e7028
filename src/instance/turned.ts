/**
 * An instance turned by a rotation drawn from a seed: features and θ* together, so that laws, coverage, rewards and optima are what they were, and nothing that is known
 * of a family says where its good responses point.
 *
 * Q is Haar-distributed: Gram–Schmidt on a matrix of independent normals (Stewart 1980, doi:10.1137/0717034). Token features, whose θ no instance states, get a rotation
 * of their own. Θ must be a ball; a box is left as it is.
 */
import { Stream } from "../numeric/stream.ts"
import type { FiniteInstance, Instance } from "./instance.ts"

/** A rotation (or reflection) of ℝ^d, d×d row-major. */
const rotation = (d: number, stream: Stream): Float64Array => {
  const q = Float64Array.from({ length: d * d }, () => stream.nextNormal())
  for (let i = 0; i < d; i++) {
    // Twice: once loses orthogonality where a row is nearly in the span of those before.
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < i; k++) {
        let dot = 0
        for (let j = 0; j < d; j++) dot += q[i * d + j] * q[k * d + j]
        for (let j = 0; j < d; j++) q[i * d + j] -= dot * q[k * d + j]
      }
    let norm = 0
    for (let j = 0; j < d; j++) norm += q[i * d + j] ** 2
    for (let j = 0; j < d; j++) q[i * d + j] /= Math.sqrt(norm)
  }
  return q
}

/** Norms a rounding above 1 are brought back to where instances must have them. */
const SHRINK = 1 - 2 ** -50

/** Every row of `rows` (length d each) turned. */
const turn = (rows: Float64Array, q: Float64Array, d: number, within1: boolean): Float64Array => {
  const out = new Float64Array(rows.length)
  for (let o = 0; o < rows.length; o += d) {
    let norm = 0
    for (let i = 0; i < d; i++) {
      let sum = 0
      for (let j = 0; j < d; j++) sum += q[i * d + j] * rows[o + j]
      out[o + i] = sum
      norm += sum * sum
    }
    if (within1 && norm > SHRINK) for (let i = 0; i < d; i++) out[o + i] *= SHRINK / Math.max(1, Math.sqrt(norm))
  }
  return out
}

/** The instance turned by the rotation of a seed. Its SPEC says so: `…,turned=SEED`. */
export const turned = (instance: Instance, seed: number): Instance => {
  const { exact, tokens } = instance
  if (exact.parameterSet.kind !== "ball") return instance
  const stream = Stream.fromSeed(seed).split("turned")
  const { dimension: d } = exact
  const q = rotation(d, stream)
  const table: FiniteInstance = {
    ...exact,
    features: turn(exact.features, q, d, true),
    thetaStar: turn(exact.thetaStar, q, d, false)
  }
  const side =
    tokens === undefined
      ? {}
      : {
          tokens: {
            ...tokens,
            features: turn(tokens.features, rotation(tokens.dimension, stream.split("tokens")), tokens.dimension, true)
          }
        }
  return { ...instance, exact: table, spec: `${instance.spec},${TURNED}=${seed}`, ...side }
}

const TURNED = "turned"
const SUFFIX = /^(.*),turned=(\d{1,15})$/s

/** A SPEC without its rotation, and the rotation's seed. */
export const withoutTurn = (spec: string): readonly [spec: string, seed: number | undefined] => {
  const [, plain, seed] = SUFFIX.exec(spec) ?? []
  return plain === undefined ? [spec, undefined] : [plain, Number(seed)]
}

/** Families whose good responses point where everybody can read that they do, whatever their own seed. */
const KNOWN = /^(rare-good|token-chain)/

/** The SPEC of an instance like this one, of which nobody knows who does not know the seed: those of families that are drawn from it are so already. */
export const hiddenSpec = (spec: string, seed: number): string =>
  KNOWN.test(spec) ? `${spec},${TURNED}=${seed}` : spec
