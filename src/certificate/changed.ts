/** For tests: stored certificates, and copies of them changed in named places with the rest made to fit. */
import { readFileSync } from "node:fs"
import { check } from "./check.ts"
import { adversaries } from "./mutants.ts"
import type { Certificate } from "./schema.ts"
import type { Json } from "./strict-json.ts"

/** One of each kind, as written in November 2026: a checker that stops accepting them breaks what is out there. */
export const stored = JSON.parse(
  readFileSync(new URL("./fixtures/certificates.json", import.meta.url), "utf8")
) as Readonly<Record<string, Certificate>>

/** A value, or a function of the one that is there. `undefined` removes the field. */
export type Edit = Json | undefined | ((before: never) => Json)

/** A copy of a stored certificate with edits at paths such as `evidence.runs.trials[0].trial`. */
export const edit = (name: string, edits: Readonly<Record<string, Edit>>): Json => {
  const copy = structuredClone(stored[name]) as unknown as Record<string, Json>
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

/** What the checker says of an edited copy: `accepted`, or the code and path of its rejection. */
export const verdictOn = (name: string, edits: Readonly<Record<string, Edit>>, fit: Fit = "makes everything fit") => {
  const document = adversaries[fit](edit(name, edits))
  const result = check(JSON.stringify(document ?? edit(name, edits)))
  return result.status === "accepted" ? "accepted" : `${result.reason.code} ${result.reason.path}`.trim()
}
