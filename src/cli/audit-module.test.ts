/** `coverbound new` and `coverbound audit ./module`, as a person uses them. */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { commandFolder } from "../../properties/command-line/command-process.ts"

const BIN = fileURLToPath(new URL("bin.ts", import.meta.url))
const { called, home } = commandFolder()

const coverbound = (...args: ReadonlyArray<string>) => coverboundIn({}, ...args)
const coverboundIn = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: home,
    env: { ...process.env, NO_COLOR: "1", ...env },
    encoding: "utf8"
  })
  return { code: status, stderr, stdout }
}
const starter = (): string => readFileSync(join(home, "my-variant", "my-variant.ts"), "utf8")
const LEVEL = `${alpha("cli/starter-audit")}`

describe("the starter", () => {
  it("is a folder written once, its algorithm in under 30 lines; each step says the next", async () => {
    const made = await called(["new", "my-variant"])
    expect(made).toMatchObject({ code: 0, stderr: "" })
    expect(made.stdout).toMatch(/\n {2}Next: npx coverbound audit \.\/my-variant\/my-variant\.ts\n$/)
    for (const line of made.stdout.split("\n").filter((one) => /^ {2}\S+$/.test(one)))
      expect(existsSync(join(home, line.trim()))).toBe(true)
    const [, definition] = starter().split("export default")
    expect(definition.trim().split("\n").length).toBeLessThan(30)
    expect(
      starter()
        .split("\n")
        .every((line) => line.length <= 130)
    ).toBe(true)
    expect(JSON.parse(readFileSync(join(home, "my-variant", "package.json"), "utf8")).type).toBe("module")
    const again = await called(["new", "my-variant"])
    expect(again).toMatchObject({ code: 2, stdout: "" })
    expect(again.stderr).toBe("coverbound: name: my-variant (it exists), expected a name that is free here\n")
    expect((await called(["new", "My Variant"])).stderr).toMatch(/name: "My Variant", expected lower-case letters/)
    expect((await called(["new", "passive"])).stderr).toBe(
      'coverbound: name: "passive" (a built-in algorithm), expected a name of its own, such as my-variant\n'
    )
  })

  it("type-checks and audits clean: one page, run.json, certificates", () => {
    const { code, stderr, stdout } = coverbound(
      "audit",
      "./my-variant/my-variant.ts",
      "--level",
      LEVEL,
      "--seed",
      "1",
      "--trials",
      "2",
      "--budget",
      "900",
      "--out",
      "out"
    )
    expect(stderr).toBe("")
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /says weak, improper; its type asks for Prompts, WeakSampling, Rewards; its runs charged\s+the\s+weak\s+oracle/
    )
    expect(stdout).toMatch(/own +✓ supported +\w+ +T_data/)
    expect(stdout).toMatch(/✓ nothing was refuted/)
    const lines = stdout.split("\n")
    expect(lines.length).toBeLessThan(60)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
    const run = JSON.parse(readFileSync(join(home, "out", "run.json"), "utf8"))
    expect(run).toMatchObject({ format: "coverbound-audit-plan", held: true, findings: [], seed: 1 })
    expect(existsSync(join(home, "out", "rare-good-10", "certificates", "T1-identity.json"))).toBe(true)
  }, 600_000)

  it("has the searches of its oracles made as asked for, to the same result", async () => {
    writeFileSync(
      join(home, "again.ts"),
      'import { spannerSampling } from "coverbound"\nexport default { ...spannerSampling, name: "again" }\n'
    )
    const by = async (backend: string) => {
      const audit = "audit ./again.ts --no-type-check --instance rare-good:C=1e3,d=2 --parameters practical,rounds=40"
      const { code, stderr } = await called(
        `${audit} --oracle literal --trials 1 --seed 1 --backend ${backend} --out by-${backend}`.split(" ")
      )
      expect([code, stderr]).toEqual([0, ""])
      return JSON.parse(readFileSync(join(home, `by-${backend}`, "run.json"), "utf8"))
    }
    const [js, auto] = [await by("js"), await by("auto")]
    expect(js.environment.backend).toBe("js")
    expect(auto.environment.backend).toMatch(/^wasm/)
    expect(auto.runs).toEqual(js.runs)
  })

  it("with a type error is refused before it is loaded", async () => {
    writeFileSync(join(home, "typo.ts"), starter().replace("fit.solution()", "fit.solutoin()"))
    const { code, stderr, stdout } = await called(["audit", "./typo.ts"])
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toMatch(/typo\.ts:\d+: error TS2551: Property 'solutoin' does not exist/)
    expect(stderr).toMatch(
      /coverbound: algorithm: \.\/typo\.ts \(1 type error\), expected a module that type-checks, or --no-type-check/
    )
  })
})

describe("a module that does its worst", () => {
  it("is not finished where it makes no progress, never refuted: exit code 4, and JSON stays JSON", () => {
    const head = `console.log("noise"); import { algorithm } from "coverbound"; import * as Schema from "effect/Schema"\n`
    const body = `export default algorithm({ name: "loops", summary: "loops", proper: false, oracle: "weak", claims: [],
      parameters: Schema.Struct({}), fromTheory: () => ({}), practical: () => ({}), run: () => { for (;;) {} } })\n`
    writeFileSync(join(home, "loops.mjs"), head + body)
    const { code, stderr, stdout } = coverbound(
      "audit",
      "./loops.mjs",
      "--trial-seconds",
      "0.5",
      "--json",
      "--out",
      "out"
    )
    expect(code).toBe(4)
    expect(stderr).toMatch(/types were not checked: \.\/loops\.mjs is JavaScript/)
    expect(stderr).toMatch(
      /not run: 2 parts of the plan to the end, of which case rare-good-10, trial 0: computed for more than 0\.5 s/
    )
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({ held: true, runs: 0, findings: [] })
    expect(document.leftOut.join()).toMatch(/case rare-good-10: not finished: computed for more than 0.5 s/)
  })
})

describe("the manual", () => {
  const text = readFileSync(new URL("../../reports/manual/your-own-algorithm.md", import.meta.url), "utf8")
  const code = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, body]) => body)
  const variant = code.find((body) => body.includes("export default algorithm"))!
  const wrongLine = code.find((body) => body.startsWith("  practical:"))!

  it("shows a variant of under 30 lines, and a wrong one that the audit catches", () => {
    expect(variant.split("\n").length).toBeLessThan(30)
    const wrong = variant.replace("  practical: practicalParameters,\n", wrongLine)
    expect(wrong).not.toBe(variant)
    writeFileSync(join(home, "short-search.ts"), wrong)
    const { code, stdout } = coverbound("audit", "./short-search.ts", "--seed", "1", "--trials", "8", "--budget", "1")
    expect(code).toBe(1)
    expect(stdout).toMatch(/own +✗ refuted +evidence +epsilon +1 +≤ 0\.1 +rare-good-1e5/)
    expect(stdout).toMatch(/✗ 1 finding\n/)
  }, 600_000)

  it("as annotations point at the claim in the user's file; the job's summary has the rest; the same again is no worse than a baseline", async () => {
    const summary = join(home, "summary.txt")
    const args = "audit ./short-search.ts --instance rare-good:C=1e5,d=2 --delta 0.1 --parameters practical --trials 8"
    const again = (...more: ReadonlyArray<string>) =>
      coverboundIn(
        { GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: home },
        ...args.split(" "),
        "--no-type-check",
        ...more
      )
    const first = again("--reporter", "github", "--out", "first")
    const line = variant.split("\n").findIndex((one) => one.includes("claims:")) + 1
    expect(first.stdout).toMatch(
      new RegExp(`^::error file=short-search\\.ts,line=${line},title=spanner-only%3A own/epsilon refuted::`)
    )
    expect([first.code, first.stdout.trimEnd().split("\n").length]).toEqual([1, 2])
    expect(readFileSync(summary, "utf8")).toMatch(/\| ❌ refuted \| own\/epsilon \|.*`short-search\.ts:\d+`/)
    const second = again("--out", "second", "--baseline", "first/run.json")
    expect(second.stdout).toMatch(/✓ nothing got worse than the baseline/)
    expect(second.code).toBe(0)
    const wrong = await called([...args.split(" "), "--no-type-check", "--baseline", "short-search.ts"])
    expect(wrong).toMatchObject({ code: 2, stdout: "" })
    expect(wrong.stderr).toMatch(
      /^coverbound: --baseline: "short-search\.ts" \(not JSON\), expected a document of format coverbound-audit/
    )
  })
})
