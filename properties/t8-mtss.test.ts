/**
 * T8 (theory §6), as far as it is about designs and not about a program: restarts ≤ H·n_max, and what a layer's regression knows when it is told the truth.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { dot } from "../src/audit/laws/definition.ts"
import { eliminate, ellipticSquared, gramOf, type Sequence } from "../src/audit/laws/spanner-laws.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { spannerSize } from "../src/policy/spanner-size.ts"
import { SEED } from "./arbitrary/assert-law.ts"
import { sequences } from "./arbitrary/sequence.ts"

const thetas = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 5, maxLength: 5 })

/** Noise-free regression of ⟨θ*, φ⟩ on φ at ridge λ. */
const fitted = ({ dimension: d, vectors }: Sequence, lambda: number, theta: ReadonlyArray<number>): Float64Array => {
  const design = new RidgeRegression(d, lambda)
  for (const v of vectors) design.add(v, dot(v, theta))
  const out = new Float64Array(d)
  design.solve(out)
  return out
}

describe("T8", () => {
  it("restarts at most H·n_max times: every restart is an acceptance of one layer's spanner", () => {
    fc.assert(
      fc.property(fc.array(sequences, { minLength: 1, maxLength: 4 }), fc.constantFrom(0.1, 0.5, 1), (layers, nu) => {
        let restarts = 0
        let most = 0
        for (const { dimension: d, lambda, vectors } of layers) {
          const sigma = gramOf([], d, lambda)
          for (const v of vectors) {
            if (ellipticSquared(sigma, v) <= nu * nu) continue
            restarts++
            for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i * d + j] += v[i] * v[j]
          }
          most += spannerSize(d, nu, lambda)
        }
        expect(restarts).toBeLessThanOrEqual(most)
      }),
      { numRuns: 150, seed: SEED }
    )
  })

  it("at fixed λ errs by at most ν√λ·B on good features when targets are exact", () => {
    fc.assert(
      fc.property(
        sequences,
        thetas,
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 }),
        (sequence, theta, entries) => {
          const { dimension: d, lambda, vectors } = sequence
          const truth = theta.slice(0, d)
          const B = Math.sqrt(dot(truth, truth))
          const estimate = fitted(sequence, lambda, truth)
          const gap = estimate.map((t, j) => t - truth[j])
          const phi = Float64Array.from(entries.slice(0, d), (e) => e / 3)
          const norm = Math.sqrt(ellipticSquared(gramOf(vectors, d, lambda), phi))
          expect(Math.abs(dot(gap, phi))).toBeLessThanOrEqual(norm * Math.sqrt(lambda) * B * (1 + 1e-8) + 1e-9)
        }
      ),
      { numRuns: 250, seed: SEED }
    )
  })

  it("is exact on the span of the core set as λ → 0", () => {
    fc.assert(
      fc.property(sequences, thetas, (sequence, theta) => {
        const { dimension: d } = sequence
        const vectors = sequence.vectors.filter((v) => dot(v, v) > 0.01)
        const truth = theta.slice(0, d)
        const lambda = 1e-9
        const moment = Float64Array.from({ length: d }, (_, j) => vectors.reduce((s, v) => s + dot(v, truth) * v[j], 0))
        const { x } = eliminate(gramOf(vectors, d, lambda), moment, d)
        for (const v of vectors) expect(dot(x, v)).toBeCloseTo(dot(truth, v), 4)
      }),
      { numRuns: 150, seed: SEED }
    )
  })
})
