/** Each law of recorded runs sees the mistake that it is for. Seeds are fixed, so this is deterministic; no α is spent on detection. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { algorithms } from "../src/algorithm/registry.ts"
import { knownClaims } from "../src/cli/module/described-algorithm.ts"
import { candidateOf } from "../src/law/candidate.ts"
import { checks } from "../src/verify/checks.ts"
import { verify } from "../src/verify/verify.ts"
import { strongSpecimens } from "./law-specimens/strong-specimens.ts"
import { weakSpecimens } from "./law-specimens/weak-specimens.ts"

const specimens = [...weakSpecimens, ...strongSpecimens]

const seenBy = {
  "T7/hypotheses": ["spanner-half-search"],
  "method/proper": ["best-of-n-proper", "passive-picks", "passive-twice", "dpo-chooses"],
  "method/least-squares": ["passive-counts-ignored", "passive-sign", "passive-ridge", "dpo-never-learns", "dpo-sign"],
  "method/novelty": ["best-of-n-fixed-norm"],
  "method/optimism": ["xpo-pessimism", "xpo-no-normaliser", "xpo-plans-once"],
  "method/policy-gradient": ["gradient-descends", "gradient-no-baseline", "gradient-unregularised"],
  "T8/checks": ["mtss-checks-beginnings"],
  "T8/tilt": ["mtss-half-promise"],
  "T8/targets": ["mtss-never-restarts", "mtss-no-correction", "mtss-forward", "mtss-stale-targets"],
  "T8/certified": ["mtss-half-certified", "mtss-wide-truncation"]
} as const

describe("the law", () => {
  it("has specimens that are all put to it, and claim what means something", () => {
    const named: ReadonlyArray<string> = Object.values(seenBy).flat()
    expect(specimens.map(({ algorithm }) => algorithm.name).toSorted()).toEqual(named.toSorted())
    const known = knownClaims()
    for (const { claims } of [...algorithms, ...specimens.map((one) => one.algorithm)])
      expect(claims.filter((claim) => !known.includes(claim))).toEqual([])
  })

  it("has a name of its own", () => expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length))

  it.each(Object.entries(seenBy).flatMap(([law, names]) => names.map((name) => [law, name] as const)))(
    "%s sees %s",
    async (law, name) => {
      const { algorithm } = specimens.find((one) => one.algorithm.name === name)!
      const { results } = await Effect.runPromise(
        verify({ candidate: candidateOf(algorithm), checks, select: [law], seed: 1, level: 1e-6 })
      )
      expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([[law, "refuted"]])
    }
  )
})
