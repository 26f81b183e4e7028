import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { minimiseOverBall, minimiseOverBox } from "./constrained-quadratic.ts"
import { NotPositiveDefinite } from "./gram.ts"

interface Quadratic {
  readonly a: Float64Array
  readonly b: Float64Array
}

/** A = GGᵀ·scale + ridge·I: condition numbers to 10⁹. */
const quadratics: fc.Arbitrary<Quadratic> = fc
  .record({
    d: fc.integer({ min: 1, max: 6 }),
    // Integers: doubles of fast-check are mostly tiny, and A would be all ridge.
    entries: fc.array(
      fc.integer({ min: -9, max: 9 }).map((v) => v / 9),
      { minLength: 42, maxLength: 42 }
    ),
    ridge: fc.integer({ min: -4, max: 1 }),
    scale: fc.integer({ min: -2, max: 4 }),
    pull: fc.integer({ min: -2, max: 4 })
  })
  .map(({ d, entries, ridge, scale, pull }) => {
    const a = new Float64Array(d * d)
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        let s = 0
        for (let k = 0; k < d; k++) s += entries[i * d + k] * entries[j * d + k]
        a[i * d + j] = s * 10 ** scale + (i === j ? 10 ** ridge : 0)
      }
    }
    return { a, b: Float64Array.from(entries.slice(36, 36 + d), (v) => v * 10 ** pull) }
  })

/** b − Aθ: the direction in which the objective falls. */
const residual = ({ a, b }: Quadratic, theta: Float64Array): Float64Array =>
  b.map((v, i) => v - theta.reduce((s, t, j) => s + a[i * b.length + j] * t, 0))
const sizeOf = ({ a, b }: Quadratic): number => 1 + Math.max(...b.map(Math.abs)) + Math.max(...a.map(Math.abs))

describe("minimiseOverBall", () => {
  it("meets the conditions that only the minimiser meets: inside and stationary, or on the sphere and pulled straight out", () => {
    fc.assert(
      fc.property(quadratics, fc.constantFrom(1e-3, 0.7, 3), (q, radius) => {
        const theta = minimiseOverBall(q.a, q.b, radius, new Float64Array(q.b.length))
        const norm = Math.hypot(...theta)
        const r = residual(q, theta)
        const mu = r.reduce((s, v, i) => s + v * theta[i], 0) / norm ** 2
        expect(norm).toBeLessThanOrEqual(radius * (1 + 1e-12))
        const gap = norm < radius * (1 - 1e-9) ? r : r.map((v, i) => v - Math.max(0, mu) * theta[i])
        expect(Math.max(...gap.map(Math.abs))).toBeLessThan(1e-11 * sizeOf(q))
      }),
      { numRuns: 400 }
    )
  })

  it("says so where A is not positive definite", () => {
    expect(() => minimiseOverBall(Float64Array.of(-1), Float64Array.of(1), 1, new Float64Array(1))).toThrow(
      NotPositiveDefinite
    )
  })
})

describe("minimiseOverBox", () => {
  it("meets the conditions that only the minimiser meets: each coordinate stationary, or at a bound and pushed against it", () => {
    fc.assert(
      fc.property(quadratics, fc.constantFrom(1e-3, 0.7, 3), fc.boolean(), (q, halfWidth, corner) => {
        const start = new Float64Array(q.b.length).fill(corner ? 2 * halfWidth : 0)
        const theta = minimiseOverBox(q.a, q.b, halfWidth, start)
        const r = residual(q, theta)
        theta.forEach((t, i) => {
          expect(Math.abs(t)).toBeLessThanOrEqual(halfWidth)
          const tolerance = 1e-12 * sizeOf(q)
          if (t < halfWidth) expect(r[i]).toBeLessThan(tolerance)
          if (t > -halfWidth) expect(r[i]).toBeGreaterThan(-tolerance)
        })
      }),
      { numRuns: 400 }
    )
  })
})
