/** Certificates of what an algorithm claims for itself, a module's among them: its cost at the value of its own formula, its guarantee over trials. */
import * as Effect from "effect/Effect"
import { beforeAll, describe, expect, it } from "vitest"
import { edit, type Edit } from "../../properties/certificate/changed.ts"
import { adversaries } from "../../properties/certificate/mutants.ts"
import { passive } from "../algorithm/passive.ts"
import { audit } from "../audit/audit.ts"
import { writeCertificates } from "../certificate/write.ts"
import { instanceDigest } from "../instance/digest.ts"
import { rareGoodFamily } from "../instance/families/rare-good.ts"
import { instantiate } from "../instance/family.ts"
import { problemOf } from "../oracle/interpreter.ts"
import { optimum } from "../policy/optimum.ts"
import { goalFor } from "../run/goal.ts"
import type { Certificate } from "./certificate.ts"
import { check } from "./check.ts"

const instance = instantiate(rareGoodFamily, { C: 10, d: 2 })
const own = {
  ...passive,
  name: "someones",
  claims: [...passive.claims, "epsilon"],
  bounds: { T_data: "1e5*d", T_comp: "2" }
}
let written: ReadonlyMap<string, Certificate> = new Map()
let withheld: ReadonlyArray<unknown> = []

beforeAll(async () => {
  const goal = goalFor(instance, optimum(instance.exact), 0.2, 0.5)
  const { judgements, records, subject } = await Effect.runPromise(
    audit({
      algorithm: own,
      instance,
      digest: instanceDigest(instance),
      parameters: { ...passive.practical(problemOf(instance), goal), pairs: 40 },
      goal,
      interpreter: "exact-law",
      seed: 3,
      trials: 12,
      level: 0.05
    })
  )
  const environment = { package: "0.0.0", node: "24.0.0", backend: "js" }
  const all = writeCertificates({ subject, records, judgements, environment })
  withheld = all.filter((one) => "withheld" in one)
  written = new Map(all.flatMap((w) => ("certificate" in w ? [[`${w.theorem}/${w.part}`, w.certificate]] : [])))
})

const answer = (name: string, edits: Readonly<Record<string, Edit>>): string => {
  const document = edit(written.get(name)!, edits)
  const result = check(JSON.stringify(adversaries["keeps its verdict"](document) ?? document))
  return result.status === "accepted"
    ? `accepted ${result.assumed.join()}`
    : `${result.reason.code} ${result.reason.path}`
}

describe("a certificate of an algorithm's own claims", () => {
  it("is written for each clause, and holds its costs to the value of its formula", () => {
    expect(withheld).toEqual([])
    expect([...written].map(([name, { verdict }]) => `${name} ${verdict}`)).toEqual([
      "T1/identity supported",
      "T2/bound supported",
      "own/T_data supported",
      "own/T_comp refuted",
      "own/epsilon supported"
    ])
    expect(written.get("own/T_data")!.claim).toMatchObject({ nature: "checked", level: 0, goal: null })
    expect(written.get("own/T_data")!.claim.statement).toBe(
      "T_data <= the algorithm's own bound = 200000; largest of 12 trials 80"
    )
    expect(answer("own/T_data", {})).toBe("accepted the algorithm's own bound is what its formula gives here")
    expect(answer("own/T_data", { "claim.parameters.ownBound": 79 })).toBe("verdict verdict")
    // Queries are whole: 80 are more than 79.5.
    expect(answer("own/T_data", { "claim.parameters.ownBound": 79.5 })).toBe("verdict verdict")
    expect(answer("own/T_data", { "claim.parameters.ownBound": undefined })).toBe(
      "hypothesis claim.parameters.ownBound"
    )
  })

  it("counts every run against its guarantee", () => {
    expect(written.get("own/epsilon")!.claim).toMatchObject({
      goal: { epsilon: 0.2, delta: 0.5 },
      statement: expect.stringMatching(/^P\(J\* - J\(pi\) > 0\.2\) <= 0\.5: \d of 12; log e-value/)
    })
    expect(answer("own/epsilon", { "claim.goal": null })).toBe("hypothesis claim.goal")
    const above = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`evidence.runs.trials[${i}].suboptimality.value`, 0.3])
    )
    expect(answer("own/epsilon", above)).toBe("verdict verdict")
    expect(
      answer("own/epsilon", {
        "evidence.runs.budget.rewardQueries": "80",
        "evidence.runs.trials[0].outcome": "budget-exhausted"
      })
    ).toBe("hypothesis evidence.runs.trials")
  })
})
