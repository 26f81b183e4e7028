/**
 * Runs as SARIF 2.1.0 (OASIS), the form code scanning reads: one rule a check, one result for each that was refuted, at level error (note: it was so in the baseline). Nothing
 * else: GitHub does not read `kind`, and makes an alert of every result. How many checks were supported, and which are undecided, stands in the run's properties.
 */
import { byNature } from "../src/theorem/theorem.ts"
import { fails, type ReportedCheck, type ReportedRun } from "./reported-run.ts"

const encoded = (path: string): string => path.split("/").map(encodeURIComponent).join("/")

const locations = ({ id, place }: ReportedCheck) =>
  place === undefined
    ? []
    : [
        {
          physicalLocation: {
            artifactLocation: { uri: encoded(place.path), uriBaseId: "%SRCROOT%" },
            region: { startLine: place.line }
          },
          logicalLocations: [{ fullyQualifiedName: id, kind: "function" }]
        }
      ]

const alert = ({ baseline, candidate }: ReportedRun, check: ReportedCheck, ruleIndex: number) => ({
  ruleId: check.id,
  ruleIndex,
  kind: "fail",
  level: fails(check) ? "error" : "note",
  message: { text: check.replay === undefined ? check.note : `${check.note}. Replay: ${check.replay}` },
  locations: locations(check),
  partialFingerprints: { check: `${candidate}/${check.id}` },
  ...(baseline === true ? { baselineState: fails(check) ? "new" : "unchanged" } : {}),
  properties: {
    nature: check.nature,
    verdict: check.verdict,
    level: check.level,
    measured: check.measured,
    bound: check.bound
  }
})

const logged = (run: ReportedRun, version: string) => {
  const { candidate, checks, command, level, seconds, seed, startedAt } = run
  const supported = byNature(checks.filter(({ verdict }) => verdict === "supported"))
  return {
    tool: {
      driver: {
        name: "coverbound",
        version,
        rules: checks.map(({ group, id, title }) => ({
          id,
          shortDescription: { text: title },
          properties: { group }
        }))
      }
    },
    automationDetails: { id: `coverbound ${command}/${candidate}/` },
    invocations: [
      {
        executionSuccessful: true,
        startTimeUtc: startedAt,
        endTimeUtc: new Date(Date.parse(startedAt) + 1000 * seconds).toISOString()
      }
    ],
    properties: {
      seed,
      level,
      supported: Object.fromEntries(supported.map(({ nature, of }) => [nature, of.length])),
      undecided: checks.filter(({ verdict }) => verdict === "undecided").map(({ id }) => id)
    },
    results: checks.flatMap((check, ruleIndex) => (check.verdict === "refuted" ? [alert(run, check, ruleIndex)] : []))
  }
}

/** One log, one run an algorithm. */
export const sarif = (runs: ReadonlyArray<ReportedRun>, version: string): string => {
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: runs.map((run) => logged(run, version))
  }
  // JSON has no ∞ or NaN; as words they keep their meaning.
  return `${JSON.stringify(log, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value), 2)}\n`
}
