/**
 * `coverbound/vitest-reporter`: the reporter of vitest that prints the α ledger of a run, for `reporters: ["default", "coverbound/vitest-reporter"]`.
 *
 * @module coverbound/vitest-reporter
 *
 * @example
 * ```ts
 * import AlphaReporter from "coverbound/vitest-reporter"
 *
 * // In vitest.config.ts: reporters: ["default", new AlphaReporter({ budget: 1e-4 })]
 * console.log(typeof new AlphaReporter({ budget: 1e-4 }).onTestRunEnd) // => function
 * ```
 */
export { type AlphaReporterOptions, default } from "../vitest/reporter.ts"
