// The certificate checker is evidence only if it shares no code with what it checks. The linter forbids direct imports (.oxlintrc.json); this follows
// the imports of imports, types aside, from src/certificate/check*.ts, and fails with the path that leads into a forbidden room.
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const forbidden = /^src\/(algorithm|audit|cli|kernel|oracle)\//
const comment = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const specifier =
  /(?:^|[;\n}])\s*(?:import|export)\s+(?!type\b)(?:[^"'`;]*?\sfrom\s*)?["'](\.{1,2}\/[^"']+)["']|\bimport\(\s*["'`](\.{1,2}\/[^"'`]+)["'`]/g

/** Relative modules that `path` loads at run time. */
const loads = (path) => {
  const text = readFileSync(path, "utf8").replace(comment, "")
  return [...text.matchAll(specifier)].map((match) => join(dirname(path), match[1] ?? match[2])).filter(existsSync)
}

const room = join(root, "src/certificate")
const seeds = (existsSync(room) ? readdirSync(room) : []).filter((name) =>
  /^check(?!.*\.test(-d)?\.ts$).*\.ts$/.test(name)
)
const seen = new Map(seeds.map((name) => [join(room, name), undefined]))
let violations = 0
for (const [path] of seen) {
  for (const next of loads(path)) {
    if (seen.has(next)) continue
    seen.set(next, path)
    if (!forbidden.test(relative(root, next))) continue
    violations++
    const trail = []
    for (let at = next; at !== undefined; at = seen.get(at)) trail.unshift(relative(root, at))
    process.stderr.write(`The checker depends on what it checks: ${trail.join(" → ")}\n`)
  }
}
process.stdout.write(
  `Checker independence: ${seen.size} modules reached from ${seeds.length} checkers, ${violations} forbidden.\n`
)
process.exitCode = violations === 0 && seeds.length > 0 ? 0 : 1
