/** The folder of an audit: it belongs to one run, and what cannot be written there is not lost. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import * as Effect from "effect/Effect"
import { writeWholeFile } from "../file/whole-file.ts"
import { clearCertificates } from "./certificate-files.ts"
import { commandFolder } from "../../properties/command-line/command-process.ts"

const { called, home } = commandFolder()
const PASSIVE = ["audit", "passive", "--instance", "random:seed=5", "--trials", "1", "--parameters", "practical"]

describe("the folder of an audit", () => {
  it.concurrent("holds what its run.json is about: certificates of an earlier run go, other files stay", async () => {
    const first = ["audit", "spanner-sampling", "--instance", "rare-good:C=20,d=2", "--trials", "1"]
    await called([...first, "--parameters", "practical,rounds=20", "--in-toto", "--out", "shared"])
    const certificates = join(home, "shared", "certificates")
    expect(readdirSync(certificates)).toContain("T3-size.json")
    writeFileSync(join(certificates, "mine.json"), "{}")
    const { code } = await called([...PASSIVE, "--out", "shared"])
    expect(code).toBe(0)
    expect(readdirSync(certificates).sort()).toEqual(["T1-identity.json", "T2-bound.json", "mine.json"])
  })

  it.concurrent("loses certificates of an earlier run's cases, and none of runs below it", async () => {
    const certificate = `{"format":"coverbound-certificate"}`
    for (const [path, text] of [
      ["cases/run.json", "{}"],
      ["cases/case-1/certificates/T3-size.json", certificate],
      ["cases/case-2/certificates/T3-size.json", certificate],
      ["cases/case-2/mine.txt", ""],
      ["cases/other/run.json", "{}"],
      ["cases/other/certificates/T3-size.json", certificate]
    ])
      writeWholeFile(join(home, path), text)
    await Effect.runPromise(clearCertificates(join(home, "cases")))
    const left = readdirSync(join(home, "cases"), { recursive: true }).map(String).sort()
    expect(left).toEqual([
      "case-2",
      "case-2/mine.txt",
      "other",
      "other/certificates",
      "other/certificates/T3-size.json",
      "other/run.json",
      "run.json"
    ])
  })

  it.concurrent("is refused where it is another command's", async () => {
    writeWholeFile(join(home, "swept", "sweep.json"), "{}")
    const { code, stderr } = await called([...PASSIVE, "--out", "swept"])
    expect(code).toBe(2)
    expect(stderr).toBe(
      `coverbound: --out: "swept" (sweep.json in it is another command's), expected a folder of its own\n`
    )
    expect(readdirSync(join(home, "swept"))).toEqual(["sweep.json"])
  })

  it.concurrent("that leads nowhere is refused before the run", async () => {
    symlinkSync("/no/such/place", join(home, "dangling"))
    const { code, stderr, stdout } = await called([...PASSIVE, "--json", "--out", "dangling"])
    expect([code, stdout]).toEqual([2, ""])
    expect(stderr).toMatch(/^coverbound: --out: "dangling" \(.*dangling is a link to nothing\), expected a folder/)
  })

  it.concurrent("that does not take the file after all: the result is on stdout, the file on stderr, exit 3", async () => {
    // A folder stands where run.json should.
    mkdirSync(join(home, "taken", "run.json", "x"), { recursive: true })
    const { code, stderr, stdout } = await called([...PASSIVE, "--json", "--out", "taken"])
    expect(code).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({ algorithm: "passive", trials: 1 })
    expect(stderr).toMatch(/run\.json: not written \(\w+\), expected a folder that takes files\n$/)
    // The folder in the way, and what was finished: a second call has nothing to run.
    expect(readdirSync(join(home, "taken"))).toEqual(["journal.sqlite", "run.json"])
  })
})
