/**
 * The process that holds a user's module and nothing else: no file beyond the module's own folder and what it imports, no environment, no descriptor but two pipes, no
 * child, worker or addon, nothing on a terminal, a process group of its own that ends with it. It is asked and answers over {@link Link}; what it says is not believed.
 *
 * Pipes are named ones, opened and unlinked before the process starts: Node makes no other that both sides may block on.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { closeSync, existsSync, mkdtempSync, openSync, realpathSync, rmSync, unlinkSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { beside } from "../../file/beside.ts"
import { Failed, type Failure, oneLine } from "../../audit/outcome.ts"
import { NotFinished } from "../../oracle/not-finished.ts"
import { Link, LinkClosed, MESSAGE } from "../../oracle/link.ts"
import { readData } from "../../oracle/plain-data.ts"
import { MessageBroken } from "../../oracle/wire.ts"
import type { LoadRequest } from "./module-messages.ts"
import { brokenFailure, fieldsOf } from "./remote-algorithm.ts"
import { type ClockSetting, TRUE_CLOCK } from "./clock-setting.ts"
import { upward } from "./installed-package.ts"
import { suiteFolder } from "./own-entries.ts"
import { insideOf } from "./ways-out.ts"
import { FLAGS } from "./withheld.ts"
import { Warden } from "./warden.ts"

const MIB = 2 ** 20
/** MiB that code of the suite and the runtime take beside the module's heap. */
const RUNTIME = 256

/** Seconds of its processor time for loading the suite and the module. */
const LOADING = 30
/** Seconds beyond in which the process may say itself that it is late. */
const GRACE = 1

/**
 * The group ends when the audit is gone, whatever the module does and however the audit ended: a shell waits for the end of a pipe whose other end only the audit
 * holds, and where the kernel can (`setpriv`, Linux) it kills the module's process itself, should that shell be gone too. A file cannot grow, nothing is dumped.
 */
const SCRIPT = `ulimit -c 0; ulimit -f 0
(cat <&5; kill -9 -- -$$) >/dev/null 2>&1 3<&- 4>&- &
if setpriv --pdeathsig KILL true 2>/dev/null; then exec setpriv --pdeathsig KILL /usr/bin/env -i "$@" 5<&-; fi
exec /usr/bin/env -i "$@" 5<&-`

/** What runs in the process by default: an algorithm's host. */
const HOST = beside("sandbox-host", import.meta.url)

/** What of a module's folder it may read, by the folder's real name and by the one it was called by. */
const ownOf = (folder: string): ReadonlyArray<string> => {
  const real = realpathSync(folder)
  return insideOf(folder).readable.flatMap((path) => [path, join(folder, relative(real, path))])
}

/** What a module may read: itself, the packages it may import, the suite. */
const readable = (module: string, from: string): ReadonlyArray<string> => {
  const file = module.startsWith("file:")
  const folder = file ? dirname(fileURLToPath(module)) : fileURLToPath(from)
  const own = file ? [folder, realpathSync(folder)] : []
  const packages = [folder, realpathSync(folder), suiteFolder]
    .flatMap(upward)
    .filter((at) => at === suiteFolder || !own.includes(at))
    .map((at) => join(at, "node_modules"))
  const rooms = ["src", "dist", "lower-bounds", "reports/src", "package.json"].map((room) => join(suiteFolder, room))
  const all = [...(file ? ownOf(folder) : []), ...packages, ...rooms].filter(existsSync)
  return [...new Set(all)]
}

/** A pipe's reading and writing ends. */
const pipe = (path: string): readonly [reads: number, writes: number] => {
  const both = openSync(path, "r+")
  const ends = [openSync(path, "r"), openSync(path, "w")] as const
  closeSync(both)
  unlinkSync(path)
  return ends
}

const NAMES = ["requests", "answers", "noise", "life"] as const

/** What is loaded, and its limits. */
export type SandboxRequest = Pick<LoadRequest, "folder" | "from" | "memory" | "module" | "secondsPerCall"> & {
  /** What its host is told beside that: plain data. */
  readonly told?: object
}

interface Running {
  readonly child: ChildProcess
  readonly link: Link
  readonly ends: ReadonlyArray<number>
  readonly gone: Promise<string>
}

export class Sandbox {
  private running: Running | undefined
  private readonly request: SandboxRequest
  private readonly warden = new Warden()
  private lastWord: string | undefined
  private readonly onStart: () => void
  private readonly host: string
  private readonly readable: ReadonlyArray<string>
  /** Runs since the process began. */
  runs = 0
  /** The clock that its runs are given. */
  clock: ClockSetting = TRUE_CLOCK

  /** @param onStart called before a process is started and when it is ready @param host what runs in it and loads the module */
  constructor(request: SandboxRequest, onStart: () => void, host = HOST) {
    this.request = request
    this.onStart = onStart
    this.host = fileURLToPath(host)
    this.readable = readable(request.module, request.from)
  }

  get noise(): number {
    return this.warden.noise
  }

  get alive(): boolean {
    return this.running !== undefined
  }

  /** The link to the process, which is started where there is none. @throws Failed where the module cannot be loaded again */
  get link(): Link {
    if (this.running === undefined) {
      const said = fieldsOf(this.start())
      if (said.kind !== "loaded")
        throw new Failed({ kind: "threw", note: oneLine(`could not be loaded again: ${String(said.why)}`) })
    }
    return this.running!.link
  }

  /** Starts the process and loads the module. What it says of it. @throws Failed where it ends over it */
  start(): unknown {
    this.onStart()
    const { folder, from, memory, module, secondsPerCall, told } = this.request
    const scratch = mkdtempSync(join(folder, "run-"))
    const paths = NAMES.map((name) => join(scratch, name))
    execFileSync("mkfifo", ["-m", "600", ...paths], { env: { PATH: "/usr/bin:/bin" } })
    const [requests, answers, noise, life] = paths.map(pipe)
    const flags = [
      "--permission",
      ...this.readable.map((path) => `--allow-fs-read=${path}`),
      `--max-old-space-size=${memory / MIB}`,
      ...FLAGS,
      "--disable-warning=ExperimentalWarning",
      "--disable-warning=SecurityWarning",
      "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"
    ]
    const child = spawn("/bin/sh", ["-c", SCRIPT, "sh", process.execPath, ...flags, this.host], {
      stdio: ["ignore", noise[1], noise[1], requests[0], answers[1], life[0]],
      env: {},
      cwd: scratch,
      detached: true
    })
    const gone = new Promise<string>((ended) => {
      child.on("error", (error) => ended(`could not be started: ${error.message}`))
      child.on("exit", (code, signal) =>
        ended(signal === null ? `ended its process with code ${code}` : `its process ended by ${signal}`)
      )
    })
    for (const end of [noise[1], requests[0], answers[1], life[0]]) closeSync(end)
    const link = new Link(answers[0], requests[1], this.warden.turns)
    this.running = { child, link, ends: [answers[0], requests[1], life[1]], gone }
    this.runs = 0
    this.lastWord = undefined
    const most = memory + RUNTIME * MIB
    this.warden.watch(child.pid ?? 0, noise[0], most, LOADING)
    const said = this.ask({ kind: "load", module, from, seconds: secondsPerCall, ...told })
    rmSync(scratch, { recursive: true, force: true })
    this.warden.limit(child.pid ?? 0, most, secondsPerCall + GRACE)
    this.onStart()
    return said
  }

  /** Sends a command. */
  command(said: object): void {
    this.runs++
    this.link.sendData(said)
  }

  /** Asks for data. @throws Failed or NotFinished where the process ends over it */
  ask(said: object): unknown {
    try {
      this.link.sendData(said)
      const { body, kind } = this.link.receive()
      if (kind !== MESSAGE.data) throw new MessageBroken({ detail: `message: kind ${kind}, expected data` })
      return this.heard(readData(body))
    } catch (error) {
      const failure = brokenFailure(error)
      if (failure === undefined) throw error
      const known = error instanceof LinkClosed ? this.epitaph(failure.note) : new Failed(failure)
      this.kill()
      throw known
    }
  }

  /** Data that is not the last word before an end. */
  heard(said: unknown): unknown {
    const { kind, word } = fieldsOf(said)
    if (kind !== "word") return said
    this.lastWord = oneLine(String(word))
    throw new LinkClosed()
  }

  /** Why a run was lost, where its process is the reason. */
  whyGone(defect: unknown): Effect.Effect<unknown> {
    const broken = brokenFailure(defect)
    const { running } = this
    if (broken === undefined || running === undefined) return Effect.succeed(defect)
    if (!(defect instanceof LinkClosed)) return Effect.succeed(new Failed(broken))
    return Effect.promise(async () => {
      // Closing its pipe is not yet an end.
      const ended = await Promise.race([
        running.gone,
        new Promise<string>((late) => {
          setTimeout(late, 500, "closed its pipes").unref()
        })
      ])
      return this.epitaph(ended)
    })
  }

  private epitaph(ended: string): Failed | NotFinished {
    const { stuck } = this.warden
    const { secondsPerCall } = this.request
    if (stuck === "computed")
      return new NotFinished(
        `computed for more than ${secondsPerCall} s of its processor's time without asking an oracle or letting its process a turn`
      )
    if (stuck === "waited") return new NotFinished(`did nothing at all for ${secondsPerCall} s`)
    return new Failed(this.failure(ended))
  }

  private failure(ended: string): Failure {
    const heap = this.request.memory / MIB
    const size = this.warden.killedAt
    if (size > 0)
      return { kind: "memory", note: `held ${Math.round(size / MIB)} MiB of memory, where ${heap} are allowed` }
    if (/heap out of memory|Reached heap limit|Array buffer allocation failed/.test(this.warden.tail))
      return { kind: "memory", note: `filled its heap of ${heap} MiB` }
    if (this.lastWord === undefined) return { kind: "exited", note: oneLine(ended) }
    const outside = /^outside: (.*)$/s.exec(this.lastWord)
    return outside === null
      ? { kind: "exited", note: `called ${this.lastWord}` }
      : { kind: "threw", note: `outside its run: ${outside[1]}` }
  }

  /** Ends the process and all of its group. */
  kill(): void {
    const { running } = this
    if (running === undefined) return
    this.running = undefined
    this.warden.limit(0, 0, 0)
    try {
      if (running.child.pid !== undefined) process.kill(-running.child.pid, "SIGKILL")
    } catch {
      // Already gone.
    }
    for (const end of running.ends) closeSync(end)
  }
}
