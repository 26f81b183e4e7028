/** The command: how a wrong call ends, and what is printed where; as a process what only a process shows. */
import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import {
  commandFolder,
  handMade as good,
  handMadeResponse as response
} from "../../properties/command-line/command-process.ts"

const { called, coverbound, file, home } = commandFolder()

const second = (over: object) => ({
  ...good,
  prompts: [{ probability: 1, responses: [response(), response({ features: [0, 1], meanReward: 0.75, ...over })] }]
})
const on = (content: string | object): ReadonlyArray<string> => ["audit", "passive", "--instance", file(content)]

describe("a wrong call", () => {
  const text = JSON.stringify(good)
  const cases: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, line: RegExp]> = [
    [
      "a NaN probability",
      on(text.replace('"probability":0.5', '"probability":NaN')),
      /JSON at line 1.*"NaN", expected/
    ],
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
    ["an unknown command, asked for help", ["nosuch", "--help"], /command: "nosuch", expected one of audit, /],
    ["help of an unknown command", ["--help", "nosuch"], /command: "nosuch", expected one of audit, /],
    ["a version of an unknown command", ["adit", "--version"], /command: "adit".*did you mean audit\?/],
    ["completions of an unknown command", ["--completions", "bash", "adit"], /command: "adit".*did you mean audit\?/],
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
    ["no certificate", ["check"], /file: missing, expected one certificate/],
    ["a file that is none", ["check", file({ a: 1 })], /file: "case-\d+\.json" \(no format\), expected a certificate/],
    [
      "a text that is none",
      ["check", file("# notes\n")],
      /file: "case-\d+\.json" \(not JSON\), expected a certificate/
    ],
    [
      "a run instead",
      ["check", file({ format: "coverbound-audit" })],
      /\(format "coverbound-audit"\), expected a certificate/
    ]
  ]
  it.each(cases)("%s: one line, exit 2, nothing written", async (what, args, line) => {
    const out = what.replace(/\W+/g, "-")
    const named = args[0] === "audit" && !args.includes("--out") ? [...args, "--out", out] : args
    const { code, stderr, stdout } = await called(named)
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
    const help = await called(["audit", "--help"])
    expect([help.code, help.stderr]).toEqual([0, ""])
    expect(help.stdout).toMatch(/--budget-samples/)
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
    const again = await called(["instance", file(first.stdout)])
    expect(again.stdout).toBe(first.stdout)
  })
})

describe("a reader that has seen enough", () => {
  const bin = fileURLToPath(new URL("bin.ts", import.meta.url))
  const cut = (args: ReadonlyArray<string>) =>
    new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [bin, ...args], { cwd: home, stdio: ["ignore", "pipe", "pipe"] })
      let stderr = ""
      child.stderr.on("data", (text: Buffer) => (stderr += text.toString()))
      child.stdout.destroy()
      child.on("close", (code) => resolve({ code, stderr }))
    })
  const quadratic = file("N,time\n1,1\n2,4\n4,16\n8,64\n16,256\n32,1024\n64,4096\n", "quadratic.csv")
  const certificate = readFileSync(
    new URL("../../reports/reference/reports/audit/certificates/T3-size.json", import.meta.url),
    "utf8"
  )
  const cases: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, code: number]> = [
    ["a model is refuted", ["scaling", quadratic, "--model", "a + b*N", "--out", "cut"], 1],
    ["a model is refuted, for a machine", ["scaling", quadratic, "--model", "a + b*N", "--out", "cut", "--json"], 1],
    ["a certificate is rejected", ["check", file(certificate.replace('"supported"', '"refuted"'), "changed.json")], 1],
    ["the call is wrong", ["check", file("{}", "empty.json")], 2],
    ["all is well", ["list"], 0],
    ["what comes is long", ["instance", "rare-good:C=100,d=2,prompts=2000"], 0]
  ]
  it.concurrent.each(cases)("leaves the exit code where %s", async (_, args, code) => {
    const ended = await cut(args)
    expect([ended.code, ended.stderr.includes("internal error")]).toEqual([code, false])
  })
})

it.concurrent("ends with what was found where nobody reads stderr", async () => {
  const bin = fileURLToPath(new URL("bin.ts", import.meta.url))
  const args = ["audit", "passive", "--instance", "rare-good:C=10,d=2", "--trials", "1", "--out", "unread", "--json"]
  const child = spawn(process.execPath, [bin, ...args], { cwd: home, stdio: ["ignore", "ignore", "pipe"] })
  child.stderr.destroy()
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0)
  expect(existsSync(join(home, "unread", "run.json"))).toBe(true)
})
