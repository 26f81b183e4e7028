/** What a writer of a variant claims, and what an audit refuted of it. */
import type { AnyAlgorithm, OwnBounds } from "../../src/algorithm/algorithm.ts"
import type { PlanResult } from "../../src/audit/plan-result.ts"
import type { OracleServices } from "../../src/oracle/interpreter.ts"
import { OWN_GUARANTEE } from "../../src/theorem/own-claims.ts"

/** An algorithm with what its author claims beside what its text claims: that it reaches ε, and bounds. */
export const claiming = (
  algorithm: AnyAlgorithm<OracleServices>,
  bounds?: OwnBounds,
  ...claims: ReadonlyArray<string>
): AnyAlgorithm<OracleServices> => ({
  ...algorithm,
  claims: [...new Set([...algorithm.claims, OWN_GUARANTEE, ...claims])],
  ...(bounds === undefined ? {} : { bounds })
})

/**
 * What an audit refuted, in words: a theorem's id, `own/T_data`, `own/T_comp`, `own/epsilon`, the id of a law that no theorem states, `oracle class` for a ledger that
 * contradicts the declaration, and the kind of a failed trial.
 */
export const refutedBy = ({ clauses, findings, laws, use }: PlanResult): ReadonlyArray<string> => [
  ...new Set([
    ...clauses
      .filter(({ verdict }) => verdict === "refuted")
      .map(({ id, part }) => (id === "own" ? `own/${part}` : id)),
    ...laws.filter(({ group, verdict }) => verdict === "refuted" && !/^[TL]\d/.test(group)).map(({ id }) => id),
    ...(use.mismatches.length > 0 ? ["oracle class"] : []),
    ...findings.flatMap(({ failure }) => (failure === undefined ? [] : [failure.kind]))
  ])
]
