/** Ctrl-C in the middle of a suite: those that are done are kept, and nothing that was begun goes on. */
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"

const home = mkdtempSync(join(tmpdir(), "coverbound-bench-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const RUN = fileURLToPath(new URL("run.ts", import.meta.url))

const bench = (
  args: ReadonlyArray<string>,
  heard: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void = () => {}
) =>
  new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [RUN, ...args], { cwd: home, stdio: ["ignore", "pipe", "pipe"] })
    let [stdout, stderr] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
      heard(stderr, (signal) => child.kill(signal))
    })
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })

/** Processes of the suites' own that this test's commands began. */
const going = (): ReadonlyArray<string> =>
  execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(home))

it("keeps the suites that are done, at a first Ctrl-C and a second", { timeout: 120_000 }, async () => {
  const json = join(home, "bench.json")
  let interrupted = false
  const { code, stderr, stdout } = await bench(
    ["--quick", "--suite", "t9", "--suite", "t7", "--json", json],
    (said, kill) => {
      // The second suite is on its way.
      if (interrupted || !said.includes("[2/2]")) return
      interrupted = true
      kill("SIGINT")
      kill("SIGINT")
      setTimeout(() => kill("SIGINT"), 50)
    }
  )
  expect(code).toBe(130)
  expect(stderr).toContain("Interrupted; 1 of 2 suites are done and kept.")
  expect(stdout).toContain("not measured: t7")
  expect(JSON.parse(readFileSync(json, "utf8")).map(({ suite }: { suite: string }) => suite)).toEqual(["t9"])
  expect(going()).toEqual([])
})

it("refuses what cannot be written before it measures", async () => {
  const { code, stderr, stdout } = await bench(["--quick", "--json", "/proc/x.json"])
  expect([code, stdout]).toEqual([2, ""])
  expect(stderr).toMatch(/^--json: "\/proc\/x\.json" \([^)]+\), expected [^\n]+\n$/)
})
