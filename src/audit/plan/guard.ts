/**
 * What stands between the audit and an algorithm that was not written here: its inputs and the oracles' answers are frozen, its requests are held to what the
 * oracles' types promise (JavaScript keeps no promise of a type), and what it returns must be a policy. Nothing that a well-behaved algorithm does is changed.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../../algorithm/algorithm.ts"
import { Commitment } from "../../oracle/commitment.ts"
import { type Pair, Prompt, Response } from "../../oracle/handle.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { Journal, type JournalShape } from "../../oracle/journal.ts"
import { BudgetExhausted } from "../../oracle/ledger.ts"
import {
  type PairBatch,
  Prompts,
  ProperRewards,
  ResponseSpace,
  Rewards,
  StrongSampling,
  type TiltRequest,
  WeakSampling
} from "../../oracle/services.ts"
import type { EllipticTest } from "../../policy/elliptic-test.ts"
import { policyProblem } from "../../policy/policy-problem.ts"
import type { Policy } from "../../policy/policy.ts"

/** An algorithm broke the contract of the framework. One line that says where. */
export class Misbehaved extends Data.TaggedError("Misbehaved")<{
  readonly what: "policy" | "request" | "result"
  readonly detail: string
}> {
  override get message(): string {
    return this.detail
  }
}

const frozen = <A>(value: A): A => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** A frozen copy of plain data. */
const copyOf = <A>(value: A): A => frozen(structuredClone(value))

const refuse = (call: string, field: string, value: unknown, expectation: string): never => {
  throw new Misbehaved({ what: "request", detail: `${call}: ${field} is ${describe(value)}, expected ${expectation}` })
}

const describe = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? `an object of ${value.constructor?.name ?? "no class"}`
    : typeof value === "function"
      ? "a function"
      : String(value)

const whole = (call: string, field: string, value: unknown, least = 1): void => {
  if (!(typeof value === "number" && Number.isSafeInteger(value) && value >= least))
    refuse(call, field, value, `a whole number >= ${least}`)
}

const between = (call: string, field: string, value: unknown, above: number, below: number): void => {
  if (!(typeof value === "number" && value > above && value < below))
    refuse(call, field, value, `a number in (${above}, ${below === Infinity ? "∞" : below})`)
}

const vector = (call: string, field: string, value: unknown, length: number): void => {
  if (!(value instanceof Float64Array) || value.length !== length)
    refuse(
      call,
      field,
      value instanceof Float64Array ? `${value.length} numbers` : value,
      `a Float64Array of ${length} numbers`
    )
  const at = (value as Float64Array).findIndex((x) => !Number.isFinite(x))
  if (at >= 0) refuse(call, `${field}[${at}]`, (value as Float64Array)[at], "a finite number")
}

const list = (call: string, field: string, value: unknown, of: typeof Prompt | typeof Response): void => {
  if (!Array.isArray(value)) refuse(call, field, value, `an array of ${of.name}s`)
  for (const [i, one] of (value as ReadonlyArray<unknown>).entries())
    if (!(one instanceof of)) refuse(call, `${field}[${i}]`, one, `a ${of.name} that an oracle answered`)
}

const handle = (call: string, field: string, value: unknown, of: typeof Prompt | typeof Response): void => {
  if (!(value instanceof of)) refuse(call, field, value, `a ${of.name} that an oracle answered`)
}

const pairOf = (call: string, field: string, pair: Pair): void => {
  handle(call, `${field}.left`, pair?.left, Response)
  handle(call, `${field}.right`, pair.right, Response)
  if (pair.left.prompt !== pair.right.prompt) refuse(call, field, "of two prompts", "responses to one prompt")
}

const batchOf = (call: string, batch: PairBatch): void => {
  const { pairs, counts } = batch
  if (!Array.isArray(pairs)) refuse(call, "pairs", pairs, "an array of pairs")
  if (!(counts instanceof Float64Array) || counts.length !== pairs.length)
    refuse(call, "counts", counts, `a Float64Array of ${pairs.length} multiplicities`)
  for (const [i, pair] of pairs.entries()) {
    pairOf(call, `pairs[${i}]`, pair)
    whole(call, `counts[${i}]`, counts[i])
  }
}

/** Tests already looked at: the same one is asked with thousands of times. Its arrays may be rewritten in between, so only their shape is taken as known. */
const testOf = (call: string, test: EllipticTest, d: number): void => {
  if (typeof test !== "object" || test === null) refuse(call, "test", test, "an elliptic test")
  if (test.dimension !== d) refuse(call, "test.dimension", test.dimension, `${d}`)
  between(call, "test.nu", test.nu, 0, Infinity)
  vector(call, "test.whitening", test.whitening, d * d)
}

const requestOf = (call: string, request: TiltRequest, d: number): void => {
  const { tilt, promise, delta } = request
  vector(call, "tilt.theta", tilt?.theta, d)
  between(call, "tilt.clip", tilt.clip, 0, Infinity)
  between(call, "tilt.beta", tilt.beta, 0, Infinity)
  testOf(call, tilt.truncation, d)
  if (!(promise >= 1 && promise < Infinity)) refuse(call, "promise", promise, "a number >= 1")
  between(call, "delta", delta, 0, 1)
}

const checkedPolicy = (policy: unknown, d: number): Policy => {
  const problem = policyProblem(policy, d)
  if (problem !== undefined) throw new Misbehaved({ what: "policy", detail: problem })
  return policy as Policy
}

export interface GuardOptions {
  /** Called before every oracle call with its name; may throw to give the run up. */
  readonly onCall?: (operation: string) => void
}

/** A service's operations with a look at each request before, and frozen answers after. */
const operation =
  <Args extends ReadonlyArray<unknown>, A, E, R>(
    name: string,
    { onCall }: GuardOptions,
    call: (...args: Args) => Effect.Effect<A, E, R>,
    look: (call: string, ...args: Args) => void
  ) =>
  (...args: Args): Effect.Effect<A, E, R> =>
    Effect.suspend(() => {
      onCall?.(name)
      look(name, ...args)
      return Effect.map(call(...args), frozen)
    })

const immediate =
  <Args extends ReadonlyArray<unknown>, A>(
    name: string,
    { onCall }: GuardOptions,
    call: (...args: Args) => A,
    look: (call: string, ...args: Args) => void
  ) =>
  (...args: Args): A => {
    onCall?.(name)
    look(name, ...args)
    return frozen(call(...args))
  }

/** The services of a run, guarded. Those that are not known here pass through. */
const guardedServices = (
  context: Context.Context<OracleServices>,
  d: number,
  options: GuardOptions
): Context.Context<OracleServices> => {
  const prompts = Context.get(context, Prompts)
  const weak = Context.get(context, WeakSampling)
  const strong = Context.get(context, StrongSampling)
  const rewards = Context.get(context, Rewards)
  const proper = Context.get(context, ProperRewards)
  const space = Context.get(context, ResponseSpace)
  const tilted = (call: string, prompt: Prompt, request: TiltRequest): void => {
    handle(call, "prompt", prompt, Prompt)
    requestOf(call, request, d)
  }
  const counted = (call: string, n: number): void => whole(call, "n", n, 0)
  return context.pipe(
    Context.add(Prompts, {
      draw: operation("Prompts.draw", options, prompts.draw, counted),
      ...(prompts.immediate === undefined
        ? {}
        : { immediate: { draw: immediate("Prompts.draw", options, prompts.immediate.draw, counted) } })
    }),
    Context.add(WeakSampling, {
      draw: operation("WeakSampling.draw", options, weak.draw, (call, asked) => list(call, "prompts", asked, Prompt)),
      pairs: operation("WeakSampling.pairs", options, weak.pairs, counted),
      firstHit: operation("WeakSampling.firstHit", options, weak.firstHit, (call, prompt, test, limit) => {
        handle(call, "prompt", prompt, Prompt)
        testOf(call, test, d)
        whole(call, "limit", limit)
      }),
      sweep: operation("WeakSampling.sweep", options, weak.sweep, (call, test, limit, asked) => {
        testOf(call, test, d)
        whole(call, "limit", limit)
        whole(call, "prompts", asked, 0)
      }),
      farthest: operation("WeakSampling.farthest", options, weak.farthest, (call, anchor, test, n) => {
        handle(call, "anchor", anchor, Response)
        testOf(call, test, d)
        whole(call, "n", n)
      }),
      tilted: operation("WeakSampling.tilted", options, weak.tilted, (call, anchor, request) => {
        handle(call, "anchor", anchor, Response)
        requestOf(call, request, d)
      }),
      tiltedPair: operation("WeakSampling.tiltedPair", options, weak.tiltedPair, tilted),
      ...(weak.immediate === undefined
        ? {}
        : {
            immediate: {
              tiltedPair: immediate("WeakSampling.tiltedPair", options, weak.immediate.tiltedPair, tilted)
            }
          })
    }),
    Context.add(StrongSampling, {
      draw: operation("StrongSampling.draw", options, strong.draw, (call, theta, asked) => {
        vector(call, "theta", theta, d)
        list(call, "prompts", asked, Prompt)
      })
    }),
    Context.add(Rewards, {
      query: operation("Rewards.query", options, rewards.query, (call, asked) =>
        list(call, "responses", asked, Response)
      ),
      queryDifferences: operation("Rewards.queryDifferences", options, rewards.queryDifferences, batchOf),
      ...(rewards.immediate === undefined
        ? {}
        : {
            immediate: {
              queryDifference: immediate(
                "Rewards.queryDifference",
                options,
                rewards.immediate.queryDifference,
                (call, pair) => pairOf(call, "pair", pair)
              )
            }
          })
    }),
    Context.add(ProperRewards, {
      explore: operation("ProperRewards.explore", options, proper.explore, (call, commitment, n) => {
        if (!(commitment instanceof Commitment)) refuse(call, "commitment", commitment, "commit(θ, …)")
        whole(call, "n", n, 0)
      })
    }),
    Context.add(ResponseSpace, {
      enumerate: operation("ResponseSpace.enumerate", options, space.enumerate, (call, prompt) =>
        handle(call, "prompt", prompt, Prompt)
      )
    })
  )
}

const guardedJournal = (journal: JournalShape, d: number): JournalShape => ({
  ...journal,
  checkpoint: (policy) => journal.checkpoint(() => checkedPolicy(policy(), d)),
  accepted: (phi, layer) => {
    // Token features have a dimension of their own.
    if (layer === undefined) vector("Journal.accepted", "phi", phi, d)
    else whole("Journal.accepted", "layer", layer, 0)
    journal.accepted(phi, layer)
  }
})

/** The algorithm under guard: the same program where it keeps to the framework; where it does not, its run dies with {@link Misbehaved} or what it threw. */
export const guarded = (
  algorithm: AnyAlgorithm<OracleServices>,
  options: GuardOptions = {}
): AnyAlgorithm<OracleServices> => ({
  ...algorithm,
  run: Effect.fnUntraced(function* (problem, parameters) {
    const d = problem.dimension
    const context = yield* Effect.context<OracleServices>()
    const journal = yield* Journal
    const program: unknown = algorithm.run(copyOf(problem), copyOf(parameters))
    if (!Effect.isEffect(program))
      throw new Misbehaved({ what: "result", detail: `run returned ${describe(program)}, expected an Effect` })
    const policy = yield* (program as ReturnType<typeof algorithm.run>).pipe(
      // The journal is in the context already: what is provided nearest to the program wins.
      Effect.provideContext(Context.add(guardedServices(context, d, options), Journal, guardedJournal(journal, d))),
      // An Effect made without types may fail with anything.
      Effect.catch((error: unknown) => {
        if (!(error instanceof BudgetExhausted)) return Effect.die(error)
        if (error.learned !== undefined) checkedPolicy(error.learned, d)
        return Effect.fail(error)
      })
    )
    return checkedPolicy(policy, d)
  })
})
