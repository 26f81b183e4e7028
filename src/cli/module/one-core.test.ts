import { spawn, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { keepOnOneCore, listed } from "./one-core.ts"

it("reads lists of cores as the kernel writes them", () => {
  expect(listed("0-2,5\n")).toEqual([0, 1, 2, 5])
  expect(listed("3")).toEqual([3])
  expect(listed("")).toEqual([])
  expect(listed("a-b")).toEqual([])
})

const allowed = (pid: number | string): ReadonlyArray<number> =>
  listed(/^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "")

const kept = process.platform === "linux" && spawnSync("taskset", ["-p", String(process.pid)]).status === 0

it.skipIf(!kept || allowed("self").length < 2)("keeps a process on one of the cores it may use", async () => {
  const child = spawn("sleep", ["60"])
  try {
    keepOnOneCore(child.pid!)
    await expect.poll(() => allowed(child.pid!).length, { timeout: 20_000 }).toBe(1)
    expect(allowed("self")).toContain(allowed(child.pid!)[0])
  } finally {
    child.kill()
  }
})
