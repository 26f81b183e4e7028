/** The planners of DnfPrompts, alone and as proper learners. */
import fc from "fast-check"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { candidateOf, observe } from "../../law/candidate.ts"
import { Stream } from "../../numeric/stream.ts"
import { problemOf } from "../../oracle/interpreter.ts"
import { formulas, parameters } from "../../../properties/arbitrary/formula.ts"
import { termCount } from "../../instance/families/dnf-formula.ts"
import { plantedDnf } from "../../instance/families/dnf-generators.ts"
import { probeRate } from "../../../lower-bounds/proper-exploration/inequality.ts"
import { satisfiedCounts } from "../../../lower-bounds/proper-exploration/max-dnf.ts"
import { plannerExperiment, plannerInstance, planners } from "../planner-experiment.ts"
import { satisfiedTerms, signRounding } from "../../../lower-bounds/proper-exploration/rounding.ts"
import { dnfPlanner } from "./dnf-planner.ts"
import { exhaustivePlanner } from "./exhaustive-planner.ts"
import { gradientPlanner, probeGradient } from "./gradient-planner.ts"
import { climb, localSearchPlanner } from "./local-search-planner.ts"
import { fairAssignment, termsOf } from "./planner.ts"
import { randomPlanner } from "./random-planner.ts"

describe("every planner", () => {
  it.each(planners.map((p) => [p.name, p] as const))(
    "%s: answers within Θ, the same for the same stream",
    (_, planner) => {
      fc.assert(
        fc.property(formulas(), fc.constantFrom(0.5, 3, 40), fc.nat(99), (formula, c, seed) => {
          const plan = () => planner.plan(formula, c, Stream.fromSeed(seed))
          const theta = plan()
          expect(theta.length).toBe(formula.variables)
          expect(theta.every((t) => Math.abs(t) <= 1)).toBe(true)
          expect(plan()).toEqual(theta)
        }),
        { numRuns: 60 }
      )
    }
  )

  it("of polynomial time finds a planted assignment far beyond brute force; the random one does not", () => {
    const stream = Stream.fromSeed(81)
    const { formula } = plantedDnf({ variables: 60, terms: 200, width: 8 }, 0.5, stream)
    const share = (theta: Float64Array): number => satisfiedTerms(formula, signRounding(theta)) / termCount(formula)
    for (const planner of [gradientPlanner, localSearchPlanner])
      expect(share(planner.plan(formula, 3, stream.split(planner.name)))).toBeGreaterThan(0.4)
    expect(share(randomPlanner.plan(formula, 3, stream.split("random")))).toBeLessThan(0.1)
    expect(() => exhaustivePlanner.plan(formula, 3, stream)).toThrow(/variables: 60/)
  })

  it("does not beat the exhaustive one, which meets OPT", () => {
    fc.assert(
      fc.property(formulas(), fc.nat(99), (formula, seed) => {
        const counts = satisfiedCounts(formula)
        const opt = counts.reduce((a, b) => Math.max(a, b), 0)
        expect(satisfiedTerms(formula, exhaustivePlanner.plan(formula, 3, Stream.fromSeed(seed)))).toBe(opt)
        for (const planner of planners) {
          const theta = planner.plan(formula, 3, Stream.fromSeed(seed))
          expect(satisfiedTerms(formula, signRounding(theta))).toBeLessThanOrEqual(opt)
        }
      }),
      { numRuns: 60 }
    )
  })
})

describe("the gradient planner", () => {
  it("follows the gradient of the chance of a probe, up to its length", () => {
    fc.assert(
      fc.property(
        formulas().chain((formula) => fc.tuple(fc.constant(formula), parameters(formula.variables))),
        fc.constantFrom(0.5, 2),
        ([formula, theta], c) => {
          const gradient = new Float64Array(formula.variables)
          probeGradient(formula, c, theta, gradient)
          const slopes = theta.map((_, j) => {
            const at = (h: number): number =>
              probeRate(
                formula,
                c,
                theta.map((t, i) => (i === j ? t + h : t))
              )
            return (at(1e-5) - at(-1e-5)) / 2e-5
          })
          // Parallel, and of one sense: ⟨u,v⟩ = ‖u‖‖v‖.
          const dot = gradient.reduce((s, g, j) => s + g * slopes[j], 0)
          const [u, v] = [Math.hypot(...gradient), Math.hypot(...slopes)]
          expect(Math.abs(dot - u * v)).toBeLessThan(1e-6 * (1 + u) * (1e-3 + v))
        }
      ),
      { numRuns: 200 }
    )
  })
})

describe("local search", () => {
  it("ends where no flip helps, with the chance it says, and no lower than it began", () => {
    fc.assert(
      fc.property(formulas(), fc.constantFrom(0.5, 3), fc.nat(99), (formula, c, seed) => {
        const a = fairAssignment(formula.variables, Stream.fromSeed(seed))
        const m = termCount(formula)
        const before = probeRate(formula, c, a)
        const sum = climb(formula, c, a)
        expect(a.every((v) => Math.abs(v) === 1)).toBe(true)
        expect(sum / m).toBeCloseTo(probeRate(formula, c, a), 10)
        expect(sum / m).toBeGreaterThanOrEqual(before - 1e-12)
        for (let j = 0; j < a.length; j++) {
          const flipped = probeRate(
            formula,
            c,
            a.map((v, i) => (i === j ? -v : v))
          )
          expect(flipped).toBeLessThanOrEqual(sum / m + 1e-10)
        }
      }),
      { numRuns: 200 }
    )
  })
})

describe("a learner made of a planner", () => {
  const { formula, instance } = plannerInstance({ ...plannerExperiment, terms: 24, variables: 10 }, 3, 0)
  const run = (planner: (typeof planners)[number], change: Record<string, number> = {}) => {
    const learner = dnfPlanner(formula, planner)
    const goal = { epsilon: 0.1, delta: 0.02, coverage: 1 }
    const parameters = { ...learner.practical(problemOf(instance), goal), ...change }
    return Effect.runSync(observe(candidateOf(learner), { instance, parameters, interpreter: "literal", seed: 82 }))
  }

  it.each(planners.map((p) => [p.name, p] as const))(
    "%s: plans for what is unknown against π_ref, stops when nothing is, and has learned it",
    (_, planner) => {
      const { events, record } = run(planner)
      expect(record.outcome).toBe("completed")
      expect(record.suboptimality.value).toBeLessThan(0.02)
      for (const event of events) {
        expect(event.kind).toBe("explore")
        if (event.kind !== "explore") return
        expect(event.thetas.length).toBe(2)
        expect(event.thetas[1].every((t) => t === 0)).toBe(true)
        expect(event.groups.length).toBeLessThanOrEqual(termCount(formula))
      }
      expect(record.ledger.rewardQueries).toBeLessThan(200_000n)
      expect(record.ledger.rewardQueries).toBe(record.ledger.samplingQueries)
    }
  )

  it("plans again, for other terms, once some are known", () => {
    const { events } = run(exhaustivePlanner)
    const plans = events.flatMap((event) => (event.kind === "explore" ? [event.thetas[0].join()] : []))
    expect(new Set(plans).size).toBeGreaterThan(3)
    const first = signRounding(Float64Array.from(plans[0].split(",").map(Number)))
    const last = signRounding(Float64Array.from(plans.at(-1)!.split(",").map(Number)))
    // The first plan is OPT of the whole formula, the last one of what nobody had planned for yet.
    expect(satisfiedTerms(formula, first)).toBe(
      satisfiedTerms(formula, exhaustivePlanner.plan(formula, 3, Stream.fromSeed(1)))
    )
    expect(satisfiedTerms(formula, last)).toBeLessThan(satisfiedTerms(formula, first))
  })

  it("another seed plans otherwise; the same one alike", () => {
    expect(run(randomPlanner).record.transcript).toEqual(run(randomPlanner).record.transcript)
    expect(run(randomPlanner, { seed: 2 }).record.transcript).not.toEqual(run(randomPlanner).record.transcript)
  })

  it("is cut by its number of pairs", () => {
    expect(run(randomPlanner, { pairs: 40 }).record.ledger.rewardQueries).toBe(80n)
  })
})

describe("termsOf", () => {
  it("keeps the chosen terms in order", () => {
    const { formula } = plantedDnf({ variables: 6, terms: 5, width: 2 }, 1, Stream.fromSeed(83))
    const some = termsOf(formula, [4, 1])
    expect([...some.literals]).toEqual([...formula.literals.subarray(8, 10), ...formula.literals.subarray(2, 4)])
    expect([some.variables, some.width]).toEqual([6, 2])
  })
})
