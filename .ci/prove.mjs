// Machine-checks the theory: compiles every .v file of the tree with Coq, prints what each theorem rests on, and compares that with src/theorem/proved.txt.
//
//   npm run prove               compile, print, compare
//   npm run prove -- FILE.v …   compile what these files need of the tree, then these (coverbound check --emit-coq writes them), and print what their theorems rest on
//   npm run prove -- --update   compile, print, write src/theorem/proved.txt
//
// So for src/theorem/fixtures/enclosures.json: the values of the bounds that Coq encloses (src/theorem/enclosures.v), against which tests hold the TypeScript.
//
// A .v file stands beside the page whose statement it proves (src/theorem, lower-bounds). Its name is a Coq identifier, unique in the tree, and it is imported as
// `From Coverbound Require Import name.` What is stated as `Theorem` is a claim: listed, with its `Print Assumptions`. Steps are `Lemma`s.
// Refused: a proof not finished, an axiom of one's own, and every axiom but those of ALLOWED. Compiled files stay in .cache/coq, kept from run to run by the
// digest of their sources. Exit codes: 0 all holds, 1 a proof or the comparison fails, 2 the call is wrong or Coq or one of its libraries is missing.
import { execFile, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { enclosures } from "./enclosures.mjs"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const scratch = join(root, ".cache/coq")
const LISTING = "src/theorem/proved.txt"
const ENCLOSURES = "src/theorem/fixtures/enclosures.json"
const JOBS = 2
const PACKAGES = "coq libcoq-mathcomp-analysis libcoq-coquelicot libcoq-interval"

/** The axioms a theorem may rest on: those of the standard library's real numbers, and classical logic. Nothing else. */
const ALLOWED = new Set([
  "ClassicalDedekindReals.sig_forall_dec",
  "ClassicalDedekindReals.sig_not_dec",
  "FunctionalExtensionality.functional_extensionality_dep",
  "Classical_Prop.classic",
  "ClassicalEpsilon.constructive_indefinite_description",
  "Epsilon.epsilon_statement"
])
/**
 * What no source may contain, comments aside: unfinished proofs, assumptions, what switches the kernel's checks off, and what brings in text that is not read here or
 * sends Coq's answers elsewhere. (`Print Assumptions` sees an assumption whatever it is called; this says so sooner.)
 */
const REFUSED =
  /\b(Admitted|[Aa]dmit|give_up|Axioms?|Parameters?|Conjectures?|Abort|Declare\s+(?:ML\s+)?Module|Primitive|Load|Redirect|Unset\s+(?:Guard|Positivity|Universe)\s+Checking|bypass_check|type_in_type)\b/
/** Names of the libraries that ALLOWED is about: an assumption in a file of such a name would be taken for the library's. */
const LIBRARIES = new Set([...ALLOWED].map((axiom) => axiom.split(".")[0]))

const fail = (code, message) => {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

/** Coq source without comments (which nest) and strings. */
function withoutComments(text) {
  let depth = 0
  let out = ""
  for (const [token] of text.matchAll(/\(\*|\*\)|"(?:[^"]|"")*"|[^]/g)) {
    if (token === "(*") depth++
    else if (token === "*)" && depth > 0) depth--
    else if (depth === 0) out += token.length > 1 && token.startsWith('"') ? '""' : token
  }
  return out
}

const sources = ["src", "lower-bounds"]
  .flatMap((room) => readdirSync(join(root, room), { recursive: true }).map((path) => join(room, path)))
  .filter((path) => path.endsWith(".v"))
  .toSorted((a, b) => (a < b ? -1 : 1))
const given = process.argv.slice(2)
const update = given.includes("--update")
/** Files from outside the tree. */
const named = given.filter((argument) => argument.endsWith(".v"))
const unknown = given.find((argument) => argument !== "--update" && !named.includes(argument))
if (unknown !== undefined || (update && named.length > 0))
  fail(2, `Unknown argument "${unknown ?? named[0]}": npm run prove [-- --update | FILE.v …].`)
const version = spawnSync("coqc", ["--print-version"], { encoding: "utf8" })
if (version.status !== 0) fail(2, `No coqc on the PATH. On Debian: apt-get install --no-install-recommends ${PACKAGES}`)

/** path → { name, text, theorems, needs }, refusing what must not stand in a source. */
const files = new Map()
for (const path of sources) {
  const name = basename(path, ".v")
  const text = readFileSync(join(root, path), "utf8")
  const code = withoutComments(text)
  const refused = REFUSED.exec(code)
  if (refused !== null)
    fail(1, `${path}: "${refused[1]}" is refused: every claim is proved to its end, from no assumption of its own.`)
  if (!/^[a-z]\w*$/i.test(name)) fail(1, `${path}: a .v file's name must be a Coq identifier (letters, digits, "_").`)
  if (LIBRARIES.has(name)) fail(1, `${path}: ${name} is a file of Coq's library.`)
  if ([...files.values()].some((file) => file.name === name)) fail(1, `${path}: another .v file has this name.`)
  files.set(path, {
    name,
    text,
    theorems: [...code.matchAll(/(?:^|\.\s)\s*Theorem\s+([\w']+)/gm)].map((match) => match[1])
  })
  mkdirSync(join(scratch, dirname(path)), { recursive: true })
  const copy = join(scratch, path)
  if (!existsSync(copy) || readFileSync(copy, "utf8") !== text) writeFileSync(copy, text)
}
// What was compiled from a source that is gone must not be found any more. (Folders of files from outside the tree may be another run's.)
for (const path of existsSync(scratch) ? readdirSync(scratch, { recursive: true }) : []) {
  if (
    !path.startsWith("named-") &&
    /\.(v|vo|digest|printed)$/.test(path) &&
    !files.has(path.replace(/\.(digest|printed)$/, "").replace(/\.vo$/, ".v"))
  )
    rmSync(join(scratch, path))
}
const loadPath = [...new Set(sources.map((path) => dirname(path)))].flatMap((folder) => ["-Q", folder, "Coverbound"])

// Dependencies, from coqdep's makefile: `a.vo … : a.v b.vo …`. Files of other libraries are absolute paths.
const dependencies = spawnSync("coqdep", [...loadPath, ...sources], { cwd: scratch, encoding: "utf8" })
if (dependencies.status !== 0 || /cannot find|not (been )?found/i.test(dependencies.stderr))
  fail(
    2,
    `coqdep: ${dependencies.stderr}What the proofs need, on Debian: apt-get install --no-install-recommends ${PACKAGES}`
  )
for (const line of dependencies.stdout.split("\n")) {
  const [targets, needs] = line.split(": ")
  const path = targets.split(" ")[0].replace(/\.vo$/, ".v")
  if (needs === undefined || !files.has(path)) continue
  files.get(path).needs = needs
    .split(" ")
    .map((need) => need.replace(/\.vo$/, ".v"))
    .filter((need) => need !== path && files.has(need))
}

/** The digest of everything a compiled file depends on here. */
const digests = new Map()
function digest(path, trail = []) {
  if (trail.includes(path)) fail(1, `A cycle: ${[...trail, path].join(" → ")}`)
  if (!digests.has(path)) {
    const { text, needs } = files.get(path)
    const parts = [version.stdout, text, ...needs.toSorted().map((need) => digest(need, [...trail, path]))]
    digests.set(path, createHash("sha256").update(parts.join("\0")).digest("hex"))
  }
  return digests.get(path)
}

const coqc = (args) =>
  new Promise((resolve) => {
    execFile(
      "coqc",
      ["-w", "none", "-w", "+local-declaration", ...loadPath, ...args],
      { cwd: scratch, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => resolve({ ok: error === null, stdout, stderr })
    )
  })

/** Whether `path` stands compiled from these very sources. */
function upToDate(path) {
  const stamp = join(scratch, `${path}.digest`)
  return (
    existsSync(join(scratch, `${path}.printed`)) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest(path)
  )
}

/** Compiles `path` unless it is {@link upToDate}. */
async function compile(path) {
  const stamp = join(scratch, `${path}.digest`)
  const printed = join(scratch, `${path}.printed`)
  if (upToDate(path)) return true
  const started = performance.now()
  const { ok, stdout, stderr } = await coqc([path])
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${ok ? "compiled" : "FAILED  "} ${seconds.padStart(6)} s  ${path}\n`)
  if (ok) {
    writeFileSync(printed, stdout)
    writeFileSync(stamp, digest(path))
  } else process.stdout.write(stderr)
  return ok
}

/** What Print Assumptions answers for every theorem of a compiled `path`, kept like the compiled file: following a proof down to its axioms takes a second. */
async function assumptions(path) {
  const { name, theorems } = files.get(path)
  const kept = join(scratch, `${path}.assumptions`)
  const head = `${digest(path)}\n`
  if (existsSync(kept) && readFileSync(kept, "utf8").startsWith(head)) return true
  const query = join(dirname(path), `assumptions_of_${name}.v`)
  const lines = theorems.map((theorem) => `Print Assumptions Coverbound.${name}.${theorem}.`)
  writeFileSync(join(scratch, query), [`From Coverbound Require ${name}.`, ...lines, ""].join("\n"))
  const { ok, stdout, stderr } = await coqc([query])
  if (ok) writeFileSync(kept, head + stdout)
  else process.stdout.write(`Print Assumptions, ${path}: ${stderr}`)
  return ok
}

/** What is compiled: everything; for files from outside the tree what they need of it, whose own theorems are not listed. */
const wanted = named.length === 0 ? new Set(sources) : neededBy(named)
function neededBy(outside) {
  const needed = new Set()
  const need = (path) => {
    if (needed.has(path)) return
    needed.add(path)
    for (const next of files.get(path).needs) need(next)
  }
  for (const file of outside) {
    if (!existsSync(file)) continue
    const code = withoutComments(readFileSync(file, "utf8"))
    for (const [, list] of code.matchAll(/From\s+Coverbound\s+Require\s+(?:Import\s+|Export\s+)?([\w'\s]+)\./g))
      for (const name of list.trim().split(/\s+/))
        for (const [path, entry] of files) if (entry.name === name) need(path)
  }
  return needed
}
const stale = [...wanted].filter((path) => !upToDate(path)).length
if (named.length > 0 && stale > 0)
  process.stdout.write(`${stale} files of the tree are compiled first, once: about a minute on two idle cores.\n`)

// JOBS at a time, each once all it needs is compiled.
const results = new Map()
const waiting = new Set(wanted)
async function worker() {
  for (;;) {
    const next = [...waiting].find((path) => files.get(path).needs.every((need) => results.has(need)))
    if (next === undefined) {
      if (waiting.size === 0) return
      await Promise.race(running)
      continue
    }
    waiting.delete(next)
    const done = files.get(next).needs.every((need) => results.get(need))
      ? compile(next).then((ok) => ok && (named.length > 0 || assumptions(next)))
      : Promise.resolve(false)
    const tracked = done.then((ok) => {
      results.set(next, ok)
      running.delete(tracked)
    })
    running.add(tracked)
    await tracked
  }
}
const running = new Set()
for (const path of sources) digest(path)
await Promise.all(Array.from({ length: JOBS }, worker))
const failed = [...wanted].filter((path) => !results.get(path))
if (failed.length > 0) fail(1, `Not proved: ${failed.join(", ")}`)

/** The axioms that an answer of Print Assumptions names: an axiom's name starts its line; its type, where it does not fit, follows indented. */
function axiomsIn(answer) {
  const [head, ...lines] = answer.split("\n")
  return head === "Axioms:" ? lines.flatMap((line) => /^[^\s:]+/.exec(line)?.[0] ?? []) : []
}
/** Every answer of Print Assumptions begins with one of two lines. */
const answersIn = (stdout) =>
  stdout.split(/^(?=Closed under the global context$|Axioms:$)/m).filter((part) => /^(Closed|Axioms)/.test(part))

/** Compiles a file from outside the tree; whether it holds, from allowed axioms alone. */
async function proveNamed(file) {
  const started = performance.now()
  const verdict = (holds, why) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    process.stdout.write(`${holds ? "proved  " : "REFUSED "} ${seconds.padStart(6)} s  ${file}: ${why}\n`)
    return holds
  }
  if (!existsSync(file)) return verdict(false, "no such file")
  const text = readFileSync(file, "utf8")
  const code = withoutComments(text)
  const refused = REFUSED.exec(code)
  if (refused !== null) return verdict(false, `"${refused[1]}" is refused`)
  const theorems = [...code.matchAll(/^\s*Theorem\s+([\w']+)/gm)].map((match) => match[1])
  if (theorems.length === 0) return verdict(false, "states no Theorem")
  // What it rests on is asked from another file, as for the tree: nothing in this one can speak for Coq, nor an assumption of its own pass for a library's.
  const folder = mkdtempSync(join(scratch, "named-"))
  const inFolder = ["-Q", folder, "Named"]
  writeFileSync(join(folder, "certificate.v"), text)
  const compiled = await coqc([...inFolder, join(folder, "certificate.v")])
  const queries = theorems.map((theorem) => `Print Assumptions Named.certificate.${theorem}.`)
  writeFileSync(join(folder, "assumptions.v"), ["From Named Require certificate.", ...queries, ""].join("\n"))
  const { ok, stderr, stdout } = compiled.ok ? await coqc([...inFolder, join(folder, "assumptions.v")]) : compiled
  rmSync(folder, { recursive: true })
  if (!ok)
    return verdict(
      false,
      stderr
        .replace(/^File "[^"]*", /, "")
        .trim()
        .split("\n")
        .slice(0, 3)
        .join(" ")
    )
  const answers = answersIn(stdout)
  if (answers.length !== theorems.length)
    return verdict(false, `Print Assumptions answered ${answers.length} times, expected ${theorems.length}`)
  const notAllowed = answers.flatMap(axiomsIn).filter((axiom) => !ALLOWED.has(axiom))
  return verdict(
    notAllowed.length === 0,
    notAllowed.length === 0 ? theorems.join(", ") : `rests on ${notAllowed.join(", ")}`
  )
}
if (named.length > 0) {
  const held = []
  for (const file of named) held.push(await proveNamed(file))
  process.exit(held.every(Boolean) ? 0 : 1)
}

// What every theorem rests on. Each answer of Print Assumptions begins with one of two lines.
const claims = sources.flatMap((path) => {
  const { theorems } = files.get(path)
  const answers = answersIn(readFileSync(join(scratch, `${path}.assumptions`), "utf8"))
  if (answers.length !== theorems.length)
    fail(1, `${path}: Print Assumptions answered ${answers.length} times, expected ${theorems.length}.`)
  return theorems.map((theorem, i) => ({ path, theorem, answer: answers[i] }))
})
let bad = 0
let report =
  "What Coq proved and what it rests on: written by `npm run prove -- --update`, compared by `npm run prove`. After each theorem stand the axioms of\n" +
  "`Print Assumptions`: (none), those of the standard library's real numbers, classical logic. The files say what each theorem states, and of which page.\n"
let last = ""
for (const { path, theorem, answer } of claims) {
  const axioms = axiomsIn(answer)
  const others = axioms.filter((axiom) => !ALLOWED.has(axiom))
  if (others.length > 0) {
    bad++
    process.stderr.write(`${path}: ${theorem} rests on ${others.join(", ")}, which is not allowed.\n`)
  }
  if (path !== last) report += `\n${path}\n`
  last = path
  report += `  ${theorem}: ${
    axioms
      .map((axiom) => axiom.split(".").at(-1))
      .toSorted()
      .join(", ") || "(none)"
  }\n`
}
process.stdout.write(
  `${report}\n${claims.length} theorems of ${sources.length} files, Coq ${version.stdout.split(" ")[0]}.\n`
)
if (bad > 0) process.exit(1)
const printed = sources.map((path) => readFileSync(join(scratch, `${path}.printed`), "utf8")).join("\n")
for (const [path, text] of [
  [LISTING, report],
  [ENCLOSURES, enclosures(printed)]
]) {
  const committed = join(root, path)
  if (update) writeFileSync(committed, text)
  else if (!existsSync(committed) || readFileSync(committed, "utf8") !== text)
    fail(1, `${path} says something else: \`npm run prove -- --update\`, and look at the difference.`)
}
