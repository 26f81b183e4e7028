/** Laws of policies and their exact evaluation: normalisation, invariances, monotonicity in β, convexity. */
import { describe, it } from "vitest"
import { policyLaws } from "../src/law/policy-laws.ts"
import { assertLaw } from "./arbitrary/assert-law.ts"

describe("policies", () => {
  it.each(policyLaws.filter((law) => law.id.startsWith("policy/")).map((law) => [law.id, law.title, law] as const))(
    "%s: %s",
    (_, _title, law) => {
      assertLaw(law, { numRuns: 1500 })
    }
  )
})
