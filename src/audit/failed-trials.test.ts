/** A claim whose trials failed somewhere is not supported elsewhere: whoever skips what would refute it gains nothing. */
import { expect, it } from "vitest"
import { candidateOf } from "../law/candidate.ts"
import { passive } from "../algorithm/passive.ts"
import { goalOn, subjectOn } from "../law/goals.ts"
import { namedInstance } from "../model/families.ts"
import type { CaseResult } from "./case-run.ts"
import { claimClauses } from "./claims.ts"

const T1 = {
  theorem: "T1",
  part: "identity",
  nature: "checked",
  verdict: "supported",
  level: 0,
  measured: 1e-16,
  bound: 1e-10,
  relation: "<=",
  note: ""
}
const instance = namedInstance("random:seed=1")
const subject = subjectOn(candidateOf(passive), instance, goalOn(instance))
const caseOf = (id: string, more: object): CaseResult =>
  ({
    planned: { id },
    audit: { judgements: [T1], subject },
    failures: [],
    note: undefined,
    ...more
  }) as unknown as CaseResult
const failure = { kind: "threw", note: "not for me" }
const about = { name: "x", summary: "x", proper: false, oracle: "weak", claims: ["T1"] } as const

it.each([
  ["nothing failed", {}, "supported", ""],
  [
    "every trial failed",
    { audit: undefined, failures: [{ trial: 0, failure }] },
    "undecided",
    "supported where it ran; not in case b: trial 0 failed: not for me"
  ],
  [
    "one trial failed",
    { failures: [{ trial: 3, failure }] },
    "undecided",
    "supported where it ran; not in case b: trial 3 failed: not for me"
  ]
])("%s", (_, more, verdict, note) => {
  const [clause] = claimClauses(about, [caseOf("a", {}), caseOf("b", more)], []).filter(({ id }) => id === "T1")
  expect(clause).toMatchObject({ verdict, note })
})
