import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { arithmeticChecks } from "../../../properties/arbitrary/arithmetic-checks.ts"
import { commandFolder } from "../../../properties/command-line/command-process.ts"

const { called, coverbound, file, home } = commandFolder()
const DRAWS = join("stopped", "draws.jsonl")
const lines = (rewards: ReadonlyArray<number>): string =>
  rewards.map((reward) => `${JSON.stringify({ prompt: "1+1=", response: `${reward}`, reward })}\n`).join("")

describe("coverbound coverage", () => {
  it("of four draws and one success: pass@{1, 2, 4} = {0.25, 0.5, 1}, in every form", async () => {
    const name = file(lines([0, 1, 0, 0]), "four.jsonl")
    const { code, stderr, stdout } = await called(["coverage", "--samples", name, "--json", "--out", "four"])
    expect([code, stderr]).toEqual([0, ""])
    const document = JSON.parse(stdout) as {
      readonly populations: ReadonlyArray<{
        readonly pass: ReadonlyArray<{ readonly k: number; readonly estimate: number }>
        readonly notes: ReadonlyArray<string>
      }>
      readonly sampling: object
    }
    expect(document.populations[0].pass.map(({ estimate, k }) => [k, estimate])).toEqual([
      [1, 0.25],
      [2, 0.5],
      [4, 1]
    ])
    expect(document.populations[0].notes[0]).toMatch(/^not stated: temperature/)
    expect(readFileSync(join(home, "four", "coverage.json"), "utf8")).toBe(stdout)
    const csv = readFileSync(join(home, "four", "pass-at-k.csv"), "utf8").split("\r\n")
    expect(csv.slice(0, 2)).toEqual([
      "source,k,estimate,lower,upper",
      expect.stringMatching(/four\.jsonl,1,0\.25,0\.00/)
    ])
    expect(readFileSync(join(home, "four", "pass-at-k.svg"), "utf8")).toMatch(/^<svg[^>]* xmlns="http:.*<path/s)
    expect(existsSync(join(home, "four", "coverage-profile.csv"))).toBe(true)
    // The call on its page is the whole of it.
    const page = await called(["report", "four", "--format", "md"])
    expect(page.stdout).toMatch(
      /coverbound coverage --samples \S+ --level 0\.05 --k 4 --beta 0\.1 --d 5 --eps 0\.1 --delta 0\.02 --success 1`/
    )
    const byPrompt = readFileSync(join(home, "four", "coverage-by-prompt.csv"), "utf8")
    expect(byPrompt).toContain("1+1=,4,1,0.25,")
  })

  it("compares a known law with samples, and says what draws cannot", async () => {
    const name = file(lines(Array.from({ length: 60 }, () => 0)), "none.jsonl")
    const spec = "rare-good:C=4,d=2"
    const stated = ["--temperature", "0.8", "--top-p", "1", "--top-k", "0", "--repeats", "kept"]
    const { code, stdout } = await called(["coverage", spec, "--samples", name, ...stated, "--k", "8"])
    expect(code).toBe(0)
    const said = stdout.replace(/\s+/g, " ")
    expect(said).toContain("temperature 0.8: figures are of the law at that temperature")
    expect(said).toContain("1 of 1 prompts saw no success: their draws give only a lower bound on C_x")
    expect(said).toMatch(/Do the pass@k curves cross\? A, B: no crossing up to k = \d: A is above/)
    expect(said).toMatch(/ B \S*none\.jsonl: 1 prompts/)
    expect(said).toMatch(/passive T_data [\d,]+ ≥ [\d,]+/)
  })

  it("tells files apart by what differs in their paths, at the terminal and in a report", async () => {
    for (const name of ["a", "b"]) mkdirSync(join(home, "runs", name), { recursive: true })
    const [a, b] = ["a", "b"].map((name) => file(lines([0, 1]), `runs/${name}/s.jsonl`))
    const one = await called(["coverage", "--samples", a, "--out", "one"])
    expect(one.stdout).toMatch(/^ {2}s\.jsonl {2}runs\/a\/s\.jsonl: 1 prompts, 2 draws$/m)
    const two = await called(["coverage", "--samples", a, "--samples", b, "--out", "two"])
    const page = await called(["report", "two", "--format", "md"])
    expect(two.stdout).toMatch(/\? undecided: a\/s\.jsonl, b\/s\.jsonl: undecided/)
    expect(page.stdout).toMatch(/pass@k of a\/s\.jsonl and b\/s\.jsonl: undecided/)
  })

  it("of a source that is drawn from pays once, and writes its samples to be read again", async () => {
    const prompts = file(["74-9=", "20*2="].map((prompt) => JSON.stringify({ prompt })).join("\n"), "q.jsonl")
    const call = ["coverage", "--embedded", "1M", "--prompts", prompts, "--checks", arithmeticChecks]
    const drawn = [...call, "--max-tokens", "6", "--draws", "200", "--out", "drawn", "--json"]
    const [first, again] = [await coverbound(drawn), await called(drawn)]
    expect([first.code, first.stderr, again.stdout]).toEqual([0, "", first.stdout])
    const asked = readFileSync(join(home, "drawn", "draws.jsonl"), "utf8").match(/"ask"/g)
    expect(asked).toHaveLength(2 * 25)
    const read = await called(["coverage", "--samples", "drawn/samples.jsonl", "--json", "--out", "read"])
    const [a, b] = [first.stdout, read.stdout].map(
      (text) =>
        (JSON.parse(text) as { readonly populations: ReadonlyArray<{ readonly pass: unknown }> }).populations[0].pass
    )
    expect(b).toEqual(a)
  })

  it("of a source that is drawn from hears a signal between two requests, and says how to go on", async () => {
    const prompts = file(JSON.stringify({ prompt: "20*2=" }), "one.jsonl")
    const call = ["coverage", "--embedded", "1M", "--prompts", prompts, "--checks", arithmeticChecks]
    const endless = [...call, "--max-tokens", "6", "--draws", "10000000", "--out", "stopped"]
    const { code, stderr } = await coverbound(endless, async (kill) => {
      while (!/"got"/.test(existsSync(join(home, DRAWS)) ? readFileSync(join(home, DRAWS), "utf8") : ""))
        await sleep(50)
      kill("SIGINT")
    })
    expect(code).toBe(130)
    expect(stderr).toContain(`What was paid for is kept in ${DRAWS}. To go on: coverbound coverage --embedded 1M`)
  })

  it("of a source that is drawn from says how many draws were cut off", async () => {
    const prompts = file(JSON.stringify({ prompt: "74*29=" }), "long.jsonl")
    const call = ["coverage", "--embedded", "125k", "--prompts", prompts, "--checks", arithmeticChecks]
    const { code, stdout } = await called([...call, "--max-tokens", "1", "--draws", "32", "--out", "cut"])
    expect(code).toBe(0)
    const samples = readFileSync(join(home, "cut", "samples.jsonl"), "utf8")
    const cut = samples.match(/"finished":false/g)!.length
    expect(cut).toBeGreaterThan(16)
    expect(stdout.replace(/\s+/g, " ")).toContain(`${cut} draws were cut off (by --max-tokens, or finish_reason`)
  })

  it("refuses a file that is no samples with one line", async () => {
    const { code, stderr } = await called(["coverage", "--samples", file('{"prompt":"a"}\n', "bad.jsonl")])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^coverbound: .*bad\.jsonl: line 1: fields prompt, expected prompt, response and reward;.*\n$/
    )
  })

  it.each([
    [[], "coverage: no source, expected a SPEC, --samples FILE, --server URL or --embedded MODEL"],
    [["--samples", "missing.jsonl"], '--samples: "missing.jsonl" (no such file), expected a readable file'],
    [["rare-god"], /^instance: "rare-god", expected one of arithmetic, .*did you mean rare-good/],
    [["rare-good", "--k", "0"], /k/]
  ])("refuses %j with one line", async (args, line) => {
    const { code, stderr } = await called(["coverage", ...args, "--out", "refused"])
    expect(code).toBe(2)
    const [first, ...more] = stderr.trimEnd().split("\n")
    expect(first.replace(/^coverbound: /, "")).toEqual(typeof line === "string" ? line : expect.stringMatching(line))
    if (typeof line === "string") expect(more).toEqual([])
    expect(existsSync(join(home, "refused"))).toBe(false)
  })
})
