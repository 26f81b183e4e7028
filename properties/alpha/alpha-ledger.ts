/**
 * The α ledger: one budget of false alarms per CI run, shared by every probabilistic assertion (evidence.md).
 *
 * A suite of a thousand randomised tests at 1 % each fails ten times on correct code, and people learn to press "rerun". Here the
 * probability that *any* assertion of a CI run fails on correct code is at most {@link ALPHA_BUDGET}, by a union bound over the
 * static table in `alpha-claims.ts`: a red test is a defect. Levels are absolute, not weights, so adding a line never changes the level that
 * a certificate or a report recorded for another.
 *
 * @example
 * ```ts
 * // in alpha-claims.ts:   "oracle/literal-law": { level: 1e-9, asserts: "literal draws follow the instance's law" },
 * expect(exactCellTest(counts, law).pValue).toBeGreaterThan(alpha("oracle/literal-law"))
 * // one id, forty comparisons: each gets a fortieth
 * const level = alpha("oracle/first-hit-law", 40)
 * ```
 */
import { alphaClaims } from "./alpha-claims.ts"
import { requireInteger } from "../../src/statistics/domain.ts"

/** Largest probability that a CI run raises any false alarm. */
export const ALPHA_BUDGET = 1e-6

/** Ids registered in `alpha-claims.ts`. */
export type AlphaId = keyof typeof alphaClaims

/** Thrown for an id that is not in `alpha-claims.ts`. */
export class UnregisteredAlpha extends Error {
  readonly _tag = "UnregisteredAlpha"
  readonly id: string

  constructor(id: string) {
    super(`alpha id: "${id}", expected one registered in src/statistics/alpha-claims.ts`)
    this.name = "UnregisteredAlpha"
    this.id = id
  }
}

/**
 * The level of one comparison made under a registered id.
 *
 * Call it at exactly one place per id, with a literal id (a test scans for both).
 *
 * @param id registered in `alpha-claims.ts`
 * @param comparisons how many comparisons share the id's level (integer ≥ 1, default 1): each gets level/comparisons
 * @throws UnregisteredAlpha when the id is not registered
 * @throws RangeError when `comparisons` is not a positive integer
 */
export const alpha = (id: AlphaId, comparisons = 1): number => {
  requireInteger("comparisons", comparisons, 1)
  if (!Object.hasOwn(alphaClaims, id)) throw new UnregisteredAlpha(id)
  return alphaClaims[id].level / comparisons
}

/** A line of the ledger. */
export interface AlphaEntry {
  readonly id: AlphaId
  /** The part of the id before the first slash. */
  readonly room: string
  readonly level: number
  readonly asserts: string
}

/** Who took what, sorted by id: for reports. */
export const alphaEntries = (): ReadonlyArray<AlphaEntry> =>
  (Object.keys(alphaClaims) as Array<AlphaId>).sort().map((id) => ({ id, room: id.split("/")[0], ...alphaClaims[id] }))

/** The smallest unit levels are counted in, so that their sum is exact. */
const UNIT = 1e-15

/** What all claims take together, and what is left of the budget. Exact in units of 1e-15. */
export const alphaSpent = (): { readonly spent: number; readonly left: number } => {
  const units = alphaEntries().reduce((sum, entry) => sum + Math.round(entry.level / UNIT), 0)
  return { spent: units * UNIT, left: (Math.round(ALPHA_BUDGET / UNIT) - units) * UNIT }
}
