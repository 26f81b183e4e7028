/** Whatever a command would write, where it cannot: refused by the option's name before any work, and nothing is made. */
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { afterAll, describe, expect, it } from "vitest"
import { coverbound } from "./commands.ts"
import { InvalidCall } from "./invalid-call.ts"

const home = mkdtempSync(join(tmpdir(), "coverbound-unwritable-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const put = (name: string, content: string): string => {
  const path = join(home, name)
  writeFileSync(path, content)
  return path
}
const taken = put("taken", "")
const dangling = join(home, "dangling")
symlinkSync("nowhere", dangling)
const times = put("times.csv", "N,time\n1,1\n2,2\n4,4\n8,8\n16,16\n32,32\n")
const source = [
  "--embedded",
  "250k",
  "--prompts",
  put("prompts.jsonl", '{"prompt": "a"}\n'),
  "--checks",
  put("checks.ts", "")
]
const one = ["passive", "--instance", "rare-good:C=10,d=2", "--trials", "1"]
const plan = ["passive", "--instance", "all", "--budget", "0.1"]
const live = ["passive", ...source, "--coverage", "2", "--trials", "1"]

/** Calls that are right but for where they would write: a folder, or a file. Every command that writes is there, with every option of it that says where. */
const FOLDERS: ReadonlyArray<ReadonlyArray<string>> = [
  ["audit", ...one, "--out"],
  ["audit", ...plan, "--out"],
  ["audit", ...live, "--out"],
  ["verify", "passive", "--theorem", "T1", "--out"],
  ["compare", "--quick", "--out"],
  ["critical", "passive", "--trials", "12", "--out"],
  ["coverage", "rare-good:C=10", "--out"],
  ["scaling", times, "--out"],
  ["demo", "--out"],
  ["sweep", "results", "--store", put("store.sqlite", ""), "--out"]
]
const FILES: ReadonlyArray<ReadonlyArray<string>> = [
  ["report", times, "--out"],
  ["audit", ...one, "--report-to"],
  ["audit", ...plan, "--report-to"],
  ["verify", "passive", "--theorem", "T1", "--report-to"],
  ["audit", ...live, "--journal"],
  ["coverage", ...source, "--draws", "1", "--journal"]
]
/** Rights do not show it, a file is in the way, or what a link leads to is not there. */
const NO_FOLDER = ["/proc/x", "/proc/self/x/y", taken, join(taken, "x"), dangling, "/dev/null/x"]
const NO_FILE = ["/proc/x.html", join(home, "missing", "x.html"), join(taken, "x.html"), home]

const before = readdirSync(home).toSorted()
/** How a call fails that is to write at `at`, and what is in the folder then. */
const refusal = async (call: ReadonlyArray<string>, at: string) => {
  const args = [...call, call.at(-1) === "--report-to" ? `junit=${at}` : at]
  const failed = await Effect.runPromise(
    Effect.flip(Command.runWith(coverbound, { version: "0" })(args)).pipe(Effect.provide(NodeServices.layer))
  )
  return {
    at,
    refused: failed instanceof InvalidCall,
    field: (failed as InvalidCall).field,
    there: readdirSync(home).toSorted()
  }
}

describe("is refused before the work", () => {
  const cases = [
    ...FOLDERS.map((call) => ({ call, places: NO_FOLDER })),
    ...FILES.map((call) => ({ call, places: NO_FILE }))
  ].map(({ call, places }) => [call.join(" ").replaceAll(home, "."), call, places] as const)
  it.each(cases)("%s", async (_, call, places) => {
    for (const at of places)
      expect(await refusal(call, at)).toEqual({ at, refused: true, field: call.at(-1), there: before })
  })
})
