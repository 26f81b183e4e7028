import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { processorTime } from "../../properties/processor-time.ts"
import { dyadicValue, spannerChain } from "./spanner-chain.ts"
import { dyadicText } from "../certificate/spanner-evidence.ts"

/** Fractions of integers, the plain way. */
class Fraction {
  readonly n: bigint
  readonly d: bigint
  constructor(n: bigint, d = 1n) {
    let [a, b] = [n < 0n ? -n : n, d]
    while (b !== 0n) [a, b] = [b, a % b]
    const g = a === 0n ? 1n : a
    this.n = (d < 0n ? -n : n) / g
    this.d = (d < 0n ? -d : d) / g
  }
  static of(x: number): Fraction {
    let [m, e] = [x, 0n]
    while (!Number.isInteger(m)) {
      m *= 2
      e++
    }
    return new Fraction(BigInt(m), 1n << e)
  }
  plus(o: Fraction) {
    return new Fraction(this.n * o.d + o.n * this.d, this.d * o.d)
  }
  times(o: Fraction) {
    return new Fraction(this.n * o.n, this.d * o.d)
  }
  over(o: Fraction) {
    return new Fraction(this.n * o.d, this.d * o.n)
  }
  minus(o: Fraction) {
    return this.plus(new Fraction(-o.n, o.d))
  }
  atMost(o: Fraction) {
    return this.n * o.d <= o.n * this.d
  }
}

const zero = new Fraction(0n)

/** Solves Σz = φ by Gaussian elimination in fractions and gives φᵀz and det Σ. */
const naive = (sigma: ReadonlyArray<ReadonlyArray<Fraction>>, phi: ReadonlyArray<Fraction>) => {
  const d = phi.length
  const m = sigma.map((row, i) => [...row, phi[i]])
  let determinant = new Fraction(1n)
  for (let k = 0; k < d; k++) {
    determinant = determinant.times(m[k][k])
    for (let i = 0; i < d; i++) {
      if (i === k) continue
      const factor = m[i][k].over(m[k][k])
      for (let j = k; j <= d; j++) m[i][j] = m[i][j].minus(factor.times(m[k][j]))
    }
  }
  const z = m.map((row, i) => row[d].over(row[i]))
  return { norm: z.reduce((s, v, i) => s.plus(v.times(phi[i])), zero), determinant }
}

const naiveChain = (
  d: number,
  lambda: number,
  nu: number,
  features: ReadonlyArray<ReadonlyArray<number>>,
  order: ReadonlyArray<number>
) => {
  const sigma = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => (i === j ? Fraction.of(lambda) : zero))
  )
  const threshold = Fraction.of(nu).times(Fraction.of(nu))
  let failsAt = -1
  order.forEach((index, n) => {
    const phi = features[index].map((x) => Fraction.of(x))
    if (failsAt < 0 && naive(sigma, phi).norm.atMost(threshold)) failsAt = n
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i][j] = sigma[i][j].plus(phi[i].times(phi[j]))
  })
  const l = Fraction.of(lambda)
  const growth = naive(
    sigma,
    sigma.map(() => zero)
  ).determinant.over(Array.from({ length: d }).reduce<Fraction>((p) => p.times(l), new Fraction(1n)))
  const base = new Fraction(1n).plus(new Fraction(4n * BigInt(order.length)).over(l.times(new Fraction(BigInt(d)))))
  const room = Array.from({ length: d }).reduce<Fraction>((p) => p.times(base), new Fraction(1n))
  return { failsAt, withinRoom: growth.atMost(room) }
}

const chain = (
  d: number,
  lambda: number,
  nu: number,
  features: ReadonlyArray<ReadonlyArray<number>>,
  order: ReadonlyArray<number>
) =>
  spannerChain(
    d,
    dyadicText(lambda),
    dyadicText(nu),
    features.map((row) => row.map(dyadicText)),
    order
  )

describe("dyadic texts", () => {
  it("are the doubles they came from", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(dyadicValue(dyadicText(x))).toBe(x + 0)
      }),
      { numRuns: 1000, seed: 20261122 }
    )
    const edges = [
      0,
      Number.MIN_VALUE,
      -Number.MIN_VALUE,
      2 ** -1022,
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      1,
      -3,
      0.1,
      2 ** 971,
      2 ** -1074 * 3
    ]
    for (const x of edges) expect(dyadicValue(dyadicText(x))).toBe(x)
    expect(edges.slice(6, 9).map(dyadicText)).toEqual(["1p0", "-3p0", "3602879701896397p-55"])
    expect(() => dyadicText(NaN)).toThrow(RangeError)
    expect(() => dyadicText(-Infinity)).toThrow("expected a finite number")
  })

  it("have one form, and are doubles exactly", () => {
    for (const text of [
      "2p0",
      "4p-1",
      "0p1",
      "-0p0",
      "9007199254740993p0",
      "9007199254740992p0",
      "1p1024",
      "1p-1075",
      "3p-1075",
      "-6p3",
      "9007199254740991p971999"
    ]) {
      expect(dyadicValue(text), text).toBeNaN()
    }
    expect(dyadicValue("9007199254740991p971")).toBe(Number.MAX_VALUE)
    expect(dyadicValue("9007199254740991p972")).toBeNaN()
    expect(dyadicValue("1p1023")).toBe(2 ** 1023)
    expect(dyadicValue("1p-1074")).toBe(Number.MIN_VALUE)
    expect(dyadicValue("-5p-3")).toBe(-0.625)
  })
})

describe("spannerChain", () => {
  const entry = fc.oneof(
    fc.integer({ min: -8, max: 8 }).map((n) => n / 8),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 }).map((n) => n / 2 ** 31),
    fc.constantFrom(0, 1, -1, 0.1)
  )
  const cases = fc.integer({ min: 1, max: 4 }).chain((d) =>
    fc.record({
      d: fc.constant(d),
      lambda: fc.constantFrom(1, 0.5, 3, 0.1, 16, 2 ** -20),
      nu: fc.oneof(
        fc.constantFrom(0.5, 1, 2, 0.25),
        fc.integer({ min: 1, max: 2 ** 31 }).map((n) => n / 2 ** 30)
      ),
      features: fc.array(fc.array(entry, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 4 }),
      picks: fc.array(fc.nat(), { maxLength: 8 })
    })
  )

  it("agrees with elimination in plain fractions", () => {
    fc.assert(
      fc.property(cases, ({ d, lambda, nu, features, picks }) => {
        const order = picks.map((p) => p % features.length)
        expect(chain(d, lambda, nu, features, order)).toEqual(naiveChain(d, lambda, nu, features, order))
      }),
      { numRuns: 200, seed: 20261122 }
    )
  })

  it("tells a norm of exactly ν from one above it, at any scale", () => {
    for (const scale of [1, 2 ** -30, 2 ** 20, 3]) {
      // λ = 4s², φ = s: ‖φ‖² = 1/4.
      const at = (nu: number) => chain(1, 4 * scale * scale, nu, [[scale]], [0])?.failsAt
      expect([at(0.5), at(0.5 - 2 ** -54), at(0.5 + 2 ** -53), at(8)]).toEqual([0, -1, 0, 0])
      // λ = s²/4: ‖φ‖² = 4.
      const wide = (nu: number) => chain(1, (scale * scale) / 4, nu, [[scale]], [0])?.failsAt
      expect([wide(2), wide(2 - 2 ** -52), wide(4)]).toEqual([0, -1, 0])
    }
  })

  it("reports the first acceptance that fails, and only it", () => {
    // The same feature again and again: norms 1, 1/2, 1/3, …
    const again = (nu: number) => chain(1, 1, nu, [[1]], [0, 0, 0, 0])?.failsAt
    expect([again(0.4), again(0.55), again(0.6), again(0.75), again(1)]).toEqual([-1, 3, 2, 1, 0])
    // A new direction in between does not hide it.
    expect(
      chain(
        2,
        1,
        0.75,
        [
          [1, 0],
          [0, 1]
        ],
        [0, 1, 0, 1]
      )?.failsAt
    ).toBe(2)
  })

  it("refuses a determinant that features of norm at most 2 cannot have", () => {
    expect(chain(1, 1, 0.5, [[2]], [0])).toEqual({ failsAt: -1, withinRoom: true })
    expect(chain(1, 1, 0.5, [[2 + 2 ** -51]], [0])).toEqual({ failsAt: -1, withinRoom: false })
    expect(
      chain(
        2,
        1,
        0.5,
        [
          [1, 0],
          [0, 1]
        ],
        [0, 1]
      )?.withinRoom
    ).toBe(true)
    expect(
      chain(
        2,
        1,
        0.5,
        [
          [2, 0],
          [0, 2]
        ],
        [0, 1]
      )?.withinRoom
    ).toBe(true)
    expect(
      chain(
        2,
        1,
        0.5,
        [
          [2, 0],
          [0, 2.0000001]
        ],
        [0, 1]
      )?.withinRoom
    ).toBe(false)
    expect(chain(3, 0.5, 0.5, [[1, 1, 1]], [])).toEqual({ failsAt: -1, withinRoom: true })
  })

  it("does not begin what would not end soon", () => {
    expect(
      chain(
        64,
        1,
        0.5,
        [Array.from({ length: 64 }, () => 0.1)],
        Array.from({ length: 5000 }, () => 0)
      )
    ).toBeUndefined()
    expect(
      chain(
        2,
        1,
        0.5,
        [[2 ** -1074, 1]],
        Array.from({ length: 20000 }, () => 0)
      )
    ).toBeUndefined()
    expect(
      chain(
        2,
        2 ** 1000,
        0.5,
        [[1, 1]],
        Array.from({ length: 60000 }, () => 0)
      )
    ).toBeUndefined()
    // Short numbers, but a very long chain.
    const endless = Array.from({ length: 2 ** 21 }, () => 0)
    expect(chain(2, 1, 0.5, [[1, 1]], endless)).toBeUndefined()
    const features = [
      [1, 0.5],
      [0.25, 1],
      [0, 1]
    ]
    const order = Array.from({ length: 20000 }, (_, i) => i % 3)
    const taken = processorTime(() =>
      expect(chain(2, 1, 2 ** -20, features, order)).toEqual({ failsAt: -1, withinRoom: true })
    )
    expect(taken).toBeLessThan(2000)
  })
})
