/** Verifications as JUnit XML, the form CI servers read. Undecided checks are skipped tests; no times, so that the same seed gives the same bytes. */
import { type CheckResult, tally, type Verification } from "../src/verify/verify.ts"

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

/** XML 1.0 text: markup escaped, characters that XML cannot hold replaced. */
export const xmlText = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- these are the characters XML forbids
  text.replace(/[&<>"]/g, (c) => ESCAPES[c]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")

const body = ({ level, nature, note, saved, verdict }: CheckResult): string => {
  const replay = saved === undefined ? "" : `\nreplay: ${saved.command}`
  if (verdict === "refuted")
    return `<failure message="${xmlText(note)}">${xmlText(`level ${level}${replay}`)}</failure>`
  if (verdict === "undecided") return `<skipped message="${xmlText(note)}"/>`
  return `<system-out>${xmlText(`${note} (${nature}, level ${level})`)}</system-out>`
}

const suite = (verification: Verification): string => {
  const { refuted, undecided } = tally(verification)
  const cases = verification.results.map(
    (result) =>
      `    <testcase classname="${xmlText(`${verification.candidate}.${result.group}`)}" name="${xmlText(`${result.id}: ${result.title}`)}">${body(result)}</testcase>`
  )
  const counts = `tests="${verification.results.length}" failures="${refuted}" skipped="${undecided}" errors="0"`
  const properties = `    <properties><property name="seed" value="${verification.seed}"/><property name="level" value="${verification.level}"/></properties>`
  return [
    `  <testsuite name="${xmlText(`coverbound verify ${verification.candidate}`)}" ${counts}>`,
    properties,
    ...cases,
    "  </testsuite>"
  ].join("\n")
}

/** One document, one suite a verification. */
export const junit = (verifications: ReadonlyArray<Verification>): string =>
  ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", ...verifications.map(suite), "</testsuites>", ""].join(
    "\n"
  )
