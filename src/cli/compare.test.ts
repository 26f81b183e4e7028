import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "coverbound-compare-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, ["src/cli/bin.ts", "compare", ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" }
  })

describe("coverbound compare", () => {
  it("refuses a section it does not have, with one line and nothing written", () => {
    const { status, stderr } = run("--section", "rare-god", "--out", join(folder, "none"))
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /^coverbound: --section: "rare-god", expected one of rare-good, .*did you mean rare-good\?.*\n$/
    )
    expect(existsSync(join(folder, "none"))).toBe(false)
  })

  it("prints one document with --json, of learners of a formula on threads, and leaves it in compare.json", () => {
    const out = join(folder, "json")
    const { status, stderr, stdout } = run("--quick", "--section", "dnf-prompts", "--jobs", "2", "--json", "--out", out)
    expect(stderr).toBe("")
    const document = JSON.parse(stdout) as {
      readonly sections: ReadonlyArray<{
        readonly id: string
        readonly rows: ReadonlyArray<{ readonly verdict: string | null }>
      }>
    }
    expect(JSON.parse(readFileSync(join(out, "compare.json"), "utf8"))).toEqual(document)
    expect(document.sections.map(({ id }) => id)).toEqual(["dnf-prompts"])
    expect(stdout).toContain("dnf-random")
    const refuted = document.sections[0].rows.some(({ verdict }) => verdict === "refuted")
    expect(status).toBe(refuted ? 1 : 0)
  })
})
