/**
 * `npm run bench -- [--suite NAME]… [--kernel NAME]… [--backend NAME]… [--quick] [--json FILE]`
 *
 * Runs the suites, prints their tables, and keeps raw samples, machine and versions as JSON:
 * reports/out/bench/<suite>.json (<suite>-part.json with --quick, --kernel or --backend), or all in FILE. Exit code 1 when a *result* was wrong (timings only say so), 2 when
 * the call was, 3 when a backend that was named does not run here.
 */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs, styleText } from "node:util"
import { writeWholeFile } from "../src/file/whole-file.ts"
import { BackendUnavailable } from "../src/kernel/backend-unavailable.ts"
import { auditLoad } from "./audit-load.ts"
import { auditPower } from "./audit-power.ts"
import { checker } from "./checker.ts"
import { critical } from "./critical.ts"
import { exponentCoverage } from "./exponent-coverage.ts"
import { kernels } from "./kernels/kernels.ts"
import { languageModel } from "./language-model.ts"
import { literalOracle } from "./literal-oracle.ts"
import { machine } from "./machine.ts"
import { rarePrompt } from "./rare-prompt.ts"
import { sampler } from "./sampler.ts"
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
  languageModel
]
const OUT = fileURLToPath(new URL("../reports/out/bench/", import.meta.url))

const chosen = (names: ReadonlyArray<string>): ReadonlyArray<Suite> =>
  names.length === 0
    ? SUITES
    : names.map((name) => {
        const suite = SUITES.find((s) => s.name === name)
        if (suite === undefined)
          throw new UsageError(`--suite: ${name}, expected ${SUITES.map((s) => s.name).join(", ")}`)
        return suite
      })

const command = (): {
  readonly suites: ReadonlyArray<Suite>
  readonly quick: boolean
  readonly json: string | undefined
  readonly kernels: ReadonlyArray<string>
  readonly backends: ReadonlyArray<string>
} => {
  try {
    const { values } = parseArgs({
      options: {
        suite: { type: "string", multiple: true },
        kernel: { type: "string", multiple: true },
        backend: { type: "string", multiple: true },
        quick: { type: "boolean" },
        json: { type: "string" }
      }
    })
    const [kernels, backends] = [values.kernel ?? [], values.backend ?? []]
    // A kernel or a backend names the suite that has it.
    const selects = kernels.length + backends.length > 0
    const suite = values.suite ?? (selects ? ["kernels"] : [])
    const other = selects ? suite.find((name) => name !== "kernels") : undefined
    if (other !== undefined)
      throw new UsageError(
        `--${kernels.length > 0 ? "kernel" : "backend"}: given beside --suite ${other}, expected it with the suite kernels alone`
      )
    return { suites: chosen(suite), quick: values.quick ?? false, json: values.json, kernels, backends }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  }
}

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

const main = async (): Promise<number> => {
  const { suites, quick, json, kernels, backends } = command()
  const log = (line: string): void => console.error(styleText("dim", line))
  const documents: Array<unknown> = []
  let wrong = false
  for (const suite of suites) {
    const before = machine()
    const report = await suite.run({ quick, log, kernels, backends })
    print(suite, report)
    wrong ||= report.targets.some((t) => !t.held && t.kind === "result")
    const document = {
      suite: suite.name,
      quick,
      kernels,
      backends,
      machine: before,
      loadAfter: machine().load,
      ...report
    }
    // What is a part does not take the place of the whole.
    const part = quick || kernels.length + backends.length > 0
    if (json === undefined) write(join(OUT, `${suite.name}${part ? "-part" : ""}.json`), document)
    else documents.push(document)
  }
  if (json !== undefined) write(json, documents)
  return wrong ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError || error instanceof BackendUnavailable)) throw error
  console.error(error.message)
  process.exitCode = error instanceof UsageError ? 2 : 3
}
