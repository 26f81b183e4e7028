/** No law of method refutes a program that is the method: right programs that differ in everything the method leaves free. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { candidateOf } from "../src/law/candidate.ts"
import { checks } from "../src/verify/checks.ts"
import { verify } from "../src/verify/verify.ts"
import { isSampled } from "./sampled.ts"
import { blindRight } from "./variants/blind/right.ts"
import {
  rightGradients,
  rightOptimists,
  type RightProgram,
  rightRegressions,
  rightSearches
} from "./variants/right-programs.ts"

const heldTo = (program: RightProgram, select: ReadonlyArray<string>) =>
  Effect.runPromise(
    verify({ candidate: candidateOf(program), checks, select, of: ["algorithm"], seed: 1, level: 1e-9 })
  )

/** At least ten programs a law. */
const LAWS: ReadonlyArray<readonly [ids: ReadonlyArray<string>, programs: ReadonlyArray<RightProgram>]> = [
  [["method/least-squares"], rightRegressions],
  [["method/novelty", "method/least-squares", "T3/accepted-pairs"], rightSearches],
  [["method/policy-gradient", "method/proper"], rightGradients],
  [["method/optimism", "method/proper", "method/least-squares"], rightOptimists]
]

describe.each(LAWS)("%j", (ids, programs) => {
  const tried = programs.filter(({ name }) => isSampled(`method ${name}`, 1 / 3))
  it(`holds of ${tried.length} of ${programs.length} right programs`, { timeout: 120_000 }, async () => {
    expect(programs.length).toBeGreaterThanOrEqual(10)
    expect(tried.length).toBeGreaterThan(0)
    for (const program of tried) {
      const { results } = await heldTo(program, ids)
      expect(results.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
      const missed = results.filter(({ verdict }) => verdict !== "supported")
      expect(missed.map(({ id, note }) => [program.name, id, note])).toEqual([])
    }
  })
})

it("what was written blind is accused of nothing", { timeout: 120_000 }, async () => {
  for (const program of blindRight) {
    const { results } = await heldTo(program as RightProgram, ["method"])
    expect(results.filter(({ verdict }) => verdict === "refuted").map(({ note }) => [program.name, note])).toEqual([])
  }
})
