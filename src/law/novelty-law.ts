/** What an algorithm that claims `novelty` says of itself: what it looks for is new in the elliptic norm of Σ = λI + Σφφᵀ over every pair rewarded before. */
import { whiteningGap, WHITENING } from "./algorithm-laws.ts"
import type { Observation } from "./candidate.ts"
import type { Finding } from "./law.ts"
import { Regression } from "./least-squares-law.ts"
import type { RunLaw } from "./run-law.ts"

const check = (observation: Observation): ReadonlyArray<Finding> => {
  const regression = new Regression(observation, observation.record.parameters.lambda)
  return observation.events.flatMap((event, at) =>
    event.kind === "farthest" || event.kind === "first-hit" || event.kind === "sweep"
      ? [
          {
            measured: whiteningGap(event.test, regression.until(at).sigma),
            bound: WHITENING,
            what: `the norm of the ${event.kind} at event ${at} against Σ^{-1} of the ${regression.pairs} pairs rewarded before it`
          }
        ]
      : []
  )
}

export const noveltyLaw: RunLaw = {
  id: "method/novelty",
  group: "method",
  title: "every search for what is new is by the elliptic norm of all pairs rewarded before it",
  about: ({ claims }, { lambda }) => claims.includes("novelty") && lambda > 0,
  check
}
