/** However an audit ends, nothing of the module's process is left: it is killed with a loop in its hands that no signal of its own interrupts. */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const BIN = fileURLToPath(new URL("../bin.ts", import.meta.url))
const homes: Array<string> = []
afterAll(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

const LOOPS = `import { algorithm } from "coverbound"; import * as Schema from "effect/Schema"
export default algorithm({ name: "loops", summary: "loops", proper: false, oracle: "weak", claims: [],
  parameters: Schema.Struct({}), fromTheory: () => ({}), practical: () => ({}), run: () => { for (;;) {} } })\n`

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "latin1")
  } catch {
    return ""
  }
}

/** Processes with this in their command line. */
const processes = (has: string): ReadonlyArray<number> =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && textOf(`/proc/${name}/cmdline`).includes(has))
    .map(Number)
    .filter((pid) => !/\) Z /.test(textOf(`/proc/${pid}/stat`)))

/** Until something is so; the test's own limit ends a wait that never does. */
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await sleep(20)
}

interface Looping {
  readonly home: string
  readonly audit: ChildProcess
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>
  /** Of the process of the module. */
  readonly sandbox: number
}

/** An audit whose module has begun to loop: its process has used a tenth of a second beyond what it had when it was first seen at work. */
const looping = async (): Promise<Looping> => {
  const home = mkdtempSync(join(tmpdir(), "coverbound-ends-"))
  homes.push(home)
  writeFileSync(join(home, "loops.mjs"), LOOPS)
  const audit = spawn(process.execPath, [BIN, "audit", "./loops.mjs", "--trial-seconds", "600", "--budget", "600"], {
    cwd: home,
    stdio: "ignore",
    detached: true
  })
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) =>
    audit.on("close", (code, signal) => resolve([code, signal]))
  )
  const sandboxes = () => processes(`--allow-fs-read=${home}`)
  await until(() => sandboxes().length > 0)
  const [sandbox] = sandboxes()
  const ticks = (): number => Number(textOf(`/proc/${sandbox}/stat`).split(") ")[1]?.split(" ")[11] ?? 0)
  // A loop uses its processor without end; loading is over after a few seconds of it at most.
  await until(() => ticks() > 250)
  return { home, audit, ended, sandbox }
}

describe.runIf(process.platform === "linux")("the module's process", () => {
  const gone = (home: string) => until(() => processes(home).length === 0)

  it.concurrent("ends with an audit that is interrupted, which says 130", { timeout: 120_000 }, async () => {
    const { audit, ended, home } = await looping()
    // As a terminal does: the whole group of the command.
    process.kill(-audit.pid!, "SIGINT")
    expect(await ended).toEqual([130, null])
    await gone(home)
  })

  it.concurrent("ends with an audit that is killed", { timeout: 120_000 }, async () => {
    const { audit, ended, home } = await looping()
    audit.kill("SIGKILL")
    expect(await ended).toEqual([null, "SIGKILL"])
    await gone(home)
  })

  it.concurrent("ends where its guardian is stopped and the audit is killed", { timeout: 120_000 }, async () => {
    const { audit, home, sandbox } = await looping()
    // The guardian is the sandbox's only relative: a shell and what it waits with.
    const guardians = readdirSync("/proc").filter((name) => {
      const [, rest] = textOf(`/proc/${name}/stat`).split(") ")
      return rest !== undefined && rest.split(" ")[2] === `${sandbox}` && name !== `${sandbox}`
    })
    expect(guardians.length).toBeGreaterThan(0)
    for (const pid of guardians) process.kill(Number(pid), "SIGSTOP")
    audit.kill("SIGKILL")
    await until(() => !processes(home).includes(sandbox))
    for (const pid of guardians) process.kill(Number(pid), "SIGKILL")
    await gone(home)
  })
})
