/** Laws of growing designs that algorithms rely on without a theorem: old pairs stay old, and order does not matter. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ellipticSquared, gramOf } from "../src/law/algebra.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { ellipticNormSquared, passTable } from "../src/policy/elliptic-test.ts"
import { SEED } from "./arbitrary/assert-law.ts"
import { instances } from "../src/arbitrary/instance.ts"
import { mixtures } from "../src/arbitrary/policy.ts"
import { sequences } from "./arbitrary/sequence.ts"

describe("spanners", () => {
  it("only shrink elliptic norms: a pair that is not new will never be", () => {
    fc.assert(
      fc.property(sequences, ({ dimension: d, lambda, vectors }) => {
        const probe = Float64Array.from({ length: d }, (_, j) => 1 / (j + 1))
        const norms = [0, 1, 2, 3].map((quarter) =>
          ellipticSquared(gramOf(vectors.slice(0, (vectors.length * quarter) / 3), d, lambda), probe)
        )
        for (let i = 1; i < norms.length; i++) expect(norms[i]).toBeLessThanOrEqual(norms[i - 1] * (1 + 1e-9))
      }),
      { numRuns: 1000, seed: SEED }
    )
  })

  it("do not depend on the order of what they hold", () => {
    fc.assert(
      fc.property(sequences, ({ dimension: d, lambda, vectors }) => {
        const [forward, backward] = [vectors, [...vectors].reverse()].map((order) => {
          const design = new RidgeRegression(d, lambda)
          for (const v of order) design.add(v, v[0])
          const theta = new Float64Array(d)
          design.solve(theta)
          return theta
        })
        forward.forEach((t, j) => expect(Math.abs(t - backward[j])).toBeLessThanOrEqual(1e-8))
      }),
      { numRuns: 1000, seed: SEED }
    )
  })

  it("have one test: pass tables, single pairs and both orders of a pair agree", () => {
    fc.assert(
      fc.property(
        instances().chain((exact) => mixtures(exact).map(({ truncation }) => ({ exact, truncation }))),
        ({ exact, truncation }) => {
          const [start, end] = [exact.offsets[0], exact.offsets[1]]
          const size = end - start
          const table = new Uint8Array(size * size)
          passTable(truncation, exact.features, start, end, table)
          for (let a = 0; a < size; a++) {
            expect(table[a * size + a]).toBe(0)
            for (let b = 0; b < size; b++) {
              const q = ellipticNormSquared(truncation, exact.features, start + a, start + b)
              expect(table[a * size + b]).toBe(table[b * size + a])
              // Within rounding of the threshold either answer is one.
              if (Math.abs(q / truncation.nu ** 2 - 1) > 1e-9)
                expect(table[a * size + b]).toBe(q > truncation.nu ** 2 ? 1 : 0)
            }
          }
        }
      ),
      { numRuns: 1000, seed: SEED }
    )
  })
})
