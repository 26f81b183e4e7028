/** What `coverbound report` does: records to parts, parts to a report, a report to a page. */
import { existsSync } from "node:fs"
import { basename, dirname, extname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Part, type Report, reportOf, slug } from "../../../reports/model.ts"
import { callOf, quoted } from "../../../reports/shell-argument.ts"
import { partOf } from "../../../reports/read/part.ts"
import type { ReportCall } from "../report.ts"
import type { CommandFailed } from "../ending.ts"
import { InvalidCall } from "../invalid-call.ts"
import { writeAll } from "../terminal.ts"
import { VERSION } from "../version.ts"
import { checkFile, writeWhole } from "../whole-file.ts"
import { certificatesBeside } from "./certificates-beside.ts"
import { readingRecord, type Recorded, recordsOf } from "./records.ts"

export type Format = "html" | "md" | "csv" | "json" | "latex"

const ENDINGS: Readonly<Record<string, Format>> = {
  ".html": "html",
  ".htm": "html",
  ".md": "md",
  ".markdown": "md",
  ".csv": "csv",
  ".json": "json",
  ".tex": "latex"
}

/** Of this package: where the theorems' pages are, in a clone. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url))

/** The report of some records, as it will stand in a folder. */
export const reportFrom = (
  records: ReadonlyArray<Recorded>,
  folder: string,
  command: string
): Effect.Effect<Report, InvalidCall> =>
  readingRecord(() =>
    reportOf(
      records.map(({ at, file }, i) => {
        const part: Part = partOf(at, {
          prefix: records.length === 1 ? "" : `${slug(basename(dirname(resolve(file))))}-${i + 1}-`,
          certificates: certificatesBeside(file, folder),
          pageHref: (page) => (existsSync(join(ROOT, page)) ? relative(folder, join(ROOT, page)) : undefined)
        })
        return { file, href: relative(folder, resolve(file)) || basename(file), part }
      }),
      { command, suite: VERSION }
    )
  )

/** The report in a format. The plotting library is only wanted for one of them. */
export const textOf = (report: Report, format: Format): Effect.Effect<string> =>
  Effect.promise(async () => {
    switch (format) {
      case "html":
        return (await import("../../../reports/page.ts")).htmlPage(report)
      case "md":
        return (await import("../../../reports/report-markdown.ts")).markdownPage(report)
      case "latex":
        return (await import("../../../reports/latex.ts")).latexPage(report)
      case "csv":
        return (await import("../../../reports/tidy.ts")).tidyCsv(report)
      case "json":
        return `${JSON.stringify(report, null, 1)}\n`
    }
  })

export const runReport = Effect.fnUntraced(function* (call: ReportCall): Effect.fn.Return<void, CommandFailed> {
  if (call.runs.length === 0) return yield* InvalidCall.missing("run", "a record, or a folder that a command left")
  const out = Option.getOrUndefined(call.out)
  const ending = out === undefined ? undefined : ENDINGS[extname(out).toLowerCase()]
  if (out !== undefined && ending === undefined && Option.isNone(call.format))
    return yield* InvalidCall.named(
      "--out",
      out,
      `a name ending in ${Object.keys(ENDINGS).join(", ")}, or --format beside it`
    )
  const format = Option.getOrElse(call.format, () => ending ?? ("html" as const))
  if (out !== undefined) yield* checkFile("--out", out)
  const records = yield* recordsOf(call.runs)
  const file = out ?? (format === "html" ? join(dirname(records[0].file), "report.html") : undefined)
  if (file !== undefined) yield* checkFile("--out", file)
  const command = callOf(["report", ...call.runs.map(quoted)].join(" "), {
    out,
    format: Option.getOrUndefined(call.format)
  })
  const report = yield* reportFrom(records, resolve(file === undefined ? "." : dirname(file)), command)
  const text = yield* textOf(report, format)
  if (file === undefined) return yield* writeAll(process.stdout, text)
  const path = yield* writeWhole(dirname(file), basename(file), text)
  const evidence = report.findings.filter(({ nature }) => nature === "evidence")
  const refuted = report.findings.filter(({ verdict }) => verdict === "refuted").length
  yield* writeAll(
    process.stdout,
    `${path}: ${evidence.length} findings that could have come out otherwise, ${report.findings.length - evidence.length} recomputed or accounted for, ${refuted} refuted\n`
  )
})
