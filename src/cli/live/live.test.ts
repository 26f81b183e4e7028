/** Live audits as a person calls them: against a server of the tests' own, killed and taken up again, and embedded. */
import { existsSync, readFileSync } from "node:fs"
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
import { commandFolder } from "../command-process.ts"

const { coverbound, file, home } = commandFolder()
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
    for (const held of ["T3 size", "T4 potential", "T6 cost", "T7 T_data", "T7 T_comp", "live ledger"])
      expect(clause(held), held).toBe("supported")
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
    const { signal } = await coverbound(args, meanwhile(3 + stream.nextInteger(40)))
    if (signal !== "SIGKILL") break
  }
  const { code, stderr } = await coverbound(args)
  expect([code, stderr]).toEqual([0, ""])
  return { server, made, ended: documentIn(folder), journal: readFileSync(join(home, folder, "draws.jsonl"), "utf8") }
}

describe("a live run that is killed", () => {
  const KILLS = process.env["COVERBOUND_LONG"] === undefined ? 2 : 10
  it(`−9 ${KILLS} times ends as one that was not, and pays for no draw twice`, async () => {
    const { ended, journal, made, server } = await killed(KILLS, 5)
    expect(made).toBe(KILLS)
    const whole = await serve()
    await coverbound(["audit", "spanner-sampling", "--server", whole.base, ...SMALL, "--out", "whole"])
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
  }, 60_000)
})
