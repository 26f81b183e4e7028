/** How results are written to stdout for a machine: the forms of `--reporter`, one place for all commands that have it. */
import { appendFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { githubAnnotations } from "../../reports/github-annotations.ts"
import { junit } from "../../reports/junit.ts"
import { markdown } from "../../reports/markdown.ts"
import type { ReportedRun } from "../../reports/reported-run.ts"
import { sarif } from "../../reports/sarif.ts"
import { choiceFlag } from "./options.ts"
import { writeAll } from "./terminal.ts"
import { VERSION } from "./version.ts"

export const REPORTERS = ["text", "json", "junit", "sarif", "github", "markdown"] as const

export type Reporter = (typeof REPORTERS)[number]

export const reporterFlag = choiceFlag("reporter", "How results are written to stdout. Default text", REPORTERS)

/** The reporter of a call, of which `--json` is an older name. */
export const reporterOf = (options: { readonly json: boolean; readonly reporter: Option.Option<Reporter> }): Reporter =>
  options.json ? "json" : Option.getOrElse(options.reporter, () => "text" as const)

/** Where what is not the report goes: beside a machine's document nothing else may stand on stdout. */
export const asideOf = (reporter: Reporter): NodeJS.WriteStream =>
  reporter === "text" ? process.stdout : process.stderr

/** Seconds between successive words of progress, by what was begun. */
export class Stopwatch {
  readonly startedAt = new Date().toISOString()
  private readonly start = performance.now()
  private readonly spent = new Map<string, number>()
  private current: string | undefined
  private since = 0

  begin(what: string): void {
    const now = performance.now()
    if (this.current !== undefined) this.spent.set(this.current, (this.spent.get(this.current) ?? 0) + now - this.since)
    this.current = what
    this.since = now
  }

  /** Seconds of all. */
  get seconds(): number {
    return (performance.now() - this.start) / 1000
  }

  readonly took = (what: string): number | undefined => {
    const spent = this.spent.get(what)
    return spent === undefined ? undefined : spent / 1000
  }
}

/** GitHub's summary of the job; a file that cannot be appended to is said and nothing else. */
const summarize = (runs: ReadonlyArray<ReportedRun>): Effect.Effect<void> =>
  Effect.sync(() => {
    const path = process.env.GITHUB_STEP_SUMMARY
    if (path === undefined || path === "") return
    try {
      appendFileSync(path, markdown(runs))
    } catch (error) {
      process.stderr.write(`coverbound: GITHUB_STEP_SUMMARY: ${path} not written (${String(error)})\n`)
    }
  })

/** Writes runs in the form asked for. `text` and `json` are each command's own. */
export const writeReport = (
  reporter: Exclude<Reporter, "text" | "json">,
  runs: ReadonlyArray<ReportedRun>
): Effect.Effect<void> => {
  switch (reporter) {
    case "junit":
      return writeAll(process.stdout, junit(runs))
    case "sarif":
      return writeAll(process.stdout, sarif(runs, VERSION))
    case "markdown":
      return writeAll(process.stdout, markdown(runs))
    case "github":
      return Effect.andThen(writeAll(process.stdout, githubAnnotations(runs)), summarize(runs))
  }
}
