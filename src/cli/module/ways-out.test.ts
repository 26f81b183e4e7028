/** A link in a module's folder is a way out of what the module may read: each kind is kept from it, and those of package managers are not. */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { insideOf } from "./ways-out.ts"

const home = realpathSync(mkdtempSync(join(tmpdir(), "coverbound-links-")))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

/** A folder with a module, a package beside it and above it, and links. */
const folder = (name: string, links: Readonly<Record<string, string>>): string => {
  const at = join(home, name, "module")
  for (const within of ["deep", "node_modules/@scope", "node_modules/.bin", "node_modules/.store/kept", "../package"])
    mkdirSync(join(at, within), { recursive: true })
  writeFileSync(join(at, "mine.ts"), "")
  writeFileSync(join(at, "deep", "own.ts"), "")
  for (const path of ["node_modules/.store/kept", "../package"]) writeFileSync(join(at, path, "package.json"), "{}")
  writeFileSync(join(at, "../package/cli.js"), "")
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(at, link))
  return at
}

it.each([
  ["a file elsewhere", "text.txt", "/etc/passwd"],
  ["all processes", "proc", "/proc"],
  ["a device", "zero.ts", "/dev/zero"],
  ["deeper", "deep/up", "../.."],
  // `deep/self/..` is the folder above, by the system; `deep`, by the permission model.
  ["a folder of its own", "deep/self", ".."],
  ["nowhere yet", "later", "/no/such/place"],
  ["where packages are, to none", "node_modules/proc", "/proc"],
  ["where commands are, to none", "node_modules/.bin/passwd", "/etc/passwd"]
])("finds a link to %s", (_, link, target) => {
  const at = folder(link.replaceAll("/", "-"), { [link]: target })
  const { kept, readable } = insideOf(at)
  expect(kept).toEqual([`${link} -> ${target}`])
  // All but the link, and nothing that would show it.
  const shows = (path: string) => readable.some((one) => join(at, path) === one || join(at, path).startsWith(`${one}/`))
  expect([link, "mine.ts", "deep/own.ts", "node_modules/.store/kept/package.json"].map(shows)).toEqual([
    false,
    true,
    true,
    true
  ])
})

it("finds a pipe", () => {
  const at = folder("pipe", {})
  execFileSync("mkfifo", [join(at, "deep", "pipe.ts")])
  expect(insideOf(at)).toMatchObject({ kept: ["deep/pipe.ts"], endless: "deep/pipe.ts" })
})

it("knows files of the folder, and what package managers link", () => {
  const links = {
    "same.ts": "mine.ts",
    "node_modules/kept": ".store/kept",
    "node_modules/@scope/workspace": "../../../package",
    "node_modules/.bin/tool": "../../../package/cli.js"
  }
  const at = folder("right", links)
  expect(insideOf(at)).toEqual({ readable: [at], kept: [], endless: undefined })
})
