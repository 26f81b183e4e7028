/**
 * What runs in the process of a sandbox: loads the module, and makes the runs it is asked for on oracles that are elsewhere. Nothing that it says is believed; what it
 * checks, it checks so that an honest mistake gets an early and clear line. Started by sandbox.ts, never by hand.
 */
import { realCpuUsage as cpuUsage, realNow as clock, realTimeout as waitFor, setClock } from "./sandbox-clock.ts"
import type { ClockSetting } from "./clock-setting.ts"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type AnyAlgorithm, type Goal, isAlgorithm, type ParameterRecord } from "../../algorithm/algorithm.ts"
import { guarded } from "../../audit/guard.ts"
import { type Failure, failureOf, type ParameterChoice } from "../../audit/outcome.ts"
import { chosenParameters, describeAlgorithm } from "../../audit/runner.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { Stream } from "../../numeric/stream.ts"
import { BudgetExhausted } from "../../oracle/ledger.ts"
import { Randomness, randomnessOf } from "../../oracle/randomness.ts"
import { type Offers, remoteOracles } from "../../oracle/remote-oracles.ts"
import type { Problem } from "../../oracle/services.ts"
import { descriptionProblem } from "./described-algorithm.ts"
import { answering, importModule, link } from "./sandbox-entry.ts"

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

let loaded: AnyAlgorithm<OracleServices> | undefined
let secondsPerCall = Infinity
let [lastCall, calls] = ["no oracle call yet", 0]
const { clearTimeout: stopWaiting, setImmediate: nextTurn } = globalThis

/** Milliseconds that this process has worked. */
const processor = (): number => {
  const { system, user } = cpuUsage()
  return (user + system) / 1000
}
/** Milliseconds between looks at whether a run makes progress. */
const LOOK_MS = 100
/** As the warden's: a process that takes less of a clock's time than this share does nothing. */
const IDLE = 0.01

/** Says why a run makes no progress, once it does not. `stop` ends the looking. */
const withoutProgress = (): { readonly said: Promise<string>; readonly stop: () => void } => {
  const most = 1000 * secondsPerCall
  let [seen, since, used] = [calls, clock(), processor()]
  let timer: NodeJS.Timeout | undefined
  const said = new Promise<string>((resolve) => {
    const look = (): void => {
      const [elapsed, busy] = [clock() - since, processor() - used]
      if (calls !== seen) [seen, since, used] = [calls, clock(), processor()]
      else if (busy > most)
        return resolve(
          `computed for more than ${secondsPerCall} s of its processor's time without asking an oracle (last oracle call: ${lastCall})`
        )
      else if (elapsed > most && busy < IDLE * elapsed + LOOK_MS)
        return resolve(
          `did not settle in ${secondsPerCall} s: it waits for what does not come (last oracle call: ${lastCall})`
        )
      timer = waitFor(look, LOOK_MS)
    }
    timer = waitFor(look, Math.min(most, LOOK_MS))
  })
  return { said, stop: () => stopWaiting(timer) }
}

interface Load {
  readonly kind: "load"
  readonly module: string
  readonly from: string
  readonly seconds: number
}

/** No default export, or that of a module of CommonJS which exports nothing. */
const isNothing = (exported: unknown): boolean =>
  exported === undefined || (typeof exported === "object" && exported !== null && Object.keys(exported).length === 0)

const load = async ({ from, module, seconds }: Load): Promise<object> => {
  secondsPerCall = seconds
  let exported: unknown
  try {
    exported = (await importModule(module, from)).default
  } catch (error) {
    return { kind: "refused", why: failureOf(error).note }
  }
  if (!isAlgorithm(exported))
    return {
      kind: "refused",
      why: `its default export is ${isNothing(exported) ? "missing" : "something else"}, expected what algorithm({ … }) of coverbound returns`
    }
  const algorithm = exported as AnyAlgorithm<OracleServices>
  const problem = descriptionProblem(algorithm)
  if (problem !== undefined) return { kind: "refused", why: problem }
  loaded = algorithm
  return { kind: "loaded", description: describeAlgorithm(algorithm) }
}

interface Run {
  readonly kind: "run"
  readonly problem: Problem
  readonly parameters: ParameterRecord
  readonly offers: Offers
  readonly clock: ClockSetting
  /** Seed of the learner's own chance in this run. */
  readonly chance: number
}

const made = async ({ chance, clock: given, offers, parameters, problem }: Run): Promise<object> => {
  setClock(given)
  ;[lastCall, calls] = ["no oracle call yet", 0]
  const remote = remoteOracles(link, problem, offers)
  const watched = guarded(loaded!, {
    onCall: (operation) => {
      lastCall = operation
      calls++
    }
  })
  const program = Effect.suspend(() => watched.run(problem, parameters)).pipe(
    Effect.provideContext(remote.services),
    Effect.provideService(Randomness, randomnessOf(Stream.fromSeed(chance).split("learner")))
  )
  const stuck = withoutProgress()
  const exit = await Promise.race([Effect.runPromiseExit(program), stuck.said])
  stuck.stop()
  if (typeof exit === "string") return { unfinished: exit }
  remote.flush()
  // Timers that were due at once have had their turn.
  await new Promise((next) => nextTurn(next))
  const failure = leftBehind()
  if (failure !== undefined) return { failure }
  if (Exit.isSuccess(exit)) return { kind: "returned", policy: exit.value }
  const error = Cause.squash(exit.cause)
  return error instanceof BudgetExhausted ? { kind: "spent", policy: error.learned } : { failure: failureOf(error) }
}

interface Parameters {
  readonly kind: "parameters"
  readonly choice: ParameterChoice
  readonly problem: Problem
  readonly goal: Goal
}

const answered = async (command: Load | Run | Parameters): Promise<object> => {
  if (command.kind === "load") return load(command)
  if (command.kind === "run") return made(command)
  return chosenParameters(loaded!, command.choice, command.problem, command.goal)
}

await answering((command) => answered(command as Load | Run | Parameters))
