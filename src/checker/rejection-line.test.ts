import { describe, expect, it } from "vitest"
import { edit, stored } from "../../properties/certificate/changed.ts"
import { check, statementOf } from "./check.ts"
import { adversaries } from "../../properties/certificate/mutants.ts"
import { rejectionLine } from "./rejection-line.ts"

const line = (document: unknown): string => {
  const text = typeof document === "string" ? document : JSON.stringify(document)
  const result = check(text)
  return result.status === "rejected" ? rejectionLine(text, result.reason) : "accepted"
}
const forged = (name: string, edits: Parameters<typeof edit>[1]) =>
  adversaries["makes everything fit"](edit(name, edits))

describe("rejectionLine", () => {
  it("names field, value and expectation", () => {
    expect(line(forged("T_data", { "claim.level": 0.01 }))).toBe("claim.level: 0.01, expected 0: the claim is exact")
    expect(line({ ...stored.path, verdict: "held" })).toBe(
      'verdict: "held", expected one of "supported", "refuted", "undecided"'
    )
    expect(line(forged("epsilon", { "claim.goal": null }))).toBe("claim.goal: missing")
    expect(line(forged("spanner", { "claim.parameters.nu": undefined }))).toBe(
      "claim.parameters.nu: missing, expected a number above 0"
    )
    expect(line(forged("T_data", { "evidence.runs.trials[1].trial": 0 }))).toMatch(
      /^evidence.runs.trials\[1\].trial: 0, expected trials 0, 1, …/
    )
    expect(line(forged("T_data", { seeds: null }))).toBe("seeds: null, expected seeds")
    expect(line({ ...stored.path, digest: "0".repeat(64) })).toBe(
      `digest: "${"0".repeat(64)}", expected ${stored.path.digest}`
    )
    expect(line(statementOf({ ...stored.path, digest: "0".repeat(64) }))).toMatch(
      /^digest: "0{64}", expected [0-9a-f]{64}$/
    )
    expect(line(forged("law", { "evidence.law": (l: ReadonlyArray<number>) => [...l, 0] }))).toMatch(
      /^evidence.law: \[.{78}…, expected a law of the counts, one a trial$/
    )
    expect(line("{")).toBe("ends before what it opens is closed")
    expect(
      rejectionLine("{", { _tag: "CertificateRejected", code: "digest", path: "digest", message: "expected x" })
    ).toBe("digest: missing, expected x")
  })
})
