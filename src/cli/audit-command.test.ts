/** `coverbound audit` of one algorithm on one instance: what it prints where, how it ends, and what it leaves on disk. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { certificateDigest } from "../checker/check.ts"
import { commandFolder, handMade } from "../../properties/command-line/command-process.ts"

const { called, coverbound, file, home } = commandFolder()

/** What a search by WebAssembly is called, on one thread where the machine has no more. */
const WASM = /^wasm \(relaxed SIMD, (1 thread|2 threads)\)$/

const QUICK = ["--instance", "rare-good:C=20,d=2", "--parameters", "practical,rounds=40"]
/** Where literal searches are long enough for a kernel. */
const SEARCHED = ["--instance", "rare-good:C=1e3,d=2", "--parameters", "practical,rounds=40"]

/** A run.json: its text without the timings, which stand last, and the value. */
const runOf = (folder: string) => {
  const text = readFileSync(join(home, folder, "run.json"), "utf8")
  const [untimed] = text.split('\n  "timings": ')
  return { untimed, value: JSON.parse(text) as Record<string, unknown> & { runs: ReadonlyArray<unknown> } }
}

describe("an audit", () => {
  it.concurrent("with --json puts one document on stdout, exits 0, and leaves run.json and certificates", async () => {
    const { code, stderr, stdout } = await coverbound([
      "audit",
      "spanner-sampling",
      ...QUICK,
      "--json",
      "--out",
      "json"
    ])
    expect(code).toBe(0)
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({ algorithm: "spanner-sampling", oracle: "exact-law", seed: 1, trials: 3 })
    expect(document.instance).toMatch(/^rare-good:C=20/)
    expect(document.parameters.rounds).toBe(40)
    expect(document.ledger.rewardQueries).toMatch(/^\d+$/)
    expect(document.ledger.samplingQueries).toMatch(/^\d+$/)
    expect(document.suboptimality).toBeGreaterThanOrEqual(0)
    for (const verdict of document.verdicts) {
      expect(Object.keys(verdict)).toEqual(expect.arrayContaining(["theorem", "verdict", "level", "measured", "bound"]))
      expect(verdict.verdict).not.toBe("refuted")
    }
    expect(stderr).toMatch(/run\.json/)
    expect(runOf("json").value).toMatchObject({
      ...document,
      environment: { node: process.versions.node, backend: "js" }
    })
    expect(runOf("json").value.runs).toHaveLength(3)

    const certificates = readdirSync(join(home, "json", "certificates")).map((name) =>
      join("json", "certificates", name)
    )
    const checked = await called(["check", ...certificates, "--replay", "1", "--json"])
    expect([checked.code, checked.stderr]).toEqual([0, ""])
    const grades = (JSON.parse(checked.stdout) as ReadonlyArray<{ grade: string; nature: string; part: string }>).map(
      ({ grade, nature, part }) => `${part}: ${grade}, ${nature}`
    )
    expect(grades).toHaveLength(certificates.length)
    expect(grades).toContain("bound: recomputed, checked")
    expect(grades).toContain("failure: replayed 1 of 3, evidence")
    // Without a number: as many as fit into ten seconds; without any, the document's own word.
    const bare = await called(["check", ...certificates.filter((name) => name.includes("T6-cost"))])
    expect(bare.stdout).toMatch(/✓ replayed [123] of 3 .*T6-cost/)
    const unreplayed = await called(["check", ...certificates, "--replay", "0"])
    expect(unreplayed.stdout).toMatch(/\? as stated .*T6-cost/)
    expect(unreplayed.stdout).not.toMatch(/✓ accepted/)
    // A Coq file of what has one; asked for of nothing that has one, the call is wrong.
    const some = await called(["check", ...certificates, "--replay", "0", "--emit-coq"])
    expect([some.code, some.stdout.includes("T2_bound.v")]).toEqual([0, true])
    const none = await called([
      "check",
      certificates.find((n) => n.includes("T6-cost"))!,
      "--replay",
      "0",
      "--emit-coq"
    ])
    expect([none.code, none.stdout.includes("No Coq file: T6/cost has no Coq form")]).toEqual([2, true])
    expect(none.stderr).toMatch(/--emit-coq: no file written, expected a certificate of T1\/identity, /)
    const forged = file(readFileSync(join(home, certificates[0]), "utf8").replace(/"trial":\s*0/, '"trial": 1'))
    const rejected = await called(["check", forged])
    expect([rejected.code, rejected.stderr]).toEqual([1, ""])
    expect(rejected.stdout).toMatch(/✗ rejected/)

    // One that cannot be run again here does not lose what the others showed.
    const cost = certificates.find((name) => name.includes("T6-cost"))!
    const stranger = JSON.parse(readFileSync(join(home, cost), "utf8")) as {
      algorithm: { name: string }
      digest: string
    }
    stranger.algorithm.name = "nobodys"
    stranger.digest = certificateDigest(stranger as never)
    const batch = await called(["check", file(JSON.stringify(stranger)), cost, "--replay", "1", "--json"])
    expect(batch.code).toBe(2)
    expect(batch.stderr).toMatch(/nobodys/)
    expect((JSON.parse(batch.stdout) as ReadonlyArray<{ grade: string }>).map(({ grade }) => grade)).toEqual([
      "as stated",
      "replayed 1 of 3"
    ])
  })

  it.concurrent("is the same byte for byte for a seed, whatever the batch; another seed is another run", async () => {
    const args = ["audit", "spanner-sampling", ...SEARCHED, "--oracle", "literal", "--trials", "2"]
    const variants = { a: ["--batch", "1"], b: ["--batch", "37"], c: [], d: ["--seed", "2"] }
    const ends = await Promise.all(
      Object.entries(variants).map(([name, more]) =>
        (name === "a" ? coverbound : called)([...args, ...more, "--out", `same-${name}`])
      )
    )
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    const [a, b, c, d] = Object.keys(variants).map((name) => runOf(`same-${name}`).untimed)
    expect(b).toBe(a)
    expect(c).toBe(a)
    expect(d).not.toBe(a)
    const { environment } = runOf("same-a").value
    expect(environment).toMatchObject({ backend: expect.stringMatching(WASM) })
    const [certificate] = readdirSync(join(home, "same-a", "certificates"))
    const certified = JSON.parse(readFileSync(join(home, "same-a", "certificates", certificate), "utf8"))
    expect(certified).toMatchObject({ environment: { backend: expect.stringMatching(WASM) } })
    expect(ends[1].stdout.replace(/\d[^\n]* m?s\.|same-\w/g, "")).toBe(
      ends[2].stdout.replace(/\d[^\n]* m?s\.|same-\w/g, "")
    )
  })

  it.concurrent("keeps WebAssembly out on request, to the same result", async () => {
    const args = ["audit", "spanner-sampling", ...SEARCHED, "--oracle", "literal", "--trials", "1"]
    const both = await Promise.all(
      ["js", "wasm"].map((name) => called([...args, "--backend", name, "--out", `by-${name}`]))
    )
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    const [js, wasm] = ["js", "wasm"].map((name) => runOf(`by-${name}`).value)
    expect([js, wasm].map(({ environment }) => environment)).toMatchObject([
      { backend: "js" },
      { backend: expect.stringMatching(WASM) }
    ])
    expect(js.runs).toEqual(wasm.runs)
  })

  // V8 keeps WebAssembly SIMD from processors without SSE4.1, which this one then is.
  it.skipIf(process.arch !== "x64")("ends with 3 where the backend that was named is missing", async () => {
    const args = ["audit", "spanner-sampling", ...QUICK, "--oracle", "literal", "--trials", "1"]
    const old = (...more: ReadonlyArray<string>) => coverbound([...args, ...more], undefined, ["--no-enable-sse4-1"])
    const { code, stderr } = await old("--backend", "wasm", "--out", "missing")
    expect([code, stderr]).toEqual([
      3,
      "coverbound: wasm: WebAssembly has no SIMD here; run Node 22.19 or newer on a processor with SSE4.1 or NEON\n"
    ])
    expect(existsSync(join(home, "missing"))).toBe(false)
    expect((await old("--out", "without")).code).toBe(0)
    expect(runOf("without").value["environment"]).toMatchObject({ backend: "js" })
  })

  it.concurrent("makes wide tables of the exact law by WebAssembly, or not, to the same result", async () => {
    const wide = ["--instance", "corpus", "--parameters", "practical,prompts=3,rounds=2", "--trials", "1"]
    const ends = await Promise.all(
      ["js", "wasm"].map((name) =>
        called([
          "audit",
          "spanner-sampling",
          ...wide,
          "--oracle",
          "exact-law",
          "--backend",
          name,
          "--out",
          `law-${name}`
        ])
      )
    )
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""]
    ])
    const [js, wasm] = ["js", "wasm"].map((name) => runOf(`law-${name}`).value)
    expect([js, wasm].map(({ environment }) => environment)).toMatchObject([
      { backend: "js" },
      { backend: expect.stringMatching(WASM) }
    ])
    expect(js.runs).toEqual(wasm.runs)
  })

  it.concurrent("obeys no name, and says when a promise is vacuous", async () => {
    const named = file(handMade, "\u001b[31mred.json")
    const { code, stdout } = await called(["audit", "passive", "--instance", named, "--eps", "0.9", "--out", "named"])
    expect(code).toBe(0)
    expect(stdout).not.toContain("\u001b")
    expect(stdout).toContain("on \\u{1b}[31mred.json")
    expect(stdout.replace(/\s+/g, " ")).toMatch(/ε = 0.9, .*; a vacuous promise: π_ref itself is within ε/)
  })

  it.concurrent("is made again by the call in its report, in units of reward", async () => {
    const doubled = file({ ...handMade, rewardRange: 2, parameterSet: { kind: "ball", radius: 2 } }, "doubled.json")
    expect((await called(["audit", "passive", "--instance", doubled, "--eps", "0.3", "--out", "doubled"])).code).toBe(0)
    const { stdout } = await called(["report", "doubled", "--format", "json"])
    expect((JSON.parse(stdout) as { sources: ReadonlyArray<{ command: string }> }).sources[0].command).toMatch(
      /^coverbound audit passive --instance doubled\.json --eps 0\.3 /
    )
  })

  it.concurrent("writes in-toto Statements on request, which check takes", async () => {
    const args = ["audit", "passive", "--instance", file(handMade), "--in-toto", "--out", "signed"]
    expect((await called(args)).code).toBe(0)
    const all = readdirSync(join(home, "signed", "certificates")).map((name) => join("signed", "certificates", name))
    expect(all.length).toBeGreaterThan(1)
    for (const one of all)
      expect(JSON.parse(readFileSync(join(home, one), "utf8"))._type).toBe("https://in-toto.io/Statement/v1")
    expect((await called(["check", ...all, "--replay", "1"])).code).toBe(0)
  })

  it.concurrent("keeps to a budget, and says so", async () => {
    const { code, stdout } = await called(["audit", "passive", "--budget-rewards", "1e2", "--out", "budget"])
    expect(code).toBe(0)
    expect(stdout).toMatch(/reward queries, T_data +– +100\n/)
    expect(stdout).toMatch(/stopped by the budget +– +3 of 3/)
    expect(stdout.split("\n").every((line) => [...line].length <= 100)).toBe(true)
  })

  it.concurrent("that cannot write its runs in the end fails with 3 and one line", async () => {
    mkdirSync(join(home, "taken", "run.json"), { recursive: true })
    const { code, stderr } = await called(["audit", "passive", "--trials", "1", "--out", "taken"])
    expect(code).toBe(3)
    expect(stderr).toMatch(/^coverbound: taken.run\.json: not written \(E\w+\), expected [^\n]+\n$/)
    // The folder in the way, and what was finished: a second call has nothing to run.
    expect(readdirSync(join(home, "taken"))).toEqual(["journal.sqlite", "run.json"])
  })
})
