// The certificate checker is evidence only if it shares no code with what it checks, and if a person can read it: every file of src/checker but its
// tests imports from src/checker alone, types included, and from node:crypto; together they have fewer than MOST_LINES lines, comments and blank lines
// counted. (The published JSON Schema is data.)
import { readFileSync, readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const MOST_LINES = 1900
const room = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../src/checker")
const comment = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const specifier =
  /(?:^|[;\n}])\s*(?:import|export)\b(?:[^"'`;]*?\sfrom\s*)?["']([^"']+)["']|\b(?:import|require)\(\s*["'`]?([^"'`)]*)["'`]?/g

const files = readdirSync(room, { recursive: true, encoding: "utf8" }).filter((name) =>
  /^(?!.*\.test(-d)?\.ts$).*\.ts$/.test(name)
)
const problems = []
let lines = 0
for (const name of files) {
  const text = readFileSync(join(room, name), "utf8")
  lines += text.split("\n").length - 1
  for (const [, from, dynamic] of text.replace(comment, "").matchAll(specifier)) {
    const target = from ?? dynamic
    const own = target === `./${basename(target)}` && (target.endsWith(".json") || files.includes(basename(target)))
    if (!own && target !== "node:crypto") problems.push(`${name} imports ${target}`)
  }
}
if (!files.includes("check.ts")) problems.push(`${room} has no check.ts`)
for (const problem of problems) process.stderr.write(`The checker depends on what is not its own: ${problem}\n`)
if (lines >= MOST_LINES) process.stderr.write(`The checker has ${lines} lines, expected fewer than ${MOST_LINES}.\n`)
process.stdout.write(
  `Checker independence: ${files.length} files of ${lines} lines, ${problems.length} imports that are not allowed.\n`
)
process.exitCode = problems.length === 0 && lines < MOST_LINES ? 0 : 1
