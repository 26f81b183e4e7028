import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { cholesky, NotPositiveDefinite, RidgeRegression, whitening } from "./gram.ts"
import { Stream } from "./stream.ts"

const rows = (seed: number, n: number, d: number): ReadonlyArray<Float64Array> => {
  const s = Stream.fromSeed(seed)
  return Array.from({ length: n }, () => Float64Array.from({ length: d }, () => s.nextNormal()))
}

describe("RidgeRegression", () => {
  it("solves Σθ = moment and keeps Σ·Σ⁻¹ = I through thousands of updates", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 1e6 }), (d, seed) => {
        const design = new RidgeRegression(d, 0.5)
        const truth = Float64Array.from({ length: d }, (_, i) => i - 1)
        for (const phi of rows(seed, 3000, d))
          design.add(
            phi,
            phi.reduce((s, v, i) => s + v * truth[i], 0)
          )
        const theta = new Float64Array(d)
        design.solve(theta)
        for (let i = 0; i < d; i++) {
          const residual = theta.reduce((s, t, j) => s + design.sigma[i * d + j] * t, -design.moment[i])
          expect(Math.abs(residual)).toBeLessThan(1e-8 * Math.abs(design.moment[i]) + 1e-8)
          for (let j = 0; j < d; j++) {
            let s = 0
            for (let k = 0; k < d; k++) s += design.sigma[i * d + k] * design.inverse[k * d + j]
            expect(s).toBeCloseTo(i === j ? 1 : 0, 9)
          }
        }
      }),
      { numRuns: 12, seed: 1 }
    )
  })

  it("takes a weighted observation as its copies", () => {
    const [once, many] = [new RidgeRegression(3, 1), new RidgeRegression(3, 1)]
    const [phi] = rows(5, 1, 3)
    for (let i = 0; i < 7; i++) once.add(phi, 0.25)
    many.add(phi, 7 * 0.25, 7)
    for (let i = 0; i < 9; i++) expect(many.inverse[i]).toBeCloseTo(once.inverse[i], 12)
    const [a, b] = [new Float64Array(3), new Float64Array(3)]
    once.solve(a)
    many.solve(b)
    for (let i = 0; i < 3; i++) expect(b[i]).toBeCloseTo(a[i], 12)
  })
})

describe("whitening", () => {
  it("gives ‖Wφ‖² = φᵀΣ⁻¹φ and det W = det Σ^(−1/2)", () => {
    const d = 4
    const design = new RidgeRegression(d, 2)
    for (const phi of rows(9, 40, d)) design.add(phi, 0)
    const w = whitening(design.sigma, d)
    const [phi] = rows(10, 1, d)
    let norm = 0
    let form = 0
    let logDiagonal = 0
    for (let i = 0; i < d; i++) {
      let s = 0
      for (let j = 0; j < d; j++) s += w[i * d + j] * phi[j]
      norm += s * s
      logDiagonal += Math.log(w[i * d + i])
      for (let j = 0; j < d; j++) form += phi[i] * design.inverse[i * d + j] * phi[j]
    }
    expect(norm).toBeCloseTo(form, 12)
    const factor = cholesky(design.sigma, d)
    const logFactor = Array.from({ length: d }, (_, i) => Math.log(factor[i * d + i])).reduce(
      (sum, log) => sum + log,
      0
    )
    expect(-logDiagonal).toBeCloseTo(logFactor, 12)
  })

  it("refuses a matrix that is not positive definite", () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(NotPositiveDefinite)
  })
})
