import { expect, it } from "vitest"
import { BUDGET_UNIT, Work } from "./work.ts"

it("work is over past its budget, not at it, and never less than nothing is left", () => {
  const work = new Work(2)
  work.add(BUDGET_UNIT)
  expect([work.left, work.over, work.spent]).toEqual([1, false, BUDGET_UNIT])
  work.add(BUDGET_UNIT)
  expect([work.left, work.over]).toEqual([0, false])
  work.add(1)
  expect([work.left, work.over]).toEqual([0, true])
  expect(new Work().left).toBe(Infinity)
})
