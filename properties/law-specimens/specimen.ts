/**
 * A program made to break one law of recorded runs: that each law can see what it is for must be shown law by law, since an audit that refutes a wrong program need not
 * do so by every law it breaks. What an audit refutes is measured on generated variants (properties/variants), not on these.
 */
import type { AnyAlgorithm } from "../../src/algorithm/algorithm.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { type Edits, edited } from "../variants/edited.ts"
import { claiming } from "../variants/refuted.ts"

export interface Specimen {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** What is wrong, one phrase. */
  readonly what: string
}

/** A mistake in the text of a file of src/algorithm, with the claims that an author would make. */
export const mistake =
  (file: string) =>
  async (name: string, what: string, edits: Edits): Promise<Specimen> => ({
    algorithm: claiming(await edited(file, name, edits)),
    what
  })
