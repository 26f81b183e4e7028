/**
 * Verifications as SARIF 2.1.0 (OASIS), the form code scanning reads: one rule a check, one result a verdict. Refuted is `fail` at level error, undecided is
 * `open`, supported is `pass`.
 */
import type { CheckResult, Verification } from "../src/verify/verify.ts"
import type { Verdict } from "../src/theorem/theorem.ts"

const KIND: Readonly<Record<Verdict, string>> = { refuted: "fail", undecided: "open", supported: "pass" }

/** Code scanning wants a place: the counterexample's file where there is one, else where the checks are listed. */
const CHECKS = "src/verify/checks.ts"

const place = (result: CheckResult) => ({
  physicalLocation: {
    artifactLocation: { uri: (result.saved?.path ?? CHECKS).replaceAll("\\", "/"), uriBaseId: "%SRCROOT%" },
    region: { startLine: 1 }
  },
  logicalLocations: [{ fullyQualifiedName: result.id, kind: "function" }]
})

const text = ({ note, saved }: CheckResult): string =>
  saved === undefined ? note : `${note}. Replay: ${saved.command}`

/** One log, one run a verification. */
export const sarif = (verifications: ReadonlyArray<Verification>, version: string): string => {
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: verifications.map(({ candidate, level, results, seed }) => ({
      tool: {
        driver: {
          name: "coverbound",
          version,
          rules: results.map(({ group, id, title }) => ({
            id,
            shortDescription: { text: title },
            properties: { group }
          }))
        }
      },
      automationDetails: { id: `coverbound verify/${candidate}/` },
      properties: { seed, level },
      results: results.map((result, ruleIndex) => ({
        ruleId: result.id,
        ruleIndex,
        kind: KIND[result.verdict],
        // SARIF reserves levels other than "none" for failures.
        level: result.verdict === "refuted" ? "error" : "none",
        message: { text: text(result) },
        locations: [place(result)],
        partialFingerprints: { check: `${candidate}/${result.id}` },
        properties: { verdict: result.verdict, level: result.level, measured: result.measured, bound: result.bound }
      }))
    }))
  }
  // JSON has no ∞ or NaN; as words they keep their meaning.
  return `${JSON.stringify(log, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value), 2)}\n`
}
