/**
 * What an entry of the auditor's catalogue is: a wrong algorithm as a person would write it in a module of their own, with the claims that such a person would make, and
 * what of it must be found. Oracles, ledger and seeding are the suite's own and right.
 */
import type { AnyAlgorithm, OwnBounds } from "../../src/algorithm/algorithm.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { claiming } from "../variants/refuted.ts"
import { type Edits, edited } from "../variants/edited.ts"

export interface AuditFault {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** The built-in algorithm it is a mistake in. */
  readonly of: string
  /** What is wrong, one phrase. */
  readonly what: string
  /** Of {@link refutedBy}'s words, those of which at least one must come up. */
  readonly fails: ReadonlyArray<string>
}

/** A correct variant: nothing may be refuted. */
export type AuditVariant = Pick<AuditFault, "algorithm" | "of" | "what">

/** Entries of the catalogue that are mistakes in the text of a file of src/algorithm, with the claims that an author would make. */
export const mistake =
  (file: string) =>
  async (
    name: string,
    what: string,
    fails: ReadonlyArray<string>,
    edits: Edits,
    bounds?: OwnBounds
  ): Promise<Omit<AuditFault, "of">> => ({ algorithm: claiming(await edited(file, name, edits), bounds), what, fails })

/** The entries of one built-in algorithm. */
export const of = (
  name: string,
  faults: ReadonlyArray<Omit<AuditFault, "of"> | Promise<Omit<AuditFault, "of">>>
): Promise<ReadonlyArray<AuditFault>> => Promise.all(faults.map(async (fault) => ({ ...(await fault), of: name })))
