/**
 * Verifications as SARIF 2.1.0 (OASIS), the form code scanning reads: one rule a check, one result for each that was refuted, at level error. Nothing else:
 * GitHub does not read `kind`, and makes an alert of every result. How many checks were supported, and which are undecided, stands in the run's properties.
 */
import { byNature } from "../src/theorem/theorem.ts"
import type { CheckResult, Verification } from "../src/verify/verify.ts"

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

const alert = (candidate: string, result: CheckResult, ruleIndex: number) => ({
  ruleId: result.id,
  ruleIndex,
  kind: "fail",
  level: "error",
  message: { text: text(result) },
  locations: [place(result)],
  partialFingerprints: { check: `${candidate}/${result.id}` },
  properties: {
    nature: result.nature,
    verdict: result.verdict,
    level: result.level,
    measured: result.measured,
    bound: result.bound
  }
})

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
      properties: {
        seed,
        level,
        supported: Object.fromEntries(
          byNature(results.filter(({ verdict }) => verdict === "supported")).map(({ nature, of }) => [
            nature,
            of.length
          ])
        ),
        undecided: results.filter(({ verdict }) => verdict === "undecided").map(({ id }) => id)
      },
      results: results.flatMap((result, ruleIndex) =>
        result.verdict === "refuted" ? [alert(candidate, result, ruleIndex)] : []
      )
    }))
  }
  // JSON has no ∞ or NaN; as words they keep their meaning.
  return `${JSON.stringify(log, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value), 2)}\n`
}
