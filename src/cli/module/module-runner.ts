/**
 * Runs an algorithm of a module that was not written here, in a process of its own: one that throws, hangs, fills memory, or ends its process costs the trial it was
 * asked for, and the next trial gets a fresh process.
 */
import { type ChildProcess, fork } from "node:child_process"
import { randomUUID } from "node:crypto"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Goal } from "../../algorithm/algorithm.ts"
import { type Failure, oneLine, type ParameterChoice, type TrialJob, type TrialOutcome } from "../../audit/outcome.ts"
import type { ChosenParameters, LawsJob, LawsOutcome, Runner } from "../../audit/runner.ts"
import type { SearchChoice } from "../../search/session-search.ts"
import type { LastWord, Reply, Request } from "./module-messages.ts"

export interface ModuleLimits {
  /** Seconds that one trial, or one law, may take. */
  readonly seconds: number
  /** MiB that the process may hold, its JavaScript heap and everything else. */
  readonly memory: number
  /** What may make the searches of its oracles. Default auto. */
  readonly searches?: SearchChoice
}

/** The module cannot be used at all. */
export class ModuleRefused extends Data.TaggedError("ModuleRefused")<{
  readonly why: string
  /** What it did, where loading it did not end by itself; undefined where it simply is not an algorithm. */
  readonly failure: Failure | undefined
}> {}

export interface ModuleRunner extends Runner {
  /** Bytes the module wrote to stdout or stderr; they are shown nowhere. */
  readonly noise: () => number
}

const MIB = 2 ** 20
/** Seconds beyond a limit that a process has before it is killed: its own limits come first. */
const GRACE = 1
/** Seconds in which a process whose event loop turns says where it is. */
const PING = 0.5
/** Loading compiles the suite and the module, on a busy machine. */
const LOADING = 30
/** Characters of stderr that are kept. */
const TAIL = 8192

type Ending = { readonly kind: "reply"; readonly reply: Reply } | { readonly kind: "died"; readonly failure: Failure }

const died = (kind: Failure["kind"], note: string): Ending => ({ kind: "died", failure: { kind, note: oneLine(note) } })

/** One process and what is known of it. */
class Host {
  readonly child: ChildProcess
  private readonly mark = `coverbound-${randomUUID()}`
  private readonly limits: ModuleLimits
  private tail = ""
  noise = 0

  constructor(limits: ModuleLimits) {
    this.limits = limits
    const { NODE_OPTIONS: _, ...env } = process.env
    this.child = fork(
      fileURLToPath(new URL(`./module-host${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url)),
      [],
      {
        serialization: "advanced",
        silent: true,
        env,
        execArgv: [
          `--max-old-space-size=${limits.memory}`,
          "--disable-warning=ExperimentalWarning",
          "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"
        ]
      }
    )
    this.child.on("error", () => {})
    this.child.stdout?.on("data", (data: Buffer) => (this.noise += data.length))
    this.child.stderr?.on("data", (data: Buffer) => {
      this.noise += data.length
      this.tail = (this.tail + data.toString("utf8")).slice(-TAIL)
    })
  }

  /** The first request of every process. */
  load(module: string, from: string): Request {
    const { memory, searches, seconds } = this.limits
    return {
      kind: "load",
      module,
      from,
      mark: this.mark,
      // Code, the suite and its thread take some of it.
      memory: (memory + 256) * MIB,
      secondsPerTrial: seconds,
      searches: searches ?? "auto"
    }
  }

  kill(): void {
    this.child.kill("SIGKILL")
  }

  get alive(): boolean {
    return this.child.connected && this.child.exitCode === null && this.child.signalCode === null
  }

  /** The host's last word of a kind, without its mark. */
  private lastWord(kind: LastWord): string | undefined {
    const start = `${this.mark} ${kind} `
    return this.tail
      .split("\n")
      .find((line) => line.startsWith(start))
      ?.slice(start.length)
  }

  /** Why the process is gone. */
  private epitaph(code: number | null, signal: NodeJS.Signals | null): Ending {
    const { memory } = this.limits
    const size = this.lastWord("memory")
    if (size !== undefined)
      return died("memory", `held ${Math.round(Number(size) / MIB)} MiB of memory, where ${memory} are allowed`)
    if (/heap out of memory|Reached heap limit|Array buffer allocation failed/.test(this.tail))
      return died("memory", `filled its heap of ${memory} MiB`)
    const outside = this.lastWord("outside")
    if (outside !== undefined) return died("threw", `outside its run: ${outside}`)
    const exit = this.lastWord("exit")
    if (exit !== undefined) return died("exited", `called ${exit}`)
    return died("exited", signal === null ? `ended its process with code ${code}` : `its process ended by ${signal}`)
  }

  /** Asks, and waits for the answer, the end of the process, or the end of patience (each progress renews it). */
  ask(request: Request, seconds: number, progress: (id: string) => void = () => {}): Effect.Effect<Ending> {
    return Effect.callback<Ending>((resume) => {
      const { child } = this
      let where: string | undefined
      let timer: NodeJS.Timeout | undefined
      const end = (ending: Ending): void => {
        clearTimeout(timer)
        child.off("message", onMessage).off("close", onClose)
        resume(Effect.succeed(ending))
      }
      const giveUp = (): void => {
        this.kill()
        end(
          died(
            "hung",
            where === undefined
              ? `ran ${seconds} s without an end: a loop that never leaves its process a turn`
              : `did not settle in ${seconds} s: it waits for what does not come (last oracle call: ${where})`
          )
        )
      }
      const patience = (): void => {
        clearTimeout(timer)
        timer = setTimeout(() => {
          if (this.alive) child.send({ kind: "where" } satisfies Request, () => {})
          timer = setTimeout(giveUp, 1000 * PING)
        }, 1000 * seconds)
      }
      const onMessage = (reply: Reply): void => {
        if (reply.kind === "at") {
          where = reply.operation
          giveUp()
        } else if (reply.kind === "progress") {
          progress(reply.id)
          patience()
        } else end({ kind: "reply", reply })
      }
      const onClose = (code: number | null, signal: NodeJS.Signals | null): void => end(this.epitaph(code, signal))
      child.on("message", onMessage).on("close", onClose)
      patience()
      if (this.alive) child.send(request, () => {})
      return Effect.sync(() => {
        clearTimeout(timer)
        this.kill()
      })
    })
  }
}

/**
 * Loads a module. Its process lives as long as the scope.
 *
 * @param module a file URL, or the name of a package that is resolved from `folder`
 */
export const openModule = Effect.fnUntraced(function* (
  module: string,
  folder: string,
  limits: ModuleLimits
): Effect.fn.Return<ModuleRunner, ModuleRefused, Scope.Scope> {
  const from = pathToFileURL(`${folder}/`).href
  let [host, noise] = [undefined as Host | undefined, 0]
  const leave = (): void => {
    noise += host?.noise ?? 0
    host?.kill()
    host = undefined
  }
  yield* Effect.addFinalizer(() => Effect.sync(leave))

  const start = Effect.fnUntraced(function* () {
    const active = new Host(limits)
    host = active
    const ending = yield* active.ask(active.load(module, from), LOADING)
    if (ending.kind === "died") leave()
    return { active, ending }
  })

  const { ending: first } = yield* start()
  if (first.kind === "died")
    return yield* new ModuleRefused({ why: `while it was loaded, it ${first.failure.note}`, failure: first.failure })
  if (first.reply.kind !== "loaded")
    return yield* new ModuleRefused({
      why: first.reply.kind === "refused" ? first.reply.why : "no answer",
      failure: undefined
    })
  const { description } = first.reply

  /** Asks the process, or a fresh one where the last is gone. */
  const ask = Effect.fnUntraced(function* (request: Request, seconds: number, progress?: (id: string) => void) {
    let active = host
    if (active === undefined || !active.alive) {
      leave()
      const again = yield* start()
      if (again.ending.kind === "died") return again.ending
      if (again.ending.reply.kind === "refused")
        return died("threw", `could not be loaded again: ${again.ending.reply.why}`)
      active = again.active
    }
    const ending = yield* active.ask(request, seconds + GRACE, progress)
    if (ending.kind === "died") leave()
    return ending
  })

  const parameters = Effect.fnUntraced(function* (
    choice: ParameterChoice,
    spec: string,
    goal: Goal
  ): Effect.fn.Return<ChosenParameters> {
    const ending = yield* ask({ kind: "parameters", choice, spec, goal }, limits.seconds)
    if (ending.kind === "died") return { failure: ending.failure }
    return ending.reply.kind === "parameters"
      ? ending.reply.chosen
      : { failure: { kind: "parameters", note: "gave no parameters" } }
  })

  const trial = Effect.fnUntraced(function* (job: TrialJob): Effect.fn.Return<TrialOutcome> {
    const ending = yield* ask({ kind: "trial", job }, limits.seconds)
    if (ending.kind === "died") return { kind: "failed", failure: ending.failure }
    const { reply } = ending
    if (reply.kind !== "trial") {
      leave()
      return {
        kind: "failed",
        failure: { kind: "result", note: reply.kind === "refused" ? reply.why : "gave no result" }
      }
    }
    // What it left behind would be there in the next trial.
    if (reply.outcome.kind === "failed") leave()
    return reply.outcome
  })

  const laws = Effect.fnUntraced(function* (
    job: LawsJob,
    progress: (id: string) => void
  ): Effect.fn.Return<LawsOutcome> {
    const failures: Array<LawsOutcome["failures"][number]> = []
    const start = performance.now()
    for (let { ids } = job; ids.length > 0;) {
      let [current] = ids
      const spent = (performance.now() - start) / 1000
      const left = job.seconds === undefined ? {} : { seconds: Math.max(0, job.seconds - spent) }
      const ending = yield* ask({ kind: "laws", job: { ...job, ids, ...left } }, limits.seconds, (id) => {
        if (id !== "") current = id
        progress(id)
      })
      if (ending.kind === "reply" && ending.reply.kind === "laws")
        return { results: ending.reply.outcome.results, failures }
      failures.push({
        id: current,
        failure: ending.kind === "died" ? ending.failure : { kind: "result", note: "gave no result" }
      })
      // What its process had decided before is lost with it; a module that dies under laws is convicted already.
      if (failures.length >= 2) break
      ids = ids.slice(ids.indexOf(current) + 1)
    }
    return { results: [], failures }
  })

  const whereToLook = Effect.fnUntraced(function* (job: TrialJob) {
    const ending = yield* ask({ kind: "look", job }, limits.seconds)
    return ending.kind === "reply" && ending.reply.kind === "look" ? ending.reply.said : undefined
  })

  return { description, parameters, trial, laws, whereToLook, noise: () => noise + (host?.noise ?? 0) }
})
