/**
 * What an algorithm that claims `novelty` says of itself: what it looks for is new in the elliptic norm of Σ = λI + Σφφᵀ over every pair rewarded before.
 *
 * *What the method implies.* A search passes φ when φᵀΣ^{-1}φ > ν², and a choice of the farthest compares φᵀΣ^{-1}φ. With the test's whitening W these are statements
 * about WᵀW alone, the first up to a common factor of W and ν, the second up to any factor of W: so the law asks WΣWᵀ = (ν_test/ν)²·I of a search, ν the parameter of
 * that name (without one, its threshold is the learner's), and WΣWᵀ ∝ I of a choice. How Σ^{-1/2} was computed does not enter, nor the order or grouping of the rewards of a pair (reward-pairs.ts).
 */
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { whiteningGap, WHITENING } from "./algebra.ts"
import { atMost } from "./law.ts"
import { Regression } from "./regression.ts"
import { ofData } from "./reward-pairs.ts"
import type { RunLaw } from "./run-law.ts"

/** The test whose whitening is divided by a factor. */
const scaled = (test: EllipticTest, factor: number): EllipticTest => ({
  ...test,
  whitening: test.whitening.map((w) => w / factor)
})

/** √(tr(WΣWᵀ)/d): what W is a multiple of a whitening by, where it is one. */
const scaleOf = ({ dimension: d, whitening: w }: EllipticTest, sigma: Float64Array): number => {
  let trace = 0
  for (let i = 0; i < d; i++)
    for (let k = 0; k <= i; k++) for (let l = 0; l <= i; l++) trace += w[i * d + k] * sigma[k * d + l] * w[i * d + l]
  return Math.sqrt(trace / d)
}

export const noveltyLaw: RunLaw = {
  id: "method/novelty",
  title: "every search for what is new is by the elliptic norm of all pairs rewarded before it, and its threshold ν",
  about: ({ claims }, { lambda }) => claims.includes("novelty") && lambda > 0,
  check: ofData((observation, data) => {
    const regression = new Regression(observation, data)
    const { nu } = observation.record.parameters
    return observation.events.flatMap((event, at) => {
      if (event.kind !== "farthest" && event.kind !== "first-hit" && event.kind !== "sweep") return []
      const { pairs, sigma } = regression.until(at)
      const { test } = event
      const factor = event.kind === "farthest" || !(nu > 0) ? scaleOf(test, sigma) : test.nu / nu
      const what = `the norm of the ${event.kind} at event ${at} against Σ^{-1} of the ${pairs} pairs rewarded before it`
      return [atMost(whiteningGap(scaled(test, factor), sigma), WHITENING, what, at)]
    })
  })
}
