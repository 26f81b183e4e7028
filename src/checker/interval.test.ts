import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { add, div, E, exp, type Interval, log, log1p, max, min, mul, of, sqrt, sub, sum } from "./interval.ts"

/** A double as a fraction of integers, exactly. */
const fraction = (x: number): readonly [bigint, bigint] => {
  let [m, e] = [x, 0]
  while (!Number.isInteger(m)) {
    m *= 2
    e++
  }
  return [BigInt(m), 1n << BigInt(e)]
}
/** Whether n/d (d > 0) lies in the interval, exactly. */
const holds = ({ lo, hi }: Interval, n: bigint, d: bigint): boolean => {
  const below = (x: number) => {
    if (!Number.isFinite(x)) return x < 0
    const [p, q] = fraction(x)
    return p * d <= n * q
  }
  const above = (x: number) => {
    if (!Number.isFinite(x)) return x > 0
    const [p, q] = fraction(x)
    return p * d >= n * q
  }
  return below(lo) && above(hi)
}
/** Width in units of the size of the end points. */
const width = ({ lo, hi }: Interval): number => (hi - lo) / Math.max(Math.abs(lo), Math.abs(hi), Number.MIN_VALUE)

const doubles = fc.double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true })

describe("interval arithmetic encloses exact arithmetic", () => {
  it("for sums, differences, products and quotients of doubles", () => {
    fc.assert(
      fc.property(doubles, doubles, (x, y) => {
        const [[a, b], [c, d]] = [fraction(x), fraction(y)]
        expect(holds(add(x, y), a * d + c * b, b * d)).toBe(true)
        expect(holds(sub(x, y), a * d - c * b, b * d)).toBe(true)
        expect(holds(mul(x, y), a * c, b * d)).toBe(true)
        if (c !== 0n) {
          const [n, m] = c > 0n ? [a * d, b * c] : [-a * d, -b * c]
          expect(holds(div(x, y), n, m)).toBe(true)
        }
      }),
      { numRuns: 500, seed: 20261122 }
    )
  })

  it("for every point of intervals, whatever their signs", () => {
    const pairs = fc.tuple(doubles, doubles, doubles, doubles).map(([a, b, c, d]) => [
      { lo: Math.min(a, b), hi: Math.max(a, b) },
      { lo: Math.min(c, d), hi: Math.max(c, d) }
    ])
    fc.assert(
      fc.property(pairs, fc.constantFrom("lo", "hi"), fc.constantFrom("lo", "hi"), ([x, y], i, j) => {
        const [[a, b], [c, d]] = [fraction(x[i as "lo"]), fraction(y[j as "lo"])]
        expect(holds(add(x, y), a * d + c * b, b * d)).toBe(true)
        expect(holds(sub(x, y), a * d - c * b, b * d)).toBe(true)
        expect(holds(mul(x, y), a * c, b * d)).toBe(true)
        if (y.lo > 0 || y.hi < 0) {
          const [n, m] = c > 0n ? [a * d, b * c] : [-a * d, -b * c]
          expect(holds(div(x, y), n, m)).toBe(true)
        }
      }),
      { numRuns: 500, seed: 20261122 }
    )
  })

  it("strictly, by about an ulp an operation and no more", () => {
    for (const [x, y] of [
      [1, 3],
      [0.1, 0.2],
      [-7, 11],
      [1e150, 1e-150],
      [3, 3]
    ]) {
      for (const result of [add(x, y), mul(x, y), div(x, y)]) {
        expect(result.lo).toBeLessThan(result.hi)
        expect(width(result)).toBeLessThan(2 ** -49)
      }
    }
    expect(width(sqrt(2))).toBeLessThan(2 ** -50)
    expect(width(exp(1))).toBeLessThan(2 ** -48)
    expect(width(exp(1))).toBeGreaterThan(7 * 2 ** -53)
    expect(add(1, 2, 4).lo).toBeLessThan(7)
    expect(add(1, 2, 4).hi).toBeGreaterThan(7)
    expect(mul(2, 3, 4, 5).lo).toBeLessThan(120)
    expect(mul(2, 3, 4, 5).hi).toBeGreaterThan(120)
    expect(width(mul(2, 3, 4, 5))).toBeLessThan(2 ** -48)
    expect(sum([of(1), of(2), of(3)]).hi).toBeGreaterThan(6)
    expect(sum([])).toEqual({ lo: 0, hi: 0 })
    const zero = add(0, 0)
    expect([zero.lo < 0, zero.hi > 0, zero.hi < 1e-300]).toEqual([true, true, true])
  })

  it("knows no value where there is none", () => {
    const line = { lo: -Infinity, hi: Infinity }
    expect(div(1, { lo: -1, hi: 1 })).toEqual(line)
    expect(div(1, 0)).toEqual(line)
    expect(div(1, { lo: 0, hi: 1 })).toEqual(line)
    expect(div(1, { lo: -1, hi: 0 })).toEqual(line)
    expect(log(-1)).toEqual(line)
    expect(sqrt({ lo: -1, hi: 4 })).toEqual(line)
    expect(log1p(-2)).toEqual(line)
    expect(mul(0, { lo: -Infinity, hi: Infinity })).toEqual(line)
    expect(sub({ lo: Infinity, hi: Infinity }, { lo: 1, hi: Infinity })).toEqual(line)
    expect(div(6, { lo: -3, hi: -2 }).lo).toBeCloseTo(-3, 12)
    expect(div(6, { lo: -3, hi: -2 }).hi).toBeCloseTo(-2, 12)
  })

  it("stays an enclosure where doubles overflow", () => {
    const large = mul(1e308, 10)
    expect([large.lo, large.hi]).toEqual([expect.any(Number), Infinity])
    expect(Number.isFinite(large.lo)).toBe(true)
    expect(large.lo).toBeGreaterThan(1e308)
    const low = mul(-1e308, 10)
    expect(low.lo).toBe(-Infinity)
    expect(low.hi).toBeLessThan(-1e308)
    expect(Number.isFinite(low.hi)).toBe(true)
    expect(exp(1000).hi).toBe(Infinity)
    expect(exp(1000).lo).toBeLessThan(Infinity)
    expect(log(0).lo).toBe(-Infinity)
    expect(log(0).hi).toBeLessThan(-1e300)
  })

  it("takes larger and smaller ends", () => {
    expect(max({ lo: 1, hi: 4 }, { lo: 2, hi: 3 })).toEqual({ lo: 2, hi: 4 })
    expect(min({ lo: 1, hi: 4 }, { lo: 2, hi: 3 })).toEqual({ lo: 1, hi: 3 })
    expect(of(3)).toEqual({ lo: 3, hi: 3 })
    expect(of({ lo: 1, hi: 2 })).toEqual({ lo: 1, hi: 2 })
  })
})

/** e^{n/d} as a fraction with error below 2^-200 relative, by Taylor after halving the argument. */
const expFraction = (x: number): readonly [bigint, bigint] => {
  const one = 1n << 400n
  const [n, d] = fraction(Math.abs(x))
  const halvings = 40n
  const t = (n * one) / (d << halvings)
  let [term, total] = [one, one]
  for (let k = 1n; k < 60n; k++) {
    term = (term * t) / (one * k)
    total += term
  }
  for (let i = 0n; i < halvings; i++) total = (total * total) / one
  return x < 0 ? [one, total] : [total, one]
}

describe("the engine's functions, held against 200-bit arithmetic", () => {
  const around = fc.double({ min: -300, max: 300, noNaN: true })
  it("exp", () => {
    fc.assert(
      fc.property(around, (x) => {
        expect(holds(exp(x), ...expFraction(x))).toBe(true)
      }),
      { numRuns: 300, seed: 20261122 }
    )
  })

  it("log, through exp: e^lo ≤ x ≤ e^hi", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-100, max: 1e100, noNaN: true }), (x) => {
        const [p, q] = fraction(x)
        for (const [end, sign] of [
          [log(x).lo, 1n],
          [log(x).hi, -1n]
        ] as const) {
          const [n, d] = expFraction(end)
          expect(sign * (p * d - n * q) >= 0n).toBe(true)
        }
      }),
      { numRuns: 300, seed: 20261122 }
    )
  })

  it("log1p, through exp: e^lo ≤ 1 + x ≤ e^hi", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-18, max: 1e3, noNaN: true }), (x) => {
        const [p, q] = fraction(x)
        for (const [end, sign] of [
          [log1p(x).lo, 1n],
          [log1p(x).hi, -1n]
        ] as const) {
          const [n, d] = expFraction(end)
          expect(sign * ((p + q) * d - n * q) >= 0n).toBe(true)
        }
      }),
      { numRuns: 300, seed: 20261122 }
    )
  })

  it("sqrt, by squaring", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-100, max: 1e100, noNaN: true }), (x) => {
        const [p, q] = fraction(x)
        const [[a, b], [c, d]] = [fraction(sqrt(x).lo), fraction(sqrt(x).hi)]
        expect(a * a * q <= p * b * b && c * c * q >= p * d * d).toBe(true)
      }),
      { numRuns: 300, seed: 20261122 }
    )
  })

  it("E", () => {
    expect(holds(E, ...expFraction(1))).toBe(true)
    expect(E.hi - E.lo).toBeLessThan(4e-15)
  })
})
