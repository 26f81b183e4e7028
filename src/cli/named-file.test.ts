import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll, expect, it } from "vitest"
import { readNamedFile } from "./named-file.ts"

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coverbound-named-file-"))
})
afterAll(() => rmSync(folder, { recursive: true }))

const read = (path: string, most?: number) => Effect.runSync(Effect.result(readNamedFile("file", path, most)))
const refused = (path: string, most?: number) => {
  const result = read(path, most)
  return result._tag === "Failure" ? result.failure.message : "read"
}

it("reads UTF-8, with or without a byte order mark", () => {
  writeFileSync(join(folder, "marked"), '\u{feff}{"π̂":1}')
  expect(read(join(folder, "marked"))).toMatchObject({ success: '{"π̂":1}' })
})

it("refuses in one line what is no text of bounded size", () => {
  writeFileSync(join(folder, "latin1"), Buffer.from([0x7b, 0xe9, 0x7d]))
  writeFileSync(join(folder, "large"), Buffer.alloc(2 ** 20 + 1, 0x20))
  symlinkSync("loop", join(folder, "loop"))
  expect(refused(join(folder, "latin1"))).toContain("(not text in UTF-8), expected a readable file")
  expect(refused(join(folder, "large"), 2 ** 20)).toContain("(2 MiB, more than the 1 that are read)")
  expect(refused(join(folder, "loop"))).toContain("(a loop of links)")
  expect(refused(folder)).toContain("(a directory)")
  expect(refused(join(folder, "none"))).toContain("(no such file)")
  expect(refused("/dev/zero")).toContain("(not a regular file)")
})

it.skipIf(process.platform === "win32")("does not wait for a pipe that nobody writes to", () => {
  execFileSync("mkfifo", [join(folder, "pipe")])
  expect(refused(join(folder, "pipe"))).toContain("(not a regular file)")
})
