/**
 * The other side of {@link remoteOracles}: a run whose learner is in another process, on the services of this one. Everything that arrives is held against the table of
 * operations, whoever wrote it; a handle is a number that this run gave out. The learner's requests are made through the services at hand, so that guards, recorders and
 * meters see what they would see of a learner here.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Policy } from "../policy/policy.ts"
import type { Prompt } from "./handle.ts"
import { givenHandles } from "./given-handles.ts"
import type { OracleServices } from "./interpreter.ts"
import { Journal } from "./journal.ts"
import { BudgetExhausted } from "./ledger.ts"
import { type Link, type Message, MESSAGE } from "./link.ts"
import {
  DEFERRED,
  dimensionOf,
  OPERATIONS,
  type Operation,
  ROUND,
  ROUND_NUMBER,
  type ServiceName,
  TAGS
} from "./operations.ts"
import type { Offers } from "./remote-oracles.ts"
import type { Problem, TiltedPair } from "./services.ts"
import { accepted, TILT } from "./shape.ts"
import { readData, writeData } from "./plain-data.ts"
import { type Methods, type Service, serviceIn } from "./tap.ts"
import { MessageBroken, type Reader, ShapeReader, ShapeWriter, Writer } from "./wire.ts"

/** Milliseconds between turns of the event loop. */
const TURN_MS = 25

/** The services of a run as the table names them. */
const servicesOf = (context: Context.Context<never>, journal: object): ReadonlyMap<ServiceName, Service> => {
  const found = new Map<ServiceName, Service>([["Journal", journal as Service]])
  for (const name of Object.keys(TAGS) as ReadonlyArray<ServiceName>) {
    const service = name === "Journal" ? undefined : serviceIn(context, name)
    if (service !== undefined) found.set(name, service)
  }
  return found
}

type Answered = Result.Result<unknown, BudgetExhausted>

const atOnce = (call: Methods[string], request: ReadonlyArray<unknown>): Answered => {
  try {
    return Result.succeed(call(...request))
  } catch (error) {
    if (error instanceof BudgetExhausted) return Result.fail(error)
    throw error
  }
}

/** What a learner elsewhere may ask. */
const offersOf = (services: ReadonlyMap<ServiceName, Service>): Offers => {
  const having = (has: (service: Service | undefined, method: string) => boolean) =>
    OPERATIONS.filter(({ method, service }) => has(services.get(service), method)).map(({ name }) => name)
  return {
    operations: having((service, method) => service?.[method] !== undefined),
    immediate: having((service, method) => service?.immediate?.[method] !== undefined)
  }
}

export interface ServedOptions {
  readonly link: Link
  readonly problem: Problem
  /** Starts the run over there. */
  readonly begin: (offers: Offers) => void
}

/** How a run elsewhere ended: what was said of it, not to be believed but for the policy in it; and the budget that was spent here, if one was. */
export interface ServedEnd {
  readonly said: unknown
  readonly spent: BudgetExhausted | undefined
}

/** Serves one run to its end. Dies with LinkClosed where the other process is gone, with MessageBroken or Misbehaved where it keeps to no table. */
export const servedRun = Effect.fnUntraced(function* ({
  begin,
  link,
  problem
}: ServedOptions): Effect.fn.Return<ServedEnd, never, OracleServices> {
  const services = servicesOf(yield* Effect.context<OracleServices>(), yield* Journal)
  const handles = givenHandles()
  const reader = new ShapeReader(handles)
  const writer = new ShapeWriter(handles)
  const out = new Writer()
  let spent: BudgetExhausted | undefined

  /** What a checkpoint asks for, asked over there. */
  const policyNow = (): Policy => {
    link.send(MESSAGE.policy, out)
    const { body, kind } = link.receive()
    const said = kind === MESSAGE.data ? (readData(body) as { readonly policy?: unknown } | null) : undefined
    if (said?.policy === undefined) throw new MessageBroken({ detail: "checkpoint: answered without a policy" })
    return said.policy as Policy
  }

  const requestOf = (operation: Operation, body: Reader): ReadonlyArray<unknown> => {
    const { name, request: rows } = operation
    const request: Array<unknown> = []
    for (const [, shape] of rows) request.push(shape.kind === "policy" ? policyNow : reader.read(shape, body))
    const d = dimensionOf(operation, name === "Journal.accepted" ? request : [], problem)
    for (let i = 0; i < rows.length; i++) accepted(rows[i][1], request[i], name, rows[i][0], d)
    return request
  }

  const callOf = (operation: Operation | undefined): Methods[string] => {
    const call = operation === undefined ? undefined : services.get(operation.service)?.[operation.method]
    if (call === undefined) throw new MessageBroken({ detail: "message: of an operation that is not offered" })
    return call
  }

  /** Makes a request through the services at hand: at once where they can, else as an Effect. */
  const asked = (operation: Operation, request: ReadonlyArray<unknown>): Answered | Effect.Effect<Answered> => {
    const call = callOf(operation)
    if (operation.plain) return Result.succeed(call(...request))
    const now = services.get(operation.service)?.immediate?.[operation.method]
    if (now !== undefined) return atOnce(now, request)
    return Effect.result(call(...request) as Effect.Effect<unknown, BudgetExhausted>)
  }

  const sayTheBudgetIsSpent = (failure: BudgetExhausted): void => {
    spent = failure
    const { limit, requested, resource } = spent
    writeData({ limit, requested, resource }, out)
    link.send(MESSAGE.spent, out)
  }

  /** The three requests of a round, each made of the answer before; said when all three have been answered. */
  const round = Effect.fnUntraced(function* (tilt: unknown): Effect.fn.Return<void> {
    const given: Array<unknown> = []
    accepted(TILT, tilt, "WeakSampling.tiltedPair", "request", problem.dimension)
    for (const [i, operation] of ROUND.entries()) {
      const [drawn, tilted] = given as [ReadonlyArray<Prompt>, TiltedPair]
      const request = i === 0 ? [1] : i === 1 ? [drawn[0], tilt] : [tilted.pair]
      const now = asked(operation, request)
      const answer = Result.isResult(now) ? now : yield* now
      if (Result.isFailure(answer)) return sayTheBudgetIsSpent(answer.failure)
      given.push(answer.success)
    }
    for (let i = 0; i < ROUND.length; i++) writer.write(ROUND[i].answer, given[i], out)
    link.send(MESSAGE.answer, out)
  })

  begin(offersOf(services))
  let turn = performance.now()
  for (;;) {
    const { body, kind }: Message = link.receive()
    if (kind === MESSAGE.data) return { said: readData(body), spent }
    if (kind !== MESSAGE.ask && kind !== MESSAGE.note)
      throw new MessageBroken({ detail: `message: kind ${kind}, expected a request` })
    while (body.left > 0) {
      const number = body.byte()
      if (number === ROUND_NUMBER) {
        const tilt = reader.read(TILT, body)
        if (kind !== MESSAGE.ask || body.left > 0)
          throw new MessageBroken({ detail: "round: asked among requests that want no answer" })
        yield* round(tilt)
        continue
      }
      const operation = OPERATIONS[number]
      callOf(operation)
      const request = requestOf(operation, body)
      const wanted = kind === MESSAGE.ask && body.left === 0
      if (!wanted && !DEFERRED.has(operation.name))
        throw new MessageBroken({ detail: `${operation.name}: asked among requests that want no answer` })
      const now = asked(operation, request)
      const answered = Result.isResult(now) ? now : yield* now
      if (Result.isFailure(answered)) {
        sayTheBudgetIsSpent(answered.failure)
        continue
      }
      const given = answered.success
      if (wanted) {
        writer.write(operation.answer, given, out)
        link.send(MESSAGE.answer, out)
      } else if (operation.service === "TokenSampling") handles.write("Prefix", [given as object], out)
    }
    if (performance.now() - turn > TURN_MS) {
      yield* Effect.yieldNow
      turn = performance.now()
    }
  }
})
