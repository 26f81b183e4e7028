/**
 * The pages: every theorem has one that states it under its number and the paper's, every page that a comment or another page names is there, and nothing refers to a
 * text that is not in the repository.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { theorems } from "../src/theorem/registry.ts"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8"
})
  .split("\n")
  .filter((path) => /\.(ts|mjs|md|v)$/.test(path) && existsSync(join(root, path)))
const pages = tracked.filter((path) => path.endsWith(".md"))
const read = (path: string): string => readFileSync(join(root, path), "utf8")

describe("a theorem's page", () => {
  it.each(theorems.map((theorem) => [theorem.id, theorem] as const))(
    "of %s is there, and states it under its own number and the paper's",
    (id, { page, paper }) => {
      expect(pages).toContain(page)
      const text = read(page)
      const has = (...parts: ReadonlyArray<string>) => parts.filter((part) => !text.includes(part))
      expect(has(`# ${id}: `, `**Theorem (${id})`, "\n*Proof", "∎")).toEqual([])
      // Second-hand numbers say so wherever they stand.
      if (paper !== undefined) expect(has(paper, "second-hand")).toEqual([])
      for (const list of ["src/theorem/framework.md", "reports/manual/theorems.md"]) {
        expect(/second-hand/.test(read(list))).toBe(true)
        const row = read(list)
          .split("\n")
          .find((line) => line.startsWith(`| [${id}](`))
        expect(row?.match(/Theorem \d\.\d/)?.[0]).toBe(paper)
        expect(row?.includes(page.slice(list.startsWith("src") ? page.lastIndexOf("/") + 1 : 0))).toBe(true)
      }
    }
  )
})

describe("references", () => {
  it("to pages find them", () => {
    const missing = tracked.flatMap((path) =>
      [...read(path).matchAll(/(?<![\w/.-])((?:[\w.-]+\/)*[\w-]+\.md)\b/g)]
        .map(([, named]) => named.replace(/^(\.\.?\/)+/, ""))
        .filter((named) => !pages.some((page) => page === named || page.endsWith(`/${named}`)))
        .map((named) => `${path}: ${named}`)
    )
    expect(missing).toEqual([])
  })

  it("of pages to files and pages are links that lead somewhere", () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .filter(([, to]) => !existsSync(join(root, dirname(page), to)))
        .map(([, to]) => `${page}: ${to}`)
    )
    expect(broken).toEqual([])
  })

  it("name no section of a text that is elsewhere", () => {
    const elsewhere = tracked.filter(
      (path) => path !== "properties/pages.test.ts" && /\btheory §|\btheory\.md\b/i.test(read(path))
    )
    expect(elsewhere).toEqual([])
  })
})
