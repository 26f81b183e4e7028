/**
 * The oracles of a learner in another process, as it sees them there: handles with numbers in them, features of what it was shown, and a message for each request.
 * Nothing here is evidence: ledger, transcript and rewards are where the messages go ({@link servedRun}).
 */
import * as Context from "effect/Context"
import { GrowingRows } from "../numeric/growing-rows.ts"
import type { Policy } from "../policy/policy.ts"
import { asWhole, type RoundOracles, type WholeRound } from "./comparison-rounds.ts"
import {
  type Commitment,
  committedParameters,
  type HandleName,
  indexIn,
  insidePrefix,
  mintPrefix,
  mintPrompt,
  mintResponse,
  mintToken,
  type Origin,
  type Prefix,
  prefixOf,
  type Prompt,
  promptIndex,
  type Response,
  reveal,
  type RowFeatures,
  type Token
} from "./handle.ts"
import type { OracleServices } from "./interpreter.ts"
import { type Link, MESSAGE } from "./link.ts"
import { BudgetExhausted } from "./ledger.ts"
import { DEFERRED, OPERATIONS, type Operation, ROUND, ROUND_NUMBER, TAGS } from "./operations.ts"
import type { Problem, TiltedPair } from "./services.ts"
import { TILT } from "./shape.ts"
import { readData } from "./plain-data.ts"
import { answer } from "./tap.ts"
import { type HandleWire, HEADER, MessageBroken, type Reader, ShapeReader, ShapeWriter, Writer } from "./wire.ts"

/** Bytes of requests that want no answer before they are sent on their own. */
const WAITING = 16_384

/** Features as they arrive. */
class Table implements RowFeatures {
  readonly dimension: number
  private readonly rows: GrowingRows
  private readonly row: Float64Array

  constructor(dimension: number) {
    this.dimension = dimension
    this.rows = new GrowingRows(dimension)
    this.row = new Float64Array(dimension)
  }

  get features(): Float64Array {
    return this.rows.data
  }

  /** Features of rows that are new, appended. */
  read(from: Reader): void {
    for (let n = from.count(); n > 0; n--) {
      for (let j = 0; j < this.dimension; j++) this.row[j] = from.number()
      this.rows.push(this.row)
    }
  }
}

/** Services of which operations are offered, and which answer at once: "Service.operation". */
export interface Offers {
  readonly operations: ReadonlyArray<string>
  readonly immediate: ReadonlyArray<string>
}

export interface RemoteOracles {
  readonly services: Context.Context<OracleServices>
  /** Sends the requests that wanted no answer and still wait: before the end of the run is said. */
  readonly flush: () => void
}

/** The services of one run. */
export const remoteOracles = (link: Link, problem: Problem, offers: Offers): RemoteOracles => {
  const exact = new Table(problem.dimension)
  const tokens = new Table(problem.tokens?.dimension ?? 1)
  const origin: Origin = { exact, tokens }
  const horizon = problem.tokens?.horizon ?? 0
  const prompts: Array<Prompt> = []
  const tokenNumbers = new Map<Token, number>()
  const tokensGiven = new Map<number, Token>()
  /** The prefix that the request at hand is about: drawn tokens are its. */
  let at: Prefix | undefined
  let next = 0

  const newPrompts = (from: Reader): void => {
    for (let n = from.count(); n > 0; n--) prompts.push(mintPrompt(origin, prompts.length))
  }

  /** The number of a handle that this run was given. @throws TypeError on any other */
  const numberOf = (kind: HandleName, handle: object): number => {
    indexIn(origin, handle as Prompt)
    if (kind === "Prompt") return promptIndex(handle as Prompt)
    if (kind === "Response") return reveal(handle as Response).address!.counter
    if (kind === "Prefix") return insidePrefix(handle as Prefix).code
    return tokenNumbers.get(handle as Token)!
  }

  const handles: HandleWire = {
    write: (kind, held, to) => {
      if (kind !== "Commitment") {
        // A loop: thousands of prompts are sent in one request, most often one prompt again and again.
        const numbers = new Uint32Array(held.length)
        for (let i = 0; i < held.length; i++)
          numbers[i] = i > 0 && held[i] === held[i - 1] ? numbers[i - 1] : numberOf(kind, held[i])
        return to.counts(numbers)
      }
      for (const handle of held) {
        const thetas = committedParameters(handle as Commitment)
        to.count(thetas.length)
        for (const theta of thetas) to.numbers(theta)
      }
    },
    read: (kind, n, from) => {
      if (kind === "Prompt" || kind === "Response") newPrompts(from)
      if (kind === "Prompt") return Array.from(from.counts(n), (id) => prompts[id])
      if (kind === "Response") {
        exact.read(from)
        const of = from.counts(2 * n)
        const drawn: Array<Response> = []
        for (let i = 0; i < n; i++)
          drawn.push(
            mintResponse(prompts[of[2 * i]], of[2 * i + 1], { k0: 0, k1: 0, counter: next++, side: undefined })
          )
        return drawn
      }
      if (kind !== "Token") throw new MessageBroken({ detail: `${kind}: never answered` })
      tokens.read(from)
      const of = from.counts(2 * n)
      const drawn: Array<Token> = []
      for (let i = 0; i < n; i++) {
        let token = tokensGiven.get(of[2 * i])
        if (token === undefined) {
          token = mintToken(at!, of[2 * i + 1])
          tokensGiven.set(next, token)
          tokenNumbers.set(token, next++)
        }
        drawn.push(token)
      }
      return drawn
    }
  }

  const writer = new ShapeWriter(handles)
  const reader = new ShapeReader(handles)
  const waiting = new Writer()

  /** The prefix of a plain request: numbered here, as it will be there. */
  const prefix = (prompt: Prompt, layer: number): Prefix =>
    mintPrefix(prompt, layer, layer === horizon ? -1 : 0, next++)
  const plainly = ({ name }: Operation, [first]: ReadonlyArray<unknown>): unknown => {
    if (name === "TokenSampling.start") return prefix(first as Prompt, 0)
    if (name !== "TokenSampling.extend") return undefined
    const before = prefixOf(first as Token)
    const { layer, prompt } = insidePrefix(before)
    return prefix(prompt, layer + 1)
  }

  const write = (operation: Operation, request: ReadonlyArray<unknown>): void => {
    const before = waiting.length
    try {
      waiting.byte(OPERATIONS.indexOf(operation))
      operation.request.forEach(([, shape], i) => writer.write(shape, request[i], waiting))
    } catch (error) {
      // A handle of another run: nothing of this request is sent.
      waiting.length = before
      throw error
    }
  }

  const ask = (operation: Operation, request: ReadonlyArray<unknown>): unknown => {
    write(operation, request)
    if (DEFERRED.has(operation.name)) {
      const made = plainly(operation, request)
      if (waiting.length > WAITING) link.send(MESSAGE.note, waiting)
      return made
    }
    if (operation.service === "TokenSampling") at = request[0] as Prefix
    const body = answered(request[0] as () => Policy)
    return reader.read(operation.answer, body)
  }

  /** Sends what was written and waits for its answer. @throws BudgetExhausted */
  const answered = (policy?: () => Policy): Reader => {
    link.send(MESSAGE.ask, waiting)
    for (;;) {
      const { body, kind } = link.receive()
      if (kind === MESSAGE.answer) return body
      if (kind === MESSAGE.policy && policy !== undefined) {
        link.sendData({ kind: "policy", policy: policy() })
        continue
      }
      if (kind === MESSAGE.spent)
        throw new BudgetExhausted({ ...(readData(body) as BudgetExhausted), learned: undefined })
      throw new MessageBroken({ detail: `message: kind ${kind}, expected an answer` })
    }
  }

  const round: WholeRound = (tilt) => {
    waiting.byte(ROUND_NUMBER)
    writer.write(TILT, tilt, waiting)
    const body = answered()
    const [draw, tiltedPair, queryDifference] = ROUND
    reader.read(draw.answer, body)
    const { pair } = reader.read(tiltedPair.answer, body) as TiltedPair
    return { pair, difference: reader.read(queryDifference.answer, body) as number }
  }

  let context: Context.Context<never> = Context.empty()
  const services = new Map<string, Record<string, unknown>>()
  for (const operation of OPERATIONS) {
    const { method, name, plain, service } = operation
    if (!offers.operations.includes(name)) continue
    const found = services.get(service) ?? {}
    services.set(service, found)
    const call = (...request: ReadonlyArray<unknown>) => ask(operation, request)
    found[method] = plain ? call : (...request: ReadonlyArray<unknown>) => answer(() => call(...request))
    if (offers.immediate.includes(name))
      found.immediate = { ...(found.immediate as object | undefined), [method]: call }
  }
  const [draw, tiltedPair, queryDifference] = ROUND.map(
    ({ method, service }) => (services.get(service)?.immediate as Record<string, unknown> | undefined)?.[method]
  )
  if (draw !== undefined && tiltedPair !== undefined && queryDifference !== undefined)
    asWhole({ draw, tiltedPair, queryDifference } as RoundOracles, round)
  for (const [service, methods] of services)
    context = Context.add(context, TAGS[service as keyof typeof TAGS] as unknown as Context.Key<never, object>, methods)
  return {
    services: context as unknown as Context.Context<OracleServices>,
    flush: () => {
      if (waiting.length > HEADER) link.send(MESSAGE.note, waiting)
    }
  }
}
