/** In a process like a module's, each way to a file that the permission model does not look at is closed, by whatever name it is reached, and stays so; its noise still works. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { FLAGS } from "./withheld.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-withheld-"))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})

/** Tries each way, and prints those that led somewhere. @param before run first */
const tried = (before: string): ReadonlyArray<string> => {
  const program = `
    ${before}
    const { createRequire } = await import("node:module")
    const require = createRequire(import.meta.url)
    const { default: v8, setFlagsFromString } = await import("node:v8")
    const { default: net } = await import("node:net")
    const listening = (server, path) => new Promise((done, failed) => { server.on("error", failed); server.listen(path, done) })
    const ways = {
      flag: () => v8.setFlagsFromString("--no-opt"),
      "imported flag": () => setFlagsFromString("--no-opt"),
      "required flag": () => require("v8").setFlagsFromString("--no-opt"),
      "builtin flag": () => process.getBuiltinModule("v8").setFlagsFromString("--no-opt"),
      "flag again": () => Object.defineProperty(v8, "setFlagsFromString", { value: 1 }),
      tracing: () => require("trace_events").createTracing({ categories: ["node"] }),
      sqlite: () => new (require("node:sqlite").DatabaseSync)("a.sqlite"),
      "builtin sqlite": () => new (process.getBuiltinModule("node:sqlite").DatabaseSync)("b.sqlite"),
      socket: () => listening(net.createServer(), "c.sock"),
      "web server": () => listening(require("http").createServer(), "d.sock"),
      "raw socket": () => { const { constructor } = process.stdout._handle; new constructor(1).bind("e.sock") },
      connection: () => new Promise((done, failed) => net.connect("c.sock", done).on("error", (error) => (error.code === undefined ? failed(error) : done())))
    }
    for (const [name, way] of Object.entries(ways)) try { await way(); console.log(name) } catch { console.error("noise") }
    process.exit()`
  const output = execFileSync(process.execPath, [...FLAGS, "--input-type=module", "-e", program], {
    cwd: home,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"]
  })
  return output.split("\n").filter((line) => line !== "")
}

it("closes them all", () => {
  const entry = JSON.stringify(new URL("./withheld.ts", import.meta.url).href)
  expect(tried(`(await import(${entry})).withholdFiles()`)).toEqual([])
  expect(readdirSync(home)).toEqual([])
})

it("is what closes them: without, they lead to files", () => {
  const open = tried("")
  expect(open).toEqual(expect.arrayContaining(["flag", "imported flag", "socket", "raw socket", "connection"]))
  expect(readdirSync(home)).toEqual(expect.arrayContaining(["c.sock", "d.sock"]))
})

it("has a runtime that can be without SQLite", () => {
  expect(FLAGS).toEqual(["--no-experimental-sqlite"])
})
