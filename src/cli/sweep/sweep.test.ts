/** `coverbound sweep` on a file: what it refuses, what it writes, and that a plan may grow. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { openSqlite } from "../../work/sqlite.ts"
import { commandFolder } from "../../../properties/command-line/command-process.ts"

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
    [{ ...PLAN, trails: 3 }, /^coverbound: \S+\.json: trails: unknown field, expected one of .*trials/],
    [{ ...PLAN, trials: 1e12 }, /^coverbound: \S+\.json: trials: 1000000000000, expected .*1000000/],
    [[PLAN], /^coverbound: \S+\.json: an array of 1, expected an object/],
    [{ ...PLAN, changes: { lamda: 1 } }, /^coverbound: plan: .*changes\.lamda: unknown, expected one of lambda/]
  ])("refuses %j with one line", async (plan, line) => {
    const out = `refused-${JSON.stringify(plan).length}`
    const { code, stderr } = await called(["sweep", file(plan), "--out", out])
    // No store of nothing, of which status would say that nothing is left to do.
    expect(existsSync(join(home, out, "sweep.sqlite"))).toBe(false)
    expect([code, stderr.trim().split("\n").length]).toEqual([2, 1])
    expect(stderr).toMatch(line)
  })

  it.concurrent.each(["status", "results", "worker"])("refuses the %s of a store that is not there", async (what) => {
    const { code, stderr } = await called(["sweep", what, "--store", `none-${what}.sqlite`])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^coverbound: --store: "none-.*" \(no such file\), expected a store that/)
    expect(readdirSync(home)).not.toContain(`none-${what}.sqlite`)
  })

  it.concurrent("makes a plan's runs once, and what is added to it later", async () => {
    // What another sweep left there: an audit, one with a file of somebody's own in it, and a name that leads out.
    for (const [folder, name] of [
      ["grows/former", "run.json"],
      ["grows/noted", "run.json"],
      ["grows/noted", "notes.txt"],
      ["beside", "run.json"]
    ]) {
      mkdirSync(join(home, folder), { recursive: true })
      writeFileSync(join(home, folder, name), "{}")
    }
    const audits = ["former", "noted", "../beside"].map((folder) => ({ folder }))
    writeFileSync(join(home, "grows", "sweep.json"), JSON.stringify({ audits }))
    const first = await coverbound(["sweep", file(PLAN), "--out", "grows"])
    expect(first.code).toBe(0)
    expect(readdirSync(join(home, "grows"))).not.toContain("former")
    expect(readdirSync(join(home, "grows", "noted"))).toEqual(["notes.txt"])
    expect(readdirSync(join(home, "beside"))).toEqual(["run.json"])
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

  it.concurrent("makes no run of what a file holds later than its plan was added", async () => {
    const table = {
      format: "coverbound-instance",
      version: 1,
      name: "two",
      dimension: 1,
      beta: 0.5,
      rewardRange: 1,
      parameterSet: { kind: "ball", radius: 1 },
      thetaStar: [1],
      noise: { kind: "none" },
      prompts: [
        {
          probability: 1,
          responses: [0, 1].map((x) => ({ probability: 0.5, features: [x], meanReward: x }))
        }
      ]
    }
    writeFileSync(join(home, "two.json"), JSON.stringify(table))
    const plan = file({ ...PLAN, instances: ["./two.json"], trials: 1 })
    expect((await called(["sweep", plan, "--add-only", "--out", "changed"])).code).toBe(0)
    writeFileSync(join(home, "two.json"), JSON.stringify({ ...table, beta: 0.25 }))
    const { code, stderr } = await coverbound(["sweep", "worker", "--jobs", "1", "--out", "changed"])
    expect(code).toBe(4)
    expect(stderr).toMatch(/two\.json has SHA-256 \w{12}…, expected \w{12}…, which it had when the plan was added\n$/)
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
