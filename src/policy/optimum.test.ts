/** J* and T1 across decades of β/R: what is computed next to 1 keeps its digits. */
import { describe, expect, it } from "vitest"
import { randomInstance } from "../instance/families/random-instance.ts"
import type { FiniteInstance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { somePolicies } from "../law/definition.ts"
import { Stream } from "../numeric/stream.ts"
import { evaluateOn } from "./evaluate-instance.ts"
import { optimum, referenceSuboptimality } from "./optimum.ts"

/** Two responses of mass ½, rewards 0 and 1. */
const coin = (beta: number): FiniteInstance =>
  finiteInstance(
    {
      name: "coin",
      dimension: 1,
      beta,
      rewardRange: 1,
      parameterSet: { kind: "ball", radius: 1 },
      thetaStar: Float64Array.of(1),
      noise: { kind: "none" },
      promptProbabilities: Float64Array.of(1),
      offsets: Int32Array.of(0, 2),
      reference: Float64Array.of(0.5, 0.5),
      meanReward: Float64Array.of(0, 1),
      features: Float64Array.of(0, 1)
    },
    "coin"
  ).exact

describe("the optimum", () => {
  it("of a coin is β·log((1 + e^{1/β})/2) (mpmath), and never below the base model's objective", () => {
    for (const [beta, objective] of [
      [1, 0.6201145069582775],
      [0.01, 0.9930685281944005],
      [1e4, 0.5000124999999948],
      [1e12, 0.500000000000125],
      [1e300, 0.5]
    ]) {
      const best = optimum(coin(beta))
      expect(best.objective, `beta = ${beta}`).toBeCloseTo(objective, 15)
      expect(best.objective).toBeGreaterThanOrEqual(best.referenceObjective)
      // J* − J(π_ref) → 1/(8β).
      if (beta >= 1e4 && beta < 1e100) expect(referenceSuboptimality(coin(beta), best) * 8 * beta).toBeCloseTo(1, 6)
    }
  })

  it("differs from every policy's objective by β times a KL, for β/R from 1e-9 to 1e15 and R from 1e-8 to 1e6", () => {
    for (const R of [1e-8, 1, 1e6]) {
      for (const ratio of [1e-9, 1e-7, 1e-3, 1, 1e3, 1e7, 1e15]) {
        const exact = finiteInstance(randomInstance({ seed: 9, R, beta: ratio * R }), "random").exact
        const best = optimum(exact)
        for (const policy of somePolicies(exact, Stream.fromSeed(7))) {
          const { klToReference, objective, suboptimality } = evaluateOn({ exact }, policy, best)
          const unit = Math.max(R, exact.beta * klToReference)
          expect(
            Math.abs(best.objective - objective - suboptimality) / unit,
            `${policy.kind}, beta/R = ${ratio}, R = ${R}`
          ).toBeLessThan(1e-13)
        }
      }
    }
  })
})
