/** A counterexample as a file that anyone can replay: the instance in its JSON form, and the command that looks at it again. */
import { createHash } from "node:crypto"
import { join } from "node:path"
import { writeWholeFile } from "../file/whole-file.ts"
import { encodeInstance } from "../instance/finite-json.ts"
import type { Counterexample } from "../law/law.ts"
import type { Verification } from "./verify.ts"

/** Where counterexamples go unless told otherwise, relative to the working directory. */
export const COUNTEREXAMPLES = join("reports", "out", "counterexamples")

export interface SavedCounterexample {
  readonly path: string
  /** Shell command that replays it. */
  readonly command: string
}

/** Saves the counterexamples of a verification, and says in its results where they are. */
export const saveCounterexamples = (verification: Verification, folder = COUNTEREXAMPLES): Verification => ({
  ...verification,
  results: verification.results.map((result) => {
    if (result.verdict !== "refuted" || result.counterexample === undefined) return result
    try {
      return { ...result, saved: saveCounterexample(result.id, result.counterexample, folder, verification.candidate) }
    } catch (thrown) {
      // Code that is broken enough makes tables that are no instances, and a disk may be full: the refutation stands without a file.
      return { ...result, note: `${result.note} (counterexample not saved: ${String(thrown)})` }
    }
  })
})

/**
 * Writes the instance under a name made of the check and the content, whole or not at all.
 * @param check id of the check that failed. @throws InvalidInstance when the table is none. @param algorithm what it failed on; `spanner-sampling` unless given.
 */
export const saveCounterexample = (
  check: string,
  { exact, seed }: Counterexample,
  folder = COUNTEREXAMPLES,
  algorithm?: string
): SavedCounterexample => {
  const text = `${JSON.stringify(encodeInstance(exact), undefined, 2)}\n`
  const name = `${check.replaceAll("/", "-")}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}.json`
  const path = join(folder, name)
  writeWholeFile(path, text)
  return {
    path,
    command: `npx coverbound verify ${algorithm ?? "spanner-sampling"} --theorem ${check} --instance ${path} --seed ${seed}`
  }
}
