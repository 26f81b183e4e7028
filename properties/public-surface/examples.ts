/**
 * Examples: the fenced TypeScript of `@example` tags on public names and barrels, and of the pages (README and manual). What an example prints is said beside it by comments `// => …`, a
 * comment a line, in order.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { ROOT, type Subpath, subpaths } from "./surface.ts"

export interface Example {
  /** Whose it is: `coverbound/statistics judgeBernoulli`, `README.md 2`, `reports/manual/library.md 1`. */
  readonly of: string
  readonly code: string
  /** What it must print, line by line. */
  readonly printed: ReadonlyArray<string>
}

const fenced = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code)

const exampleOf = (of: string, code: string): Example => ({
  of,
  code,
  printed: [...code.matchAll(/\/\/ => (.*)$/gm)].map(([, line]) => line.trim())
})

/** Those of doc comments. */
export const documented = (surface: ReadonlyArray<Subpath>): ReadonlyArray<Example> =>
  surface.flatMap(({ doc, names, specifier }) => [
    ...fenced(doc).map((code) => exampleOf(specifier, code)),
    ...names.flatMap(({ examples, name }) =>
      examples.flatMap((text) => fenced(`${text}\n`).map((code) => exampleOf(`${specifier} ${name}`, code)))
    )
  ])

/** README and the manual. */
const pages = (): ReadonlyArray<string> => [
  "README.md",
  ...readdirSync(join(ROOT, "reports", "manual"))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `reports/manual/${name}`)
]

/** The pages': those that are whole modules. */
export const inPages = (): ReadonlyArray<Example> =>
  pages().flatMap((page) =>
    fenced(readFileSync(join(ROOT, page), "utf8"))
      .filter((code) => /^import /m.test(code))
      .map((code, i) => exampleOf(`${page} ${i + 1}`, code))
  )

/**
 * Writes examples as modules of a fresh folder under reports/out, their imports of this package being its sources, with a tsconfig.json to check them by.
 *
 * @returns the folder, and the path of each example
 */
export const writeExamples = (examples: ReadonlyArray<Example>) => {
  const parent = join(ROOT, "reports", "out")
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, "examples-"))
  const entries = new Map(subpaths().map(({ entry, specifier }) => [specifier, relative(folder, join(ROOT, entry))]))
  const paths = examples.map(({ code, of }) => {
    const path = join(folder, `${of.replace(/\W+/g, "-")}.ts`)
    // A line more above, so that a message's line is found: the name.
    const text = code.replace(/\bfrom "(coverbound(?:\/[\w-]+)?)"/g, (_, specifier: string) => {
      const entry = entries.get(specifier)
      if (entry === undefined) throw new Error(`${of}: imports ${specifier}, which is no subpath`)
      return `from "${entry}"`
    })
    writeFileSync(path, `// ${of}\n${text}\nexport {}\n`)
    return path
  })
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
  const config = join(folder, "tsconfig.json")
  writeFileSync(config, JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, include: ["*.ts"] }))
  return { folder, config, paths }
}
