/**
 * Handles are opaque at run time, all kinds of them: every operation of the table is asked until every kind was answered, and each is then read, written to, forged and
 * taken to another session. Whoever adds a kind of handle, or an operation, is looked at here without a word: kinds and operations come from the table.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Instance } from "../instance/instance.ts"
import {
  commit,
  committedParameters,
  type HandleName,
  type Handles,
  HANDLES,
  insidePrefix,
  type Prefix,
  prefixOf,
  promptIndex,
  promptOf,
  reveal,
  tokenRowOf
} from "../oracle/handle.ts"
import { type Interpreter, type OracleSession, problemOf } from "../oracle/interpreter.ts"
import { dimensionOf, OPERATIONS, type Operation, TAGS } from "../oracle/operations.ts"
import { mapped, type Node } from "../oracle/shape.ts"
import type { Candidate } from "./candidate.ts"
import { clause, type Finding } from "./law.ts"

/** What a learner may read of a handle, by kind. */
const PUBLIC: { readonly [K in HandleName]: ReadonlyArray<keyof Handles[K]> } = {
  Prompt: [],
  Response: ["prompt"],
  Prefix: ["prompt", "layer"],
  Token: ["prefix"],
  Commitment: ["size"]
}

/** What a handle stands for, as the suite sees it. */
const VIEW: { readonly [K in HandleName]: (handle: Handles[K]) => ReadonlyArray<unknown> } = {
  Prompt: (prompt) => [promptIndex(prompt)],
  Response: (response) => [promptOf(response), reveal(response).x, reveal(response).row],
  Prefix: (prefix) => Object.values(insidePrefix(prefix)),
  Token: (token) => [prefixOf(token), tokenRowOf(token)],
  Commitment: (commitment) => committedParameters(commitment).flatMap((theta) => [...theta])
}
const viewOf = (kind: HandleName, handle: object): ReadonlyArray<unknown> =>
  (VIEW[kind] as (handle: object) => ReadonlyArray<unknown>)(handle)

type Request = ReadonlyArray<unknown>

/** The answer of an operation, or how it was refused. */
const ask = (session: OracleSession, { method, plain, service }: Operation, request: Request) => {
  const methods = Context.getUnsafe(session.services, TAGS[service] as never) as Record<
    string,
    (...request: Request) => unknown
  >
  const asked = Effect.suspend(() => {
    const given = methods[method](...request)
    return plain ? Effect.succeed(given) : (given as Effect.Effect<unknown, unknown>)
  })
  return Effect.exit(asked)
}

interface Survey {
  readonly session: OracleSession
  readonly held: ReadonlyMap<HandleName, ReadonlyArray<object>>
  /** One request of each operation, as it was answered. */
  readonly requests: ReadonlyMap<Operation, Request>
  readonly refused: ReadonlyArray<string>
}

/** Asks every operation with what earlier answers gave: passes over the table, one more than there are tokens in a response. */
const survey = Effect.fnUntraced(function* (session: OracleSession, instance: Instance): Effect.fn.Return<Survey> {
  const problem = problemOf(instance)
  const horizon = problem.tokens?.horizon ?? 0
  const committed = commit(new Float64Array(problem.dimension))
  const held = new Map<HandleName, Array<object>>([["Commitment", [committed]]])
  const requests = new Map<Operation, Request>()
  const refused: Array<string> = []

  /** Handles of one prompt, so that pairs are pairs; of prefixes the longest that the operation can use. */
  const pick = (kind: HandleName, operation: Operation): object | undefined => {
    const known = held.get(kind) ?? []
    const [prompt] = held.get("Prompt") ?? []
    if (kind === "Response") return known.find((y) => promptOf(y as Handles["Response"]) === prompt)
    if (kind === "Prefix") {
      const done = operation.method === "finish"
      return known.findLast((s) => ((s as Prefix).layer === horizon) === done)
    }
    return kind === "Prompt" ? prompt : known.at(-1)
  }
  const made = (node: Node, operation: Operation, field: string, d: number): unknown => {
    switch (node.kind) {
      case "handle":
        return pick(node.of, operation)
      case "vector": {
        if (node.length === "any") return Float64Array.of(1)
        const size = node.length === "d" ? d : d * d
        return Float64Array.from({ length: size }, (_, i) => (size === d ? 0 : i % (d + 1) === 0 ? 1 : 0))
      }
      case "list":
        return [made(node.of, operation, field, d)]
      case "record":
        return Object.fromEntries(Object.entries(node.fields).map(([name, of]) => [name, made(of, operation, name, d)]))
      case "whole":
        return field === "dimension" ? d : Math.max(node.least, 40)
      case "least":
        return node.least + 1
      case "between":
        return node.below === Infinity ? node.above + 0.5 : (node.above + node.below) / 2
      default:
        return undefined
    }
  }
  const complete = (value: unknown): boolean =>
    value !== undefined &&
    (!Array.isArray(value) || value.every(complete)) &&
    (typeof value !== "object" ||
      Object.getPrototypeOf(value) !== Object.prototype ||
      Object.values(value!).every(complete))

  for (let pass = 0; pass <= horizon + 1; pass++)
    for (const operation of OPERATIONS) {
      if (operation.service === "Journal" || (operation.service === "TokenSampling" && horizon === 0)) continue
      const d = dimensionOf(operation, [], problem)
      const request = operation.request.map(([field, shape]) => made(shape, operation, field, d))
      if (!request.every(complete)) continue
      const exit = yield* ask(session, operation, request)
      if (Exit.isFailure(exit)) refused.push(`${operation.name} refused handles it had answered`)
      else {
        requests.set(operation, request)
        mapped(operation.answer, exit.value, {
          handle: (kind, handle) => held.set(kind, [...(held.get(kind) ?? []), handle])
        })
      }
    }
  return { session, held, requests, refused }
})

/** A handle of its kind by every way round the oracles. */
const forgeries = (handle: object): ReadonlyArray<object> => {
  const made: Array<object> = [Object.create(Object.getPrototypeOf(handle) as object) as object, new Proxy(handle, {})]
  const Class = handle.constructor as new (...fields: ReadonlyArray<unknown>) => object
  for (const key of [Symbol("mint"), undefined])
    try {
      made.push(new Class(key, ...Object.values(handle)), Reflect.construct(class extends Class {}, [key]))
    } catch {
      // Nothing was made.
    }
  return made
}

/** Everything that can be written at a handle or its class is written. */
const vandalised = (handle: object, names: ReadonlyArray<PropertyKey>, other: unknown): void => {
  const prototype = Object.getPrototypeOf(handle) as object
  for (const target of [handle, prototype])
    for (const name of names) {
      Reflect.set(target, name, other)
      Reflect.defineProperty(target, name, { value: other, configurable: true })
    }
  Reflect.setPrototypeOf(handle, { ...prototype })
  Reflect.setPrototypeOf(handle.constructor, Array)
}

/**
 * @param candidate whose oracles are asked
 * @param instance of any kind; prefixes and tokens are looked at where it has a token side
 */
export const handles = Effect.fnUntraced(function* (
  candidate: Candidate,
  instance: Instance,
  interpreter: Interpreter
): Effect.fn.Return<ReadonlyArray<Finding>> {
  const open = (trial: number) =>
    candidate.openOracles(instance, { interpreter, stream: candidate.trialStream(2, trial) })
  const { held, refused, requests, session } = yield* survey(open(0), instance)
  const stranger = open(1)
  const findings: Array<Finding> = refused.map((what) => clause(false, what))
  const wanted = OPERATIONS.filter(
    ({ service }) => service !== "Journal" && (service !== "TokenSampling" || instance.tokens !== undefined)
  )
  for (const operation of wanted) findings.push(clause(requests.has(operation), `${operation.name} was never asked`))

  /** Every operation that takes handles is asked with others in their place; each must refuse, and charge nothing. */
  const refuses = Effect.fnUntraced(function* (
    by: OracleSession,
    instead: (kind: HandleName, handle: object) => object,
    what: string
  ) {
    for (const [operation, request] of requests) {
      let changed = false
      const handle = (kind: HandleName, one: object) => {
        const other = instead(kind, one)
        changed ||= other !== one || by !== session
        return other
      }
      const asked = operation.request.map(([, shape], i) => mapped(shape, request[i], { handle }))
      // A commitment is the learner's own: any session answers for it.
      if (!changed || (by !== session && operation.service === "ProperRewards")) continue
      const before = by.ledger.snapshot()
      const exit = yield* ask(by, operation, asked)
      findings.push(clause(Exit.isFailure(exit), `${operation.name} answered for ${what}`))
      const after = by.ledger.snapshot()
      const charged = Object.entries(after.perOracle).some(([k, n]) => n !== before.perOracle[k as "prompts"])
      findings.push(clause(!charged, `${operation.name} charged for ${what}`))
    }
  })

  yield* refuses(stranger, (_, handle) => handle, "a handle of another session")
  for (const kind of Object.keys(HANDLES) as ReadonlyArray<HandleName>) {
    const known = held.get(kind) ?? []
    if (instance.tokens === undefined && (kind === "Prefix" || kind === "Token")) continue
    findings.push(clause(known.length > 0, `no operation answered a ${kind}`))
    if (known.length === 0) continue
    findings.push(
      clause(
        known.every((h) => JSON.stringify(h) === "{}" && Reflect.ownKeys(h).length === 0),
        `a ${kind} has fields of its own`
      )
    )
    const [handle] = known
    const prototype = Object.getPrototypeOf(handle) as object
    const names = Reflect.ownKeys(prototype).filter((name) => name !== "constructor")
    findings.push(
      clause(
        names.length === PUBLIC[kind].length &&
          names.every((name) => (PUBLIC[kind] as ReadonlyArray<PropertyKey>).includes(name)),
        `a ${kind} tells ${names.join(", ")}`
      ),
      clause(Object.isFrozen(prototype) && Object.isFrozen(handle.constructor), `the class of ${kind} can be changed`)
    )
    for (const [way, forged] of forgeries(handle).entries())
      yield* refuses(session, (of, one) => (of === kind ? forged : one), `a forged ${kind} (way ${way})`)
    const before = viewOf(kind, handle)
    vandalised(handle, names, known.at(-1) === handle ? undefined : known.at(-1))
    const after = viewOf(kind, handle)
    findings.push(
      clause(
        before.length === after.length && before.every((part, i) => Object.is(part, after[i])),
        `a ${kind} was changed by writing to it`
      )
    )
  }
  const prompts = held.get("Prompt")! as ReadonlyArray<Handles["Prompt"]>
  const responses = held.get("Response") ?? []
  findings.push(
    clause(new Set(prompts).size === new Set(prompts.map((p) => promptIndex(p))).size, "one prompt is two objects"),
    clause(new Set(responses).size === responses.length, "two draws are one handle")
  )
  return findings
})
