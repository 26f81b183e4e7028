import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const MODULE = fileURLToPath(new URL("stops-at-once.ts", import.meta.url))
const program = (body: string) =>
  spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "--eval",
      `import { writeSync } from "node:fs"
       import { stopsAtOnce } from ${JSON.stringify(MODULE)}
       process.on("SIGINT", () => { writeSync(1, "heard"); process.exit(7) })
       ${body}`
    ],
    { stdio: ["ignore", "pipe", "inherit"] }
  )

describe("work that stops at once", () => {
  it("ends with the process at a signal, although nobody could hear of it", async () => {
    const child = program(`stopsAtOnce(() => { writeSync(1, "begun"); for (;;) {} })`)
    await once(child.stdout, "data")
    child.kill("SIGINT")
    expect(await once(child, "exit")).toEqual([null, "SIGINT"])
  })

  it("leaves who listens as it was, also where it fails", async () => {
    const child = program(`try { stopsAtOnce(() => { throw new Error("no") }) } catch {}
      setInterval(() => {}, 1000); writeSync(1, String(stopsAtOnce(() => 5)))`)
    await once(child.stdout, "data")
    child.kill("SIGINT")
    expect(await once(child, "exit")).toEqual([7, null])
  })
})
