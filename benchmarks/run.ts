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
import { writeWholeFile } from "../src/file/whole-file.ts"
import { BackendUnavailable } from "../src/kernel/backend-unavailable.ts"
import { auditLoad } from "./audit-load.ts"
import { type BenchCall, benchCall, helpOf } from "./command.ts"
import { SuiteProgress } from "./progress.ts"
import { auditPower } from "./audit-power.ts"
import { checker } from "./checker.ts"
import { critical } from "./critical.ts"
import { exponentCoverage } from "./exponent-coverage.ts"
import { kernels } from "./kernels/kernels.ts"
import { languageModel } from "./language-model.ts"
import { literalOracle } from "./literal-oracle.ts"
import { machine } from "./machine.ts"
import { rarePrompt } from "./rare-prompt.ts"
import { Interrupted } from "./replicates.ts"
import { sampler } from "./sampler.ts"
import { scale } from "./scale.ts"
import { spannerPhase } from "./spanner-phase.ts"
import { type Suite, type SuiteReport, type Table, UsageError } from "./suite.ts"
import { t7 } from "./t7.ts"
import { sweepSuite } from "./sweep.ts"
import { t9 } from "./t9.ts"

const SUITES: ReadonlyArray<Suite> = [
  literalOracle,
  t7,
  t9,
  sweepSuite,
  sampler,
  checker,
  auditPower,
  auditLoad,
  critical,
  exponentCoverage,
  rarePrompt,
  kernels,
  spannerPhase,
  scale,
  languageModel
]
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
  for (const { claim, measured, held, kind } of report.targets) {
    console.log(`${held ? "held  " : kind === "result" ? "WRONG " : "missed"}  ${claim}: ${measured}`)
  }
  for (const note of report.notes) console.log(`note    ${note}`)
}

/** Seconds that `--quick` may take in all, of which the last are for the page. */
const QUICK_SECONDS = 155

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

const main = async (): Promise<number> => {
  const args = process.argv.slice(2)
  const call = benchCall(args, SUITES)
  if (call.help) {
    process.stdout.write(helpOf(SUITES))
    return 0
  }
  const { suites, quick, json, kernels, backends, report } = call
  const progress = new SuiteProgress(
    suites.map(({ name }) => name),
    quick
  )
  console.error(styleText("dim", `${suites.length} suites, about ${duration(1000 * progress.left)} on an idle machine`))
  const start = performance.now()
  const documents: Array<unknown> = []
  const files: Array<string> = []
  const left = new Array<string>()
  let wrong = false
  const keep = async (): Promise<void> => {
    if (json !== undefined) {
      write(json, documents)
      files.push(json)
    }
    if (left.length > 0)
      console.log(`\nnot measured: ${left.join(", ")}${quick ? ", which 3 minutes did not reach" : ""}`)
    if (report && files.length > 0)
      console.log(`\n${await writeReport(files, `npm run bench -- ${args.join(" ")}`.trim())}`)
  }
  // A suite times in one go: it is ended where it stands, and what was done before is kept.
  const interrupted = (): Promise<never> => {
    left.push(...suites.slice(documents.length).map(({ name }) => name))
    console.error(`\nInterrupted; ${documents.length} of ${suites.length} suites are done and kept.`)
    return keep().finally(() => process.exit(130)) as Promise<never>
  }
  process.once("SIGINT", () => void interrupted())
  for (const suite of suites) {
    const spent = (performance.now() - start) / 1000
    if (quick && spent > QUICK_SECONDS) {
      left.push(suite.name)
      continue
    }
    const before = machine()
    const result = await suite
      .run({
        quick,
        log: (line) => progress.line(line),
        kernels,
        backends,
        ...(quick ? { seconds: (QUICK_SECONDS - spent) * progress.share } : {})
      })
      .catch((error: unknown) => {
        if (error instanceof Interrupted) return interrupted()
        throw error
      })
    progress.next()
    print(suite, result)
    wrong ||= result.targets.some((t) => !t.held && t.kind === "result")
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
  await keep()
  return wrong ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError || error instanceof BackendUnavailable)) throw error
  console.error(error.message)
  process.exitCode = error instanceof UsageError ? 2 : 3
}
