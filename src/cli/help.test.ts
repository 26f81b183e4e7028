/** Help: every command's ends with an example that runs when it is pasted, and names can be listed. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { spawnSync } from "node:child_process"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { BACKENDS } from "../kernel/backend.ts"
import { commandFolder } from "../../properties/command-line/command-process.ts"

const { called, coverbound, home } = commandFolder()
const COMMANDS = [
  "audit",
  "new",
  "list",
  "instance",
  "check",
  "verify",
  "compare",
  "critical",
  "coverage",
  "scaling",
  "report",
  "diff",
  "serve",
  "sweep",
  "demo",
  "doctor"
]
/** Minutes, graphics drivers, until it is interrupted, or what another of these runs too. */
const LONG = new Set(["serve", "sweep", "compare", "critical", "demo", "doctor", "verify"])

const bin = join(home, "bin")
mkdirSync(bin)
const command = join(bin, "coverbound")
writeFileSync(
  command,
  `#!/bin/sh\nexec "${process.execPath}" "${fileURLToPath(new URL("bin.ts", import.meta.url))}" "$@"\n`
)
chmodSync(command, 0o755)

/** Pasted into a shell, in a folder of its own. */
const pasted = (line: string, name: string) => {
  const cwd = join(home, name)
  mkdirSync(cwd)
  const env = { ...process.env, NO_COLOR: "1", PATH: [bin, process.env.PATH].join(delimiter) }
  return spawnSync("sh", ["-c", line], { cwd, env, encoding: "utf8" })
}

describe("help", () => {
  it.each(COMMANDS)("of %s ends with an example that runs when pasted", async (name) => {
    const { code, stderr, stdout } = await called([name, "--help"])
    expect([code, stderr]).toEqual([0, ""])
    expect(stdout).not.toMatch(/\((optional|must be given)\)/)
    const [, examples] = stdout.split("EXAMPLES\n")
    const last = examples.trimEnd().split("\n").at(-1)!.trim()
    expect(last).toContain(`coverbound ${name}`)
    if (LONG.has(name)) return
    const ran = pasted(last, name)
    expect([ran.status, ran.stderr.includes("coverbound: ")]).toEqual([0, false])
  })

  it("of all names every command, and the same list is tested", async () => {
    const { stdout } = await coverbound(["--help"])
    const named = [...stdout.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name)
    expect(named.sort()).toEqual([...COMMANDS].sort())
  })
})

describe("list", () => {
  it("knows algorithms, families with options and defaults, theorems, backends", async () => {
    const { code, stdout } = await called(["list", "--json"])
    expect(code).toBe(0)
    const all = JSON.parse(stdout)
    expect(all.algorithms.map(({ name }: { name: string }) => name)).toContain("passive")
    const rare = all.families.find(({ name }: { name: string }) => name === "rare-good")
    expect(rare.options.find(({ name }: { name: string }) => name === "C")).toMatchObject({
      name: "C",
      default: expect.anything(),
      range: expect.stringMatching(/\d/)
    })
    expect(all.theorems.map(({ id }: { id: string }) => id)).toContain("T7")
    expect(all.backends.map(({ name }: { name: string }) => name)).toEqual([...BACKENDS])
    const wrong = await called(["list", "familys"])
    expect([wrong.code, wrong.stdout]).toEqual([2, ""])
    expect(wrong.stderr).toMatch(/^coverbound: what: "familys", expected .*families/)
  })
})
