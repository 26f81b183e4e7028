/** The line that makes an audit again: what options it has, and that it gives the same runs. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { commandFolder } from "../../../properties/command-line/command-process.ts"
import { LONG } from "../../../properties/sampled.ts"
import { auditCall } from "../../../reports/audit-call.ts"
import type { AuditCall } from "../audit.ts"
import type { liveFlags } from "../live/live-options.ts"

const { called, home } = commandFolder()

/** Whether runs and their verdicts depend on an option of `audit`: of a new one, it is to be said here. */
const DEPENDS: Readonly<Record<keyof Omit<AuditCall, "algorithm" | keyof typeof liveFlags>, boolean>> = {
  instance: true,
  eps: true,
  delta: true,
  coverage: true,
  parameters: true,
  oracle: true,
  seed: true,
  trials: true,
  level: true,
  budgetRewards: true,
  budgetSamples: true,
  budget: true,
  trialSeconds: true,
  trialMemory: true,
  noTypeCheck: true,
  backend: false,
  batch: false,
  json: false,
  inToto: false,
  reporter: false,
  reportTo: false,
  baseline: false,
  strict: false,
  jobs: false,
  resume: false,
  out: false
}

/** run.json without its timings and the machine. */
const runOf = (folder: string) => {
  const { environment: _, timings: __, ...run } = JSON.parse(readFileSync(join(home, folder, "run.json"), "utf8"))
  return run as Readonly<Record<string, unknown>>
}

/** The line that the report of a run has, as the command takes it. */
const lineOf = async (folder: string): Promise<string> => {
  const { stdout } = await called(["report", folder, "--format", "json"])
  const { sources } = JSON.parse(stdout) as { readonly sources: ReadonlyArray<{ readonly command: string }> }
  return sources[0].command
}

describe("the line that makes an audit again", () => {
  it("has every option that runs depend on, and no other", () => {
    const given = Object.keys(DEPENDS).map((name) => [name, name === "noTypeCheck" ? true : name])
    const line = auditCall("passive", Object.fromEntries(given))
    const names = [...line.matchAll(/--([\w-]+)/g)].map(([, name]) =>
      name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    )
    expect(names.toSorted()).toEqual(
      Object.entries(DEPENDS)
        .flatMap(([name, depends]) => (depends ? [name] : []))
        .toSorted()
    )
  })

  const calls = [
    [
      "one instance",
      "passive",
      "--instance rare-good:C=20,d=2 --eps 0.2 --delta 0.05 --coverage 40 --parameters practical,pairs=40 --oracle literal --seed 3 --trials 2 --level 0.02 --budget-rewards 30"
    ],
    ["all there is", "passive", "--instance all --delta 0.2 --seed 5 --trials 2 --level 0.05 --budget 0.05"],
    // In the long step: two processes of a module.
    [
      "one instance, of a module",
      "./mine/mine.ts",
      "--instance rare-good:C=10,d=2 --seed 3 --trials 1 --level 0.02 --trial-seconds 5 --trial-memory 512 --no-type-check"
    ]
  ] as const
  it.each(calls.filter(([, what]) => LONG || !what.startsWith(".")))(
    "gives the same runs, of an audit on %s",
    async (title, what, options) => {
      if (what.startsWith(".")) await called(["new", "mine"])
      const name = title.replace(/\W+/g, "-")
      await called(["audit", what, ...options.split(" "), "--out", name])
      const line = await lineOf(name)
      // The instance is its whole SPEC there, turned where it is a module's.
      for (const option of options.split(/ (?=--)/))
        expect(`${line} `).toContain(option.startsWith("--instance rare-good") ? option.split(",")[0] : `${option} `)
      const again = await called([...line.split(" ").slice(1), "--out", `${name}-again`])
      expect(again.code, again.stderr).not.toBe(2)
      expect(runOf(`${name}-again`)).toEqual(runOf(name))
      const { cases, runs } = runOf(name)
      expect(Array.isArray(runs) ? runs.length : runs).toBeGreaterThan(0)
      if (cases === undefined) return
      // A case of it, by its own line: a learner's progress is seen on one instance alone.
      const [{ audit, replay }] = cases as ReadonlyArray<{ audit: { runs: ReadonlyArray<object> }; replay: string }>
      await called([...replay.split(" ").slice(1), "--out", "case"])
      expect((runOf("case").runs as ReadonlyArray<object>).map((run) => ({ ...run, checkpoints: [] }))).toEqual(
        audit.runs
      )
    }
  )
})
