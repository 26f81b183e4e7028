/** Reasons are said once. */
import { expect, it } from "vitest"
import { byReason } from "./left-out.ts"

it("says each reason once, after all that it is of", () => {
  const spent = "the budget was spent"
  expect(
    byReason([
      `case a: ${spent}`,
      "law L1/x",
      `exponents in C: ${spent}`,
      "case b: no promise: C is not told",
      "law T1/y"
    ])
  ).toEqual([`case a, exponents in C: ${spent}`, "law L1/x, law T1/y", "case b: no promise: C is not told"])
  expect(byReason([])).toEqual([])
})
