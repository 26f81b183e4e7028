// Mutation-tests the checker with StrykerJS in a copy of the repository, so that nothing of it is a dependency. Prints the score and every survivor and
// writes mutation.json; survivors.md explains those there are. Usage: node src/checker/mutation/mutate.mjs [FOLDER] (default: a new one under the system's temporary folder).
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const STRYKER = "@stryker-mutator/core@10.1.1"
const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, "../../..")
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "coverbound-mutation-"))
const checker =
  "{case,check,check-claims,check-instance,cost-claims,document,identity-claims,interval,recomputed-tests,sampled-claims,sampling-bounds,spanner-chain,spanner-claims,strict-json}"

mkdirSync(join(folder, "node_modules"), { recursive: true })
for (const part of ["src", "properties", "lower-bounds", "package.json"])
  cpSync(join(root, part), join(folder, part), { recursive: true })
for (const name of readdirSync(join(root, "node_modules"))) {
  if (name !== "vitest") symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name))
}
mkdirSync(join(folder, "node_modules/vitest"))
cpSync(join(here, "vitest-stand-in.js"), join(folder, "node_modules/vitest/index.js"))
writeFileSync(
  join(folder, "node_modules/vitest/package.json"),
  JSON.stringify({ name: "vitest", version: "0.0.0", type: "module", exports: "./index.js" })
)
cpSync(join(here, "runner.mjs"), join(folder, "runner.mjs"))
writeFileSync(
  join(folder, "stryker.config.json"),
  JSON.stringify({
    mutate: [`src/checker/${checker}.ts`],
    testRunner: "in-process",
    plugins: ["./runner.mjs"],
    coverageAnalysis: "perTest",
    concurrency: 2,
    // For what loops without passing a mutant again; beside the time of all tests, so that a busy machine kills nothing.
    timeoutMS: 40_000,
    timeoutFactor: 1,
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: "mutation.json" },
    ignorePatterns: ["*", "!src/**", "!properties/**", "!lower-bounds/**", "!package.json"]
  })
)

const { status } = spawnSync("npx", ["--yes", "-p", STRYKER, "stryker", "run"], { cwd: folder, stdio: "inherit" })
if (status !== 0) process.exit(status ?? 1)
const { files } = JSON.parse(readFileSync(join(folder, "mutation.json"), "utf8"))
let [killed, survived] = [0, 0]
for (const [file, { mutants, source }] of Object.entries(files)) {
  const lines = source.split("\n")
  for (const { location, mutatorName, replacement, status: outcome } of mutants) {
    if (outcome === "Killed" || outcome === "Timeout") killed++
    else {
      survived++
      const { line, column } = location.start
      process.stdout.write(
        `${outcome} ${file}:${line}:${column} ${mutatorName}\n  ${lines[line - 1].trim()}\n  → ${replacement}\n`
      )
    }
  }
}
const score = (100 * killed) / (killed + survived)
process.stdout.write(`${killed} of ${killed + survived} mutants killed: ${score.toFixed(1)} %\n`)
process.exitCode = score >= 90 ? 0 : 1
