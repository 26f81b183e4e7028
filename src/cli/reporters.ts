/** How results are written to stdout for a machine: the forms of `--reporter`, one place for all commands that have it. */
import { appendFileSync } from "node:fs"
import { basename, dirname } from "node:path"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { githubAnnotations } from "../../reports/github-annotations.ts"
import { junit } from "../../reports/junit.ts"
import { markdown } from "../../reports/markdown.ts"
import type { ReportedRun } from "../../reports/reported-run.ts"
import { sarif } from "../../reports/sarif.ts"
import { suggestion } from "../instance/nearest-name.ts"
import { InvalidCall } from "./invalid-call.ts"
import { choiceFlag, textFlag } from "./options.ts"
import { writeAll } from "./terminal.ts"
import { VERSION } from "./version.ts"
import { checkFile, type FileNotWritten, writeWhole } from "./whole-file.ts"

export const REPORTERS = ["text", "json", "junit", "sarif", "github", "markdown"] as const

export type Reporter = (typeof REPORTERS)[number]

export const reporterFlag = choiceFlag("reporter", "How results are written to stdout. Default text", REPORTERS)

export const reportToFlag = textFlag(
  "report-to",
  "Files beside what stands on stdout, such as junit=audit.xml,sarif=audit.sarif (junit, sarif, markdown)",
  "FORM=FILE,…"
)

/** A file that a report is written to. */
export interface ReportFile {
  readonly form: keyof typeof FILES
  readonly path: string
}

const FILES = { junit, sarif: (runs: ReadonlyArray<ReportedRun>) => sarif(runs, VERSION), markdown }

/** The files of `--report-to`, each of which can be written. @param folder that the call makes, and they may be in */
export const reportFiles = Effect.fnUntraced(function* (
  asked: Option.Option<string>,
  folder?: string
): Effect.fn.Return<ReadonlyArray<ReportFile>, InvalidCall> {
  if (Option.isNone(asked)) return []
  const files: Array<ReportFile> = []
  for (const part of asked.value.split(",")) {
    const [, form, path] = /^\s*(\w+)=(.+?)\s*$/.exec(part) ?? []
    if (form === undefined || !Object.hasOwn(FILES, form))
      return yield* InvalidCall.named(
        "--report-to",
        part,
        `FORM=FILE with a form of ${Object.keys(FILES).join(", ")}${suggestion(form ?? part, Object.keys(FILES))}`
      )
    yield* checkFile("--report-to", path, folder)
    files.push({ form: form as ReportFile["form"], path })
  }
  return files
})

/** Writes them, whole or not at all. */
export const writeReportFiles = (
  files: ReadonlyArray<ReportFile>,
  runs: ReadonlyArray<ReportedRun>
): Effect.Effect<void, FileNotWritten> =>
  Effect.forEach(files, ({ form, path }) => writeWhole(dirname(path), basename(path), FILES[form](runs)), {
    discard: true
  })

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
): Effect.Effect<void> =>
  reporter === "github"
    ? Effect.andThen(writeAll(process.stdout, githubAnnotations(runs)), summarize(runs))
    : writeAll(process.stdout, FILES[reporter](runs))
