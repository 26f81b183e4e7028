/** A reporter of vitest that prints the α ledger of a run: who took which level, with which seed, and what all of it comes to. */
import type { Reporter, TestModule } from "vitest/node"
import { real } from "../../reports/number-format.ts"
import { type AlphaEntry, META } from "./alpha-run.ts"

/** What a reporter may be told. */
export interface AlphaReporterOptions {
  /** The run fails where its levels sum to more than this. Default 1e-3. */
  readonly budget?: number
  /** Where lines go. Default: standard output. */
  readonly write?: (text: string) => void
}

/** The ledger as lines. */
export const ledgerText = (entries: ReadonlyArray<AlphaEntry & { readonly test: string }>, budget: number): string => {
  const spent = entries.reduce((sum, { level }) => sum + level, 0)
  return [
    "",
    ` α ledger: ${entries.length} ${entries.length === 1 ? "assertion" : "assertions"}; anything correct was refuted with probability at most ${real(spent)} (budget ${real(budget)})`,
    ...entries.map(
      ({ asserts, level, seed, test, verdict }) => `   ${real(level)}  ${verdict}  ${asserts}  [${test}; seed ${seed}]`
    ),
    ...(spent > budget ? [` ✗ the levels sum to more than the budget: lower them, or raise \`budget\``] : []),
    ""
  ].join("\n")
}

/**
 * The reporter: `reporters: ["default", "coverbound/vitest-reporter"]` in vitest's configuration.
 *
 * @example
 * ```ts
 * import AlphaReporter from "coverbound/vitest-reporter"
 *
 * const reporter = new AlphaReporter({ write: (text) => console.log(text.trim()) })
 * reporter.onTestRunEnd([])
 * console.log("nothing to say") // => nothing to say
 * ```
 */
export default class AlphaReporter implements Reporter {
  private readonly options: AlphaReporterOptions

  constructor(options: AlphaReporterOptions = {}) {
    this.options = options
  }

  /** Prints the ledger; nothing where no test took a level. */
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const { budget = 1e-3, write = (text) => process.stdout.write(text) } = this.options
    const entries = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) =>
        (((test.meta() as Readonly<Record<string, unknown>>)[META] as ReadonlyArray<AlphaEntry> | undefined) ?? []).map(
          (entry) => ({ ...entry, test: test.name })
        )
      )
    )
    if (entries.length === 0) return
    write(ledgerText(entries, budget))
    if (entries.reduce((sum, { level }) => sum + level, 0) > budget) process.exitCode = 1
  }
}
