/**
 * The action, the project's workflow and the GitLab job, run by a shell that plays a runner's contract: inputs with their defaults in a step's environment, `$GITHUB_OUTPUT`,
 * `$GITHUB_STEP_SUMMARY`, exit codes. What only the host does (checking out, uploading) is not played.
 */
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../", import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const folder = mkdtempSync(join(tmpdir(), "coverbound-runner-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As far as these files go: maps, lists of maps, words in quotes or without; deeper lines belong to the last shallower key. */
type Node = string | { readonly [key: string]: Node } | ReadonlyArray<Node>
const parse = (lines: ReadonlyArray<string>): Node => {
  const rows = lines.filter((line) => line.trim() !== "" && !/^\s*#/.test(line))
  const depth = (line: string): number => line.search(/\S/)
  const word = (text: string): string => text.trim().replace(/^"(.*)"$/, "$1")
  if (rows.length === 0) return ""
  const groups: Array<Array<string>> = []
  for (const row of rows) {
    if (depth(row) === depth(rows[0])) groups.push([row])
    else groups[groups.length - 1].push(row)
  }
  if (rows[0].trim().startsWith("- "))
    return groups.map(([head, ...rest]) => {
      const first = head.replace("- ", "  ")
      return /^\s*[\w-]+:(\s|$)/.test(first) ? parse([first, ...rest]) : word(first)
    })
  return Object.fromEntries(
    groups.map(([head, ...rest]) => {
      const [, key, value] = /^\s*([\w-]+):(.*)$/.exec(head)!
      return [key, rest.length > 0 ? parse(rest) : word(value)]
    })
  )
}
type Fields = Readonly<Record<string, Node>>
const fields = (node: Node | undefined): Fields => node as Fields
const file = (path: string): Fields => fields(parse(read(path).split("\n")))

const ACTION = ".github/actions/audit"
const action = file(`${ACTION}/action.yml`)
const inputs = fields(action.inputs)

/** npx of a project where the package is installed: the sources' command. */
const bin = join(folder, "bin")
mkdirSync(bin)
const npx = join(bin, "npx")
writeFileSync(npx, `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${join(root, "src/cli/bin.ts")}" "$@"\n`)
chmodSync(npx, 0o755)

const wrong = `import { passive } from "coverbound"
export default { ...passive, name: "too-cheap", claims: [],
  bounds: { T_data: "1" } }
`
writeFileSync(join(folder, "too-cheap.ts"), wrong)

/** Runs the composite action's steps with these inputs. */
const runAction = (given: Readonly<Record<string, string>>) => {
  for (const name of Object.keys(given)) expect(Object.keys(inputs)).toContain(name)
  const value = (name: string): string => given[name] ?? String(fields(inputs[name]).default ?? "")
  const filled = (text: Node): string =>
    String(text)
      .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => value(name))
      .replaceAll("${{ github.action_path }}", join(root, ACTION))
  const [output, summary] = ["output", "summary"].map((name) => join(folder, name))
  writeFileSync(output, "")
  writeFileSync(summary, "")
  const [step] = fields(action.runs).steps as ReadonlyArray<Fields>
  const env = Object.fromEntries(Object.entries(fields(step.env)).map(([name, text]) => [name, filled(text)]))
  const { status, stderr, stdout } = spawnSync("bash", ["-e", "-c", filled(step.run)], {
    cwd: join(folder, filled(step["working-directory"])),
    env: {
      PATH: [bin, process.env.PATH].join(delimiter),
      HOME: folder,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...env
    },
    encoding: "utf8"
  })
  const outputs = Object.fromEntries(
    readFileSync(output, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split("=") as [string, string])
  )
  return { code: status, stderr, stdout, outputs, summary: readFileSync(summary, "utf8") }
}

describe("the action", () => {
  it("annotates the user's line, fills the summary, writes JUnit and SARIF, and ends as the audit does", () => {
    const one = "--instance rare-good:C=10,d=2 --trials 1 --seed 1 --no-type-check"
    const ran = runAction({ algorithm: "./too-cheap.ts", arguments: one })
    expect(ran.stdout).toMatch(/^::error file=too-cheap\.ts,line=3,title=too-cheap%3A own\/T_data refuted::/m)
    expect(ran.code).toBe(1)
    expect(ran.outputs).toEqual({ "exit-code": "1", junit: "coverbound.xml", sarif: "coverbound.sarif" })
    expect(ran.summary).toContain("### ❌ coverbound audit too-cheap")
    expect(readFileSync(join(folder, "coverbound.xml"), "utf8")).toContain('failures="1"')
    expect(JSON.parse(readFileSync(join(folder, "coverbound.sarif"), "utf8")).runs[0].results).toHaveLength(1)
  })

  it("passes words as words: an algorithm's name is no command", () => {
    const ran = runAction({ algorithm: "$(touch owned); touch owned", junit: "a.xml", sarif: "a.sarif" })
    expect([ran.code, ran.outputs["exit-code"], existsSync(join(folder, "owned"))]).toEqual([2, "2", false])
  })

  it("declares every input that its step uses, and documents it", () => {
    for (const [, name] of read(`${ACTION}/action.yml`).matchAll(/inputs\.([\w-]+)/g))
      expect(Object.keys(inputs)).toContain(name)
    const page = read("reports/manual/ci.md")
    for (const name of Object.keys(inputs)) expect(page).toContain(`\`${name}\``)
    expect(page).toMatch(/uses: .+\/\.github\/actions\/audit@/)
  })
})

describe("the project's workflow", () => {
  it("uses the action with inputs that it has, and runs", () => {
    const { jobs } = file(".github/workflows/audit.yml")
    const steps = fields(fields(jobs).audit).steps as ReadonlyArray<Fields>
    const own = steps.find(({ uses }) => uses === `./${ACTION}`)!
    const { program, ...given } = fields(own.with) as Readonly<Record<string, string>>
    // In the repository's root; here one theorem of it.
    const ran = runAction({
      ...given,
      program: program.replace("src/", join(root, "src/")),
      arguments: "--theorem T3",
      junit: "own.xml",
      sarif: "own.sarif"
    })
    expect([ran.code, ran.outputs]).toEqual([0, { "exit-code": "0", junit: "own.xml", sarif: "own.sarif" }])
    expect(ran.stdout).toMatch(/^::notice title=coverbound verify spanner-sampling::checked \d+ supported/m)
  })
})

describe("the GitLab job", () => {
  it("runs as its script stands, and leaves the report that it names", () => {
    const job = fields(file(".gitlab/coverbound-audit.yml")["coverbound-audit"])
    const script = (job.script as ReadonlyArray<string>).filter((line) => line !== "npm ci")
    const variables = fields(job.variables) as Readonly<Record<string, string>>
    expect(script).toHaveLength(1)
    const { status } = spawnSync(
      "bash",
      ["-e", "-c", `${script[0]} --instance rare-good:C=10,d=2 --trials 1 --seed 1 --no-type-check`],
      {
        cwd: folder,
        env: {
          ...variables,
          PATH: [bin, process.env.PATH].join(delimiter),
          HOME: folder,
          CI_PROJECT_DIR: folder,
          COVERBOUND_ALGORITHM: "./too-cheap.ts"
        },
        encoding: "utf8"
      }
    )
    expect(status).toBe(1)
    const report = String(fields(fields(job.artifacts).reports).junit)
    expect(readFileSync(join(folder, report), "utf8")).toContain("at too-cheap.ts:3")
  })
})
