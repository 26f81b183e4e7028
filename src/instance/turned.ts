/**
 * An instance turned by a rotation drawn from a seed: features and θ* together, so that laws, coverage, rewards and optima are what they were, and nothing that is known
 * of a family says where its good responses point.
 *
 * Q is Haar-distributed: Gram–Schmidt on a matrix of independent normals (Stewart 1980, doi:10.1137/0717034). Token features, whose θ no instance states, get a rotation
 * of their own. Where Θ is a box, Q is drawn from the rotations and reflections that leave it as it is: coordinates change places and signs.
 *
 * What it cannot hide are lengths and angles: who knows one very instance by heart, and not its family only, may know it again by those.
 */
import { innerProduct } from "../numeric/inner-product.ts"
import { Stream } from "../numeric/stream.ts"
import type { FiniteInstance, Instance } from "./instance.ts"

/** A rotation (or reflection) of ℝ^d, d×d row-major. */
const rotation = (d: number, stream: Stream): Float64Array => {
  const q = Float64Array.from({ length: d * d }, () => stream.nextNormal())
  for (let i = 0; i < d; i++) {
    // Twice: once loses orthogonality where a row is nearly in the span of those before.
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < i; k++) {
        const dot = innerProduct(q, i * d, q, k * d, d)
        for (let j = 0; j < d; j++) q[i * d + j] -= dot * q[k * d + j]
      }
    const norm = Math.sqrt(innerProduct(q, i * d, q, i * d, d))
    for (let j = 0; j < d; j++) q[i * d + j] /= norm
  }
  return q
}

/** Coordinates in another order, with other signs: what keeps a box. d×d row-major. */
const signedPermutation = (d: number, stream: Stream): Float64Array => {
  const places = Array.from({ length: d }, (_, i) => i)
  for (let i = d - 1; i > 0; i--) {
    const j = stream.nextInteger(i + 1)
    ;[places[i], places[j]] = [places[j], places[i]]
  }
  const q = new Float64Array(d * d)
  for (let i = 0; i < d; i++) q[i * d + places[i]] = stream.nextInteger(2) === 0 ? 1 : -1
  return q
}

/** Norms a rounding above 1 are brought back to where instances must have them. */
const SHRINK = 1 - 2 ** -50

/** Every row of `rows` (length d each) turned. */
const turn = (rows: Float64Array, q: Float64Array, d: number, within1: boolean): Float64Array => {
  const out = new Float64Array(rows.length)
  for (let o = 0; o < rows.length; o += d) {
    for (let i = 0; i < d; i++) out[o + i] = innerProduct(q, i * d, rows, o, d)
    const norm = innerProduct(out, o, out, o, d)
    if (within1 && norm > SHRINK) for (let i = 0; i < d; i++) out[o + i] *= SHRINK / Math.max(1, Math.sqrt(norm))
  }
  return out
}

/** The instance turned by the rotation of a seed. Its SPEC says so: `…,turned=SEED`. */
export const turned = (instance: Instance, seed: number): Instance => {
  const { exact, tokens } = instance
  const stream = Stream.fromSeed(seed).split("turned")
  const { dimension: d } = exact
  const q = (exact.parameterSet.kind === "ball" ? rotation : signedPermutation)(d, stream)
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

/** The SPEC (or file) of an instance like this one, turned by a seed that nobody knows; one that is turned already is left as it is, so that a run can be made again. */
export const hiddenSpec = (spec: string, seed: number): string =>
  withoutTurn(spec)[1] === undefined ? `${spec},${TURNED}=${seed}` : spec
