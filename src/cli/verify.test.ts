/** `coverbound verify`: its exit codes, its streams, and that the same call prints the same bytes. */
import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { binaryPieces } from "../instance/binary-form.ts"
import { encodeInstance } from "../instance/finite-json.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import { commandFolder } from "../../properties/command-line/command-process.ts"

const { called, coverbound, file, home } = commandFolder()
const verify = (...args: ReadonlyArray<string>) => called(["verify", ...args])

describe("coverbound verify", () => {
  it("exits 0 when nothing is refuted, and prints the same for the same seed, a process or a call", async () => {
    const args = ["spanner-sampling", "--theorem", "T3,T5,oracle/draws", "--seed", "5"]
    const [first, second] = await Promise.all([verify(...args), coverbound(["verify", ...args])])
    expect([first.code, first.stderr]).toEqual([0, ""])
    expect(first.stdout).toMatch(/T3\/size +✓ supported +checked +exact/)
    expect(first.stdout).toMatch(/oracle\/draws +✓ supported +evidence/)
    expect(second).toEqual(first)
  })

  it("stops at its budget with exit 4, the rest undecided", async () => {
    const { code, stderr, stdout } = await verify("passive", "--budget", "0.001")
    expect([code, stderr]).toEqual([4, expect.stringMatching(/^coverbound: not run: passive \S+, .* and \d+ more\n$/)])
    expect(stdout).toMatch(/\? undecided/)
    expect(stdout).toMatch(/the budget was spent/)
  })

  it("exits 4 where nothing of what was asked is about what was named", async () => {
    expect(await verify("passive", "--theorem", "T8")).toMatchObject({
      code: 4,
      stderr: "coverbound: not run: T8 (no check of it is about what was named)\n"
    })
  })

  it("verifies the token algorithm too, and fails on what stays open where it is strict", async () => {
    const { code, stdout } = await verify("mtss", "--theorem", "T8")
    expect([code, stdout]).toEqual([0, expect.stringMatching(/T8\/judged +✓ supported +(checked|accounting) +exact/)])
    expect((await verify("mtss", "--theorem", "T8", "--strict")).code).toBe(0)
    expect(await verify("passive", "--theorem", "L1", "--strict")).toMatchObject({
      code: 1,
      stderr: "coverbound: --strict: undecided passive L1/judged\n"
    })
  })

  it("exits 2 with one line for a call it cannot read", async () => {
    const calls: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
      [
        ["spaner-sampling"],
        /^coverbound: algorithm: "spaner-sampling", expected one of .*did you mean spanner-sampling\?\n$/
      ],
      [
        ["--theorem", "T12"],
        /^coverbound: --theorem: "T12", expected a theorem or law \(T1, T2, T3, .*T9, L1, L2, [a-z]/
      ],
      [["--theorem", ""], /^coverbound: --theorem: no value, expected a text that is not empty\n$/],
      [["--out", ""], /^coverbound: --out: no value, expected a text that is not empty\n$/],
      [["--budget", "1e400"], /^coverbound: --budget: "1e400", expected a number > 0, at most 1\.8e308\n$/],
      [["--budget", "0"], /^coverbound: --budget: "0", expected a number > 0\n$/],
      [
        ["--reporter", "html"],
        /^coverbound: --reporter: "html", expected one of text, json, junit, sarif, github, markdown/
      ],
      [["--instance", "nowhere.json"], /^coverbound: --instance: "nowhere.json" \(no such file\)/]
    ]
    const ended = await Promise.all(calls.map(([args]) => verify(...args)))
    for (const [i, { code, stdout, stderr }] of ended.entries()) {
      expect([code, stdout], String(calls[i][0])).toEqual([2, ""])
      expect(stderr).toMatch(calls[i][1])
    }
  })

  it("looks at one instance, from a file, and leaves no file behind when all holds", async () => {
    file(encodeInstance(randomInstance({ seed: 3, ties: 0.5 })), "one.json")
    const { code, stdout } = await verify(
      "spanner-sampling",
      "--theorem",
      "policy,T7/regression",
      "--instance",
      "one.json",
      "--reporter",
      "github"
    )
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^::notice title=coverbound verify spanner-sampling::checked 8 supported; none refuted/)
    ])
    expect(readdirSync(home)).toEqual(["one.json"])
  })

  it("looks at one in the binary form", async () => {
    const pieces = [...binaryPieces(randomInstance({ seed: 3, ties: 0.5 }))]
    writeFileSync(join(home, "one.cbi"), Buffer.concat(pieces))
    const { code, stderr } = await verify("spanner-sampling", "--theorem", "policy,T2", "--instance", "one.cbi")
    expect([code, stderr]).toEqual([0, ""])
    rmSync(join(home, "one.cbi"))
  })
})
