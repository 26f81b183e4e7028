/**
 * How often probabilistic checks of `verify` refute: what is correct, at a level high enough to be seen, no more often than that level; what is broken, at the
 * level of a CI run, every time. (The tests behind them are held to their sizes at 10⁴ experiments in src/statistics.)
 */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { faults } from "../src/verify/faults/catalogue.ts"
import { type Candidate, candidateOf } from "../src/law/candidate.ts"
import { checks } from "../src/verify/checks.ts"
import { verify } from "../src/verify/verify.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { LONG } from "./sampled.ts"
import { clopperPearsonLower } from "../src/statistics/clopper-pearson.ts"

/** The quick ones: an oracle's law, the rewards' law, an algorithm's law. */
const QUICK = ["oracle/draws", "oracle/rewards", "T7/fresh-rounds"]

/** Whether a check, made alone at a level, refutes. */
const refutes = async (candidate: Candidate, id: string, seed: number, level: number): Promise<boolean> => {
  const { results } = await Effect.runPromise(
    verify({ candidate, checks: checks.filter((c) => c.id === id), seed, level })
  )
  expect(results).toHaveLength(1)
  return results[0].verdict === "refuted"
}

describe("verify", () => {
  it("refutes correct code no more often than its level", async () => {
    const [level, seeds] = [0.2, LONG ? 20 : 8]
    let [alarms, experiments] = [0, 0]
    for (const id of QUICK) {
      for (let seed = 1; seed <= seeds; seed++, experiments++)
        if (await refutes(candidateOf(), id, 7000 + seed, level)) alarms++
    }
    expect(clopperPearsonLower(alarms, experiments, alpha("properties/verify-false-alarms"))).toBeLessThanOrEqual(level)
  })

  const seeds = LONG ? 4 : 2
  it.each([
    ["draws-repeated", "oracle/draws"],
    ["one-prompt", "T7/fresh-rounds"],
    ["chained-anchors", "T7/fresh-rounds"],
    ["rejections-free", "T6/exact-law"]
  ])("finds %s by %s on every one of a few seeds", async (name, id) => {
    const { candidate } = faults.find((one) => one.candidate.name === name)!
    for (let seed = 1; seed <= seeds; seed++)
      expect(await refutes(candidate, id, seed, 1e-7), `seed ${seed}`).toBe(true)
  })
})
