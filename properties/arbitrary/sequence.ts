/** Sequences of vectors and the designs they meet, for T3 and T4: lattice vectors (repeats are common), zeros, tiny and extreme ones. */
import fc from "fast-check"
import type { Sequence } from "../../src/law/spanner-laws.ts"

const MOST_DIMENSIONS = 5

const vector = fc.tuple(
  fc.array(fc.integer({ min: -3, max: 3 }), { minLength: MOST_DIMENSIONS, maxLength: MOST_DIMENSIONS }),
  fc.constantFrom(1, 1e-6, 0.1)
)

/** Vectors of norm ≤ 2; shrinks to the empty sequence, d = 1, λ = ν = 1. */
export const sequences: fc.Arbitrary<Sequence> = fc
  .record({
    dimension: fc.integer({ min: 1, max: MOST_DIMENSIONS }),
    lambda: fc.constantFrom(1, 0.01, 0.25, 10),
    nu: fc.constantFrom(1, 0.05, 0.3, 2),
    vectors: fc.array(vector, { maxLength: 40, size: "max" })
  })
  .map(({ dimension, lambda, nu, vectors }) => ({
    dimension,
    lambda,
    nu,
    vectors: vectors.map(([entries, scale]) =>
      Float64Array.from(entries.slice(0, dimension), (v) => (2 * scale * v) / (3 * Math.sqrt(dimension)))
    )
  }))
