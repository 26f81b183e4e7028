// What `coverbound check --emit-coq` writes, put to Coq: the certificates of T1, T2, T3 and T7/epsilon that `npm start` makes must be proved (from allowed
// axioms: prove.mjs looks), and none of them with a number altered may compile; nor may prove.mjs take for a proof what is none. Prints time and size of each.
//
//   npm run prove:certificates [FOLDER] [-- --numerals N]   FOLDER: what `npm start` wrote; without it a run is made for this. N: numerals altered a
//   file (10; CI takes 2)
//
// Numbers are altered in two ways: one numeral of the file by one (data, results and what the statements say, evenly over the file); and a number of the
// certificate before the file is written, so that data and fingerprint agree and only the claim is false.
import { execFile, execFileSync, spawnSync } from "node:child_process"
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { emitCoq } from "../src/certificate/coq/emit-coq.ts"

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
const compiled = join(root, ".cache/coq")
const NAMES = ["T1-identity", "T2-bound", "T3-size", "T7-epsilon"]
const { positionals, values } = parseArgs({ allowPositionals: true, options: { numerals: { type: "string" } } })
const NUMERALS_PER_FILE = Number(values.numerals ?? 10)
const JOBS = 2

const work = mkdtempSync(join(tmpdir(), "coq-certificates-"))
process.on("exit", () => rmSync(work, { recursive: true, force: true }))

let folder = positionals[0]
if (folder === undefined) {
  folder = join(work, "out")
  execFileSync(process.execPath, [join(root, "src/cli/bin.ts"), "demo", "--out", folder], { stdio: "ignore" })
}

/** The places of numerals that say something: in definitions: data, results, bounds. */
function numerals(text) {
  const blank = (part) => part.replaceAll(/\d/g, " ")
  const speaking = text
    .replaceAll(/\(\*[^]*?\*\)/g, blank)
    .replaceAll(/^(Lemma|Theorem) [^]*?Qed\./gm, blank)
    .replaceAll(/^From .*$/gm, blank)
  return [...speaking.matchAll(/(?<![\w.])\d+(?!\w)/g)].map((match) => ({ at: match.index, digits: match[0] }))
}
/** The text with one numeral larger by one. */
const withNumeral = (text, { at, digits }) => text.slice(0, at) + (BigInt(digits) + 1n) + text.slice(at + digits.length)

/** Alterations of certificates: [theorem, what, how]. The claim becomes false of the numbers that are then carried. */
/** @type {ReadonlyArray<readonly [string, string, (certificate: any) => unknown]>} */
const FALSE_CLAIMS = [
  ["T1-identity", "J*", (c) => (c.evidence.identity.optimum += 3e-10)],
  ["T1-identity", "J(pi)", (c) => (c.evidence.identity.policies[0].objective -= 3e-10)],
  ["T1-identity", "J* - J(pi)", (c) => (c.evidence.identity.policies[0].suboptimality += 3e-10)],
  ["T1-identity", "a reward", (c) => (c.instance.data.prompts[0].responses[2].meanReward = 0.9999)],
  ["T1-identity", "a ratio", (c) => (c.evidence.identity.policies[0].logRatio[0] += 0.01)],
  [
    "T2-bound",
    "log C_cov",
    (c) =>
      (c.claim.statement = c.claim.statement.replace(
        /C_cov = (\d+\.\d+)/,
        (_, x) => `C_cov = ${(+x + 1e-5).toFixed(5)}`
      ))
  ],
  [
    "T2-bound",
    "the bound",
    (c) => (c.claim.statement = c.claim.statement.replace(/\d+\.\d+$/, (x) => (+x - 1e-5).toFixed(5)))
  ],
  ["T2-bound", "beta", (c) => (c.instance.data.beta *= 1.001)],
  ["T2-bound", "a probability", (c) => (c.instance.data.prompts[0].responses[2].probability = 0.00001)],
  ["T3-size", "nu", (c) => (c.evidence.nu = "1p2")],
  ["T3-size", "lambda", (c) => (c.evidence.lambda = "1p40")],
  ["T3-size", "a feature", (c) => (c.evidence.chains[0].features[0][0] = "1p-20")],
  ["T3-size", "a feature of norm above 2", (c) => (c.evidence.chains[0].features[0][0] = "1p30")],
  ["T3-size", "acceptances", (c) => (c.evidence.runs.trials[0].accepted = 10_000_000)],
  ["T7-epsilon", "a suboptimality", (c) => (c.evidence.runs.trials[0].suboptimality.value = 1)],
  ["T7-epsilon", "the verdict", (c) => (c.verdict = "supported")],
  [
    "T7-epsilon",
    "the e-value",
    (c) =>
      (c.claim.statement = c.claim.statement.replace(
        /-?\d+\.\d+ against/,
        (x) => `${(parseFloat(x) + 0.001).toFixed(3)} against`
      ))
  ],
  ["T7-epsilon", "the level", (c) => (c.claim.level /= 2)]
]

const found = NAMES.map((name) => ({
  name,
  path: globSync(`*/certificates/${name}.json`, { cwd: folder }).toSorted().at(-1)
}))
const absent = found.find(({ path }) => path === undefined)
if (absent !== undefined) {
  process.stderr.write(`${folder}: no certificate ${absent.name}.json in it\n`)
  process.exit(2)
}
const read = (name) => JSON.parse(readFileSync(join(folder, found.find((one) => one.name === name).path), "utf8"))
const emitted = (certificate, what) => {
  const file = emitCoq(certificate)
  if (file.kind === "none") throw new Error(`${what}: ${file.reason}`)
  return file.text
}

const originals = NAMES.map((name) => ({
  name,
  text: emitted(read(name), name),
  file: join(work, `${name.replace("-", "_")}.v`)
}))
for (const { file, name, text } of originals) {
  writeFileSync(file, text)
  process.stdout.write(`${String(text.length).padStart(8)} bytes  ${name}\n`)
}
// Compiles the tree, too.
execFileSync(process.execPath, [join(root, ".ci/prove.mjs"), ...originals.map(({ file }) => file)], {
  stdio: "inherit"
})

const rooms = new Set(globSync("**/*.vo", { cwd: compiled }).map((path) => join(compiled, dirname(path))))
const loadPath = [...rooms].flatMap((room) => ["-Q", room, "Coverbound"])
let files = 0
/** Whether Coq accepts the text. */
const accepts = (text) =>
  new Promise((resolve) => {
    const file = join(work, `altered_${files++}.v`)
    writeFileSync(file, text)
    execFile("coqc", ["-w", "none", ...loadPath, file], { maxBuffer: 1 << 26 }, (error) => resolve(error === null))
  })

// That what follows is refused means something only where the true files are accepted the same way.
const strange = []
await Promise.all(originals.map(async ({ name, text }) => (await accepts(text)) || strange.push(name)))
if (strange.length > 0) {
  process.stderr.write(`Refused, though not altered: ${strange.join(", ")}\n`)
  process.exit(1)
}

// What prove.mjs says of a file is the word that counts: of these it may say so of the first alone.
const STRANGERS = {
  proves: "Theorem claim : True. Proof. exact I. Qed.",
  assumes: "Axiom a : False.\nTheorem claim : False. Proof. exact a. Qed.",
  stops: "Theorem claim : False. Proof. Admitted.",
  declares: "Variable a : False.\nTheorem claim : False. Proof. exact a. Qed.",
  claims_nothing: "Lemma claim : True. Proof. exact I. Qed.",
  rests_on_another_axiom:
    "From Coq Require Import ProofIrrelevance.\nTheorem claim : forall (P : Prop) (p q : P), p = q. Proof. exact proof_irrelevance. Qed."
}
const strangers = Object.entries(STRANGERS).map(([name, text]) => {
  const file = join(work, `${name}.v`)
  writeFileSync(file, `${text}\n`)
  return file
})
const told = spawnSync(process.execPath, [join(root, ".ci/prove.mjs"), ...strangers], { encoding: "utf8" })
const taken = [...told.stdout.matchAll(/^proved .*?(\w+)\.v: /gm)].map(([, name]) => name)
if (told.status !== 1 || taken.join() !== "proves") {
  process.stderr.write(
    `Of files that prove nothing taken for proofs: ${taken.join(", ")}\n${told.stdout}${told.stderr}`
  )
  process.exit(1)
}

const altered = []
for (const { name, text } of originals) {
  const all = numerals(text)
  for (let i = 0; i < NUMERALS_PER_FILE; i++) {
    const numeral = all[Math.floor(((i + 0.5) * all.length) / NUMERALS_PER_FILE)]
    const what = `${name}: ${numeral.digits.slice(0, 30)} at ${numeral.at} of its file`
    altered.push({ what, text: withNumeral(text, numeral) })
  }
}
for (const [name, what, alter] of FALSE_CLAIMS) {
  const certificate = read(name)
  alter(certificate)
  altered.push({ what: `${name}: ${what}`, text: emitted(certificate, what) })
}

const compiledThough = []
const queue = [...altered]
async function worker() {
  for (let one = queue.shift(); one !== undefined; one = queue.shift())
    if (await accepts(one.text)) compiledThough.push(one.what)
}
await Promise.all(Array.from({ length: JOBS }, worker))
for (const what of compiledThough) process.stdout.write(`COMPILED, though altered: ${what}\n`)
process.stdout.write(
  `${originals.length} certificates proved; ${altered.length - compiledThough.length} of ${altered.length} altered ones refused.\n`
)
process.exit(compiledThough.length === 0 ? 0 : 1)
