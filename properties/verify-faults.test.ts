/**
 * The fault catalogue: `verify` finds each planted fault by a check that names it. Seeds are fixed, so this is deterministic; no α is spent on detection.
 * All are tried in the long step, a seeded half by `npm test`.
 */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { faults } from "../src/verify/faults/catalogue.ts"
import { checks } from "../src/verify/checks.ts"
import { verify } from "../src/verify/verify.ts"
import { isSampled } from "./sampled.ts"

describe("verify finds", () => {
  it("at least twelve faults, each named by checks that exist", () => {
    expect(faults.length).toBeGreaterThanOrEqual(12)
    expect(new Set(faults.map((f) => f.candidate.name)).size).toBe(faults.length)
    for (const { breaks } of faults) for (const id of breaks) expect(checks.map((c) => c.id)).toContain(id)
  })

  const tried = faults.filter(({ candidate }) => isSampled(`verify ${candidate.name}`, 1 / 6))
  it.each(tried.map((f) => [f.candidate.name, f.what, f] as const))(
    "%s: %s",
    async (_, _what, { candidate, breaks }) => {
      const { results } = await Effect.runPromise(verify({ candidate, checks, select: breaks, seed: 1, level: 1e-6 }))
      expect(results.filter((r) => r.verdict === "refuted").map((r) => r.id)).not.toEqual([])
    }
  )
})
