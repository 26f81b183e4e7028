/** Live audits as a person calls them: against a server of the tests' own, killed and taken up again, and embedded. */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterEach, describe, expect, it } from "vitest"
import { arithmeticChecks } from "../../../properties/arbitrary/arithmetic-checks.ts"
import { checkpointBackend } from "../../../properties/arbitrary/checkpoint-backend.ts"
import {
  type AskedBody,
  type Misbehaviour,
  serveCompletions,
  type TestServer
} from "../../../properties/arbitrary/completions-server.ts"
import { Stream } from "../../numeric/stream.ts"
import { NEUTRAL } from "../../server/sampling-fields.ts"
import { commandFolder } from "../../../properties/command-line/command-process.ts"

const { called, coverbound, file, home } = commandFolder()
const backend = checkpointBackend("1M")
const servers: Array<TestServer> = []
const serve = async (wrong: Misbehaviour = {}): Promise<TestServer> => {
  const server = await serveCompletions(backend, wrong)
  servers.push(server)
  return server
}
afterEach(() => servers.splice(0).forEach(({ close }) => close()))

const prompts = file(
  ["74-9=", "92-26=", "20*2=", "71*2="].map((prompt) => JSON.stringify({ prompt })).join("\n"),
  "q.jsonl"
)
const ON = ["--prompts", prompts, "--checks", arithmeticChecks, "--coverage", "20", "--max-tokens", "6"]
const LONG = process.env["COVERBOUND_LONG"] !== undefined
const SMALL = [
  ...ON,
  "--parameters",
  "practical,prompts=20,rounds=3",
  "--answers",
  "10",
  "--answer-draws",
  "20",
  "--batch",
  "16"
]

interface Document {
  readonly runs: ReadonlyArray<{
    readonly ledger: { readonly samplingQueries: string; readonly rewardQueries: string }
    readonly learning: {
      readonly bought: { readonly draws: number; readonly requests: number }
      readonly used: number
      readonly unused: number
    }
    readonly evaluation: { readonly bought: { readonly requests: number; readonly draws: number } }
    readonly transcript: unknown
  }>
  readonly resumed: { readonly kept: number; readonly lost: number }
  readonly verdicts: ReadonlyArray<{ readonly theorem: string; readonly part: string; readonly verdict: string }>
}
const documentIn = (folder: string): Document =>
  JSON.parse(readFileSync(join(home, folder, "run.json"), "utf8")) as Document

/** Requests by their seeds: the probe has seed 0. */
const drawn = (asked: ReadonlyArray<AskedBody>): ReadonlyArray<number> =>
  asked.filter(({ seed }) => seed !== 0).map(({ seed }) => seed!)

describe("a live audit", () => {
  it("draws from the model's own law, pays for what its ledger says, and says what it cannot know", async () => {
    const server = await serve()
    const { code, stderr, stdout } = await coverbound([
      "audit",
      "spanner-sampling",
      "--server",
      server.base,
      ...SMALL,
      "--price",
      "1,2",
      "--out",
      "plain"
    ])
    expect([code, stderr]).toEqual([0, ""])
    for (const body of server.asked) expect(body).toMatchObject({ ...NEUTRAL, stream: false })
    const seeds = drawn(server.asked)
    // No two choices of a run share a seed on servers that number them.
    const taken = server.asked.flatMap(({ n, seed }) =>
      seed === 0 ? [] : Array.from({ length: n }, (_, i) => seed! + i)
    )
    expect(new Set(taken).size).toBe(taken.length)
    const { runs, verdicts } = documentIn("plain")
    const [{ evaluation, learning, ledger }] = runs
    expect(learning.bought.requests + evaluation.bought.requests).toBe(seeds.length)
    expect(learning.bought.draws + evaluation.bought.draws).toBe(taken.length)
    expect(learning.used + learning.unused).toBe(learning.bought.draws)
    expect(ledger.samplingQueries).toBe(`${learning.used}`)
    const clause = (name: string) => verdicts.find(({ part, theorem }) => `${theorem} ${part}` === name)?.verdict
    for (const held of ["T3 size", "T4 potential", "T6 cost", "live ledger"])
      expect(clause(held), held).toBe("supported")
    // Practical parameters are not T7's: what its counts promise is said to hold here all the same.
    for (const part of ["T_data", "T_comp"])
      expect(verdicts.find((one) => one.theorem === "T7" && one.part === part)).toMatchObject({ unpromised: "holds" })
    expect(clause("live promise")).toBe("undecided")
    expect(stdout).toMatch(/promised +C_cov ≤ 20; nobody can compute it here/)
    expect(stdout).toMatch(/dollars +0\.\d{4}/)
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it("keeps the key out of everything it writes, and sends it", async () => {
    const server = await serve({
      first: (_, response) => !!response.writeHead(401).end("Incorrect API key provided: sk-secret")
    })
    process.env["COVERBOUND_API_KEY"] = "sk-secret"
    try {
      const { code, stderr, stdout } = await coverbound([
        "audit",
        "spanner-sampling",
        "--server",
        server.base,
        ...SMALL,
        "--out",
        "keyed"
      ])
      expect(code).toBe(3)
      expect(server.headers[0].authorization).toBe("Bearer sk-secret")
      expect(stderr).toMatch(/refuses the request: 401 Incorrect API key provided: …/)
      expect(stdout + stderr + readFileSync(join(home, "keyed", "draws.jsonl"), "utf8")).not.toContain("sk-secret")
    } finally {
      delete process.env["COVERBOUND_API_KEY"]
    }
  })
})

const EMBEDDED = ["--embedded", "1M", "--prompts", prompts, "--coverage", "20", "--max-tokens", "6"]
const QUICK = ["--parameters", "practical,prompts=6,rounds=1", "--answers", "10", "--answer-draws", "20", "--json"]

describe("a module of checks", () => {
  it("that is not there is named by its option", async () => {
    const { code, stderr } = await called(["audit", "passive", ...EMBEDDED, "--checks", "./none.ts"])
    expect([code, stderr]).toEqual([
      2,
      'coverbound: --checks: "./none.ts" (no such file), expected a module that exports checks and reward\n'
    ])
  })

  it("that throws or hangs on a response costs that response, and is told of", async () => {
    const checks = file(
      `export const checks = {
  "a number": (p, r) => /^\\d+$/.test(r),
  throws: (p, r) => { if (r.startsWith("6")) throw new Error("boom"); return true },
  hangs: (p, r) => { if (r === "146") for (;;); return r.length / 6 }
}
export const reward = (p, r) => p.prompt.length === 5 && r.length === 2`,
      "rough.mjs"
    )
    const call = [
      "audit",
      "best-of-n-elliptic",
      ...EMBEDDED,
      "--checks",
      `./${checks}`,
      "--check-seconds",
      "1",
      "--out",
      "rough"
    ]
    const { code, stderr, stdout } = await called([
      ...call,
      "--parameters",
      "practical,draws=60,rounds=3",
      "--answers",
      "4",
      "--answer-draws",
      "9"
    ])
    expect([code, stderr]).toEqual([0, ""])
    const said = stdout.replace(/\s+/g, " ")
    expect(said).toMatch(
      /! checks failed on \d+ responses, rewards on 0; they count as 0\. The first: checks failed on "\d+": (Error: boom \(at rough\.mjs:3:\d+\)|computed for more than 1 s)/
    )
    expect(said).toContain("d = 3 (a number, throws, hangs)")
  })

  /** Both in the longer step. */
  const silent: ReadonlyArray<readonly [what: string, checks: string, reward: string]> = [
    ["the reward", "{ one: () => 1 }", '() => { throw new Error("no key") }'],
    ["checks", '{ one: () => { throw new Error("no key") } }', "() => 1"]
  ]
  it.each(silent.slice(0, LONG ? 2 : 1))(
    "of which %s never gives anything ends as not run",
    async (what, checks, reward) => {
      const module = file(`export const checks = ${checks}\nexport const reward = ${reward}`, "silent.mjs")
      const call = [
        "audit",
        "best-of-n-elliptic",
        ...EMBEDDED,
        "--checks",
        `./${module}`,
        "--out",
        `silent-${what.length}`
      ]
      const { code, stderr } = await called([...call, "--parameters", "practical,draws=20,rounds=2", "--answers", "0"])
      const line = new RegExp(`^coverbound: not run: ${what} failed on every one of \\d+ responses: .*no key`)
      expect([code, stderr]).toEqual([4, expect.stringMatching(line)])
    }
  )

  /** All of them in CI's longer step. */
  const wrong: ReadonlyArray<readonly [code: string, line: RegExp]> = [
    [
      "export const checks = { one: () => Math.random() }, reward = () => 1",
      /checks: another value when asked again, expected one of the response alone \(response "/
    ],
    ["export const reward = () => 1", /wrong\.mjs: checks: missing, expected named functions, or one that gives φ/],
    [
      "export const checks = { one: () => 2 }, reward = () => 1",
      /checks\.one: 2, expected true, false or a number in \[0, 1\] \(response "/
    ],
    [
      "export const checks = () => [1, 1], reward = () => 1",
      /checks: φ of length 1\.414\d*, expected at most 1 \(response "/
    ],
    [
      "export const checks = { one: () => 1 }, reward = () => NaN",
      /reward: NaN, expected a number in \[0, 1\] \(response "/
    ],
    ["process.exit(0)", /while it was loaded, it called process\.exit\(0\)/]
  ]
  it.skipIf(!LONG).each(wrong)("is refused with one line: %s", async (code, line) => {
    const checks = file(code, "wrong.mjs")
    const ended = await called([
      "audit",
      "passive",
      ...EMBEDDED,
      "--checks",
      `./${checks}`,
      "--parameters",
      "practical,pairs=4",
      "--out",
      `wrong-${code.length}`
    ])
    expect(ended.code).toBe(2)
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1)
    expect(ended.stderr).toMatch(line)
  })
})

describe("an algorithm of one's own", () => {
  it.skipIf(!LONG)("runs live as any other, from its sandbox", async () => {
    const mine = file(
      'import { spannerSampling } from "coverbound"\nexport default { ...spannerSampling, name: "mine" }\n',
      "mine.ts"
    )
    const call = ["--checks", arithmeticChecks, ...EMBEDDED, ...QUICK]
    const [own, builtIn] = [
      await called(["audit", `./${mine}`, "--no-type-check", ...call, "--out", "own"]),
      await called(["audit", "spanner-sampling", ...call, "--out", "built-in"])
    ]
    expect([own.code, builtIn.code]).toEqual([0, 0])
    expect(documentIn("own").runs).toEqual(documentIn("built-in").runs)
  })
})

describe("a call", () => {
  const PLACE = ["--prompts", prompts, "--checks", arithmeticChecks]
  const refused: ReadonlyArray<readonly [flags: ReadonlyArray<string>, line: RegExp]> = [
    [["--server", "http://user:secret@host"], /--server: no such address, expected/],
    [
      ["--server", "http://127.0.0.1:9", "--coverage", "1e6"],
      /--budget-samples: missing, expected a limit on draws that are paid for: practical parameters set aside up to \d+/
    ],
    [
      ["--embedded", "250"],
      /--embedded: "250", expected a checkpoint \(125k, .*\) or a file that ends in \.gguf; did you mean 250k/
    ],
    [
      ["--embedded", "250k", "--max-tokens", "600"],
      /prompt "74-9=": 6 tokens and 600 of a response, expected at most the context's/
    ],
    [
      ["--embedded", "250k", "--max-tokens", "6"],
      /--coverage: missing, expected the C_cov that spanner-sampling is promised/
    ]
  ]
  it.each(refused.slice(0, LONG ? refused.length : 1))(
    "%j is refused with one line before anything is paid for",
    async (flags, line) => {
      const { code, stderr } = await called(["audit", "spanner-sampling", ...PLACE, ...flags, "--out", "refused"])
      expect(code).toBe(2)
      expect(stderr).toMatch(line)
      expect(stderr).not.toContain("secret")
      expect(existsSync(join(home, "refused"))).toBe(false)
    }
  )

  it.skipIf(!LONG)("that is another than its journal's is refused, and so is a damaged journal", async () => {
    const call = [
      "audit",
      "passive",
      "--checks",
      arithmeticChecks,
      ...EMBEDDED,
      "--parameters",
      "practical,pairs=4",
      "--answers",
      "0",
      "--out",
      "kept"
    ]
    expect((await called(call)).code).toBe(0)
    const other = await called([...call, "--seed", "2"])
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining("seed: 1 in the journal, 2 in this call, expected the call that it was begun with")
    ])
    const journal = join(home, "kept", "draws.jsonl")
    writeFileSync(journal, readFileSync(journal, "utf8").replace('"got":1', '"gut":1'))
    expect((await called(call)).stderr).toMatch(
      /draws\.jsonl: line \d+: damaged, expected a line that coverbound wrote/
    )
  })
})

/** Kills −9 a run so many times, at moments of its own, then lets it end. */
const killed = async (kills: number, seed: number) => {
  const stream = Stream.fromSeed(seed)
  const server = await serve({ delay: 4 })
  const folder = `killed-${seed}`
  const args = ["audit", "spanner-sampling", "--server", server.base, ...SMALL, "--out", folder]
  /** After so many more requests than have come. */
  const meanwhile = (more: number) => async (kill: (signal: NodeJS.Signals) => void) => {
    const until = server.asked.length + more
    while (server.asked.length < until) await sleep(2)
    kill("SIGKILL")
  }
  let made = 0
  for (; made < kills; made++) {
    const { signal } = await coverbound(args, meanwhile(1 + stream.nextInteger(8)))
    if (signal !== "SIGKILL") break
  }
  const { code, stderr } = await coverbound(args)
  expect([code, stderr]).toEqual([0, ""])
  return { server, made, ended: documentIn(folder), journal: readFileSync(join(home, folder, "draws.jsonl"), "utf8") }
}

describe("a live run that is killed", () => {
  const KILLS = LONG ? 10 : 1
  it(`−9 ${KILLS} times ends as one that was not, and pays for no draw twice`, async () => {
    const { ended, journal, made, server } = await killed(KILLS, 5)
    expect(made).toBe(KILLS)
    const whole = await serve()
    await called(["audit", "spanner-sampling", "--server", whole.base, ...SMALL, "--out", "whole"])
    const uninterrupted = documentIn("whole")
    // The server draws by seed: the same run to the last answer, ledger and all.
    expect(ended.runs).toEqual(uninterrupted.runs)
    expect(ended.verdicts).toEqual(uninterrupted.verdicts)
    // A request came again only where its answer had not come to stand in the journal.
    const lines = journal
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly ask?: number; readonly got?: number; readonly seed?: number })
    const sent = lines.filter(({ ask }) => ask !== undefined).length
    const answers = lines.flatMap(({ got }) => (got === undefined ? [] : [got]))
    expect(new Set(answers).size).toBe(answers.length)
    expect(new Set(drawn(server.asked))).toEqual(new Set(drawn(whole.asked)))
    expect(ended.resumed.lost).toBe(sent - answers.length)
    expect(drawn(server.asked).length).toBeLessThanOrEqual(sent)
    expect(sent - answers.length).toBeLessThanOrEqual(4 * KILLS)
    expect(existsSync(join(home, "killed-5", "draws.jsonl.lock"))).toBe(false)
  }, 600_000)
})
