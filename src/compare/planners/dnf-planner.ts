/**
 * A proper learner for one formula: it commits to what a planner finds for the terms whose directions it does not know yet, pairs its draws with draws of π_ref,
 * and plans again as directions become known, until none is left. Output: π of the ridge regression of all reward differences.
 *
 * Made for an instance, as its planner knows the formula. θ* it does not know: rewards come through `ProperRewards` alone, so T_data is what planning cannot save.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Algorithm, algorithm } from "../../algorithm/algorithm.ts"
import { referencePairs } from "../../algorithm/reference-pairs.ts"
import { RidgeRegression } from "../../numeric/gram.ts"
import { Stream } from "../../numeric/stream.ts"
import { relativeFeature } from "../../oracle/handle.ts"
import type { Problem, ProperRewards } from "../../oracle/services.ts"
import { whitenedNormSquared } from "../../policy/elliptic-test.ts"
import { projectOnto } from "../../policy/parameter-set.ts"
import { type DnfFormula, termCount } from "../../instance/families/dnf-formula.ts"
import { sharpness } from "../../instance/families/dnf-prompts.ts"
import { type Planner, termsOf } from "./planner.ts"
import { aboveZero, count } from "../../algorithm/parameter-ranges.ts"

export const DnfPlannerParameters = Schema.Struct({
  /** λ > 0: ridge. */
  lambda: aboveZero,
  /** ν > 0: a term whose probe has elliptic norm at most ν is known. */
  nu: aboveZero,
  /** Pairs drawn and rewarded at most: T_data is twice this. */
  pairs: count,
  /** Of the planner's own draws. */
  seed: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))
})
export type DnfPlannerParameters = typeof DnfPlannerParameters.Type

/** φ(x,1) of each term. */
const probes = (formula: DnfFormula): ReadonlyArray<Float64Array> =>
  Array.from({ length: termCount(formula) }, (_, i) => {
    const phi = new Float64Array(formula.variables)
    for (const literal of formula.literals.subarray(i * formula.width, (i + 1) * formula.width))
      phi[Math.abs(literal) - 1] = Math.sign(literal) / Math.sqrt(formula.width)
    return phi
  })

/** @param formula of the DnfPrompts instance it will run on. */
export const dnfPlanner = (formula: DnfFormula, planner: Planner): Algorithm<DnfPlannerParameters, ProperRewards> => {
  const directions = probes(formula)
  const run = ({ dimension: d, beta, parameterSet }: Problem, { lambda, nu, pairs, seed }: DnfPlannerParameters) =>
    Effect.suspend(() => {
      const c = sharpness(formula.width, beta)
      const root = Stream.fromSeed(seed).split(planner.name)
      const design = new RidgeRegression(d, lambda)
      const phi = new Float64Array(d)
      let plans = 0
      let last: { readonly terms: string; readonly theta: Float64Array } | undefined
      const unknown = (): ReadonlyArray<number> => {
        const test = { dimension: d, whitening: design.whitening(), nu }
        return directions.flatMap((direction, i) => (whitenedNormSquared(test, direction) > nu * nu ? [i] : []))
      }
      return referencePairs({
        name: planner.name,
        dimension: d,
        pairs,
        // Long enough to meet most prompts once; a plan that turned out badly is not kept longer.
        longest: directions.length,
        plan: () => {
          const left = unknown()
          if (left.length === 0) return undefined
          const terms = left.join()
          if (planner.fixed && last?.terms === terms) return last.theta
          const theta = planner.plan(termsOf(formula, left), c, root.split("plan", plans++))
          last = { terms, theta }
          return theta
        },
        observe: (groups) =>
          Effect.sync(() => {
            for (const { responses, rewards } of groups)
              design.add(relativeFeature(responses[0], responses[1], phi), rewards[0] - rewards[1])
          }),
        policy: () => {
          const theta = new Float64Array(d)
          design.solve(theta)
          return { kind: "linear-softmax", theta: projectOnto(theta, parameterSet) }
        }
      })
    })
  /** λ and ν are SpannerSampling's, so that both mean the same by a direction that is known. */
  const sized = ({ rewardRange: R, parameterRadius: B }: Problem): DnfPlannerParameters => ({
    lambda: Math.min(1, (R / B) ** 2),
    nu: 0.3,
    pairs: 2 ** 21,
    seed: 1
  })
  return algorithm({
    name: `dnf-${planner.name}`,
    summary: `commits to what ${planner.name} planning finds for the terms not yet known`,
    proper: true,
    oracle: "strong",
    claims: ["T1", "T2", "L2"],
    parameters: DnfPlannerParameters,
    fromTheory: sized,
    practical: sized,
    run
  })
}
