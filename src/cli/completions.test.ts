/** What a shell is offered: bash's completion as it is driven by a key, and the names in the scripts of the others. */
import { execFileSync, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { algorithms } from "../algorithm/registry.ts"
import { families } from "../model/families.ts"
import { theorems } from "../theorem/registry.ts"
import { commandFolder } from "../../properties/command-line/command-process.ts"

const { coverbound, home } = commandFolder()

const scripts = new Map<string, string>()
const scriptOf = async (shell: string): Promise<string> => {
  const known = scripts.get(shell)
  if (known !== undefined) return known
  const { code, stderr, stdout } = await coverbound(["--completions", shell])
  expect([code, stderr]).toEqual([0, ""])
  const path = join(home, `completions.${shell}`)
  writeFileSync(path, stdout)
  scripts.set(shell, path)
  return path
}

/** What bash would offer at the end of a line: the function that the script registers, called as readline calls it. */
const offered = async (line: string): Promise<ReadonlyArray<string>> => {
  const words = line.split(" ")
  const program = `
    source "$1"; shift
    COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9
    [[ "$(complete -p coverbound)" =~ -F\\ ([^ ]+) ]] || exit 1
    "\${BASH_REMATCH[1]}" coverbound "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync("bash", ["-c", program, "bash", await scriptOf("bash"), ...words], { encoding: "utf8" })
  return out.split("\n").filter((one) => one !== "")
}

const bash = spawnSync("bash", ["--version"]).status === 0
describe.skipIf(!bash)(`bash${bash ? "" : " (not here: skipped)"}`, () => {
  const names = algorithms.map(({ name }) => name)
  const familyNames = families.map(({ name }) => name)
  const cases: ReadonlyArray<readonly [line: string, offered: ReadonlyArray<string>]> = [
    ["coverbound ver", ["verify"]],
    ["coverbound audit ", names],
    ["coverbound audit best", ["best-of-n-elliptic"]],
    ["coverbound verify sp", names.filter((name) => name.startsWith("sp"))],
    ["coverbound critical onl", ["online-dpo"]],
    ["coverbound audit passive --instance ", [...familyNames, "all"]],
    ["coverbound audit passive --instance ra", familyNames.filter((name) => name.startsWith("ra"))],
    ["coverbound instance nee", ["needle"]],
    ["coverbound critical passive --family token-l", ["token-lock"]],
    ["coverbound verify --theorem ", [...theorems.map(({ id }) => id), "oracle", "policy"]],
    ["coverbound verify --theorem L", ["L1", "L2"]],
    ["coverbound audit passive --backend ", ["auto", "js", "wasm"]],
    ["coverbound audit passive --oracle e", ["exact-law"]],
    ["coverbound audit passive --reporter s", ["sarif"]],
    ["coverbound list b", ["backends"]],
    ["coverbound report run --format l", ["latex"]],
    ["coverbound sweep st", ["status"]],
    ["coverbound audit --budget-r", ["--budget-rewards"]]
  ]
  it.each(cases)("offers after %j", async (line, all) => {
    expect([...(await offered(line))].sort()).toEqual([...all].sort())
  })

  it("leaves a path to the shell: nothing of ours fits it, and files stand in", async () => {
    expect(await offered("coverbound audit ./my")).toEqual([])
    const registered = execFileSync("bash", [
      "-c",
      'source "$1"; complete -p coverbound',
      "bash",
      await scriptOf("bash")
    ])
    expect(registered.toString()).toContain("-o default")
  })
})

it.each(["zsh", "fish"])("%s has the names, beside files", async (shell) => {
  const path = await scriptOf(shell)
  const script = execFileSync("cat", [path], { encoding: "utf8" })
  for (const { name } of [...algorithms, ...families]) expect(script).toContain(name)
  expect(script).toMatch(shell === "zsh" ? /_alternative "names:name:\(spanner-sampling / : /-F -a 'spanner-sampling /)
  // The shell itself reads it, where it is here.
  if (spawnSync(shell, ["--version"]).status === 0)
    expect(spawnSync(shell, ["-n", path], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" })
})
