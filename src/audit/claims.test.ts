import { describe, expect, it } from "vitest"
import { passive } from "../algorithm/passive.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { candidateOf } from "../law/candidate.ts"
import { goalOn, subjectOn } from "../law/goals.ts"
import { overTrials } from "../theorem/judging.ts"
import type { Judgement } from "../theorem/theorem.ts"
import type { CaseResult } from "./case-run.ts"
import { claimClauses } from "./claims.ts"
import type { AlgorithmDescription } from "./runner.ts"

const learner: AlgorithmDescription = { name: "l", summary: "", proper: false, oracle: "weak", claims: ["epsilon"] }
const instance = finiteInstance(randomInstance({ seed: 1 }), "random:seed=1")
const subject = subjectOn(candidateOf(passive), instance, goalOn(instance))
const found = (id: string, judgement: Judgement): CaseResult =>
  ({ planned: { id }, audit: { judgements: [judgement], records: [], subject }, failures: [] }) as unknown as CaseResult
const epsilon = (bad: number, trials: number) =>
  overTrials("own", "epsilon", bad, trials, 0.1, 1e-4, "runs ended above")
const claimOver = (...cases: ReadonlyArray<readonly [string, Judgement]>) =>
  claimClauses(
    learner,
    cases.map(([id, judgement]) => found(id, judgement)),
    []
  )[0]

describe("a claim over several cases is the worst of them", () => {
  it("a case that supports it hides none with more bad runs than promised", () => {
    expect(epsilon(0, 200).verdict).toBe("supported")
    expect(epsilon(18, 60).verdict).toBe("undecided")
    expect(claimOver(["good", epsilon(0, 200)], ["bad", epsilon(18, 60)])).toMatchObject({
      verdict: "undecided",
      where: "bad, 1 of 2 cases"
    })
  })

  it("one that no case could test says what a verdict on it would rest on", () => {
    const natures = (claims: ReadonlyArray<string>, bounds?: AlgorithmDescription["bounds"]) =>
      claimClauses({ ...learner, claims, ...(bounds === undefined ? {} : { bounds }) }, [], []).map(
        ({ id, nature, note, verdict }) => [id, verdict, nature, note.slice(0, 7)]
      )
    expect(natures(["T3", "T7", "epsilon", "least-squares"])).toEqual([
      ["T3", "undecided", "checked", "no case"],
      ["T7", "undecided", "evidence", "no case"],
      ["own", "undecided", "evidence", "no case"],
      ["least-squares", "undecided", "checked", "no law "]
    ])
    expect(natures([], { T_data: "d" })).toEqual([["own", "undecided", "checked", "no case"]])
  })

  it("a refuted one comes before everything", () => {
    expect(claimOver(["a", epsilon(0, 200)], ["b", epsilon(60, 60)], ["c", epsilon(18, 60)])).toMatchObject({
      verdict: "refuted",
      where: "b, 1 of 3 cases"
    })
  })

  it("one that could not be run leaves open what the others support", () => {
    const cases = [
      found("good", epsilon(0, 200)),
      { failures: [], planned: { id: "large" }, skipped: "it would take 2^60 draws" } as unknown as CaseResult
    ]
    expect(claimClauses(learner, cases, [])[0]).toMatchObject({
      verdict: "undecided",
      skipped: true,
      note: "supported where it ran; not in case large: it would take 2^60 draws"
    })
  })

  it("one with too few runs to say anything against it does not unsay what others support, and is counted", () => {
    expect(claimOver(["few", epsilon(0, 2)], ["good", epsilon(0, 200)])).toMatchObject({
      verdict: "supported",
      where: "good, 1 of 2 cases"
    })
  })
})
