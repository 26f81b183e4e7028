/** `coverbound report RUN…`: records of any job as one page, or as Markdown, LaTeX, CSV or JSON. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { onDemand } from "./on-demand.ts"
import { choiceFlag, type Parsed, textFlag } from "./options.ts"

const config = {
  runs: Argument.String("run").pipe(
    Argument.withDescription(
      "Records: folders that a command left (--out), or files: run.json, verify.json, compare.json, critical.json, coverage.json, scaling.json, a benchmark's JSON"
    ),
    Argument.variadic()
  ),
  out: textFlag("out", "The file. Default: report.html beside the first record; other formats go to stdout", "FILE"),
  format: choiceFlag("format", "Default: by the ending of --out, else html", ["html", "md", "csv", "json", "latex"])
}

/** What it is called with. */
export type ReportCall = Parsed<typeof config>

export const reportCommand = Command.make(
  "report",
  config,
  onDemand(async () => (await import("./report/run-report.ts")).runReport)
).pipe(
  Command.withDescription(
    "One page of what was found, what it cost, and each theorem with its bound beside what was measured; nothing is fetched or measured again"
  ),
  Command.withExamples([
    {
      command: "coverbound report reports/out/t7",
      description: "Of an audit that was written with --out reports/out/t7"
    },
    {
      command: "coverbound report reports/out/t7 reports/out/critical --format md",
      description: "Two records as Markdown"
    },
    {
      command: "coverbound audit passive --instance rare-good:C=10,d=2 --trials 1 --out run && coverbound report run",
      description: "From an audit to its page"
    }
  ])
)
