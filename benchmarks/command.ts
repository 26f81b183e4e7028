/** The command line of `npm run bench`, as data, and what `--help` says of it. */
import { parseArgs } from "node:util"
import { type Suite, UsageError } from "./suite.ts"

export interface BenchCall {
  readonly suites: ReadonlyArray<Suite>
  readonly quick: boolean
  readonly report: boolean
  readonly help: boolean
  readonly json: string | undefined
  readonly kernels: ReadonlyArray<string>
  readonly backends: ReadonlyArray<string>
}

/** Of the runtime-scaling report, unless others are named: kernels on every backend, and the algorithm's phases. */
const SCALING = ["kernels", "spanner-phase"]

export const helpOf = (suites: ReadonlyArray<Suite>): string => {
  const room = Math.max(...suites.map(({ name }) => name.length))
  return `npm run bench -- [--suite NAME]… [--kernel NAME]… [--backend NAME]… [--quick] [--report] [--json FILE]

Runs suites, prints their tables, and keeps raw samples, machine and versions as JSON in reports/out/bench/<suite>.json
(<suite>-part.json with --quick, --kernel or --backend). Ctrl-C ends the suite that runs and keeps those that are done.

  --suite NAME     One of the suites below; may be repeated. Default: all
  --kernel NAME    Only this kernel of the suite kernels; may be repeated
  --backend NAME   Only this backend of the suite kernels: wasm, webasm, webgpu, cpu, …
  --quick          Within 3 minutes: fewer rounds and sizes; says what these cannot decide
  --report         A runtime-scaling report, reports/out/bench/report.html: predicted cost beside measured, verdicts,
                   extrapolation to larger sizes, rival laws. Suites ${SCALING.join(" and ")} unless others are named
  --json FILE      All suites in one file instead
  --help           This

${suites.map(({ name, summary }) => `  ${name.padEnd(room)}  ${summary}`).join("\n")}

Example: npm run bench -- --report --quick
`
}

/** @throws UsageError */
export const benchCall = (args: ReadonlyArray<string>, all: ReadonlyArray<Suite>): BenchCall => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        suite: { type: "string", multiple: true },
        kernel: { type: "string", multiple: true },
        backend: { type: "string", multiple: true },
        quick: { type: "boolean" },
        report: { type: "boolean" },
        help: { type: "boolean", short: "h" },
        json: { type: "string" }
      }
    })
    const [kernels, backends] = [values.kernel ?? [], values.backend ?? []]
    const report = values.report ?? false
    // A kernel or a backend names the suite that has it.
    const selects = kernels.length + backends.length > 0
    const names = values.suite ?? (selects ? ["kernels"] : report ? SCALING : [])
    const other = selects ? names.find((name) => name !== "kernels") : undefined
    if (other !== undefined)
      throw new UsageError(
        `--${kernels.length > 0 ? "kernel" : "backend"}: given beside --suite ${other}, expected it with the suite kernels alone`
      )
    const suites =
      names.length === 0
        ? all
        : names.map((name) => {
            const suite = all.find((one) => one.name === name)
            if (suite === undefined)
              throw new UsageError(`--suite: ${name}, expected ${all.map((one) => one.name).join(", ")}`)
            return suite
          })
    return {
      suites,
      quick: values.quick ?? false,
      report,
      help: values.help ?? false,
      json: values.json,
      kernels,
      backends
    }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  }
}
