/**
 * `node properties/same-runs/compare.ts [NAME…]`: makes the runs of runs.ts anew and compares the digests of their records and certificates with those
 * in digests.json, recorded before code was moved; `--record` writes them. A record's timings and environment (machine, backend that ran) are not
 * compared, nor is the version of this package that documents carry, nor what is said of theorems' hypotheses, which follows from the rest. Exit 1 names each document that changed.
 */
import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { runs } from "./runs.ts"

type Digests = Record<string, Record<string, string>>

const run = promisify(execFile)
const command = new URL("../../src/cli/bin.ts", import.meta.url).pathname
const recorded = new URL("digests.json", import.meta.url)
const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16)

/** A certificate without the version in it, and without its digest, which covers the version. */
const withoutVersion = ({
  digest: _digest,
  environment: { package: _package, ...environment },
  ...rest
}: {
  readonly digest: string
  readonly environment: Readonly<Record<string, unknown>>
}) => ({ ...rest, environment })

/** Digests of what one call leaves: run.json and each certificate. */
const documentsOf = async (call: string): Promise<Record<string, string>> => {
  const folder = await mkdtemp(join(tmpdir(), "coverbound-same-"))
  try {
    await run(process.execPath, [command, "audit", ...call.split(" "), "--json", "--out", folder], {
      maxBuffer: 2 ** 28
    }).catch((error: { code?: unknown; stderr?: string }) => {
      // 1: something was refuted, which is a result like another.
      if (error.code !== 1) throw new Error(`audit ${call}: exit ${String(error.code)}: ${error.stderr}`)
    })
    const read = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"))
    const { environment: _, timings: __, suite: ___, theorems: ____, ...record } = await read("run.json")
    const documents: Record<string, string> = { "run.json": digest(JSON.stringify(record)) }
    for (const name of (await readdir(join(folder, "certificates"))).sort())
      documents[name] = digest(JSON.stringify(withoutVersion(await read(join("certificates", name)))))
    return documents
  } finally {
    await rm(folder, { recursive: true })
  }
}

const args = process.argv.slice(2)
const named = args.filter((arg) => !arg.startsWith("--"))
const unknown = named.find((name) => !(name in runs))
if (unknown !== undefined) throw new Error(`${unknown}: no such run; runs.ts has ${Object.keys(runs).join(", ")}`)
const queue = named.length > 0 ? named : Object.keys(runs)
const made: Digests = {}
const next = queue[Symbol.iterator]()
const worker = async () => {
  for (const name of next) made[name] = await documentsOf(runs[name])
}
await Promise.all([worker(), worker()])

const known: Digests = JSON.parse(await readFile(recorded, "utf8").catch(() => "{}"))
if (args.includes("--record")) {
  const all = Object.keys(runs).flatMap((name) =>
    ({ ...known, ...made })[name] === undefined ? [] : [[name, made[name] ?? known[name]]]
  )
  await writeFile(recorded, `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`)
  process.stdout.write(`${Object.keys(made).length} runs recorded\n`)
} else {
  const changed = queue.flatMap((name) =>
    [...new Set([...Object.keys(known[name] ?? {}), ...Object.keys(made[name])])]
      .filter((document) => known[name]?.[document] !== made[name][document])
      .map(
        (document) =>
          `${name}: ${document} ${known[name]?.[document] ?? "was not there"} → ${made[name][document] ?? "gone"}`
      )
  )
  const documents = queue.reduce((sum, name) => sum + Object.keys(made[name]).length, 0)
  process.stdout.write(
    `${queue.length} runs, ${documents} documents: ${changed.length} changed\n${changed.map((line) => `${line}\n`).join("")}`
  )
  process.exitCode = changed.length > 0 ? 1 : 0
}
