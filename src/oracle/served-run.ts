/**
 * The other side of {@link remoteOracles}: a run whose learner is in another process, on the services of this one. Everything that arrives is held against the table of
 * operations, whoever wrote it; a handle is a number that this run gave out. The learner's requests are made through the services at hand, so that guards, recorders and
 * meters see what they would see of a learner here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Policy } from "../policy/policy.ts"
import {
  commit,
  features,
  HANDLES,
  type Prompt,
  promptOf,
  type Response,
  rowOf,
  type Token,
  tokenRowOf
} from "./handle.ts"
import type { OracleServices } from "./interpreter.ts"
import { Journal } from "./journal.ts"
import { BudgetExhausted } from "./ledger.ts"
import { type Link, type Message, MESSAGE } from "./link.ts"
import { DEFERRED, dimensionOf, OPERATIONS, type Operation, type ServiceName, TAGS } from "./operations.ts"
import type { Offers } from "./remote-oracles.ts"
import type { Problem } from "./services.ts"
import { accepted } from "./shape.ts"
import {
  type HandleWire,
  MessageBroken,
  type Reader,
  readData,
  ShapeReader,
  ShapeWriter,
  writeData,
  Writer
} from "./wire.ts"

/** Handles a run may be given: each is kept to its end. */
const MOST_HANDLES = 10_000_000
/** Milliseconds between turns of the event loop. */
const TURN_MS = 25

/** A run asked for more handles than can be kept. Thrown through the run as a defect. */
export class TooManyHandles extends Error {
  readonly _tag = "TooManyHandles"
  constructor() {
    super(`one run was given more than ${MOST_HANDLES} prompts, responses and tokens`)
  }
}

type Methods = Readonly<Record<string, (...request: ReadonlyArray<unknown>) => unknown>>
type Service = Methods & { readonly immediate?: Methods }

/** The services of a run as the table names them. */
const servicesOf = (context: Context.Context<never>, journal: object): ReadonlyMap<ServiceName, Service> => {
  const found = new Map<ServiceName, Service>([["Journal", journal as Service]])
  for (const name of Object.keys(TAGS) as ReadonlyArray<ServiceName>) {
    if (name === "Journal") continue
    const service = Context.getOrUndefined(context, TAGS[name] as unknown as Context.Key<never, Service>)
    if (service !== undefined) found.set(name, service)
  }
  return found
}

const atOnce = (call: Methods[string], request: ReadonlyArray<unknown>): Result.Result<unknown, BudgetExhausted> => {
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

/** Rows in the order in which they were shown, and the features of those that were not shown yet. */
class Shown {
  private readonly numbers = new Map<number, number>()
  private unseen: Array<Response | Token> = []

  number(row: number, handle: Response | Token): number {
    let number = this.numbers.get(row)
    if (number === undefined) {
      number = this.numbers.size
      this.numbers.set(row, number)
      this.unseen.push(handle)
    }
    return number
  }

  /** Writes the features of the rows that are new. */
  write(to: Writer): void {
    to.count(this.unseen.length)
    for (const handle of this.unseen) for (const x of features(handle)) to.number(x)
    this.unseen = []
  }
}

/** The handles that a run gave out, by number: prompts by their own, all others in the order in which they were given. */
const givenOut = (): HandleWire => {
  const held: Array<object> = []
  const prompts: Array<Prompt> = []
  const promptNumbers = new Map<Prompt, number>()
  const tokenNumbers = new Map<Token, number>()
  const shown = { Response: new Shown(), Token: new Shown() }
  let newPrompts = 0
  const promptNumber = (prompt: Prompt): number => {
    let number = promptNumbers.get(prompt)
    if (number === undefined) {
      number = prompts.push(prompt) - 1
      promptNumbers.set(prompt, number)
      newPrompts++
    }
    return number
  }
  const writePrompts = (to: Writer): void => {
    to.count(newPrompts)
    newPrompts = 0
  }
  const give = (handles: ReadonlyArray<object>): void => {
    if (held.length + handles.length > MOST_HANDLES) throw new TooManyHandles()
    for (const handle of handles) held.push(handle)
  }
  return {
    write: (kind, handles, to) => {
      if (kind === "Prompt") {
        const numbers = new Uint32Array(handles.length)
        for (let i = 0; i < handles.length; i++) numbers[i] = promptNumber(handles[i] as Prompt)
        writePrompts(to)
        return to.counts(numbers)
      }
      if (kind === "Token") {
        // Equal tokens of an answer may be one handle, and are one over there.
        const numbers = new Uint32Array(2 * handles.length)
        for (let i = 0; i < handles.length; i++) {
          const token = handles[i] as Token
          const known = tokenNumbers.get(token)
          if (known === undefined) {
            tokenNumbers.set(token, held.length)
            give([token])
          }
          numbers[2 * i] = known ?? held.length - 1
          numbers[2 * i + 1] = shown.Token.number(tokenRowOf(token), token)
        }
        shown.Token.write(to)
        return to.counts(numbers)
      }
      give(handles)
      if (kind !== "Response") return
      const numbers = new Uint32Array(2 * handles.length)
      let [last, number]: [Prompt | undefined, number] = [undefined, 0]
      for (let i = 0; i < handles.length; i++) {
        const response = handles[i] as Response
        const prompt = promptOf(response)
        if (prompt !== last) [last, number] = [prompt, promptNumber(prompt)]
        numbers[2 * i] = number
        numbers[2 * i + 1] = shown.Response.number(rowOf(response), response)
      }
      writePrompts(to)
      shown.Response.write(to)
      to.counts(numbers)
    },
    read: (kind, n, from) => {
      if (kind === "Commitment")
        return Array.from({ length: n }, () => {
          const size = from.count()
          if (size < 1 || size > from.left) throw new MessageBroken({ detail: `Commitment: of ${size} parameters` })
          return commit(...Array.from({ length: size }, () => from.numbers()))
        })
      const known: ReadonlyArray<object> = kind === "Prompt" ? prompts : held
      const is = HANDLES[kind]
      // A loop: thousands of prompts are sent in one request, most often one prompt again and again.
      const numbers = from.counts(n)
      const taken: Array<object> = []
      let [last, handle]: [number, object | undefined] = [-1, undefined]
      for (let i = 0; i < n; i++) {
        const id = numbers[i]
        if (id !== last) [last, handle] = [id, known[id]]
        if (handle === undefined || !is(handle))
          throw new MessageBroken({ detail: `${kind}: number ${id}, expected one that was given out` })
        taken.push(handle)
      }
      return taken
    }
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
  const handles = givenOut()
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

  begin(offersOf(services))
  let turn = performance.now()
  for (;;) {
    const { body, kind }: Message = link.receive()
    if (kind === MESSAGE.data) return { said: readData(body), spent }
    if (kind !== MESSAGE.ask && kind !== MESSAGE.note)
      throw new MessageBroken({ detail: `message: kind ${kind}, expected a request` })
    while (body.left > 0) {
      const operation = OPERATIONS[body.byte()]
      const service = operation === undefined ? undefined : services.get(operation.service)
      const call = operation === undefined ? undefined : service?.[operation.method]
      if (operation === undefined || call === undefined)
        throw new MessageBroken({ detail: "message: of an operation that is not offered" })
      const request = requestOf(operation, body)
      const wanted = kind === MESSAGE.ask && body.left === 0
      if (!wanted && !DEFERRED.has(operation.name))
        throw new MessageBroken({ detail: `${operation.name}: asked among requests that want no answer` })
      const now = service?.immediate?.[operation.method]
      const answered = operation.plain
        ? Result.succeed(call(...request))
        : now !== undefined
          ? atOnce(now, request)
          : yield* Effect.result(call(...request) as Effect.Effect<unknown, BudgetExhausted>)
      if (Result.isFailure(answered)) {
        spent = answered.failure
        const { limit, requested, resource } = spent
        writeData({ limit, requested, resource }, out)
        link.send(MESSAGE.spent, out)
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
