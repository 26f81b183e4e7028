/** The square-root form of a ridge design: the same design, and the digits that the Gram matrix loses at small λ. */
import { describe, expect, it } from "vitest"
import { RidgeRegression } from "./gram.ts"
import { SquareRootDesign } from "./square-root-design.ts"
import { Stream } from "./stream.ts"

const squared = (w: Float64Array, phi: Float64Array): number => {
  const d = phi.length
  let q = 0
  for (let i = 0; i < d; i++) {
    let s = 0
    for (let j = 0; j <= i; j++) s += w[i * d + j] * phi[j]
    q += s * s
  }
  return q
}

describe("SquareRootDesign", () => {
  it("is the design of the Gram matrix where that keeps its digits", () => {
    const d = 4
    const stream = Stream.fromSeed(3)
    const vector = () => Float64Array.from({ length: d }, () => stream.nextNormal() / 2)
    const [a, b] = [new SquareRootDesign(d, 0.3), new RidgeRegression(d, 0.3)]
    for (let i = 0; i < 12; i++) {
      const [phi, y] = [vector(), stream.nextNormal()]
      a.add(phi, y)
      b.add(phi, y)
    }
    const [theta, expected] = [new Float64Array(d), new Float64Array(d)]
    a.solve(theta)
    b.solve(expected)
    theta.forEach((t, j) => expect(t).toBeCloseTo(expected[j], 12))
    const phi = vector()
    expect(squared(a.whitening(), phi)).toBeCloseTo(squared(b.whitening(), phi), 12)
  })

  it("knows norms to 1e-9 at λ = 1e-9, where the Gram matrix does not", () => {
    // n copies of u: Σ⁻¹ = (I − c·uuᵀ)/λ with c = n/(λ + n), so a v orthogonal to u with ‖v‖² = λ has norm 1.
    const lambda = 1e-9
    const u = Float64Array.of(0.6, 0.8)
    const v = Float64Array.of(-0.8 * Math.sqrt(lambda), 0.6 * Math.sqrt(lambda))
    const [a, b] = [new SquareRootDesign(2, lambda), new RidgeRegression(2, lambda)]
    for (let i = 0; i < 100; i++) {
      a.add(u, 0.7)
      b.add(u, 0.7)
    }
    // u in doubles is not quite orthogonal to v: their product, squared over n, is far below 1e-9.
    expect(Math.abs(squared(a.whitening(), v) - 1)).toBeLessThan(1e-9)
    expect(Math.abs(squared(b.whitening(), v) - 1)).toBeGreaterThan(1e-7)
  })
})
