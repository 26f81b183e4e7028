// The certificate checker is evidence only if it shares no code with what it checks, and if a person can read it. The linter forbids direct imports
// (.oxlintrc.json); this follows the imports of imports, types aside, from src/checker/check*.ts. Everything they reach must stand in src/checker, need
// nothing but node:crypto, and come to fewer than 800 lines, comments and blank lines counted. (The published JSON Schema is data.)
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const room = join(root, "src/checker")
const MOST_LINES = 800
const PACKAGES = new Set(["node:crypto"])
const comment = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const specifier =
  /(?:^|[;\n}])\s*(?:import|export)\s+(?!type\b)(?:[^"'`;]*?\sfrom\s*)?["']([^"']+)["']|\b(?:import|require)\(\s*["'`]?([^"'`)]*)["'`]?/g

/** What `path` loads at run time, as written. */
const loads = (path) =>
  [...readFileSync(path, "utf8").replace(comment, "").matchAll(specifier)].map((match) => match[1] ?? match[2])

const seeds = (existsSync(room) ? readdirSync(room) : []).filter((name) =>
  /^check(?!.*\.test(-d)?\.ts$).*\.ts$/.test(name)
)
const seen = new Map(seeds.map((name) => [join(room, name), undefined]))
const problems = []
const trail = (path) => (path === undefined ? [] : [...trail(seen.get(path)), relative(root, path)])
for (const [path] of seen) {
  if (path.endsWith(".json")) continue
  for (const name of loads(path)) {
    const next = join(dirname(path), name)
    if (!name.startsWith(".")) {
      if (!PACKAGES.has(name)) problems.push(`${trail(path).join(" → ")} → ${name}`)
    } else if (!seen.has(next)) {
      seen.set(next, path)
      if (!existsSync(next) || dirname(next) !== room) problems.push(trail(next).join(" → "))
    }
  }
}
for (const problem of problems) process.stderr.write(`The checker depends on what is not its own: ${problem}\n`)

const code = [...seen.keys()].filter((path) => path.endsWith(".ts") && existsSync(path))
const lines = code.reduce((sum, path) => sum + readFileSync(path, "utf8").split("\n").length - 1, 0)
if (lines >= MOST_LINES) process.stderr.write(`The checker has ${lines} lines, expected fewer than ${MOST_LINES}.\n`)
process.stdout.write(
  `Checker independence: ${code.length} files of ${lines} lines reached from ${seeds.length} checkers, ${problems.length} imports that are not allowed.\n`
)
process.exitCode = problems.length === 0 && lines < MOST_LINES && seeds.length > 0 ? 0 : 1
