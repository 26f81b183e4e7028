/**
 * `npm run bench -- [--suite NAME]… [--kernel NAME]… [--backend NAME]… [--quick] [--report] [--json FILE] [--help]` (command.ts)
 *
 * Exit code 1 when a *result* was wrong (timings only say so), 2 when the call was, 3 when a backend that was named does not run here, 130 where it was interrupted.
 */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { styleText } from "node:util"
import * as Effect from "effect/Effect"
import { duration } from "../reports/number-format.ts"
import { recordsOf } from "../src/cli/report/records.ts"
import { reportFrom, textOf } from "../src/cli/report/run-report.ts"
import { checkFile, checkFolder } from "../src/cli/whole-file.ts"
import { writeWholeFile } from "../src/file/whole-file.ts"
import { SuiteFailed, suiteApart, type Running } from "./apart.ts"
import { type BenchCall, benchCall, helpOf } from "./command.ts"
import { machine } from "./machine.ts"
import { SuiteProgress } from "./progress.ts"
import { SUITES } from "./suites.ts"
import { type Suite, type SuiteReport, type Table, UsageError } from "./suite.ts"

const OUT = fileURLToPath(new URL("../reports/out/bench/", import.meta.url))

const write = (file: string, content: unknown): void => writeWholeFile(file, `${JSON.stringify(content)}\n`)

const printTable = ({ title, columns, rows }: Table): void => {
  const widths = columns.map((c, i) => Math.max(c.length, ...rows.map((r) => r[i].length)))
  const line = (cells: ReadonlyArray<string>): string =>
    cells.map((c, i) => (i === 0 ? c.padEnd(widths[i]) : c.padStart(widths[i]))).join("  ")
  console.log(`\n${styleText("bold", title)}\n${styleText("dim", line(columns))}`)
  for (const row of rows) console.log(line(row))
}

const print = (suite: Suite, report: SuiteReport): void => {
  console.log(`\n${styleText("bold", suite.name)}: ${suite.summary}`)
  report.tables.forEach(printTable)
  if (report.targets.length > 0) console.log()
  for (const { claim, measured, held, kind, open } of report.targets) {
    console.log(
      `${held ? "held  " : open === true ? "open  " : kind === "result" ? "WRONG " : "missed"}  ${claim}: ${measured}`
    )
  }
  for (const note of report.notes) console.log(`note    ${note}`)
}

/** Seconds after which `--quick` begins nothing more, and after which it ends what runs: the rest of three minutes is for ending it, and for the page. */
const QUICK = { begin: 150, end: 165 } as const

const fileOf = (name: string, { backends, kernels, quick }: BenchCall): string =>
  // What is a part does not take the place of the whole.
  join(OUT, `${name}${quick || kernels.length + backends.length > 0 ? "-part" : ""}.json`)

/** The page of what was measured. */
const writeReport = (files: ReadonlyArray<string>, command: string): Promise<string> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const report = yield* reportFrom(yield* recordsOf(files), OUT, command)
      const path = join(OUT, "report.html")
      writeWholeFile(path, yield* textOf(report, "html"))
      return path
    })
  )

/** One line where results could not be written. @throws UsageError */
const checkOutputs = ({ json, report }: BenchCall): void => {
  const refused = Effect.runSync(
    Effect.match(
      Effect.andThen(
        json === undefined ? Effect.void : checkFile("--json", json),
        json === undefined || report ? checkFolder("reports/out/bench", OUT) : Effect.void
      ),
      { onFailure: (error) => error.message, onSuccess: () => undefined }
    )
  )
  if (refused !== undefined) throw new UsageError(refused)
}

const main = async (): Promise<number> => {
  const args = process.argv.slice(2)
  const call = benchCall(args, SUITES)
  if (call.help) {
    process.stdout.write(helpOf(SUITES))
    return 0
  }
  checkOutputs(call)
  const { json, kernels, backends, quick, report } = call
  const left = quick ? call.suites.flatMap(({ name, slow }) => (slow === undefined ? [] : [`${name} (${slow})`])) : []
  const suites = quick ? call.suites.filter(({ slow }) => slow === undefined) : call.suites
  const progress = new SuiteProgress(
    suites.map(({ name }) => name),
    quick
  )
  console.error(styleText("dim", `${suites.length} suites, about ${duration(1000 * progress.left)} on an idle machine`))
  const start = performance.now()
  const spent = (): number => (performance.now() - start) / 1000
  const documents: Array<unknown> = []
  const files: Array<string> = []
  let wrong = false
  const keep = async (): Promise<void> => {
    if (json !== undefined) {
      write(json, documents)
      files.push(json)
    }
    if (left.length > 0) console.log(`\nnot measured: ${left.join(", ")}`)
    if (report && documents.length > 0)
      console.log(`\n${await writeReport(files, `npm run bench -- ${args.join(" ")}`.trim())}`)
  }
  let running: Running | undefined
  let stopped: number | undefined
  // Again and again is no more than once: what is done is being kept.
  const stop = (code: number) => (): void => {
    stopped ??= code
    running?.end()
  }
  process.on("SIGINT", stop(130))
  process.on("SIGTERM", stop(143))
  for (const [i, suite] of suites.entries()) {
    if (stopped !== undefined || (quick && spent() > QUICK.begin)) {
      left.push(stopped === undefined ? `${suite.name} (not reached in 3 minutes)` : suite.name)
      continue
    }
    const before = machine()
    running = suiteApart({
      name: suite.name,
      quick,
      log: (line) => progress.line(line),
      kernels,
      backends,
      ...(quick ? { seconds: Math.max(5, (QUICK.begin - spent()) * progress.share) } : {})
    })
    const limit = quick ? setTimeout(() => running?.end(), 1000 * (QUICK.end - spent())) : undefined
    const result = await running.report.catch(async (error: unknown) => {
      // What was done is not lost, and what was not is said.
      left.push(`${suite.name} (failed)`, ...suites.slice(i + 1).map(({ name }) => name))
      await keep()
      throw error
    })
    clearTimeout(limit)
    progress.next()
    if (result === undefined) {
      left.push(stopped === undefined ? `${suite.name} (not to its end in 3 minutes)` : suite.name)
      continue
    }
    print(suite, result)
    wrong ||= result.targets.some((t) => !t.held && t.kind === "result" && t.open !== true)
    const document = {
      format: "coverbound-bench",
      version: 1,
      suite: suite.name,
      quick,
      kernels,
      backends,
      machine: before,
      loadAfter: machine().load,
      ...result
    }
    documents.push(document)
    if (json === undefined) {
      write(fileOf(suite.name, call), document)
      files.push(fileOf(suite.name, call))
    }
  }
  if (stopped !== undefined)
    console.error(`\nInterrupted; ${documents.length} of ${suites.length} suites are done and kept.`)
  await keep()
  return stopped ?? (wrong ? 1 : 0)
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SuiteFailed)) throw error
  console.error(error.message)
  process.exitCode = error instanceof UsageError ? 2 : error.code
}
