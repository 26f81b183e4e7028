/** T2: 1 ≤ C_cov(π*_β) ≤ min{exp(R/β), 1/min π_ref}; C_cov ≤ C_cond^H, with equality on TokenChain (t2-coverage-is-bounded.md). */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { policyLaws } from "../src/law/policy-laws.ts"
import { conditionalCoverage, flatten, logConditionalCoverage } from "../src/law/token-tree.ts"
import { optimum } from "../src/policy/optimum.ts"
import { assertFindings, assertLaw, SEED } from "./arbitrary/assert-law.ts"
import { tokenTrees } from "../src/arbitrary/token-tree.ts"
import { tokenChain } from "./arbitrary/token-families.ts"

const lawOf = (id: string) => policyLaws.find((law) => law.id === id)!

describe("T2", () => {
  it("bounds C_cov, and 1/Z*(x,y′) by it at every anchor", () => {
    assertLaw(lawOf("T2/bound"), { numRuns: 600 })
  })

  it("bounds C_cov by C_cond^H on autoregressive trees", () => {
    assertFindings(tokenTrees, conditionalCoverage, 1000)
  })

  it("is an equality on TokenChain, whose C_cond is 2e^{c/β}/(1+e^{c/β}) < 2", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(0.1, 1, 5),
        fc.constantFrom(0.2, 1, 10),
        (depth, c, beta) => {
          const tree = tokenChain(depth, c, beta)
          const logCond = Math.log(2) - Math.log1p(Math.exp(-c / beta))
          expect(logConditionalCoverage(tree)).toBeCloseTo(logCond, 10)
          expect(logCond).toBeLessThan(Math.log(2) + 1e-15)
          expect(Math.log(optimum(flatten(tree)).coverage)).toBeCloseTo(depth * logCond, 9)
        }
      ),
      { numRuns: 100, seed: SEED }
    )
  })
})
