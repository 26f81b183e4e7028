import { describe, expect, it } from "vitest"
import { BudgetExhausted, Ledger } from "./ledger.ts"

describe("Ledger", () => {
  it("counts past 2^53 without losing a unit", () => {
    const ledger = new Ledger()
    for (let i = 0; i < 5; i++) ledger.charge("weakSampling", 2 ** 51 - 1)
    ledger.chargeExact("weakSampling", 10n ** 18n)
    ledger.charge("weakSampling", 1)
    expect(ledger.snapshot().samplingQueries).toBe(5n * (2n ** 51n - 1n) + 10n ** 18n + 1n)
  })

  it("adds every sampling oracle to T_comp, rewards to T_data, and leaves prompts free", () => {
    const ledger = new Ledger()
    ledger.charge("prompts", 100)
    ledger.charge("weakSampling", 1)
    ledger.charge("strongSampling", 2)
    ledger.charge("tokenSampling", 4)
    ledger.charge("enumeration", 8)
    ledger.charge("rewards", 3)
    const { rewardQueries, samplingQueries, perOracle } = ledger.snapshot()
    expect([rewardQueries, samplingQueries, perOracle.prompts]).toEqual([3n, 15n, 100n])
  })

  it("lets a budget be spent to the last query and stops at the next, standing at the limit", () => {
    const ledger = new Ledger({ samplingQueries: 10n, rewardQueries: 2n })
    ledger.charge("weakSampling", 6)
    ledger.charge("enumeration", 4)
    expect(() => ledger.charge("weakSampling", 1)).toThrow(BudgetExhausted)
    expect(ledger.snapshot().samplingQueries).toBe(10n)
    ledger.charge("rewards", 1)
    expect(() => ledger.charge("rewards", 5)).toThrow(/^budget\.rewardQueries: 2 reached/)
    expect(ledger.snapshot().rewardQueries).toBe(2n)
    ledger.charge("prompts", 1000)
  })

  it("never gives a charge back", () => {
    const ledger = new Ledger()
    for (const n of [-1, Number.NaN, 0.5, 1.5, Infinity])
      expect(() => ledger.charge("rewards", n)).toThrow(/charge.rewards: .*an integer, at least 0/)
    expect(() => ledger.chargeExact("weakSampling", -1n)).toThrow(/charge.weakSampling: -1, expected at least 0/)
    expect(ledger.snapshot()).toMatchObject({ rewardQueries: 0n, samplingQueries: 0n })
  })
})
