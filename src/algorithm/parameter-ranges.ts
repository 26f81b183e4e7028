/** Ranges that parameters of several algorithms share, as Schemas. */
import * as Schema from "effect/Schema"

/** A number of rounds, pairs or prompts: an integer in [1, 2⁵³). */
export const count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))

/** A finite number above 0. */
export const aboveZero = Schema.Finite.check(Schema.isGreaterThan(0))

const LEAST_ELLIPTIC_SCALE = 1e-6

/** λ or ν of a spanner: below 10⁻⁶, ν² and λ leave the range in which float64 tells elliptic norms apart. */
export const ellipticScale = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(LEAST_ELLIPTIC_SCALE))

/** λ of a layer's design that is kept by its square root (square-root-design.ts): there float64 tells elliptic norms apart to 10⁻⁹ down to 10⁻⁹. */
export const layerRidge = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1e-9))

/** A practical λ: of the order (R/B)², so that the ridge costs no more than the noise, within what {@link ellipticScale} allows. */
export const practicalRidge = (R: number, B: number): number =>
  Math.min(1, Math.max(LEAST_ELLIPTIC_SCALE, (R / B) ** 2))

/** M of SoftmaxSampler: at least 1. */
export const samplerPromise = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(1))

/** δ of one SoftmaxSampler call. */
export const samplerLevel = Schema.Finite.check(Schema.isBetween({ minimum: Number.MIN_VALUE, maximum: 0.999 }))
