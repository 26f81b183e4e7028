/** Runs to a target, and the exponents of what they asked. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { passive } from "../algorithm/passive.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { tokenLock } from "../instance/families/token-lock.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { exponentOf, goalOnGround, groundOf, queriesOf, runToTarget } from "./target-run.ts"

const ground = groundOf(finiteInstance(rareGood({ C: 100, d: 2, R: 2 }), "rare-good:C=100,d=2,R=2"))
const run = (over: Partial<Parameters<typeof runToTarget>[1]> = {}) =>
  Effect.runSync(
    runToTarget(ground, { algorithm: passive, interpreter: "exact-law", seed: 1, trial: 0, target: 0.2, ...over })
  )

describe("a run to a target", () => {
  it("stops at the first checkpoint that meets the target, with practical parameters for it", () => {
    const { reached, record } = run()
    expect(record.outcome).toBe("stopped")
    expect(reached).toBe(true)
    expect(record.checkpoints.filter((c) => c.suboptimality.value <= 0.2).length).toBe(1)
    expect(record.parameters).toEqual(passive.practical(ground.problem, goalOnGround(ground, 0.2)))
    expect(record.digest).toBe(ground.digest)
  })

  it("goes on to its own end where it is told to, and says what it reached", () => {
    const { reached, record } = run({ stop: false })
    expect([record.outcome, reached]).toEqual(["completed", true])
    expect(record.ledger.rewardQueries).toBeGreaterThan(run().record.ledger.rewardQueries)
  })

  it("has not reached a target that its budget ends above", () => {
    const { reached, record } = run({ budget: { rewardQueries: 10n }, target: 1e-6 })
    expect([record.outcome, reached]).toEqual(["budget-exhausted", false])
    expect(record.suboptimality.value).toBeGreaterThan(1e-6)
  })

  it("counts rewards as T_data and draws as T_comp", () => {
    const ledger = { rewardQueries: 3n, samplingQueries: 70n }
    expect([queriesOf(ledger, "T_data"), queriesOf(ledger, "T_comp")]).toEqual([3, 70])
  })

  it("tells a token algorithm C_cond", () => {
    const lock = groundOf(tokenLock({ A: 4, H: 3 }, "token-lock:A=4,H=3"))
    expect(goalOnGround(lock, 0.1).conditionalCoverage).toBeLessThanOrEqual(4)
    expect(goalOnGround(ground, 0.1)).toEqual({ epsilon: 0.1, delta: 0.02, coverage: ground.best.coverage })
  })
})

describe("the exponent of runs' counts", () => {
  const square = [2, 4, 8, 16].map((value) => ({ value, count: 3 * value ** 2 }))

  it("is that of the power they follow", () => {
    const fit = exponentOf("d", square, 0.05, 3)!
    expect(fit.name).toBe("d")
    expect(fit.estimate).toBeCloseTo(2, 12)
  })

  it("is none where a run did not get there: its count is a lower bound", () => {
    expect(exponentOf("d", [...square, { value: 32, count: undefined }], 0.05, 3)).toBeUndefined()
  })

  it("is none where runs or values are too few", () => {
    const twice = [...square.slice(0, 2), ...square.slice(0, 2)]
    expect(exponentOf("d", twice, 0.05, 3)).toBeUndefined()
    expect(exponentOf("d", twice, 0.05, 2)?.estimate).toBeCloseTo(2, 12)
    expect(exponentOf("d", square.slice(0, 2), 0.05, 2)).toBeUndefined()
    expect(exponentOf("d", [], 0.05, 2)).toBeUndefined()
  })
})
