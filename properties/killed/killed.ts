/**
 * `node properties/killed/killed.ts [KILLS] [SEED] [NAME…]`: commands that are killed (SIGKILL) at random moments and called again until they end. After each kill every document in the
 * folder is whole or absent and the journal is sound; what the last call leaves is what an uninterrupted one leaves, to the byte (timings apart). Exit 1 says what is not.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Stream } from "../../src/numeric/stream.ts"
import { openSqlite } from "../../src/work/sqlite.ts"

const BIN = new URL("../../src/cli/bin.ts", import.meta.url).pathname

/** Each ends in some seconds, of tens to hundreds of units. */
export const commands: Readonly<Record<string, ReadonlyArray<string>>> = {
  audit: [
    "audit",
    "spanner-sampling",
    "--instance",
    "rare-good:C=100,d=2",
    "--parameters",
    "practical",
    "--trials",
    "60",
    "--json"
  ],
  verify: ["verify", "passive", "--theorem", "T1,T2,L1,oracle", "--reporter", "json"],
  compare: ["compare", "--quick", "--section", "rare-prompt", "--json"],
  sweep: ["sweep", "PLAN"]
}

const PLAN = {
  format: "coverbound-sweep",
  version: 1,
  algorithms: ["passive", "best-of-n-elliptic"],
  instances: ["rare-good:C=20,d=2", "rare-good:C=100,d=2"],
  trials: 40
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly ms: number
}

const call = (args: ReadonlyArray<string>, meanwhile?: (child: ChildProcess) => Promise<void>): Promise<Ended> =>
  new Promise((resolve) => {
    const start = performance.now()
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ["ignore", "pipe", "ignore"] })
    let stdout = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.on("close", (code, signal) => resolve({ code, signal, stdout, ms: performance.now() - start }))
    void meanwhile?.(child)
  })

const documentsIn = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? (readdirSync(folder, { recursive: true }) as Array<string>).filter((name) => name.endsWith(".json")).sort()
    : []

const plain = (text: string): string => {
  const { timings: _, ...rest } = JSON.parse(text) as Record<string, unknown>
  return JSON.stringify(rest)
}

/** What is broken in a folder. */
const brokenIn = (folder: string): ReadonlyArray<string> => [
  ...documentsIn(folder).filter((name) => {
    try {
      JSON.parse(readFileSync(join(folder, name), "utf8"))
      return false
    } catch {
      return true
    }
  }),
  ...["journal.sqlite", "sweep.sqlite"].filter((name) => {
    if (!existsSync(join(folder, name))) return false
    const database = openSqlite(join(folder, name), 5000)
    try {
      return database.prepare("PRAGMA integrity_check").get()?.integrity_check !== "ok"
    } finally {
      database.close()
    }
  })
]

export interface KilledFound {
  readonly kills: number
  /** Kills after which something was kept. */
  readonly kept: number
  readonly runs: number
  readonly wrong: ReadonlyArray<string>
}

/** Kills a command so many times, in as many runs as it takes. @param stream of the moments */
export const killAndResume = async (name: string, kills: number, stream: Stream): Promise<KilledFound> => {
  const home = mkdtempSync(join(tmpdir(), "coverbound-killed-"))
  const plan = join(home, "plan.json")
  writeFileSync(plan, JSON.stringify(PLAN))
  const argsOf = (folder: string) => [
    ...commands[name].map((arg) => (arg === "PLAN" ? plan : arg)),
    "--out",
    join(home, folder)
  ]
  const [wrong, counts] = [[] as Array<string>, { kills: 0, kept: 0, runs: 0 }]
  try {
    const reference = await call(argsOf("reference"))
    const said = (ended: Ended): string => (name === "sweep" ? "" : ended.stdout)
    const documents = documentsIn(join(home, "reference"))
    if (documents.length === 0 && said(reference) === "") wrong.push(`${name}: nothing to compare`)
    // Of a call that is not killed, as the machine is now: moments are drawn over it.
    let span = reference.ms
    while (counts.kills < kills) {
      const folder = `run-${counts.runs++}`
      const into = join(home, folder)
      for (let calls = 1; ; calls++) {
        const patience = counts.kills < kills ? (0.1 + 1.1 * stream.next()) * span : Infinity
        const ended = await call(argsOf(folder), async (child) => {
          if (patience === Infinity) return
          await sleep(patience)
          if (child.exitCode === null) child.kill("SIGKILL")
        })
        if (ended.signal === "SIGKILL") {
          counts.kills++
          if (existsSync(join(into, "journal.sqlite")) || existsSync(join(into, "sweep.sqlite"))) counts.kept++
          wrong.push(...brokenIn(into).map((file) => `${name}: ${file} is broken after kill ${counts.kills}`))
          continue
        }
        if (calls === 1) span = ended.ms
        if (ended.code !== reference.code) wrong.push(`${name}: exit ${ended.code} instead of ${reference.code}`)
        if (said(ended) !== said(reference)) wrong.push(`${name}: another output after kill ${counts.kills}`)
        const left = documentsIn(into)
        if (left.join() !== documents.join())
          wrong.push(`${name}: documents ${left.join()} instead of ${documents.join()}`)
        else
          for (const file of documents)
            if (
              plain(readFileSync(join(into, file), "utf8")) !==
              plain(readFileSync(join(home, "reference", file), "utf8"))
            )
              wrong.push(`${name}: ${file} differs after kill ${counts.kills}`)
        break
      }
      rmSync(into, { recursive: true, force: true })
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
  return { ...counts, wrong }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [kills = 100, seed = 1] = process.argv.slice(2, 4).map(Number)
  const names = process.argv.length > 4 ? process.argv.slice(4) : Object.keys(commands)
  for (const name of names) {
    const found = await killAndResume(name, Math.ceil(kills / names.length), Stream.fromSeed(seed).split(name))
    process.stdout.write(`${JSON.stringify({ name, ...found })}\n`)
    if (found.wrong.length > 0) process.exitCode = 1
  }
}
