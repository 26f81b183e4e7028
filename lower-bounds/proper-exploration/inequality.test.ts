/** L2 on random formulas and parameters: both sides, from the formula and from the instance. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { InvalidInstance } from "../../src/instance/invalid-instance.ts"
import { finiteInstance } from "../../src/instance/make-instance.ts"
import { validateFinite } from "../../src/instance/validate.ts"
import { instantiate } from "../../src/instance/family.ts"
import { logRatio } from "../../src/policy/evaluate.ts"
import { optimum } from "../../src/policy/optimum.ts"
import { formulas, parameters, temperatures } from "../../properties/arbitrary/formula.ts"
import { type DnfFormula, dnfFormula, termCount } from "../../src/instance/families/dnf-formula.ts"
import { dnfFamily, dnfPrompts, dnfShape, sharpness } from "../../src/instance/families/dnf-prompts.ts"
import { logistic } from "../../src/numeric/logistic.ts"
import { assignmentBounds, optimumBound, parameterSide, probeChance } from "./inequality.ts"
import { assignmentOf, maxDnf } from "./max-dnf.ts"
import { roundingError, roundParameter, satisfiedTerms } from "./rounding.ts"

const cases = fc.integer({ min: 1, max: 7 }).chain((n) =>
  fc.tuple(
    formulas(n).filter((f) => f.variables === n),
    parameters(n),
    temperatures
  )
)

/** Slack of sums and exponents: exponents up to 2kc carry 2⁻⁵² each. */
const slackOf = (formula: DnfFormula, c: number): number => roundingError(formula) + 4 * formula.width * c * 2 ** -52

describe("L2", () => {
  it("at every assignment: σ(c)·sat ≤ E π_a(1) ≤ σ(c)·sat + σ(−c)(1−sat) ≤ sat + e^{−c}", () => {
    fc.assert(
      fc.property(formulas(6), temperatures, (formula, beta) => {
        const c = sharpness(formula.width, beta)
        const slack = slackOf(formula, c)
        for (let mask = 0; mask < 2 ** formula.variables; mask++) {
          const a = assignmentOf(mask, formula.variables)
          const sat = satisfiedTerms(formula, a) / termCount(formula)
          const chance = probeChance(formula, beta, a)
          const { lower, upper } = assignmentBounds(sat, c)
          expect(chance).toBeGreaterThanOrEqual(lower * (1 - slack))
          expect(chance).toBeLessThanOrEqual(upper * (1 + slack))
          expect(upper).toBeLessThanOrEqual((sat + Math.exp(-c)) * (1 + slack))
        }
      })
    )
  })

  it("at every θ ∈ Θ: theory's bound, the sharp one, the rounded assignment's, and OPT's", () => {
    fc.assert(
      fc.property(cases, ([formula, theta, beta]) => {
        const c = sharpness(formula.width, beta)
        const slack = 1 + slackOf(formula, c)
        const chance = probeChance(formula, beta, theta)
        const side = parameterSide(formula, beta, theta)
        const best = maxDnf(formula).fraction
        const rounded = roundParameter(formula, theta).satisfied / termCount(formula)
        expect(chance).toBeLessThanOrEqual(side.theory * slack)
        expect(chance).toBeLessThanOrEqual(side.sharp * slack)
        expect(side.sharp).toBeLessThanOrEqual(optimumBound(rounded, c) * slack)
        expect(chance).toBeLessThanOrEqual(optimumBound(best, c) * slack)
        expect(optimumBound(best, c)).toBeLessThanOrEqual((2 * best + Math.exp(-c)) * slack)
      }),
      { numRuns: 600 }
    )
  })

  it("holds where it is tightest: coordinate ascent on θ never passes OPT's bound, and reaches it at assignments", () => {
    fc.assert(
      fc.property(cases, ([formula, start, beta]) => {
        const c = sharpness(formula.width, beta)
        const bound = optimumBound(maxDnf(formula).fraction, c) * (1 + slackOf(formula, c))
        const theta = start.slice()
        for (let sweep = 0; sweep < 3; sweep++) {
          for (let j = 0; j < theta.length; j++) {
            const tried = [theta[j], -1, -0.6, -0.2, 0, 0.2, 0.6, 1].map((t) => {
              theta[j] = t
              return [probeChance(formula, beta, theta), t] as const
            })
            const [chance, t] = tried.reduce((a, b) => (b[0] > a[0] ? b : a))
            theta[j] = t
            expect(chance).toBeLessThanOrEqual(bound)
          }
        }
      }),
      { numRuns: 60 }
    )
    // k = 1, x and ¬x: every θ has chance ½ = σ(c)/2 + σ(−c)/2.
    const both = dnfFormula(1, [[1], [-1]])
    for (const t of [-1, -0.3, 0, 1])
      expect(probeChance(both, 0.2, [t])).toBeCloseTo(optimumBound(0.5, sharpness(1, 0.2)), 14)
    // An optimum that violates one literal of the other term meets the bound.
    const pair = dnfFormula(3, [
      [1, 2],
      [-1, 3]
    ])
    expect(probeChance(pair, 0.3, [1, 1, 1])).toBeCloseTo(optimumBound(0.5, sharpness(2, 0.3)), 14)
  })
})

describe("DnfPrompts", () => {
  it("is a valid instance whose softmax policies are σ(c(1−τ)), whatever β", () => {
    fc.assert(
      fc.property(
        cases,
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        ([formula, theta, beta], values) => {
          const thetaStar = Array.from({ length: formula.variables }, () => values.next().value)
          const exact = finiteInstance(dnfPrompts(formula, { beta, thetaStar }), "dnf").exact
          validateFinite(exact)
          expect(dnfShape(exact)).toEqual(
            formula.width === 1 ? formula : { ...formula, literals: sortedTerms(formula) }
          )
          const ratio = logRatio(exact, { kind: "linear-softmax", theta })
          let chance = 0
          for (let x = 0; x < termCount(formula); x++)
            chance += (exact.reference[2 * x + 1] * Math.exp(ratio[2 * x + 1])) / termCount(formula)
          const c = sharpness(formula.width, beta)
          expect(Math.abs(chance / probeChance(formula, beta, theta) - 1)).toBeLessThan(
            1e-13 + 20 * formula.width * c * 2 ** -52
          )
          // C_cov is at most e^{R/β} = e^{kc}.
          expect(optimum(exact).coverage).toBeLessThanOrEqual(Math.exp(formula.width * c) * (1 + 1e-9))
        }
      )
    )
  })

  it("has base odds e^{−(k−1)c} and refuses β where they underflow", () => {
    const formula = dnfFormula(5, [[1, 2, 3, 4, 5]])
    const exact = dnfPrompts(formula, { beta: 0.5, thetaStar: [1, 1, 1, 1, 1] })
    expect(exact.reference[1] / exact.reference[0]).toBeCloseTo(Math.exp(-4 * sharpness(5, 0.5)), 12)
    expect(exact.rewardRange).toBe(Math.sqrt(5))
    expect(exact.meanReward[1]).toBeCloseTo(Math.sqrt(5), 12)
    expect(() => dnfPrompts(formula, { beta: 1e-3, thetaStar: [1, 1, 1, 1, 1] })).toThrow(
      /^beta: 0.001, expected at least 0.0025/
    )
    expect(() => dnfPrompts(formula, { beta: 0.5, thetaStar: [1] })).toThrow(InvalidInstance)
    expect(() => dnfPrompts(formula, { beta: 0.5, thetaStar: [1, 1, 1, 1, 1.5] })).toThrow(/thetaStar\[4\]: 1.5/)
    expect(() => dnfPrompts(formula, { beta: 0, thetaStar: [1, 1, 1, 1, 1] })).toThrow(/beta: 0/)
    expect(logistic(-800)).toBe(0)
    expect(logistic(800)).toBe(1)
  })

  it("is told apart from anything else", () => {
    const exact = dnfPrompts(
      dnfFormula(3, [
        [1, -2],
        [2, 3]
      ]),
      { beta: 0.5, thetaStar: [1, -1, 1] }
    )
    expect(dnfShape({ ...exact, parameterSet: { kind: "ball", radius: 1 } })).toMatch(/parameterSet/)
    expect(dnfShape({ ...exact, promptProbabilities: Float64Array.of(0.3, 0.7) })).toMatch(/prompt 0: probability/)
    expect(dnfShape({ ...exact, features: exact.features.map((f) => f / 2) })).toMatch(/features of/)
    expect(dnfShape({ ...exact, reference: exact.reference.map((_, i) => (i % 2 ? 0.25 : 0.75)) })).toMatch(/base mass/)
    expect(dnfShape({ ...exact, offsets: Int32Array.of(0, 1, 4) })).toMatch(/two responses/)
  })

  it("comes as a family", () => {
    const instance = instantiate(dnfFamily, { formula: "balanced", n: 8, k: 2, m: 20, seed: 4 })
    expect(instance.spec).toBe("dnf-prompts:beta=0.5,formula=balanced,k=2,m=20,n=8,seed=4")
    expect(typeof dnfShape(instance.exact)).toBe("object")
    expect(instance.responseCount(0)).toBe(2n)
    expect(() => instantiate(dnfFamily, { n: 2, k: 3 })).toThrow(/k to be at most n = 2/)
  })
})

/** Literals sorted by variable within each term: what features keep of a term. */
const sortedTerms = ({ literals, width }: DnfFormula): Int32Array => {
  const out = literals.slice()
  for (let o = 0; o < out.length; o += width)
    out.set(
      Array.from(out.subarray(o, o + width)).sort((a, b) => Math.abs(a) - Math.abs(b)),
      o
    )
  return out
}
