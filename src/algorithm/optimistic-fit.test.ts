/** XPO's objective and its minimisation: sign and gradient from the definition, descent, and the known optimum where there is one. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { rareGood } from "../instance/families/rare-good.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { RidgeRegression } from "../numeric/gram.ts"
import { Stream } from "../numeric/stream.ts"
import { features, type Response } from "../oracle/handle.ts"
import { openOracles } from "../oracle/interpreter.ts"
import { Prompts, WeakSampling } from "../oracle/services.ts"
import { descend, leastSquares, optimisticFit, optimisticObjective, type OptimisticProblem } from "./optimistic-fit.ts"
import { PaidDraws } from "./paid-draws.ts"

/** Responses of π_ref at one prompt. */
const drawn = (exact: FiniteInstance, n: number, seed: number): ReadonlyArray<Response> =>
  Effect.runSync(
    Effect.gen(function* () {
      const [prompt] = yield* (yield* Prompts).draw(1)
      return yield* (yield* WeakSampling).draw(new Array(n).fill(prompt))
    }).pipe(
      Effect.provideContext(
        openOracles(finiteInstance(exact, "test"), { interpreter: "literal", stream: Stream.fromSeed(seed) }).services
      )
    )
  )

/** A problem with all its parts: data, two prompts seen unequally often, a ball or a box. */
const problem = (set: "ball" | "box", optimism: number): OptimisticProblem => {
  const exact = randomInstance({ seed: 51, prompts: 1, responses: 6, d: 3, set })
  const design = new RidgeRegression(3, 0.5)
  const stream = Stream.fromSeed(52)
  const referenceSum = new Float64Array(3)
  const prompts = [3, 5].map((visits, i) => {
    const draws = new PaidDraws(3)
    for (const y of drawn(exact, 60, 53 + i)) draws.add(y)
    return { visits, draws }
  })
  for (let i = 0; i < 8; i++) {
    const [y, phi] = [new Float64Array(3), new Float64Array(3)].map((v) => v.map(() => stream.next() - 0.5))
    design.add(phi, stream.next() - 0.3)
    y.forEach((v, j) => (referenceSum[j] += v))
  }
  const parameterSet =
    set === "ball" ? ({ kind: "ball", radius: 0.8 } as const) : ({ kind: "box", halfWidth: 0.5 } as const)
  return { design, parameterSet, beta: 0.2, optimism, referenceSum, prompts }
}

describe("PaidDraws", () => {
  it("estimates log Z and the mean under the tilt as the plain averages over all draws do", () => {
    const exact = randomInstance({ seed: 54, prompts: 1, responses: 4, d: 2, ties: 0.5 })
    const responses = drawn(exact, 500, 55)
    const draws = new PaidDraws(2)
    for (const y of responses) draws.add(y)
    expect([draws.total, draws.distinct.length <= 4]).toEqual([500, true])
    for (const [theta, beta] of [
      [Float64Array.of(0, 0), 1],
      [Float64Array.of(0.4, -0.9), 0.1],
      [Float64Array.of(30, 10), 0.01]
    ] as const) {
      const scores = responses.map((y) => features(y).reduce((s, v, j) => s + (v * theta[j]) / beta, 0))
      const top = Math.max(...scores)
      const weights = scores.map((s) => Math.exp(s - top))
      const z = weights.reduce((s, w) => s + w, 0)
      const mean = new Float64Array(2).fill(7)
      expect(draws.logNormaliser(theta, beta, mean, 3)).toBeCloseTo(top + Math.log(z / 500), 9)
      for (let j = 0; j < 2; j++) {
        const expected = responses.reduce((s, y, i) => s + (weights[i] / z) * features(y)[j], 0)
        expect(mean[j]).toBeCloseTo(7 + 3 * expected, 9)
      }
    }
  })
})

describe("the objective", () => {
  it("has the gradient that finite differences show", () => {
    for (const set of ["ball", "box"] as const) {
      const of = problem(set, 0.7)
      const theta = Float64Array.of(0.3, -0.2, 0.1)
      const gradient = new Float64Array(3)
      optimisticObjective(of, theta, gradient)
      for (let j = 0; j < 3; j++) {
        const at = (h: number): number =>
          optimisticObjective(
            of,
            theta.map((t, i) => (i === j ? t + h : t))
          )
        expect(gradient[j]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 6)
      }
    }
  })

  it("is squared loss plus α·β·Σ log π_θ(y_ref): less where π_θ takes mass off what π_ref showed", () => {
    // One prompt, two classes: the reference half of every pair was the common one, φ = 0; the rare one has φ = e.
    const exact = rareGood({ C: 20, d: 1, prompts: 1 })
    const draws = new PaidDraws(1)
    for (const y of drawn(exact, 400, 56)) draws.add(y)
    expect(draws.distinct.length).toBe(2)
    const of = (optimism: number, lambda = 1e-9): OptimisticProblem => ({
      design: new RidgeRegression(1, lambda),
      parameterSet: { kind: "ball", radius: 1 },
      beta: exact.beta,
      optimism,
      referenceSum: new Float64Array(1),
      prompts: [{ visits: 10, draws }]
    })
    const share = Math.exp(draws.logNormaliser(Float64Array.of(1), 1))
    const common = 1 - (share - 1) / (Math.E - 1)
    for (const theta of [-1, 0.4, 1]) {
      const z = common + (1 - common) * Math.exp(theta / exact.beta)
      // β·log π_θ(y_ref)/π_ref(y_ref) = −β·log Z, ten times.
      expect(optimisticObjective(of(2), Float64Array.of(theta))).toBeCloseTo(2 * 10 * exact.beta * -Math.log(z), 6)
    }
    // So optimism goes to the rare response although no datum speaks for it, and without optimism nothing does.
    expect(optimisticFit(of(0.1), 1).theta[0]).toBeCloseTo(1, 6)
    expect(optimisticFit(of(0), 1).theta[0]).toBeCloseTo(0, 6)
    // Descent from least squares alone may stop short of it: that is what optimistic starts are for.
    const stuck = optimisticFit(of(0.33, 1), 0)
    const found = optimisticFit(of(0.33, 1), 1)
    expect(stuck.theta[0]).toBeLessThan(0.5)
    expect(found.theta[0]).toBeCloseTo(1, 6)
    expect(found.value).toBeLessThan(stuck.value - 0.05)
  })
})

describe("the fit", () => {
  it("never ascends, and ends where no feasible direction descends", () => {
    for (const set of ["ball", "box"] as const) {
      for (const optimism of [0, 0.3, 3]) {
        const of = problem(set, optimism)
        for (const start of [
          Float64Array.of(0, 0, 0),
          Float64Array.of(0.4, 0.4, -0.4),
          Float64Array.of(-0.5, 0.1, 0)
        ]) {
          const before = optimisticObjective(of, start)
          const theta = start.slice()
          const value = descend(of, theta)
          expect(value).toBeLessThanOrEqual(before + 1e-12)
          expect(value).toBe(optimisticObjective(of, theta))
          const gradient = new Float64Array(3)
          optimisticObjective(of, theta, gradient)
          // The least of ⟨∇F, u − θ⟩ over Θ is 0 at a stationary point (the Frank–Wolfe gap).
          const along = gradient.reduce((s, g, j) => s + g * theta[j], 0)
          const least =
            of.parameterSet.kind === "ball"
              ? -of.parameterSet.radius * Math.hypot(...gradient)
              : -gradient.reduce((s, g) => s + Math.abs(g), 0) * 0.5
          expect(along - least).toBeLessThan(5e-3 * (1 + Math.abs(value)))
        }
      }
    }
  })

  it("is least squares over Θ at α = 0", () => {
    for (const set of ["ball", "box"] as const) {
      const of = problem(set, 0)
      const { theta } = optimisticFit(of, 3)
      leastSquares(of).forEach((t, j) => expect(theta[j]).toBeCloseTo(t, 9))
    }
  })

  it("finds the least of a grid over the ball, optimism and all", () => {
    for (const optimism of [0.1, 0.5, 2]) {
      const of = problem("ball", optimism)
      let least = Infinity
      const G = 24
      const at = (i: number): number => (0.8 * (2 * i - G)) / G
      for (let i = 0; i <= G; i++)
        for (let j = 0; j <= G; j++)
          for (let k = 0; k <= G; k++) {
            const theta = Float64Array.of(at(i), at(j), at(k))
            if (Math.hypot(...theta) <= 0.8) least = Math.min(least, optimisticObjective(of, theta))
          }
      expect(optimisticFit(of, 3).value).toBeLessThanOrEqual(least + 1e-9)
    }
  })
})
