/**
 * What runs in the process of a sandbox: loads the module, and makes the runs it is asked for on oracles that are elsewhere. Nothing that it says is believed; what it
 * checks, it checks so that an honest mistake gets an early and clear line. Started by sandbox.ts, never by hand.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type AnyAlgorithm, type Goal, isAlgorithm, type ParameterRecord } from "../../algorithm/algorithm.ts"
import { guarded } from "../../audit/guard.ts"
import { type Failure, failureOf, type ParameterChoice } from "../../audit/outcome.ts"
import { chosenParameters, describeAlgorithm } from "../../audit/runner.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { BudgetExhausted } from "../../oracle/ledger.ts"
import { MESSAGE } from "../../oracle/link.ts"
import { type Offers, remoteOracles } from "../../oracle/remote-oracles.ts"
import type { Problem } from "../../oracle/services.ts"
import { readData } from "../../oracle/wire.ts"
import { descriptionProblem } from "./described-algorithm.ts"
import { importModule, link } from "./sandbox-entry.ts"

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
let secondsPerRun = Infinity
let lastCall = "no oracle call yet"
const { clearTimeout: stopWaiting, setImmediate: nextTurn, setTimeout: waitFor } = globalThis

interface Load {
  readonly kind: "load"
  readonly module: string
  readonly from: string
  readonly seconds: number
}

const load = async ({ from, module, seconds }: Load): Promise<object> => {
  secondsPerRun = seconds
  let exported: unknown
  try {
    exported = (await importModule(module, from)).default
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
  loaded = algorithm
  return { kind: "loaded", description: describeAlgorithm(algorithm) }
}

interface Run {
  readonly kind: "run"
  readonly problem: Problem
  readonly parameters: ParameterRecord
  readonly offers: Offers
}

const made = async ({ offers, parameters, problem }: Run): Promise<object> => {
  lastCall = "no oracle call yet"
  const remote = remoteOracles(link, problem, offers)
  const watched = guarded(loaded!, {
    onCall: (operation) => {
      lastCall = operation
    }
  })
  const note = `did not settle in ${secondsPerRun} s: it waits for what does not come (last oracle call: `
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = waitFor(resolve, 1000 * secondsPerRun, undefined)
  })
  const program = Effect.suspend(() => watched.run(problem, parameters)).pipe(Effect.provideContext(remote.services))
  const exit = await Promise.race([Effect.runPromiseExit(program), late])
  stopWaiting(timer)
  if (exit === undefined) return { failure: { kind: "hung", note: `${note}${lastCall})` } }
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

for (;;) {
  const { body, kind } = link.receive()
  if (kind !== MESSAGE.data) break
  link.sendData(await answered(readData(body) as Load | Run | Parameters))
}
