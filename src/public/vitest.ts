/**
 * `coverbound/vitest`: theorems, audits and chances in tests. Importing it adds `expect(algorithm).toSurviveAudit()` and `.toNeedFewerDrawsThan(other)`. Every assertion has three
 * outcomes, refuted fails, undecided only where `undecided: "fail"` asks for it, and a level: `coverbound/vitest-reporter` prints what they sum to. Seeds are drawn anew
 * and printed; `COVERBOUND_SEED` repeats one. Needs `vitest`, an optional peer.
 *
 * @module coverbound/vitest
 *
 * @example
 * ```ts
 * import { passive } from "coverbound"
 * import { theorem } from "coverbound/vitest"
 *
 * const { verdict } = await theorem("T1").holdsFor(passive, { families: ["rare-good:C=10,d=2"], trials: [1, 1], seed: 1 })
 * console.log(verdict) // => supported
 * ```
 */
export { type AlphaEntry, alphaEntries } from "../vitest/alpha-run.ts"
export {
  audit,
  type AuditOptions,
  cover,
  type CoverOptions,
  type FewerOptions,
  type Levelled,
  NotHeld,
  theorem,
  type TheoremAssertion,
  type TheoremFound,
  type TheoremOptions
} from "../vitest/assertions.ts"
export { matchers } from "../vitest/matchers.ts"
