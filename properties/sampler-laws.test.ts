/**
 * SoftmaxSampler's draws against their exact law given Ẑ, for whoever makes them: both interpreters and the program over plain draws. Monte Carlo at a
 * level of the α ledger, from fixed seeds.
 */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { candidateOf } from "../src/law/candidate.ts"
import { checks } from "../src/verify/checks.ts"
import { verify } from "../src/verify/verify.ts"
import { alpha } from "./alpha/alpha-ledger.ts"

describe("SoftmaxSampler's draws", () => {
  it("follow the law of T6: trials, response and Ẑ, promise kept or broken", async () => {
    const { results } = await Effect.runPromise(
      verify({
        candidate: candidateOf(),
        checks,
        of: ["oracles"],
        select: ["T6"],
        seed: 11,
        level: alpha("properties/sampler-laws")
      })
    )
    expect(results.map((r) => r.id)).toEqual(["T6/literal", "T6/exact-law", "T6/program"])
    for (const { id, verdict, note } of results) expect(verdict, `${id}: ${note}`).toBe("supported")
  })
})
