/** What a plan's jobs are, what tells them apart, and what they are once they are made. */
import { describe, expect, it } from "vitest"
import { namedInstance } from "../model/families.ts"
import { tasksBy } from "./make-task.ts"
import { groupOf, idOf, sizeOf, sweepPlanOf, tasksOf } from "./sweep-plan.ts"

const PLAN = {
  format: "coverbound-sweep",
  version: 1,
  algorithms: ["passive", "spanner-sampling"],
  instances: ["rare-good:C=10,d=2", "rare-good:C=20,d=2"],
  goals: [
    { epsilon: 0.1, delta: 0.02 },
    { epsilon: 0.2, delta: 0.02 },
    { epsilon: 0.2, delta: 0.1 }
  ],
  seeds: [1, 2],
  trials: 2,
  budget: { rewardQueries: 30 }
}
const tasks = [...tasksOf(sweepPlanOf(JSON.stringify(PLAN)))]
const [task] = tasks

describe("a plan", () => {
  it("is every algorithm on every instance, to every goal, by every seed, so many times", () => {
    expect(tasks.length).toBe(2 * 2 * 3 * 2 * 2)
    expect(new Set(tasks.map(idOf)).size).toBe(tasks.length)
    expect(task).toMatchObject({ algorithm: "passive", seed: 1, trial: 0, epsilon: 0.1, level: 0.01 })
    expect(tasks.slice(0, 24).every(({ trial }) => trial === 0)).toBe(true)
  })

  it("says one thing, and how many jobs it has", () => {
    expect(sizeOf(sweepPlanOf(JSON.stringify(PLAN)))).toBe(tasks.length)
    expect(
      sizeOf(sweepPlanOf(JSON.stringify({ ...PLAN, goals: undefined, seeds: undefined, trials: undefined })))
    ).toBe(12)
    expect(() => sweepPlanOf(JSON.stringify(PLAN).replace('"trials":2', '"trials":2,"trials":3'))).toThrow(
      /"trials" repeated, expected each field once/
    )
  })

  it("has jobs with one id however they are written, and groups that differ in trials alone", () => {
    expect(idOf(Object.fromEntries(Object.entries(task).reverse()) as unknown as typeof task)).toBe(idOf(task))
    expect(new Set(tasks.map(groupOf)).size).toBe(24)
    for (const change of [{ seed: 3 }, { delta: 0.5 }, { level: 0.02 }, { budget: { rewardQueries: 31 } }])
      expect([idOf({ ...task, ...change }), groupOf({ ...task, ...change })]).not.toContain(idOf(task))
    for (const change of [{ seed: 3 }, { delta: 0.5 }, { level: 0.02 }, { budget: { rewardQueries: 31 } }])
      expect(groupOf({ ...task, ...change })).not.toBe(groupOf(task))
    expect(groupOf({ ...task, trial: 5 })).toBe(groupOf(task))
  })
})

describe("a task", () => {
  const { options } = tasksBy(namedInstance)
  it("is run as it says: its seed, its trial, its budget, its parameters", () => {
    const made = options({ ...task, seed: 7, trial: 3, changes: { pairs: 5 } })
    expect(made).toMatchObject({ seed: 7, trial: 3, interpreter: "exact-law", budget: { rewardQueries: 30n } })
    expect(made.parameters).toMatchObject({ pairs: 5 })
    expect(made.algorithm.name).toBe("passive")
    expect(options({ ...task, oracle: "literal" }).interpreter).toBe("literal")
    const parametersAt = (epsilon: number) => options({ ...task, epsilon }).parameters
    expect(parametersAt(0.05)).not.toEqual(parametersAt(0.2))
  })

  it("that cannot be run says why", () => {
    expect(() => options({ ...task, algorithm: "mtss" })).toThrow(/expected one with tokens/)
    expect(() => options({ ...task, changes: { pears: 5 } })).toThrow(/changes\.pears: unknown/)
  })
})
