import { describe, expect, it } from "vitest"
import { binomialTails } from "../statistics/incomplete-beta.ts"
import { overTrials } from "../theorem/judging.ts"
import { atTheCap } from "./fixed-test.ts"

/** The level of a clause of one case in a default audit, halved for the looks and for the cap. */
const LEVEL = 1.25e-4
const judged = (bad: number, trials: number, delta0: number) =>
  overTrials("own", "epsilon", bad, trials, delta0, LEVEL, "runs ended above epsilon")

describe("a case that has made all its trials", () => {
  it.each([
    [28, 118, 0.1],
    [38, 180, 0.1],
    [18, 60, 0.1]
  ])("%i bad of %i at a promise of %d: undecided on the way, refuted at the cap", (bad, trials, delta0) => {
    expect(judged(bad, trials, delta0).verdict).toBe("undecided")
    expect(atTheCap(judged(bad, trials, delta0), trials, LEVEL)).toMatchObject({
      verdict: "refuted",
      note: expect.stringMatching(/have probability/) as string
    })
  })

  it("refutes what is right with probability at most the level: the sum over the outcomes it refutes", () => {
    for (const [trials, delta0] of [
      [60, 0.1],
      [60, 0.03],
      [120, 0.1]
    ] as const) {
      const open = overTrials("own", "epsilon", 0, trials, delta0, LEVEL, "runs")
      const least = Array.from({ length: trials + 1 }, (_, bad) => bad).find(
        (bad) =>
          atTheCap({ ...open, verdict: "undecided", measured: bad / trials }, trials, LEVEL).verdict === "refuted"
      )
      expect(least).toBeGreaterThan(delta0 * trials)
      expect(Math.exp(binomialTails(least ?? 0, trials, delta0).logAtLeast)).toBeLessThanOrEqual(LEVEL)
    }
  })

  it("leaves every other judgement as it is", () => {
    for (const one of [judged(0, 60, 0.1), judged(6, 60, 0.1), { ...judged(60, 60, 0.1) }])
      expect(atTheCap(one, 60, LEVEL)).toBe(one)
    const vacuous = { ...judged(3, 60, 0.1), level: 0 }
    expect(atTheCap(vacuous, 60, LEVEL)).toBe(vacuous)
  })
})
