/** What a run that is killed or interrupted leaves on disk. */
import { spawn } from "node:child_process"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { commandFolder } from "../../properties/command-line/command-process.ts"

const { coverbound, home } = commandFolder()
/** Has the command draw its progress, which is how it is seen to be at work. */
const SHOWING = [
  "--import",
  "data:text/javascript,delete process.env.COVERBOUND_QUIET;Object.defineProperty(process.stderr, 'isTTY', { value: true })"
]
const QUICK = ["--instance", "rare-good:C=20,d=2"]

describe("a killed run", () => {
  it.concurrent("leaves the file of the run before it", async () => {
    await coverbound(["audit", "passive", ...QUICK, "--trials", "1", "--out", "killed"])
    const before = readFileSync(join(home, "killed", "run.json"), "utf8")
    const { signal } = await coverbound(
      ["audit", "spanner-sampling", "--trials", "500", "--out", "killed"],
      async (kill, said) => {
        await said(/trial \d+\/500/)
        kill("SIGKILL")
      },
      SHOWING
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
    const script = fileURLToPath(new URL(`.writer-${process.pid}.ts`, import.meta.url))
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

  it.concurrent.each([
    ["SIGINT", 130],
    ["SIGTERM", 143]
  ] as const)("that gets %s keeps the trials that were finished, and exits %d", async (signal, expected) => {
    const folder = `interrupted-${signal}`
    const args = [
      "audit",
      "spanner-sampling",
      ...QUICK,
      "--parameters",
      "practical,rounds=2000",
      "--trials",
      "1000000",
      "--out",
      folder
    ]
    const second = async (kill: (signal: NodeJS.Signals) => void, said: (what: RegExp) => Promise<void>) => {
      // The second or a later one: the first is finished.
      await said(/trial ([2-9]|\d\d+)\/1000000/)
      kill(signal)
    }
    const { code, stderr } = await coverbound(args, second, SHOWING)
    expect(code).toBe(expected)
    expect(stderr).toMatch(/Interrupted; what was finished is in /)
    const value = JSON.parse(readFileSync(join(home, folder, "run.json"), "utf8")) as {
      readonly interrupted: string
      readonly runs: ReadonlyArray<unknown>
    }
    expect(value.interrupted).toMatch(/after \d+ of 1000000 trials/)
    expect(value.runs.length).toBeGreaterThan(0)
  })
})
