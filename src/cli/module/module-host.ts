/**
 * The process that holds a user's module: loads it, runs its trials one after another, and answers over IPC. It may be killed at any moment; whatever the module does
 * here, the audit goes on elsewhere. Started by module-runner.ts, never by hand.
 *
 * The module's imports of `coverbound` and `effect` are this package's own, wherever the module lies: two copies of a service class would be two services.
 */
import { writeSync } from "node:fs"
import { registerHooks } from "node:module"
import { pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import { type AnyAlgorithm, isAlgorithm } from "../../algorithm/algorithm.ts"
import { type Failure, failureOf, oneLine, placeOf, type TrialOutcome } from "../../audit/outcome.ts"
import { inProcessRunner, type Runner } from "../../audit/runner.ts"
import type { Instance } from "../../instance/instance.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { SearchBackend } from "../../search/session-search.ts"
import { descriptionProblem } from "./described-algorithm.ts"
import { loadInstance } from "../load-instance.ts"
import { ownEntries } from "./own-entries.ts"
import type { LastWord, LoadRequest, Reply, Request } from "./module-messages.ts"

const answer = (reply: Reply): void => {
  process.send?.(reply)
}

/** Before the name of a package that the command was given: it is resolved from the folder where the command was started. */
const ASKED = "coverbound-asked:"

registerHooks({
  resolve: (specifier, context, next) => {
    const own = ownEntries.get(specifier)
    if (own !== undefined) return { url: pathToFileURL(own.code).href, shortCircuit: true }
    if (specifier.startsWith(ASKED)) return next(specifier.slice(ASKED.length), { ...context, parentURL: askedFrom })
    return /^(@effect\/|effect(\/|$))/.test(specifier)
      ? next(specifier, { ...context, parentURL: import.meta.url })
      : next(specifier, context)
  }
})

let askedFrom = import.meta.url

/** Says a last word where the parent will find it, whatever happens next. */
const lastWord = (mark: string, kind: LastWord, text: string): void => {
  try {
    writeSync(2, `\n${mark} ${kind} ${oneLine(text)}\n`)
  } catch {
    // Nobody listens any more.
  }
}

/** Ends that a module may choose are reported before they happen. */
const watchExits = (mark: string): void => {
  for (const name of ["exit", "abort", "reallyExit"] as const) {
    const target = process as unknown as Record<string, (...args: ReadonlyArray<unknown>) => unknown>
    const original = target[name].bind(process)
    target[name] = (...args) => {
      lastWord(mark, "exit", `process.${name}(${args.map(String).join(", ")})${placeOf(new Error("exit"))}`)
      return original(...args)
    }
  }
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error: unknown) => {
      lastWord(mark, "outside", failureOf(error).note)
      process.kill(process.pid, "SIGKILL")
    })
}

/** Plain JavaScript: a second thread looks at memory and at the parent even while the first never returns. */
const WATCHDOG = `
const { workerData } = require("node:worker_threads")
const { writeSync } = require("node:fs")
setInterval(() => {
  const size = process.memoryUsage.rss()
  if (size <= workerData.memory && process.ppid === workerData.parent) return
  if (size > workerData.memory) try { writeSync(2, "\\n" + workerData.mark + " memory " + size + "\\n") } catch {}
  process.kill(process.pid, "SIGKILL")
}, 25)
`

const watchMemory = ({ mark, memory }: LoadRequest): void => {
  new Worker(WATCHDOG, { eval: true, workerData: { mark, memory, parent: process.ppid }, stderr: false }).unref()
}

/** Functions of the language that code of this suite relies on. */
const SHARED_OBJECTS: Readonly<Record<string, object>> = {
  Math,
  Number,
  Object,
  Reflect,
  JSON,
  Promise,
  "Array.prototype": Array.prototype,
  "Map.prototype": Map.prototype,
  "Set.prototype": Set.prototype,
  "Object.prototype": Object.prototype,
  "Promise.prototype": Promise.prototype,
  "Float64Array.prototype": Object.getPrototypeOf(Float64Array.prototype) as object,
  performance: Object.getPrototypeOf(performance) as object
}

const propertiesOf = (target: object): ReadonlyMap<string | symbol, unknown> =>
  new Map(
    Reflect.ownKeys(target).map((key) => {
      const property: Readonly<Record<string, unknown>> = { ...Object.getOwnPropertyDescriptor(target, key) }
      return [key, property.get ?? property.value]
    })
  )

const known = Object.entries(SHARED_OBJECTS).map(([name, target]) => ({
  name,
  target,
  properties: propertiesOf(target)
}))

/** A function of the language that is not what it was. */
const changedGlobal = (): string | undefined => {
  for (const { name, properties, target } of known) {
    const now = propertiesOf(target)
    for (const key of new Set([...properties.keys(), ...now.keys()]))
      if (!Object.is(properties.get(key), now.get(key))) return `${name}.${String(key)}`
  }
  return undefined
}

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
const timersBefore = timers()

/** What a trial left behind in the process. */
const leftBehind = (): Failure | undefined => {
  const changed = changedGlobal()
  if (changed !== undefined)
    return { kind: "globals", note: `changed ${changed}, which every other trial and the suite itself use` }
  const left = timers() - timersBefore
  return left > 0 ? { kind: "leaked", note: `left ${left} ${left === 1 ? "timer" : "timers"} running` } : undefined
}

const resolve = (spec: string): Instance => Effect.runSync(loadInstance(spec))

let lastCall = "no oracle call yet"
let runner: Runner | undefined
let backend: LoadRequest["searches"] = "auto"

/** Runs it with the searches that the audit asked for. */
const runHere = <A, E>(effect: Effect.Effect<A, E>): Promise<A> =>
  Effect.runPromise(Effect.provideService(effect, SearchBackend, backend))

const load = async (request: LoadRequest): Promise<Reply> => {
  const { from, mark, module, searches, secondsPerTrial } = request
  backend = searches
  watchExits(mark)
  watchMemory(request)
  let exported: unknown
  try {
    askedFrom = from
    const loaded = (await import(module.startsWith("file:") ? module : ASKED + module)) as {
      readonly default?: unknown
    }
    exported = loaded.default
  } catch (error) {
    return { kind: "refused", why: failureOf(error).note }
  }
  if (!isAlgorithm(exported))
    return {
      kind: "refused",
      why: `its default export is ${exported === undefined ? "missing" : "something else"}, expected what algorithm({ … }) of coverbound returns`
    }
  const algorithm = exported as AnyAlgorithm<OracleServices>
  const problem = descriptionProblem(algorithm)
  if (problem !== undefined) return { kind: "refused", why: problem }
  runner = inProcessRunner(algorithm, {
    resolve,
    secondsPerTrial,
    onCall: (operation) => {
      lastCall = operation
    }
  })
  return { kind: "loaded", description: runner.description }
}

const trial = async (active: Runner, request: Extract<Request, { kind: "trial" }>): Promise<TrialOutcome> => {
  const outcome = await runHere(active.trial(request.job))
  // Timers that were due at once have had their turn.
  await new Promise((next) => setImmediate(next))
  const failure = outcome.kind === "finished" ? leftBehind() : undefined
  return failure === undefined ? outcome : { kind: "failed", failure }
}

const reply = async (request: Request): Promise<Reply> => {
  if (request.kind === "load") return load(request)
  if (request.kind === "where") return { kind: "at", operation: lastCall }
  if (runner === undefined) return { kind: "refused", why: "nothing was loaded" }
  lastCall = "no oracle call yet"
  switch (request.kind) {
    case "parameters":
      return {
        kind: "parameters",
        chosen: await Effect.runPromise(runner.parameters(request.choice, request.spec, request.goal))
      }
    case "trial":
      return { kind: "trial", outcome: await trial(runner, request) }
    case "laws":
      return {
        kind: "laws",
        outcome: await runHere(runner.laws(request.job, (id) => answer({ kind: "progress", id })))
      }
    case "look":
      return { kind: "look", said: await runHere(runner.whereToLook(request.job)) }
  }
}

process.on("message", (request: Request) => {
  reply(request).then(answer, (error: unknown) => answer({ kind: "refused", why: failureOf(error).note }))
})
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"))
