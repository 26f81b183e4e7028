// The order of the rooms. A file imports from its own room and from rooms above its own in this list, types included; tests may import anything.
// What two rooms may not even so is said under `never`. The checker shares nothing with anything: checker-independence.mjs follows its imports.
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { dirname, join, posix } from "node:path"
import { fileURLToPath } from "node:url"

const ROOMS = [
  "numeric", // streams, small dense algebra
  "statistics", // tests, intervals, the α ledger
  "checker", // the independent checker of certificates
  "file", // files that are there whole or not at all
  "work", // units of work: threads, journals
  "instance", // what is explored
  "policy", // policies as data, and their exact evaluation
  "kernel", // dense kernels and their backends
  "server", // OpenAI-compatible servers
  "language-model", // transformers as base models
  "model", // the bigram of the Brown corpus
  "search", // what literal oracles search with
  "oracle", // what a learner may touch
  "algorithm",
  "run", // trials, records, sweeps
  "lower-bounds",
  "theorem", // statements, bounds, judges
  "coverage", // how well a base model covers what is right
  "live", // runs on models that are only sampled
  "law", // laws of algorithms, oracles and policies
  "arbitrary", // cases for fast-check
  "certificate", // writing and replay
  "verify",
  "audit",
  "compare",
  "sweep", // plans of many runs, and the stores that hold them
  "reports",
  "vitest", // assertions and the ledger of a run of tests
  "cli",
  "public" // barrels of the public subpaths; nothing imports them
]

/** Not although the order allows it: [from, to (a pattern of paths), why]. `typesToo: false` lets types pass. */
const NEVER = [
  { from: "checker", to: /./, why: "the checker is independent of what it checks" },
  {
    from: "algorithm",
    to: /^(?!src\/(oracle|policy|numeric)\/)/,
    why: "an algorithm knows oracle/, policy/ and numeric/ only"
  },
  {
    from: "algorithm",
    to: /^src\/oracle\/(exact-law|literal|rewards|rows|strong|tokens|weak|workbench)\.ts$/,
    why: "an algorithm asks services; how they answer is not its business"
  },
  {
    from: "theorem",
    to: /^src\/algorithm\//,
    why: "theorem/ may name an algorithm's types, never run it",
    typesToo: false
  },
  {
    from: "lower-bounds",
    to: /^src\/(?!instance|numeric|statistics)/,
    why: "lower bounds know instances, numbers and statistics only"
  }
]

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "src", "lower-bounds", "reports"],
  { cwd: root, encoding: "utf8" }
)
  .split("\n")
  .filter((path) => path.endsWith(".ts") && !/\.test(-d)?\.ts$/.test(path))
const roomOf = (path) => {
  const [first, second, third] = path.split("/")
  return first !== "src" ? first : third === undefined ? "index" : second
}
const imports = /^\s*(?:import|export)\s+(type\s)?[^"'`;]*?\bfrom\s+"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"/gm

const problems = []
for (const path of files) {
  const room = roomOf(path)
  if (room === "index") continue
  if (!ROOMS.includes(room)) problems.push(`${path}: the room ${room} is not in .ci/rooms.mjs`)
  let text
  try {
    text = readFileSync(join(root, path), "utf8")
  } catch {
    continue
  }
  for (const [, type, from, dynamic] of text.matchAll(imports)) {
    const target = posix.normalize(posix.join(posix.dirname(path), from ?? dynamic))
    const other = roomOf(target)
    if (other === room) continue
    if (!ROOMS.includes(other)) problems.push(`${path}: imports ${target}, which is in no room below it`)
    else if (ROOMS.indexOf(other) > ROOMS.indexOf(room))
      problems.push(`${path}: imports ${target}; ${other} comes after ${room}`)
    for (const { from: forbidden, to, why, typesToo = true } of NEVER)
      if (room === forbidden && to.test(target) && (typesToo || type === undefined))
        problems.push(`${path}: imports ${target}: ${why}`)
  }
}
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.stdout.write(
  `Rooms: ${files.length} files in ${ROOMS.length} rooms, ${problems.length} imports against their order.\n`
)
process.exitCode = problems.length === 0 ? 0 : 1
