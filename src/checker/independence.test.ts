/** The checker shares nothing with what it checks, and is small enough to be read. */
import { readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const room = dirname(fileURLToPath(import.meta.url))

/** Modules that `path` loads when it runs: type imports are erased. */
const loads = (path: string): ReadonlyArray<string> =>
  [...readFileSync(path, "utf8").matchAll(/^import (?!type )[^;]*? from "([^"]+)"/gms)].map((m) => m[1])

const reached = (entry: string): ReadonlyMap<string, ReadonlyArray<string>> => {
  const seen = new Map<string, ReadonlyArray<string>>()
  const queue = [join(room, entry)]
  for (const path of queue) {
    const name = relative(room, path)
    if (seen.has(name) || name.endsWith(".json")) continue
    seen.set(name, loads(path))
    for (const next of loads(path)) if (next.startsWith(".")) queue.push(join(dirname(path), next))
  }
  return seen
}

describe("the checker", () => {
  const modules = reached("check.ts")

  it("stays in its room and needs node:crypto alone", () => {
    expect([...modules.keys()].sort()).toEqual([
      "check-claims.ts",
      "check-instance.ts",
      "check.ts",
      "document.ts",
      "interval.ts",
      "recomputed-tests.ts",
      "sampling-bounds.ts",
      "spanner-chain.ts",
      "strict-json.ts"
    ])
    const packages = [...modules.values()].flat().filter((name) => !name.startsWith("."))
    expect(new Set(packages)).toEqual(new Set(["node:crypto"]))
  })

  it("is under 800 lines", () => {
    const lines = [...modules.keys()].map((name) => readFileSync(join(room, name), "utf8").split("\n").length - 1)
    expect(lines.reduce((a, b) => a + b)).toBeLessThan(800)
  })
})
