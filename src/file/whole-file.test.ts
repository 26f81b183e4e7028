import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { temporaryName } from "./temporary-name.ts"
import { makeWholeFile, writeWholeFile, writingWholeFile } from "./whole-file.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-whole-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe("a whole file", () => {
  it("is written with its folders, replaced, and leaves nothing beside it", () => {
    const path = join(home, "a", "b", "file.json")
    writeWholeFile(path, "first\n")
    writeWholeFile(path, new TextEncoder().encode("β\n"))
    expect(readFileSync(path, "utf8")).toBe("β\n")
    expect(readdirSync(join(home, "a", "b"))).toEqual(["file.json"])
  })

  it("stays as it was when it cannot be made, and leaves nothing beside it", () => {
    const path = join(home, "kept", "file.json")
    writeWholeFile(path, "before")
    const broken = (temporary: string) => {
      writeFileSync(temporary, "half")
      throw new Error("the disk is full")
    }
    expect(() => makeWholeFile(path, broken)).toThrow("the disk is full")
    expect(() => makeWholeFile(path, () => {})).toThrow("ENOENT")
    expect(readFileSync(path, "utf8")).toBe("before")
    expect(readdirSync(join(home, "kept"))).toEqual(["file.json"])
    // A folder stands where the file should go: only the rename fails.
    mkdirSync(join(home, "taken", "name", "inside"), { recursive: true })
    expect(() => writeWholeFile(join(home, "taken", "name"), "text")).toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    expect(readdirSync(join(home, "taken"))).toEqual(["name"])
    expect(() => writeWholeFile(join(home, "kept", "file.json", "below"), "text")).toThrow(/ENOTDIR/)
  })

  it("has a temporary name that no other process takes, whatever its id", () => {
    const names: Array<string> = []
    const note = (temporary: string) => {
      names.push(basename(temporary))
      writeFileSync(temporary, "text")
    }
    for (let i = 0; i < 3; i++) makeWholeFile(join(home, "names", "f"), note)
    // The first call of a new process, whose id, thread and count another container's first process may share.
    const module = fileURLToPath(new URL("whole-file.ts", import.meta.url))
    const first = `
      Object.defineProperty(process, "pid", { value: 1 })
      const { makeWholeFile } = await import(${JSON.stringify(module)})
      makeWholeFile(${JSON.stringify(join(home, "names", "f"))}, (temporary) => {
        (process.getBuiltinModule("fs")).writeFileSync(temporary, "text")
        process.stdout.write(temporary)
      })`
    for (let i = 0; i < 2; i++)
      names.push(basename(execFileSync(process.execPath, ["--input-type=module", "-e", first], { encoding: "utf8" })))
    expect(new Set(names).size).toBe(5)
    for (const name of names) expect(name).toMatch(/^f\.\w*-\d+-[0-9a-f-]{36}\.tmp$/)
  })

  it("goes with what a killed process left of it, and with nothing of one that is alive or elsewhere", () => {
    const path = join(home, "left", "file.json")
    writeWholeFile(path, "before")
    // A process that has ended.
    const { pid } = spawnSync(process.execPath, ["-e", ""])
    const dead = temporaryName(path).replace(`-${process.pid}-`, `-${pid}-`)
    const kept = [
      temporaryName(path),
      dead.replace(/file\.json\.\w*-/, "file.json.elsewhere-"),
      dead.replace("file.json", "other.json")
    ]
    for (const name of [dead, ...kept]) writeFileSync(name, "half")
    writeWholeFile(path, "after")
    expect(readdirSync(join(home, "left")).sort()).toEqual(["file.json", ...kept.map((name) => basename(name))].sort())
    for (const _ of writingWholeFile(path, ["again"]));
    writeFileSync(dead, "half")
    for (const _ of writingWholeFile(path, ["again"]));
    expect(readdirSync(join(home, "left"))).not.toContain(basename(dead))
  })
})
