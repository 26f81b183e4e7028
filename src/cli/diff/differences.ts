/** Two records' quantities, held against each other. */
import type { Quantity } from "../../../reports/read/quantities.ts"
import { median } from "../../statistics/median.ts"
import { fisherTest, rankSumTest } from "../../statistics/two-sample.ts"

export interface Difference {
  readonly key: string
  readonly what: Quantity["kind"]
  readonly a: string | number | undefined
  readonly b: string | number | undefined
  /** How it was decided. */
  readonly test: string
  /** Two-sided; undefined where there is none. */
  readonly p: number | undefined
  /** At which `changed` errs; 0: a fact. */
  readonly level: number
  readonly changed: boolean
}

/** What a quantity comes to in one cell. */
const shownOf = (one: Quantity | undefined): string | number | undefined => {
  if (one === undefined) return undefined
  switch (one.kind) {
    case "verdict":
      return one.value
    case "estimate":
      return one.estimate
    case "rate":
      return `${one.bad} of ${one.trials}`
    case "sample":
      return median(one.values)
  }
}

/** Whether a pair takes a share of the level: facts and intervals have their own. */
const isTested = (one: Quantity): boolean => one.kind === "rate" || one.kind === "sample"

/**
 * Every quantity of either record. The level is shared equally by all tests (Bonferroni), so that with its probability nothing is said to have changed that did not; intervals bring their own levels,
 * and two that are apart differ at the sum of both.
 *
 * A verdict that changed is a fact about two records; whether what it is of changed is for the tests of rates, samples and intervals beside it.
 */
export const differencesOf = (
  a: ReadonlyArray<Quantity>,
  b: ReadonlyArray<Quantity>,
  level: number
): ReadonlyArray<Difference> => {
  const keyOf = ({ key, kind }: Quantity): string => `${kind}\n${key}`
  const others = new Map(b.map((one) => [keyOf(one), one]))
  const shared = a.filter((one) => others.has(keyOf(one)))
  const tests = shared.filter(isTested).length
  const share = tests === 0 ? level : level / tests
  const lone = (one: Quantity, side: "a" | "b"): Difference => ({
    key: one.key,
    what: one.kind,
    a: side === "a" ? shownOf(one) : undefined,
    b: side === "b" ? shownOf(one) : undefined,
    test: side === "a" ? "only in A" : "only in B",
    p: undefined,
    level: 0,
    changed: false
  })
  const both = shared.map((one): Difference => {
    const other = others.get(keyOf(one))!
    const cells = { key: one.key, what: one.kind, a: shownOf(one), b: shownOf(other) }
    if (one.kind === "verdict" && other.kind === "verdict")
      return { ...cells, test: "as recorded", p: undefined, level: 0, changed: one.value !== other.value }
    if (one.kind === "estimate" && other.kind === "estimate")
      return {
        ...cells,
        test: "intervals apart",
        p: undefined,
        level: one.level + other.level,
        changed: one.upper < other.lower || other.upper < one.lower
      }
    if (one.kind === "rate" && other.kind === "rate") {
      const p = fisherTest(one.bad, one.trials, other.bad, other.trials)
      return { ...cells, test: "Fisher's", p, level: share, changed: p <= share }
    }
    if (one.kind === "sample" && other.kind === "sample") {
      const p = rankSumTest(one.values, other.values)
      return {
        ...cells,
        test: `rank sum, ${one.values.length} and ${other.values.length}`,
        p,
        level: share,
        changed: p <= share
      }
    }
    return lone(one, "a")
  })
  const keys = new Set(a.map(keyOf))
  return [
    ...both,
    ...a.filter((one) => !others.has(keyOf(one))).map((one) => lone(one, "a")),
    ...b.filter((one) => !keys.has(keyOf(one))).map((one) => lone(one, "b"))
  ]
}
