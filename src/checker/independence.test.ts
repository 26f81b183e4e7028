/** The checker shares nothing with what it checks, and is small enough to be read: what `npm run lint` enforces, and that it would see a breach. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"

const script = fileURLToPath(new URL("../../.ci/checker-independence.mjs", import.meta.url))
const home = mkdtempSync(join(tmpdir(), "coverbound-independence-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** What the step says of a room, and whether it passes. */
const judged = (...room: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...room], { encoding: "utf8" })
  return { status, said: stdout + stderr }
}

describe("the checker", () => {
  it("stays in its room, needs node:crypto alone and is short", () => {
    const { status, said } = judged()
    expect(said).toMatch(/^Checker independence: \d\d files of 1\d\d\d lines, 0 imports that are not allowed\.\n$/)
    expect(status).toBe(0)
  })

  it.each([
    ["a type from elsewhere", 'import type { A } from "../law/law.ts"', "check.ts imports ../law/law.ts"],
    ["several lines", 'import {\n  a,\n  b\n} from "../law/law.ts"', "check.ts imports ../law/law.ts"],
    ["a re-export", 'export * from "../law/law.ts"', "check.ts imports ../law/law.ts"],
    ["a dynamic import", 'const a = await import("../law/law.ts")', "check.ts imports ../law/law.ts"],
    ["a package", 'import * as Effect from "effect/Effect"', "check.ts imports effect/Effect"],
    ["another part of Node", 'import { readFileSync } from "node:fs"', "check.ts imports node:fs"],
    ["one of its tests", 'import { a } from "./check.test.ts"', "check.ts imports ./check.test.ts"],
    ["too many lines", "\n".repeat(1900), "The checker has 1901 lines"]
  ])("may not have %s", (_, text, complaint) => {
    writeFileSync(join(home, "check.ts"), `${text}\n`)
    const { status, said } = judged(home)
    expect(said).toContain(complaint)
    expect(status).toBe(1)
  })
})
