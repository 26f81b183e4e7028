/** `coverbound sweep` on a file: what it refuses, what it writes, and that a plan may grow. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { openSqlite } from "../../work/sqlite.ts"
import { commandFolder } from "../command-process.ts"

const { called, coverbound, file, home } = commandFolder()
const PLAN = {
  format: "coverbound-sweep",
  version: 1,
  algorithms: ["passive"],
  instances: ["rare-good:C=10,d=2"],
  trials: 2
}

describe("coverbound sweep", () => {
  it.concurrent.each([
    [{ ...PLAN, algorithms: ["passiv"] }, /^coverbound: plan: .*algorithm: passiv, expected one of .*passive/],
    [{ ...PLAN, trails: 3 }, /^coverbound: trails: unknown field, expected one of .*trials/],
    [{ ...PLAN, changes: { lamda: 1 } }, /^coverbound: plan: .*changes\.lamda: unknown, expected one of lambda/]
  ])("refuses %j with one line", async (plan, line) => {
    const { code, stderr } = await called(["sweep", file(plan), "--out", `refused-${JSON.stringify(plan).length}`])
    expect([code, stderr.trim().split("\n").length]).toEqual([2, 1])
    expect(stderr).toMatch(line)
  })

  it.concurrent.each(["status", "results"])("refuses the %s of a store that is not there", async (what) => {
    const { code, stderr } = await called(["sweep", what, "--store", `none-${what}.sqlite`])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^coverbound: --store: "none-.*" \(no such file\), expected a store that/)
    expect(readdirSync(home)).not.toContain(`none-${what}.sqlite`)
  })

  it.concurrent("makes a plan's runs once, and what is added to it later", async () => {
    const first = await coverbound(["sweep", file(PLAN), "--out", "grows"])
    expect(first.code).toBe(0)
    const [folder] = readdirSync(join(home, "grows")).filter((name) => name.startsWith("passive-"))
    const runs = () =>
      JSON.parse(readFileSync(join(home, "grows", folder, "run.json"), "utf8")).runs as ReadonlyArray<object>
    const before = runs()
    const page = await called(["report", "grows", "--format", "md"])
    expect(page.stdout).toMatch(/^# .*passive/)
    const second = await coverbound(["sweep", file({ ...PLAN, trials: 3 }), "--out", "grows"])
    expect(second.stderr).toMatch(/1 of the plan's 3 jobs are new/)
    expect(before.length).toBe(2)
    expect(runs().length).toBe(3)
    expect(runs().slice(0, 2)).toEqual(before)
  }, 300_000)

  it.concurrent("refuses a store of another version", async () => {
    await called(["sweep", file(PLAN), "--add-only", "--out", "other"])
    const database = openSqlite(join(home, "other", "sweep.sqlite"))
    database.exec("UPDATE meta SET value = '0.1.0 (another)'")
    database.close()
    const { code, stderr } = await coverbound(["sweep", "worker", "--out", "other"])
    expect(code).toBe(2)
    expect(stderr).toMatch(/its results are made by 0\.1\.0 \(another\)\), expected a sweep of this version/)
  })
})
