/** Examples do what they say: those of the public surface's doc comments, and the pages'. */
import { execFile } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, describe, expect, it, vi } from "vitest"
import { documented, inPages, writeExamples } from "./examples.ts"
import { publicSurface, ROOT } from "./surface.ts"

const fromComments = documented(publicSurface())
const fromPages = inPages()
const examples = [...fromComments, ...fromPages]
const { config, folder, paths } = writeExamples(examples)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a module prints while it is loaded. */
const printedBy = async (path: string): Promise<ReadonlyArray<string>> => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {})
  try {
    await import(path)
    return log.mock.calls.map((values) => values.map(String).join(" "))
  } finally {
    log.mockRestore()
  }
}

describe("examples", () => {
  it("type-check as they stand", async () => {
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc")
    const errors = await promisify(execFile)(process.execPath, [compiler, "-p", config]).then(
      () => "",
      ({ stdout }: { readonly stdout: string }) => stdout
    )
    expect(errors).toBe("")
  })

  it.each(fromComments.map((example, i) => [example.of, example, paths[i]] as const))(
    "%s",
    async (_, example, path) => {
      // An example that says nothing of what it prints could not fail.
      expect(example.printed).not.toEqual([])
      expect(await printedBy(path)).toEqual(example.printed)
    }
  )

  it("the manual's use of the library gives verdicts, none of them refuted", async () => {
    const at = examples.findIndex(
      ({ code, of }) => of.startsWith("reports/manual/library.md") && code.includes("audit({")
    )
    const lines = await printedBy(paths[at])
    expect(lines.length).toBeGreaterThan(5)
    for (const line of lines) expect(line).toMatch(/ (supported|undecided) /)
  })
})
