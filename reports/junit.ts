/**
 * Runs as JUnit XML, the form CI servers read (Jenkins' junit-10.xsd). Undecided checks are skipped tests, and so is what was as bad in the baseline. A place stands in the
 * text: the schema knows no file of a test case.
 */
import { fails, type Place, type ReportedCheck, type ReportedRun } from "./reported-run.ts"

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

/** XML 1.0 text: markup escaped, characters that XML cannot hold replaced. */
export const xmlText = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are the characters XML forbids
  text.replace(/[&<>"]/g, (c) => ESCAPES[c]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")

/** In an attribute a line break would be read as a space. */
const attribute = (text: string): string => xmlText(text).replaceAll("\n", "&#10;")

/** To the millisecond, the schema's pattern. */
const time = (seconds: number | undefined): string => (seconds ?? 0).toFixed(3)

const at = ({ line, path }: Place): string => `${path}:${line}`

const body = (check: ReportedCheck): string => {
  const { bound, known, level, measured, nature, note, place, relation, replay, verdict } = check
  if (fails(check)) {
    const lines = [
      ...(place === undefined ? [] : [`at ${at(place)}`]),
      `measured ${measured}, promised ${relation} ${bound}, level ${level}`,
      ...(replay === undefined ? [] : [`replay: ${replay}`])
    ]
    return `<failure type="refuted" message="${attribute(note)}">${xmlText(lines.join("\n"))}</failure>`
  }
  if (verdict === "refuted") return `<skipped message="${attribute(`${known}: ${note}`)}"/>`
  if (verdict === "undecided") return `<skipped message="${attribute(note)}"/>`
  return `<system-out>${xmlText(`${note} (${nature}, level ${level})`)}</system-out>`
}

const suite = (run: ReportedRun): string => {
  const { candidate, checks, command, level, seconds, seed, startedAt } = run
  const failures = checks.filter(fails).length
  const skipped = checks.filter((one) => one.verdict !== "supported" && !fails(one)).length
  const counts = `tests="${checks.length}" failures="${failures}" errors="0" skipped="${skipped}"`
  const file = checks.find(({ place }) => place !== undefined)?.place?.path
  const where = file === undefined ? "" : ` file="${attribute(file)}"`
  const cases = checks.map(
    (check) =>
      `    <testcase classname="${attribute(`${candidate}.${check.group}`)}" name="${attribute(`${check.id}: ${check.title}`)}" time="${time(check.seconds)}">${body(check)}</testcase>`
  )
  return [
    `  <testsuite name="${attribute(`coverbound ${command} ${candidate}`)}" ${counts} time="${time(seconds)}" timestamp="${startedAt.slice(0, 19)}"${where}>`,
    `    <properties><property name="seed" value="${seed}"/><property name="level" value="${level}"/></properties>`,
    ...cases,
    "  </testsuite>"
  ].join("\n")
}

/** One document, one suite a run. */
export const junit = (runs: ReadonlyArray<ReportedRun>): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...runs.map(suite), "</testsuites>", ""].join("\n")
