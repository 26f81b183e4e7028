/** For tests: stored certificates, and copies of them changed in named places with the rest made to fit. */
import { readFileSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { check } from "../../src/checker/check.ts"
import { adversaries } from "./mutants.ts"
import type { Certificate } from "../../src/checker/certificate.ts"
import type { Json } from "../../src/checker/strict-json.ts"

/** One of each kind, as written in November 2026: a checker that stops accepting them breaks what is out there. */
export const stored = JSON.parse(
  readFileSync(new URL("./fixtures/certificates.json", import.meta.url), "utf8")
) as Readonly<Record<string, Certificate>>

/** A value, or a function of the one that is there. `undefined` removes the field. */
export type Edit = Json | undefined | ((before: never) => Json)

/** A copy of a certificate (or of the stored one of that name) with edits at paths such as `evidence.runs.trials[0].trial`. */
export const edit = (of: string | Certificate, edits: Readonly<Record<string, Edit>>): Json => {
  const copy = structuredClone(typeof of === "string" ? stored[of] : of) as unknown as Record<string, Json>
  for (const [path, change] of Object.entries(edits)) {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== "")
    let at: Record<string, never> = copy as never
    for (const key of keys.slice(0, -1)) at = at[key]
    const last = keys[keys.length - 1]
    const after = typeof change === "function" ? change(at[last]) : change
    if (after === undefined) delete at[last]
    else at[last] = after as never
  }
  return copy
}

/** How much of the rest an adversary makes fit. */
export type Fit = keyof typeof adversaries

/** What the checker says of an edited copy: `accepted`, or `code path: message`. */
export const answerTo = (name: string, edits: Readonly<Record<string, Edit>>, fit: Fit = "makes everything fit") => {
  const document = adversaries[fit](edit(name, edits))
  const result = check(JSON.stringify(document ?? edit(name, edits)))
  return result.status === "accepted"
    ? "accepted"
    : `${result.reason.code} ${result.reason.path}: ${result.reason.message}`
}

/** The reasons that people were given, word for word, by table and row; rewritten where COVERBOUND_REASONS says so. */
const reasonsFile = new URL("./fixtures/reasons.json", import.meta.url)
const reasons = JSON.parse(readFileSync(reasonsFile, "utf8")) as Record<string, Record<string, string>>

/** A change of one certificate, and what the checker should say: `accepted`, or code and path. */
export type Row = readonly [
  what: string,
  certificate: string,
  edits: Readonly<Record<string, Edit>>,
  outcome: string,
  fit?: Fit
]

/** One test a row: code and path as the row says, and the reason word for word. */
export const rows = (title: string, all: ReadonlyArray<Row>): void => {
  // oxlint-disable-next-line vitest/valid-title -- tables name their own tests
  describe(title, () => {
    for (const [what, certificate, edits, outcome, fit] of all) {
      // oxlint-disable-next-line vitest/valid-title -- as above
      it(what, () => {
        const answer = answerTo(certificate, edits, fit)
        if (process.env.COVERBOUND_REASONS === "rewrite") {
          const known = JSON.parse(readFileSync(reasonsFile, "utf8"))
          writeFileSync(
            reasonsFile,
            `${JSON.stringify({ ...known, [title]: { ...known[title], [what]: answer } }, null, 1)}\n`
          )
        } else expect(answer).toBe(reasons[title]?.[what])
        expect(answer.replace(/: .*/s, "").trim()).toBe(outcome)
      })
    }
  })
}

/** Edits of a number and of a count. */
export const plus = (n: number) => (x: number) => x + n
export const text = (n: bigint) => (s: string) => `${BigInt(s) + n}`
