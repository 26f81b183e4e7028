/** A module's certificates: replayed by that module and no other. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { commandFolder } from "../../../properties/command-line/command-process.ts"
import { moduleHash } from "./module-hash.ts"
import { pathToFileURL } from "node:url"

const { called, coverbound, home } = commandFolder()
const path = join(home, "mine", "mine.ts")
const audited = async (): Promise<string> => {
  expect((await called(["new", "mine"])).code).toBe(0)
  // Two claims that one instance, and the starter's parameters, leave open: each is said.
  writeFileSync(path, readFileSync(path, "utf8").replace('"epsilon"]', '"epsilon", "novelty", "T7"]'))
  const args = ["--instance", "rare-good:C=100,d=2", "--trials", "2", "--no-type-check", "--out", "out"]
  const { code, stderr, stdout } = await coverbound(["audit", "./mine/mine.ts", ...args])
  expect([code, stderr]).toEqual([0, ""])
  expect(stdout).toMatch(/T7 +T_data +\? undecided .*\n +the algorithm has no lambda, nu, prompts/)
  expect(stdout).toMatch(/Not looked at on one instance: novelty;/)
  return "out/certificates/T1-identity.json"
}

describe("a module's certificate", () => {
  it("is replayed by the module as it was audited, and by no other", async () => {
    const certificate = await audited()
    const { algorithm, instance } = JSON.parse(readFileSync(join(home, certificate), "utf8"))
    expect(algorithm.module).toBe(moduleHash(pathToFileURL(path).href, home))
    expect(instance.spec).toMatch(/^rare-good:.*,turned=\d+$/)
    const run = JSON.parse(readFileSync(join(home, "out/run.json"), "utf8"))
    expect(run.module).toBe(algorithm.module)
    expect((await called(["report", "out", "--format", "md"])).stdout).toMatch(/coverbound audit \.\/mine\/mine\.ts --/)

    const again = await called(["check", certificate, "--replay", "2", "--module", "./mine/mine.ts"])
    expect([again.code, again.stderr]).toEqual([0, ""])
    expect(again.stdout).toMatch(/✓ replayed 2 of 2/)
    expect(again.stdout).toMatch(/Run again, bit for bit the same: trials 0, 1\./)

    const without = await called(["check", certificate, "--replay", "1"])
    expect(without.code).not.toBe(0)
    expect(without.stderr).toMatch(/expected its module \(--module FILE\)/)

    writeFileSync(path, `${readFileSync(path, "utf8")}// changed\n`)
    const changed = await called(["check", certificate, "--replay", "1", "--module", "./mine/mine.ts"])
    expect(changed.code).not.toBe(0)
    expect(changed.stderr).toMatch(/expected the module as it was audited, not the one given \(sha256 [0-9a-f]{64}\)/)
  })

  it("has a hash of all files of its own", () => {
    const hash = () => moduleHash(pathToFileURL(path).href, home)
    writeFileSync(path, 'import { a } from "./part.ts"\nexport default a\n')
    writeFileSync(join(home, "mine", "part.ts"), "export const a = 1\n")
    const before = hash()
    writeFileSync(join(home, "mine", "unused.ts"), "export const b = 1\n")
    expect(hash()).toBe(before)
    writeFileSync(join(home, "mine", "part.ts"), "export const a = 2\n")
    expect(hash()).not.toBe(before)
  })
})
