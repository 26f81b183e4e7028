/**
 * `node properties/killed/killed.ts [KILLS] [SEED] [NAME…] [--signals] [--out FILE]`: commands that are killed (SIGKILL) at random moments and called again until they end. After each
 * kill every document in the folder is whole or absent, journals are sound, nothing that was kept before is gone, and the next call finds as much; what the last call leaves is what an
 * uninterrupted one leaves: the same files, to the byte (timings apart).
 *
 * A moment is a uniform fraction of the time of a whole run, as the last one took; for every fourth kill, of the time from the first file that is written out to the end. With
 * `--signals`, SIGINT and SIGTERM in turn instead, which must also end with 130 or 143; how long they took is told. Exit 1 says what is not as it should be.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Stream } from "../../src/numeric/stream.ts"
import { commands, type Subject } from "./commands.ts"
import { filesIn, leftIn } from "./folder.ts"

const BIN = new URL("../../src/cli/bin.ts", import.meta.url).pathname

type Stop = "SIGKILL" | "SIGINT" | "SIGTERM"
const CODES = { SIGKILL: undefined, SIGINT: 130, SIGTERM: 143 } as const

/** When a call is stopped: so many milliseconds after its start, or after it began to write files out. */
interface Moment {
  readonly stop: Stop
  readonly from: "start" | "writing"
  readonly ms: number
}

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
  /** Milliseconds from the first file that was written out to the end; 0 where there was none. */
  readonly writingMs: number
  /** Milliseconds from the signal to the end, where there was one before the end. */
  readonly stoppingMs: number | undefined
  readonly phase: Phase
}

/** What a call was at when it was stopped: nothing kept yet, results kept, or files of results being written. */
type Phase = "before" | "working" | "writing"

/** Documents that are made as they will be read, from their temporary name on. */
const WRITTEN_OUT = /\.json(\.[\w-]+\.tmp)?$/

const call = async (args: ReadonlyArray<string>, folder: string, moment?: Moment): Promise<Ended> => {
  // It is there beforehand so that it can be watched.
  mkdirSync(folder, { recursive: true })
  const start = performance.now()
  let [writing, stopped] = [undefined as number | undefined, undefined as number | undefined]
  let phase: Phase = "before"
  const child = spawn(process.execPath, [BIN, ...args, "--out", folder], { stdio: ["ignore", "pipe", "pipe"] })
  const stop = async (): Promise<void> => {
    await sleep(moment!.ms)
    if (child.exitCode !== null || child.signalCode !== null) return
    phase = writing !== undefined ? "writing" : filesIn(folder).length > 0 ? "working" : "before"
    stopped = performance.now()
    child.kill(moment!.stop)
  }
  const watched = watch(folder, { recursive: true }, (_, name) => {
    if (writing !== undefined || name === null || !WRITTEN_OUT.test(name)) return
    writing = performance.now()
    if (moment?.from === "writing") void stop()
  })
  if (moment?.from === "start") void stop()
  let [stdout, stderr] = ["", ""]
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on("close", (...how) => resolve(how))
  )
  watched.close()
  const end = performance.now()
  return {
    code,
    signal,
    stdout,
    stderr,
    ms: end - start,
    writingMs: end - (writing ?? end),
    stoppingMs: stopped === undefined ? undefined : end - stopped,
    phase
  }
}

export interface KilledFound {
  readonly kills: number
  /** Of the kills. */
  readonly phases: Readonly<Record<Phase, number>>
  /** Whole runs that the kills fell into. */
  readonly runs: number
  /** Milliseconds from each signal to the end. */
  readonly stoppingMs: ReadonlyArray<number>
  readonly wrong: ReadonlyArray<string>
}

/** A document without what says how it was come by. */
const foundIn = (path: string, { apart }: Subject): string => {
  const document = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>
  return JSON.stringify(Object.fromEntries(Object.entries(document).filter(([name]) => !apart.includes(name))))
}

/** What an ended run left that an uninterrupted one would not have. */
const differences = (subject: Subject, folder: string, reference: string): ReadonlyArray<string> => {
  const [files, expected] = [filesIn(folder), filesIn(reference)]
  if (files.join() !== expected.join()) return [`files ${files.join(", ")} instead of ${expected.join(", ")}`]
  return [
    ...files
      .filter((name) => name.endsWith(".json"))
      .filter((name) => foundIn(join(folder, name), subject) !== foundIn(join(reference, name), subject))
      .map((name) => `${name} differs`),
    ...subject.alsoWrong(folder, reference)
  ]
}

const toldOf = (stderr: string): number | undefined => {
  const [, found] = /Going on in .*: (\d+) results/.exec(stderr) ?? []
  return found === undefined ? undefined : Number(found)
}

/** Stops a command so many times, in as many runs as it takes. @param stream of the moments */
export const killAndResume = async (
  name: string,
  kills: number,
  stream: Stream,
  stops: ReadonlyArray<Stop> = ["SIGKILL"]
): Promise<KilledFound> => {
  const home = mkdtempSync(join(tmpdir(), "coverbound-killed-"))
  const subject = await commands[name](home)
  const [wrong, stoppingMs] = [[] as Array<string>, [] as Array<number>]
  const phases = { before: 0, working: 0, writing: 0 }
  let [made, runs] = [0, 0]
  const say = (what: string): number => wrong.push(`${name}: ${what}, after kill ${made}`)
  try {
    const reference = join(home, "reference")
    const whole = await call(subject.args, reference)
    const said = ({ stdout }: Ended): string => (subject.printsTheSame ? stdout : "")
    if (filesIn(reference).length === 0 && said(whole) === "") wrong.push(`${name}: nothing to compare`)
    let { ms: span, writingMs } = whole
    const moment = (): Moment => {
      const stop = stops[made % stops.length]
      return writingMs > 0 && made % 4 === 3
        ? { stop, from: "writing", ms: stream.next() * writingMs }
        : { stop, from: "start", ms: stream.next() * span }
    }
    while (made < kills) {
      const folder = join(home, `run-${runs++}`)
      let kept = 0
      for (let calls = 1; ; calls++) {
        const at = made < kills ? moment() : undefined
        const ended = await call(subject.args, folder, at)
        // A journal that has done its work goes before the process ends.
        const told = toldOf(ended.stderr)
        if (told !== undefined && told !== kept) say(`${told} results found of ${kept} that were kept`)
        const byOurs = ended.stoppingMs !== undefined && (ended.signal === at?.stop || ended.code === CODES[at!.stop])
        if (byOurs) {
          made++
          phases[ended.phase]++
          if (at!.stop !== "SIGKILL") stoppingMs.push(Math.round(ended.stoppingMs))
          const left = leftIn(folder)
          left.broken.forEach((file) => say(`${file} is broken`))
          // Once all is written the journal goes; what it held is in the documents, which are compared at the end.
          const written = ended.phase === "writing" && !existsSync(join(folder, "journal.sqlite"))
          if (left.kept < kept && !written) say(`${left.kept} results kept of ${kept}`)
          kept = left.kept
          continue
        }
        if (calls === 1) ({ ms: span, writingMs } = ended)
        if (ended.code !== whole.code) say(`exit ${ended.code ?? ended.signal} instead of ${whole.code}`)
        if (said(ended) !== said(whole)) say("another output")
        differences(subject, folder, reference).forEach(say)
        break
      }
      rmSync(folder, { recursive: true, force: true })
    }
  } finally {
    subject.close()
    rmSync(home, { recursive: true, force: true })
  }
  return { kills: made, phases, runs, stoppingMs, wrong }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const args = process.argv.slice(2)
  const out = args.includes("--out") ? args.splice(args.indexOf("--out"), 2)[1] : undefined
  const signals = args.includes("--signals")
  const [kills = 100, seed = 1] = args
    .filter((arg) => /^\d+$/.test(arg))
    .slice(0, 2)
    .map(Number)
  const named = args.filter((arg) => arg in commands)
  const names = named.length > 0 ? named : Object.keys(commands)
  const stops: ReadonlyArray<Stop> = signals ? ["SIGINT", "SIGTERM"] : ["SIGKILL"]
  // All at once: the moments are as random as the machine is busy.
  const lines = await Promise.all(
    names.map(async (name) => {
      const stream = Stream.fromSeed(seed).split(`${stops.join()} ${name}`)
      const found = await killAndResume(name, Math.ceil(kills / names.length), stream, stops)
      const line = JSON.stringify({ name, ...found })
      process.stdout.write(`${line}\n`)
      if (found.wrong.length > 0) process.exitCode = 1
      return line
    })
  )
  if (out !== undefined)
    writeFileSync(out, `$ node properties/killed/killed.ts ${args.join(" ")}\n${lines.join("\n")}\n`)
}
