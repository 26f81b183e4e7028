import { describe, expect, it } from "vitest"
import { challenge, fitCost } from "./cost-model.ts"
import { growthOf } from "./growth.ts"
import { type CostModel, scalingStudy } from "./scaling-study.ts"

/** Public reports, in the units of their authors. */
const PUBLIC = {
  /** A loop, google/benchmark issue 296, which its author knew to be linear with an intercept of −88 (2016). */
  loop: [12, 36, 88, 196, 419, 881, 1778, 3769, 7289, 14461, 29002].map((time, i) => ({ size: 2 ** i, time })),
  /** Of constant time. */
  constant: [2106, 2132, 2041, 2050, 2032, 2264, 2041].map((time, i) => ({ size: 8 ** i, time }))
}

const linear: CostModel = { text: "a + b*N", coefficients: ["a", "b"], terms: ({ N }) => [1, N] }
const quadratic: CostModel = { text: "a + b*N^2", coefficients: ["a", "b"], terms: ({ N }) => [1, N * N] }
const constant: CostModel = { text: "a", coefficients: ["a"], terms: () => [1] }

const study = (points: ReadonlyArray<{ readonly size: number; readonly time: number }>, model?: CostModel) =>
  scalingStudy(
    points.map(({ size, time }) => ({ sizes: { N: size }, time })),
    model,
    0.01
  )

describe("growth", () => {
  it("finds 1 in the public loop, whose plain exponent is 1.096 ± 0.023", () => {
    const { estimate, kind, plain } = growthOf(PUBLIC.loop, 0.01)
    expect(plain.estimate).toBeCloseTo(1.096, 3)
    expect(plain.standardError).toBeCloseTo(0.023, 3)
    expect(kind).toBe("power")
    expect(estimate!.lower).toBeLessThan(1)
    expect(estimate!.upper).toBeGreaterThan(1)
    expect(estimate!.upper - estimate!.lower).toBeLessThan(0.1)
    expect(growthOf(PUBLIC.loop.slice(-5), 0.01).plain.estimate).toBeCloseTo(1, 3)
  })

  it("finds 0 in the public constant", () => {
    const { estimate, kind } = growthOf(PUBLIC.constant, 0.01)
    expect(kind).toBe("flat")
    expect(estimate!.estimate).toBeCloseTo(0, 2)
    expect(Math.max(-estimate!.lower, estimate!.upper)).toBeLessThan(0.02)
  })

  it("finds the exponent under an offset of either sign, and under half powers", () => {
    const sizes = Array.from({ length: 9 }, (_, i) => 2 ** i)
    for (const [p, time] of [
      [2, (n: number) => 100 + 3 * n * n],
      [1, (n: number) => 30 * n - 17],
      [1.5, (n: number) => 5 * n ** 1.5 + 40 * Math.sqrt(n)]
    ] as const) {
      const noisy = sizes.map((size, i) => ({ size, time: time(size) * (1 + 0.004 * [1, -1, -1, 1, 0][i % 5]) }))
      const { estimate } = growthOf(noisy, 0.01)
      expect(estimate!.lower, `p = ${p}`).toBeLessThan(p)
      expect(estimate!.upper, `p = ${p}`).toBeGreaterThan(p)
    }
  })

  it.each([7, 11])(
    "finds the exponent of a pure power, which a lower order beside any other would fit as well: %i sizes",
    (n) => {
      const sizes = Array.from({ length: n }, (_, i) => 2 ** i)
      for (const p of [0.5, 1, 2, 3]) {
        const exact = growthOf(
          sizes.map((size) => ({ size, time: 3 * size ** p })),
          0.01
        )
        expect(exact.estimate!.estimate).toBeCloseTo(p, 6)
        // One percent, with its signs in five orders.
        for (let turn = 0; turn < 5; turn++) {
          const noisy = sizes.map((size, i) => ({
            size,
            time: 3 * size ** p * (1 + 0.01 * [1, -1, 0.5, 1, -1, -0.5, 0][(i * (turn + 1) + turn) % 7])
          }))
          const { estimate, kind } = growthOf(noisy, 0.01)
          if (kind === "undecided") continue
          expect(estimate!.lower, `p = ${p}, turn ${turn}`).toBeLessThan(p)
          expect(estimate!.upper, `p = ${p}, turn ${turn}`).toBeGreaterThan(p)
        }
      }
    }
  )

  it("supports a model of one term on times of that one, and refutes it on others", () => {
    const times = Array.from({ length: 8 }, (_, i) => ({ size: 2 ** i, time: 3 * 2 ** i }))
    const [one, two] = [1, 2].map((p): CostModel => ({
      text: `b*N^${p}`,
      coefficients: ["b"],
      terms: ({ N }) => [N ** p]
    }))
    expect(study(times, one).exponents[0]).toMatchObject({
      verdict: "supported",
      predicted: expect.closeTo(1, 6) as number
    })
    expect(study(times, two).exponents[0]).toMatchObject({
      verdict: "refuted",
      predicted: expect.closeTo(2, 6) as number
    })
  })

  it("says that it cannot tell where a launch hides the growth, or sizes are few", () => {
    // Noise of 10 % on a time that doubles over the last of eight sizes.
    const times = [100, 111, 95, 104, 108, 93, 140, 200].map((time, i) => ({ size: 2 ** i, time }))
    expect(growthOf(times, 0.01)).toMatchObject({ kind: "undecided", estimate: undefined })
    expect(growthOf(PUBLIC.loop.slice(0, 4), 0.01)).toMatchObject({ kind: "undecided", why: /4 sizes/ })
    expect(() => growthOf([{ size: 1, time: Number.NaN }], 0.01)).toThrow(RangeError)
  })
})

describe("models", () => {
  it("fits what was put in, with rows divided by their times", () => {
    const rows = [1, 2, 4, 8, 16].map((n) => ({ terms: [1, n], time: 7 + 3 * n }))
    const fit = fitCost(rows, 0.01)!
    expect(fit.coefficients.map(({ estimate }) => estimate)).toEqual([expect.closeTo(7, 9), expect.closeTo(3, 9)])
    expect(fit.deviation).toBe(0)
    // Equal columns cannot be told apart.
    expect(
      fitCost(
        [1, 2, 3].map((n) => ({ terms: [n, n], time: n })),
        0.01
      )
    ).toBeUndefined()
  })

  it("is refuted by larger sizes that it does not foretell", () => {
    // Linear up to 32, then a cache is full: fitted below, the line is wrong above.
    const rows = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((n, i) => ({
      terms: [1, n],
      time: (n <= 32 ? 10 + n : 10 + 32 + 3 * (n - 32)) * (1 + 0.002 * (i % 2))
    }))
    expect(challenge(rows, 5, 0.01)).toMatchObject({ verdict: "refuted", fitted: 5 })
    expect(challenge(rows.slice(0, 6), 4, 0.01).verdict).toBe("supported")
  })

  it("says of larger sizes what Student's interval of a new time does, at a level that they share", () => {
    // Times 1 ± 2 % of one constant: s² = Σe²/(n − 1), and t̂ ± t·s·√(t̂² + t̂²/Σ(1/t)²), by hand.
    const times = [1.02, 0.98, 1.02, 0.98]
    const rows = [...times, 1, 1].map((time) => ({ terms: [1], time }))
    const [weights, squares] = [1, 2].map((k) => times.reduce((sum, t) => sum + t ** -k, 0))
    const middle = weights / squares
    const deviation = Math.sqrt(times.reduce((sum, t) => sum + (middle / t - 1) ** 2, 0) / 3)
    // t_3 at 0.01/(2·2) and at 0.01/2.
    for (const [above, t] of [
      [2, 7.453319],
      [1, 5.840909]
    ] as const) {
      const { held } = challenge(rows.slice(0, 4 + above), 4, 0.01)
      for (const { lower, predicted, upper } of held) {
        expect(predicted).toBeCloseTo(middle, 12)
        expect((upper - lower) / 2).toBeCloseTo(t * deviation * Math.sqrt(middle ** 2 + 1 / squares), 6)
      }
    }
  })

  it("is undecided where what it says of larger sizes could hardly be wrong", () => {
    const noisy = [1, 2, 4, 8, 16, 32].map((n, i) => ({ terms: [1, n], time: (5 + n) * (1 + 0.2 * (-1) ** i) }))
    expect(challenge(noisy, 4, 0.01)).toMatchObject({ verdict: "undecided", why: /too wide/ })
  })

  it("holds the two public reports against the right law, and against a wrong one", () => {
    const right = study(PUBLIC.loop, linear)
    expect([right.exponents[0].verdict, right.challenge?.verdict]).toEqual(["supported", "supported"])
    expect(study(PUBLIC.loop, quadratic).exponents[0].verdict).toBe("refuted")
    const flat = study(PUBLIC.constant, constant)
    expect([flat.exponents[0].verdict, flat.challenge?.verdict]).toEqual(["supported", "supported"])
    // A line fits a constant as well; that it grows is not shown.
    expect(study(PUBLIC.constant, linear).exponents[0]).toMatchObject({ verdict: "undecided", why: /cannot be told/ })
    expect(right.rivals.filter(({ behind }) => behind < 10).map(({ model }) => model)).toEqual(["a + b*N"])
    expect(flat.rivals.find(({ behind }) => behind === 0)?.model).toBe("a")
  })
})
