/**
 * Runs an algorithm of a module that was not written here, in a process of its own: one that throws, hangs, fills memory, or ends its process costs the trial it was
 * asked for, and the next trial gets a fresh process.
 */
import { pathToFileURL } from "node:url"
import { isDeepStrictEqual } from "node:util"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { beside } from "../../file/beside.ts"
import type { Goal } from "../../algorithm/algorithm.ts"
import { type Failure, oneLine, type ParameterChoice, type TrialJob, type TrialOutcome } from "../../audit/outcome.ts"
import type { ChosenParameters, LawsJob, LawsOutcome, Runner } from "../../audit/runner.ts"
import { Stream } from "../../numeric/stream.ts"
import type { RunRecord } from "../../run/run-record.ts"
import { TRIAL_WORK } from "../../run/work.ts"
import type { SearchChoice } from "../../search/session-search.ts"
import { type ClockSetting, OTHER_CLOCK, TRUE_CLOCK } from "./clock-setting.ts"
import { HostProcess } from "./host-process.ts"
import { moduleHash } from "./module-hash.ts"
import type { Answers, Question, Reply, Request } from "./module-messages.ts"
import { keepOnOneCore } from "./one-core.ts"

export interface ModuleLimits {
  /** Seconds of its processor's time that it may take between two calls of oracles. */
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
  /** Loading it made no progress: that says nothing of it. */
  readonly stuck?: true
}> {}

export interface ModuleRunner extends Runner {
  /** Bytes the module wrote to stdout or stderr; they are shown nowhere. */
  readonly noise: () => number
}

const MIB = 2 ** 20
/** Seconds without a sign of life of the process that audits, beyond those that the module has: one answer of an oracle, one evaluation of a policy, on a busy machine. */
const PATIENCE = 600

/** Which trials are made again in a fresh process, counted from 0: one early, where every plan comes to, and one later. */
const remadeTrials = (seed: number): ReadonlyArray<number> => {
  const stream = Stream.fromSeed(seed).split("remade")
  return [1 + stream.nextInteger(3), 6 + stream.nextInteger(50)]
}

const REMEMBERS =
  "its run depends on what its process did before (state kept between trials, a clock, or chance of its own)"
const READS_CLOCK = "its run depends on the clock"

/** What two runs of one trial differ in. */
const differenceOf = (one: RunRecord, other: RunRecord): string | undefined => {
  const parts: ReadonlyArray<readonly [what: string, of: (record: RunRecord) => unknown]> = [
    ["reward queries", ({ ledger }) => ledger.rewardQueries],
    ["sampling queries", ({ ledger }) => ledger.samplingQueries],
    ["answers of its oracles", ({ transcript }) => transcript.sha256],
    ["suboptimality", ({ suboptimality }) => suboptimality.value],
    ["outcome", ({ outcome }) => outcome],
    ["policy", ({ policy }) => policy]
  ]
  const found = parts.find(([, of]) => !isDeepStrictEqual(of(one), of(other)))
  if (found === undefined) return undefined
  const [what, of] = found
  const [first, second] = [of(one), of(other)].map((value) => (typeof value === "object" ? "another" : String(value)))
  return `the same trial in a fresh process: ${what} ${second} instead of ${first}`
}

const differing = (record: RunRecord, again: Extract<TrialOutcome, { readonly kind: "finished" | "failed" }>) =>
  again.kind === "failed" ? again.failure.note : differenceOf(record, again.record)

type Ending = { readonly kind: "reply"; readonly reply: Reply } | Died | Slow
interface Died {
  readonly kind: "died"
  readonly failure: Failure
}
/** Nobody's fault that could be told. */
interface Slow {
  readonly kind: "slow"
  readonly why: string
}

const died = (kind: Failure["kind"], note: string): Died => ({ kind: "died", failure: { kind, note: oneLine(note) } })

/** One process that audits, and what is known of it. */
class Host extends HostProcess<Reply> {
  noise = 0

  constructor() {
    super(beside("module-host", import.meta.url), "module")
    if (this.child.pid !== undefined) keepOnOneCore(this.child.pid)
  }

  /** Asks, and waits for the answer, the end of the process, or the end of patience (each progress renews it). */
  answer(request: Request, seconds: number, progress: (id: string) => void = () => {}): Effect.Effect<Ending> {
    const hear = (reply: Reply): Ending | undefined => {
      this.noise = reply.noise ?? this.noise
      if (reply.kind === "progress") {
        progress(reply.id)
        return undefined
      }
      if (reply.kind === "lost") return { kind: "died", failure: reply.failure }
      return reply.kind === "stuck" ? { kind: "slow", why: reply.why } : { kind: "reply", reply }
    }
    return this.ask<Ending>(request, hear, (how) => died("exited", `ended the audit's process ${how}`), {
      seconds,
      ending: { kind: "slow", why: `its oracles gave no sign of life for ${seconds} s` }
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
    const active = new Host()
    host = active
    const { memory, searches, seconds } = limits
    const ending = yield* active.answer(
      {
        kind: "load",
        module,
        from,
        folder: active.folder,
        memory: memory * MIB,
        secondsPerCall: seconds,
        searches: searches ?? "auto"
      },
      PATIENCE
    )
    if (ending.kind !== "reply") leave()
    return { active, ending }
  })

  const { ending: first } = yield* start()
  if (first.kind === "died")
    return yield* new ModuleRefused({ why: `while it was loaded, it ${first.failure.note}`, failure: first.failure })
  if (first.kind === "slow")
    return yield* new ModuleRefused({ why: `while it was loaded, it ${first.why}`, failure: undefined, stuck: true })
  if (first.reply.kind !== "loaded")
    return yield* new ModuleRefused({
      why: first.reply.kind === "refused" ? first.reply.why : "no answer",
      failure: undefined
    })
  const sha256 = moduleHash(module, folder)
  const description = { ...first.reply.description, ...(sha256 === undefined ? {} : { module: sha256 }) }

  /** Asks the process, or a fresh one where the last is gone. */
  const ask = Effect.fnUntraced(function* <K extends keyof Answers>(
    question: Question & { readonly kind: K },
    progress?: (id: string) => void
  ): Effect.fn.Return<{ readonly kind: "answer"; readonly value: Answers[K] } | Died | Slow> {
    let active = host
    if (active === undefined || !active.alive) {
      leave()
      const again = yield* start()
      if (again.ending.kind !== "reply") return again.ending
      if (again.ending.reply.kind === "refused")
        return died("threw", `could not be loaded again: ${again.ending.reply.why}`)
      active = again.active
    }
    const ending = yield* active.answer(question, limits.seconds + PATIENCE, progress)
    if (ending.kind === "reply" && ending.reply.kind === "answer")
      return ending.reply as { readonly kind: "answer"; readonly value: Answers[K] }
    leave()
    if (ending.kind !== "reply") return ending
    return died("result", ending.reply.kind === "refused" ? ending.reply.why : "gave no result")
  })

  const parameters = Effect.fnUntraced(function* (
    choice: ParameterChoice,
    spec: string,
    goal: Goal
  ): Effect.fn.Return<ChosenParameters> {
    const ending = yield* ask({ kind: "parameters", choice, spec, goal })
    if (ending.kind === "died") return { failure: ending.failure }
    return ending.kind === "slow" ? { skipped: ending.why } : ending.value
  })

  const once = Effect.fnUntraced(function* (job: TrialJob, fresh?: ClockSetting): Effect.fn.Return<TrialOutcome> {
    const ending = yield* ask({ kind: "trial", job, fresh })
    if (ending.kind === "died") return { kind: "failed", failure: ending.failure, work: TRIAL_WORK }
    return ending.kind === "slow" ? { kind: "unfinished", why: ending.why, work: TRIAL_WORK } : ending.value
  })

  let made = 0
  let remade: ReadonlyArray<number> | undefined
  /**
   * A trial, and of some of them a second run in a process that has made no other, under another clock: it must be the same one. Which, the module cannot know: it does
   * not know the seed. Where the second differs a third, under the first one's clock, tells what it is that the run depends on.
   */
  const trial = Effect.fnUntraced(function* (job: TrialJob): Effect.fn.Return<TrialOutcome> {
    const outcome = yield* once(job)
    remade ??= remadeTrials(job.seed)
    if (outcome.kind !== "finished" || !remade.includes(made++)) return outcome
    const again = yield* once(job, OTHER_CLOCK)
    if (again.kind === "skipped" || again.kind === "unfinished") return outcome
    const difference = differing(outcome.record, again)
    if (difference === undefined) return outcome
    const third = yield* once(job, TRUE_CLOCK)
    const byClock = third.kind === "finished" && differing(outcome.record, third) === undefined
    const note = oneLine(`${byClock ? READS_CLOCK : REMEMBERS}: ${difference}`)
    return { kind: "failed", failure: { kind: byClock ? "clock" : "remembers", note }, work: outcome.work }
  })

  const laws = Effect.fnUntraced(function* (
    job: LawsJob,
    progress: (id: string) => void
  ): Effect.fn.Return<LawsOutcome> {
    const failures: Array<LawsOutcome["failures"][number]> = []
    const unfinished: Array<LawsOutcome["unfinished"][number]> = []
    for (let { ids } = job; ids.length > 0;) {
      let [current] = ids
      const ending = yield* ask({ kind: "laws", job: { ...job, ids } }, (id) => {
        if (id === "") return
        current = id
        progress(id)
      })
      if (ending.kind === "answer")
        return { ...ending.value, failures, unfinished: [...unfinished, ...ending.value.unfinished] }
      if (ending.kind === "slow") unfinished.push({ id: current, why: ending.why })
      else failures.push({ id: current, failure: ending.failure })
      // What its process had decided before is lost with it; a module that dies under laws is convicted already.
      if (failures.length + unfinished.length >= 2) break
      ids = ids.slice(ids.indexOf(current) + 1)
    }
    return { results: [], failures, unfinished, work: 0 }
  })

  const whereToLook = Effect.fnUntraced(function* (job: TrialJob) {
    const ending = yield* ask({ kind: "look", job })
    return ending.kind === "answer" ? ending.value : undefined
  })

  return { description, parameters, trial, laws, whereToLook, noise: () => noise + (host?.noise ?? 0) }
})
