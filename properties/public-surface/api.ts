/**
 * `npm run api`: writes the public surface to reports/reference/api, a page a subpath: names and signatures in order, so that a change of surface is seen where changes are
 * reviewed. `--check` (in `npm run lint`) writes nothing and fails where a page is not what it would write. Both fail for a name without a doc comment.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { publicSurface, ROOT, type Subpath } from "./surface.ts"

const FOLDER = join("reports", "reference", "api")

const pageName = ({ specifier }: Subpath): string => `${specifier.replace("/", "-")}.md`

const page = ({ entry, names, specifier }: Subpath, known: ReadonlySet<string>): string => {
  const sections = names.map(({ declarations, examples, name, source }) =>
    [
      `## ${name}`,
      "",
      `${source}${examples.length > 0 ? ", with an example" : ""}`,
      "",
      "```ts",
      ...declarations,
      "```",
      ""
    ].join("\n")
  )
  const unnamed = [...new Set(names.flatMap(({ mentions }) => mentions))].filter((name) => !known.has(name)).sort()
  return [
    `# ${specifier}`,
    "",
    `${names.length} names from ${entry}. Written by \`npm run api\`.`,
    "",
    ...(unnamed.length === 0 ? [] : [`Mentioned in signatures, exported by no subpath: ${unnamed.join(", ")}.`, ""]),
    ...sections
  ].join("\n")
}

/** The first line that differs, both ways. */
const difference = (committed: string, now: string): string => {
  const [before, after] = [committed.split("\n"), now.split("\n")]
  const i = after.findIndex((line, at) => line !== before[at])
  return i === -1
    ? `has ${before.length} lines, now ${after.length}`
    : `line ${i + 1}: - ${before[i] ?? ""} + ${after[i]}`
}

const surface = publicSurface()
const known = new Set(surface.flatMap(({ names }) => names.map(({ name }) => name)))
const pages = new Map(surface.map((subpath) => [pageName(subpath), page(subpath, known)]))
const folder = join(ROOT, FOLDER)
mkdirSync(folder, { recursive: true })
const stale = readdirSync(folder).filter((name) => !pages.has(name))

const problems: Array<string> = []
for (const { names, specifier } of surface)
  for (const { doc, name, source } of names)
    if (doc.trim() === "") problems.push(`${source}: ${name} of ${specifier} has no doc comment`)
for (const { doc, entry } of surface)
  if (!/@example/.test(doc)) problems.push(`${entry}: its first comment has no @example`)

if (process.argv.includes("--check")) {
  const read = (name: string): string => {
    try {
      return readFileSync(join(folder, name), "utf8")
    } catch {
      return ""
    }
  }
  const changed = [...pages].filter(([name, text]) => read(name) !== text)
  for (const [name, text] of changed) problems.push(`${FOLDER}/${name} ${difference(read(name), text)}`)
  for (const name of stale) problems.push(`${FOLDER}/${name}: no such subpath`)
  if (changed.length + stale.length > 0)
    problems.push("the public surface is not what is committed: npm run api, then look at its diff")
} else {
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
  for (const name of stale) rmSync(join(folder, name))
}

for (const problem of problems) process.stderr.write(`${problem}\n`)
process.stdout.write(
  `Public surface: ${surface.map(({ names, specifier }) => `${specifier} ${names.length}`).join(", ")}; ${problems.length} problems.\n`
)
process.exitCode = problems.length === 0 ? 0 : 1
