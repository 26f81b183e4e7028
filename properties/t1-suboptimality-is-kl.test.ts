/** T1: J* − J(π) = β·E_ρ KL(π‖π*_β), and J* = β·E_ρ log Z (t1-suboptimality-is-kl.md). */
import { describe, it } from "vitest"
import { identityOf, policyLaws } from "../src/law/policy-laws.ts"
import { assertFindings, assertLaw } from "./arbitrary/assert-law.ts"
import { instances } from "../src/arbitrary/instance.ts"
import { policies } from "../src/arbitrary/policy.ts"

const lawOf = (id: string) => policyLaws.find((law) => law.id === id)!

describe("T1", () => {
  it("is an identity for every policy, both sides from their definitions, to 1e-10", () => {
    assertFindings(
      instances().chain((exact) => policies(exact).map((policy) => ({ exact, policy }))),
      ({ exact, policy }) => identityOf({ exact }, policy),
      1500
    )
  })

  it("holds for the policies of its law, whatever the instance", () => {
    assertLaw(lawOf("T1/identity"))
  })

  it("gives J* as β·E log Z, attained by θ*", () => {
    assertLaw(lawOf("T1/normaliser"), { numRuns: 500 })
  })
})
