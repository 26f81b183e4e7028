/**
 * T6: SoftmaxSampler's output is within δ of its target (t6-softmax-sampler.md). Summed exactly over every Ẑ on two classes: no simulation, no α. The samplers' draws
 * themselves are tested in sampler-laws.test.ts.
 */
import { describe, expect, it } from "vitest"
import { promiseOf, twoClassLaw } from "../src/law/sampler-laws.ts"
import { samplerDraws } from "../src/oracle/sampler-draws.ts"
import { firstBroken } from "../src/law/law.ts"
import { assertFindings } from "./arbitrary/assert-law.ts"
import { twoClasses } from "./arbitrary/parameters.ts"

describe("T6", () => {
  it("keeps its distance δ, its tails and its acceptance 1/(4M) for every kept promise", () => {
    assertFindings(twoClasses, twoClassLaw, 800)
  })

  it("needs its promise: with M far below sup p/π_ref the output is not within δ of p", () => {
    expect(firstBroken(twoClassLaw({ mass: 0.05, logit: 4, slack: 0.1, delta: 0.01 }))?.what).toMatch(/total variation/)
  })

  it("states its draws: ⌈8M log(4/δ)⌉ and ⌈4M log(4/δ)⌉", () => {
    for (const delta of [0.5, 1e-3, 1e-12]) {
      const M = promiseOf({ mass: 0.1, logit: 2, slack: 1, delta })
      const { estimate, trials } = samplerDraws(M, delta)
      expect(estimate).toBe(Math.ceil(8 * M * Math.log(4 / delta)))
      expect(trials).toBe(Math.ceil(4 * M * Math.log(4 / delta)))
    }
  })
})
