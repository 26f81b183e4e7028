import { describe, expect, it } from "vitest"
import { optimum, referenceSuboptimality } from "../../policy/optimum.ts"
import { instantiate } from "../family.ts"
import { rarePrompt, rarePromptFamily } from "./rare-prompt.ts"

describe("RarePrompt", () => {
  it("has the rare response at prompts of mass q alone, and common ones of one reward", () => {
    const exact = rarePrompt({ C: 50, d: 3, q: 0.1, prompts: 6 })
    expect(Array.from(exact.offsets)).toEqual([0, 5, 10, 15, 19, 23, 27])
    const mass = (from: number, to: number): number =>
      exact.promptProbabilities.slice(from, to).reduce((sum, p) => sum + p, 0)
    expect([mass(0, 3), mass(3, 6)].map((m) => Math.round(m * 1e12) / 1e12)).toEqual([0.1, 0.9])
    for (let x = 0; x < 6; x++) {
      const rows = Array.from({ length: exact.offsets[x + 1] - exact.offsets[x] }, (_, i) => exact.offsets[x] + i)
      expect(rows.reduce((sum, row) => sum + exact.reference[row], 0)).toBeCloseTo(1, 12)
      expect(rows.filter((row) => exact.meanReward[row] === 1).map((row) => exact.reference[row])).toEqual(
        x < 3 ? [1 / 50] : []
      )
      for (const row of rows) {
        let linear = 0
        for (let j = 0; j < 3; j++) linear += exact.thetaStar[j] * exact.features[row * 3 + j]
        expect(exact.meanReward[row]).toBeCloseTo(0.05 + linear, 12)
      }
    }
  })

  it("has as much to gain as q says, at the same coverage", () => {
    const at = (q: number) => {
      const { exact } = instantiate(rarePromptFamily, { C: 100, d: 2, q })
      const best = optimum(exact)
      return { gain: referenceSuboptimality(exact, best), coverage: best.coverage }
    }
    const whole = at(1)
    expect(whole.gain).toBeGreaterThan(0.2)
    for (const q of [0.5, 0.01, 1e-4]) expect(at(q).gain / (q * whole.gain)).toBeCloseTo(1, 8)
    expect(at(0.01).coverage).toBeLessThanOrEqual(100)
  })

  it("refuses an odd number of prompts", () => {
    expect(() => instantiate(rarePromptFamily, { prompts: 5 })).toThrow(/prompts.*an even number/)
  })
})
