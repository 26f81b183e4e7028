/** The command as a process: what it prints where, how it ends, and what it leaves on disk. */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const BIN = fileURLToPath(new URL("bin.ts", import.meta.url))
const home = mkdtempSync(join(tmpdir(), "coverbound-cli-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** What a search by WebAssembly is called, on one thread where the machine has no more. */
const WASM = /^wasm \(relaxed SIMD, (1 thread|2 threads)\)$/

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command; `meanwhile` may kill it. */
const coverbound = (
  args: ReadonlyArray<string>,
  meanwhile?: (kill: (signal: NodeJS.Signals) => void) => Promise<void>,
  flags: ReadonlyArray<string> = []
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, BIN, ...args], {
      cwd: home,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let [stdout, stderr] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("error", reject)
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
    meanwhile?.((signal) => child.kill(signal)).catch(reject)
  })

const response = (over: object = {}) => ({ probability: 0.5, features: [1, 0], meanReward: 0.25, ...over })
const good = {
  format: "coverbound-instance",
  version: 1,
  name: "hand-made",
  dimension: 2,
  beta: 0.2,
  rewardRange: 1,
  parameterSet: { kind: "ball", radius: 1 },
  thetaStar: [0.25, 0.75],
  noise: { kind: "bernoulli" },
  prompts: [{ probability: 1, responses: [response(), response({ features: [0, 1], meanReward: 0.75 })] }]
}
const withResponses = (...responses: ReadonlyArray<object>) => ({ ...good, prompts: [{ probability: 1, responses }] })
const second = (over: object) => withResponses(response(), response({ features: [0, 1], meanReward: 0.75, ...over }))

let files = 0
/** A file in the test's own folder; the command is started there and names it as it is. */
const file = (content: string | object, name = `case-${files++}.json`): string => {
  const text = typeof content === "string" ? content : JSON.stringify(content)
  writeFileSync(join(home, name), text)
  return name
}
const on = (content: string | object): ReadonlyArray<string> => ["audit", "passive", "--instance", file(content)]

describe("a wrong call", () => {
  const text = JSON.stringify(good)
  const cases: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, line: RegExp]> = [
    ["a NaN probability", on(text.replace('"probability":0.5', '"probability":NaN')), /JSON at line 1.*"N", expected/],
    ["a negative probability", on(second({ probability: -0.5 })), /responses\[1\]\.probability: -0\.5, expected/],
    ["probabilities that sum to 0.9", on(second({ probability: 0.4 })), /prompts\[0\].*0\.9.*expected.*1/],
    ["a feature of norm above 1", on(second({ features: [0, 1.5] })), /responses\[1\]\.features: norm 1\.5, expected/],
    ["a reward outside [0, R]", on(second({ meanReward: 1.25 })), /responses\[1\]\.meanReward: 1\.25, expected/],
    ["an unrealizable reward", on(second({ meanReward: 0.5 })), /meanReward.*0\.5.*, expected/],
    ["beta 0", on({ ...good, beta: 0 }), /beta: 0, expected/],
    ["a negative beta", on({ ...good, beta: -0.1 }), /beta: -0\.1, expected/],
    ["an unknown field", on({ ...good, gamma: 1 }), /gamma: unknown field, expected one of .*, exact\n/],
    ["a file that is not JSON", on("# an instance\n"), /JSON at line 1, column 1: "#", expected/],
    ["exact quantities that are not so", on({ ...good, exact: { coverage: 3 } }), /exact\.coverage: 3, expected 1\.8/],
    [
      "an unknown exact quantity",
      on({ ...good, exact: { covrage: 3 } }),
      /exact\.covrage: unknown field.*did you mean coverage\?/
    ],
    [
      "a file that is not there",
      ["audit", "passive", "--instance", "nowhere.json"],
      /--instance: "nowhere\.json" \(no such file\)/
    ],
    [
      "an unknown family",
      ["audit", "passive", "--instance", "rare-god:C=10"],
      /instance: "rare-god".*did you mean rare-good\?/
    ],
    [
      "an unknown option of a family",
      ["instance", "rare-good:D=10"],
      /instance: "rare-good:D".*expected an option.*did you mean d\?/
    ],
    ["an unknown option", ["audit", "passive", "--epz", "1"], /--epz: unknown option.*did you mean --eps\?/],
    ["an unknown algorithm", ["audit", "pasive"], /algorithm: "pasive", expected one of.*did you mean passive\?/],
    [
      "no algorithm, on an instance there is not",
      ["audit", "--instance", "rare-god:C=10"],
      /instance: "rare-god".*did you mean rare-good\?/
    ],
    [
      "two sources of parameters",
      ["audit", "passive", "--parameters", "theory,practical"],
      /--parameters: "practical", expected name=number/
    ],
    ["no algorithm", ["audit"], /algorithm: missing, expected one of spanner-sampling/],
    ["an unknown command", ["adit"], /command: "adit".*did you mean audit\?/],
    ["eps 0", ["audit", "passive", "--eps", "0"], /--eps: "0", expected a number > 0/],
    ["half a trial", ["audit", "passive", "--trials", "1.5"], /--trials: "1\.5", expected an integer/],
    [
      "an unknown parameter",
      ["audit", "passive", "--parameters", "pears=3"],
      /parameters\.pears: unknown field.*did you mean pairs\?/
    ],
    ["a parameter out of range", ["audit", "passive", "--parameters", "pairs=0"], /parameters\.pairs: 0, expected/],
    [
      "parameters that no run can have",
      ["audit", "spanner-sampling", "--eps", "1e-30"],
      /parameters\.rounds: .*, expected at most 2\^53/
    ],
    [
      "a folder that is a file",
      ["audit", "passive", "--out", file("")],
      /--out: ".*" \(.* is a file\), expected a folder/
    ],
    [
      "a token algorithm where responses come whole",
      ["audit", "mtss", "--instance", "rare-good:C=100"],
      /--instance: "rare-good:C=100", expected an instance with tokens \(.*since mtss draws token by token/
    ],
    ["no certificate", ["check"], /file: missing, expected one certificate/]
  ]
  it.concurrent.each(cases)("%s: one line, exit 2, nothing written", async (what, args, line) => {
    const out = what.replace(/\W+/g, "-")
    const named = args[0] === "audit" && !args.includes("--out") ? [...args, "--out", out] : args
    const { code, stderr, stdout } = await coverbound(named)
    expect(stderr).toMatch(/^coverbound: [^\n]+, expected [^\n]+\n$/)
    expect(stderr).toMatch(line)
    expect(stdout).toBe("")
    expect(code).toBe(2)
    expect(existsSync(join(home, out))).toBe(false)
  })

  it.concurrent("without a command shows the help, on stderr", async () => {
    const { code, stderr, stdout } = await coverbound([])
    expect([code, stdout]).toEqual([2, ""])
    expect(stderr).toMatch(/audit .*\n(?:.*\n)*.*instance/)
    const help = await coverbound(["audit", "--help"])
    expect([help.code, help.stderr]).toEqual([0, ""])
    expect(help.stdout).toMatch(/--budget-samples/)
  })
})

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
    const checked = await coverbound(["check", ...certificates, "--replay", "1", "--json"])
    expect([checked.code, checked.stderr]).toEqual([0, ""])
    expect(JSON.parse(checked.stdout)).toHaveLength(certificates.length)
    const forged = file(readFileSync(join(home, certificates[0]), "utf8").replace(/"trial":\s*0/, '"trial": 1'))
    const rejected = await coverbound(["check", forged])
    expect([rejected.code, rejected.stderr]).toEqual([1, ""])
    expect(rejected.stdout).toMatch(/✗ rejected/)
  })

  it.concurrent("is the same byte for byte for a seed, whatever the batch; another seed is another run", async () => {
    const args = ["audit", "spanner-sampling", ...SEARCHED, "--oracle", "literal", "--trials", "2"]
    const variants = { a: ["--batch", "1"], b: ["--batch", "37"], c: [], d: ["--seed", "2"] }
    const ends = await Promise.all(
      Object.entries(variants).map(([name, more]) => coverbound([...args, ...more, "--out", `same-${name}`]))
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
      ["js", "wasm"].map((name) => coverbound([...args, "--backend", name, "--out", `by-${name}`]))
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
        coverbound([
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
    const named = file(good, "\u001b[31mred.json")
    const { code, stdout } = await coverbound([
      "audit",
      "passive",
      "--instance",
      named,
      "--eps",
      "0.9",
      "--out",
      "named"
    ])
    expect(code).toBe(0)
    expect(stdout).not.toContain("\u001b")
    expect(stdout).toContain("on \\u{1b}[31mred.json")
    expect(stdout.replace(/\s+/g, " ")).toMatch(/ε = 0.9, .*; a vacuous promise: π_ref itself is within ε/)
  })

  it.concurrent("writes in-toto Statements on request, which check takes", async () => {
    const args = ["audit", "passive", "--instance", file(good), "--in-toto", "--out", "signed"]
    expect((await coverbound(args)).code).toBe(0)
    const all = readdirSync(join(home, "signed", "certificates")).map((name) => join("signed", "certificates", name))
    expect(all.length).toBeGreaterThan(1)
    for (const one of all)
      expect(JSON.parse(readFileSync(join(home, one), "utf8"))._type).toBe("https://in-toto.io/Statement/v1")
    expect((await coverbound(["check", ...all, "--replay", "1"])).code).toBe(0)
  })

  it.concurrent("keeps to a budget, and says so", async () => {
    const { code, stdout } = await coverbound(["audit", "passive", "--budget-rewards", "1e2", "--out", "budget"])
    expect(code).toBe(0)
    expect(stdout).toMatch(/reward queries, T_data +– +100\n/)
    expect(stdout).toMatch(/stopped by the budget +– +3 of 3/)
    expect(stdout.split("\n").every((line) => [...line].length <= 100)).toBe(true)
  })

  it.concurrent("that cannot write its runs in the end fails with 3 and one line", async () => {
    mkdirSync(join(home, "taken", "run.json"), { recursive: true })
    const { code, stderr } = await coverbound(["audit", "passive", "--trials", "1", "--out", "taken"])
    expect(code).toBe(3)
    expect(stderr).toMatch(/^coverbound: taken.run\.json: not written \(E\w+\), expected [^\n]+\n$/)
    expect(readdirSync(join(home, "taken"))).toEqual(["run.json"])
  })
})

describe("an instance", () => {
  it.concurrent("goes out as JSON with its exact quantities and comes back as the same", async () => {
    const first = await coverbound(["instance", "rare-good:C=1e3,d=3,prompts=2"])
    expect([first.code, first.stderr]).toEqual([0, ""])
    const document = JSON.parse(first.stdout)
    expect(document.exact.coverage).toBeGreaterThan(900)
    expect(document.exact.coverage).toBeLessThan(1000)
    expect(document.exact.optimalPolicy).toHaveLength(2)
    expect(document.exact.optimalPolicy[0].reduce((sum: number, p: number) => sum + p, 0)).toBeCloseTo(1, 12)
    const again = await coverbound(["instance", file(first.stdout)])
    expect(again.stdout).toBe(first.stdout)
  })
})

describe("a killed run", () => {
  it.concurrent("leaves the file of the run before it", async () => {
    await coverbound(["audit", "passive", ...QUICK.slice(0, 2), "--trials", "1", "--out", "killed"])
    const before = readFileSync(join(home, "killed", "run.json"), "utf8")
    const { signal } = await coverbound(
      ["audit", "spanner-sampling", "--trials", "500", "--out", "killed"],
      async (kill) => {
        await sleep(1500)
        kill("SIGKILL")
      }
    )
    expect(signal).toBe("SIGKILL")
    expect(readFileSync(join(home, "killed", "run.json"), "utf8")).toBe(before)
  })

  it.concurrent("in the middle of writing leaves a whole file or none", async () => {
    const whole = fileURLToPath(new URL("whole-file.ts", import.meta.url))
    const writer = `
      import { runSync } from "effect/Effect"
      import { writeWhole } from ${JSON.stringify(whole)}
      for (let i = 0; ; i++) runSync(writeWhole("writes", "run.json", JSON.stringify(String(i % 10).repeat(3e6))))`
    // Beside the code, so that its import is found.
    const script = join(dirname(BIN), `.writer-${process.pid}.ts`)
    const path = join(home, "writes", "run.json")
    writeFileSync(script, writer)
    try {
      const kill = async (after: number) => {
        const child = spawn(process.execPath, [script], { cwd: home, stdio: "ignore" })
        const ended = new Promise((resolve) => child.on("close", resolve))
        while (!existsSync(path)) await sleep(5)
        await sleep(after)
        child.kill("SIGKILL")
        await ended
        expect(JSON.parse(readFileSync(path, "utf8"))).toHaveLength(3e6)
        rmSync(path)
      }
      for (const after of [0, 3, 11, 26]) await kill(after)
    } finally {
      rmSync(script, { force: true })
    }
  })

  it.concurrent("that is interrupted keeps the trials that were finished", async () => {
    const args = ["audit", "spanner-sampling", ...QUICK, "--trials", "1000000", "--out", "interrupted"]
    const { code, stderr } = await coverbound(args, async (kill) => {
      await sleep(3000)
      kill("SIGINT")
    })
    expect(code).toBe(130)
    // On a machine so busy that not one trial was done there is nothing to keep.
    if (!existsSync(join(home, "interrupted"))) return
    expect(stderr).toMatch(/Interrupted; what was finished is in /)
    const { value } = runOf("interrupted")
    expect(value.interrupted).toMatch(/after \d+ of 1000000 trials/)
    expect(value.runs.length).toBeGreaterThan(0)
  })
})
