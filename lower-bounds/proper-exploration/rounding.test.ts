import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Stream } from "../../src/numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { BoundedMeanSequence } from "../../properties/statistics/betting-confidence-sequence.ts"
import { formulas, parameters } from "../../properties/arbitrary/formula.ts"
import { type DnfFormula, dnfFormula, termCount } from "../../src/instance/families/dnf-formula.ts"
import { randomDnf } from "../../src/instance/families/dnf-generators.ts"
import { assignmentOf, maxDnf, satisfiedCounts } from "./max-dnf.ts"
import {
  derandomisedRounding,
  expectedIndependent,
  expectedThreshold,
  independentRounding,
  type Point,
  roundingError,
  roundParameter,
  satisfiedTerms,
  signRounding,
  thresholdMass,
  thresholdRounding
} from "./rounding.ts"

const cases = fc.integer({ min: 1, max: 7 }).chain((n) =>
  fc.tuple(
    formulas(n).filter((f) => f.variables === n),
    parameters(n)
  )
)

/** E[terms satisfied] when x_j is true with probability (1+p_j)/2, by summing over all 2ⁿ assignments. */
const meanOver = (formula: DnfFormula, p: Point): number => {
  const n = formula.variables
  let sum = 0
  for (let mask = 0; mask < 2 ** n; mask++) {
    const a = assignmentOf(mask, n)
    let weight = 1
    for (let j = 0; j < n; j++) weight *= (1 + a[j] * p[j]) / 2
    sum += weight * satisfiedTerms(formula, a)
  }
  return sum
}

describe("Max-k-DNF by brute force", () => {
  it("counts as the definition does", () => {
    fc.assert(
      fc.property(formulas(8), (formula) => {
        const counts = satisfiedCounts(formula)
        let best = 0
        for (let mask = 0; mask < counts.length; mask++) {
          const a = assignmentOf(mask, formula.variables)
          let satisfied = 0
          for (let i = 0; i < termCount(formula); i++) {
            const term = formula.literals.subarray(i * formula.width, (i + 1) * formula.width)
            if (term.every((l) => a[Math.abs(l) - 1] === Math.sign(l))) satisfied++
          }
          expect(counts[mask]).toBe(satisfied)
          best = Math.max(best, satisfied)
        }
        const optimum = maxDnf(formula)
        expect(optimum.satisfied).toBe(best)
        expect(satisfiedTerms(formula, optimum.assignment)).toBe(best)
        expect(optimum.fraction).toBe(best / termCount(formula))
      })
    )
  })

  it("does n = 20 in well under a second at any width, and refuses n = 21", () => {
    for (const width of [1, 3, 10, 19, 20]) {
      const formula = randomDnf({ variables: 20, width, terms: 400 }, Stream.fromSeed(width))
      const { satisfied, assignment } = maxDnf(formula)
      expect(satisfiedTerms(formula, assignment)).toBe(satisfied)
      const total = satisfiedCounts(formula).reduce((sum, count) => sum + count, 0)
      expect(total).toBe(400 * 2 ** (20 - width))
    }
    expect(() => maxDnf(dnfFormula(21, [[1]]))).toThrow(/variables: 21/)
  })
})

describe("roundings", () => {
  it("independent: the exact expectation is the mean over all assignments", () => {
    fc.assert(
      fc.property(cases, ([formula, theta]) => {
        expect(expectedIndependent(formula, theta)).toBeCloseTo(meanOver(formula, theta), 11)
      })
    )
  })

  it("threshold: the exact expectation is the mean over levels and coins", () => {
    fc.assert(
      fc.property(
        cases,
        fc.double({ min: -3, max: 2.5, noNaN: true }).map((e) => 10 ** e),
        ([formula, theta], c) => {
          const levels = [...new Set([0, ...theta.map(Math.abs), 1])].sort((a, b) => a - b)
          let mean = 0
          for (let i = 1; i < levels.length; i++) {
            const point = theta.map((t) => (Math.abs(t) > levels[i - 1] ? Math.sign(t) : 0))
            mean += thresholdMass(levels[i - 1], levels[i], c) * meanOver(formula, point)
          }
          expect(expectedThreshold(formula, theta, c)).toBeCloseTo(mean, 11)
        }
      )
    )
  })

  it("derandomised: at least the expectation; the best rounding is at least each and at most OPT", () => {
    fc.assert(
      fc.property(
        cases,
        fc.double({ min: -2, max: 2, noNaN: true }).map((e) => 10 ** e),
        ([formula, theta], c) => {
          const slack = roundingError(formula) * termCount(formula)
          const derandomised = satisfiedTerms(formula, derandomisedRounding(formula, theta))
          expect(derandomised).toBeGreaterThanOrEqual(expectedIndependent(formula, theta) - slack)
          const { satisfied, assignment } = roundParameter(formula, theta)
          expect(satisfiedTerms(formula, assignment)).toBe(satisfied)
          expect(assignment.every((a) => a === 1 || a === -1)).toBe(true)
          expect(satisfied).toBeGreaterThanOrEqual(satisfiedTerms(formula, signRounding(theta)))
          expect(satisfied).toBeGreaterThanOrEqual(derandomised)
          expect(satisfied).toBeGreaterThanOrEqual(expectedThreshold(formula, theta, c) - slack)
          expect(satisfied).toBeLessThanOrEqual(maxDnf(formula).satisfied)
        }
      )
    )
  })

  it("as drawn, satisfy terms as often as the exact expectations say", () => {
    const level = alpha("lower-bounds/rounding-laws", 4)
    const formula = randomDnf({ variables: 6, width: 3, terms: 20 }, Stream.fromSeed(3))
    const theta = [0.9, -0.4, 0, 0.4, -1, 0.05]
    const c = 1.7
    const laws = [
      [independentRounding, expectedIndependent(formula, theta)],
      [(t: Point, s: Stream) => thresholdRounding(t, c, s), expectedThreshold(formula, theta, c)]
    ] as const
    laws.forEach(([draw, mean], i) => {
      const stream = Stream.fromSeed(100 + i)
      const observed = new BoundedMeanSequence({ level: 2 * level, low: 0, high: 20 })
      for (let t = 0; t < 4000; t++) observed.add(satisfiedTerms(formula, draw(theta, stream)))
      const { lower, upper } = observed.interval()
      expect(mean).toBeGreaterThan(lower)
      expect(mean).toBeLessThan(upper)
      expect(upper - lower).toBeLessThan(1)
    })
  })

  it("threshold law: a distribution on [0, 1], uniform as c → 0 and at 0 as c → ∞, exact in its far tail", () => {
    for (const c of [1e-12, 0.1, 1, 30, 1e4]) expect(thresholdMass(0, 1, c)).toBeCloseTo(1, 14)
    expect(thresholdMass(0, 0.3, 1e-9)).toBeCloseTo(0.3, 12)
    expect(thresholdMass(0, 0.01, 1e5)).toBe(1)
    expect(thresholdMass(0.2, 0.7, 2)).toBeCloseTo((Math.tanh(0.7) - Math.tanh(0.2)) / Math.tanh(1), 14)
    // tanh(cb/2) − tanh(ca/2) → 2(e^{−ca} − e^{−cb}) there.
    expect(thresholdMass(0.5, 1, 200) / (2 * Math.exp(-100))).toBeCloseTo(1, 12)
  })
})
