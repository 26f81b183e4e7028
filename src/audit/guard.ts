/**
 * What stands between the audit and an algorithm that was not written here: its inputs and the oracles' answers are frozen, its requests are held to what the
 * oracles' types promise (JavaScript keeps no promise of a type), and what it returns must be a policy. Nothing that a well-behaved algorithm does is changed.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { Commitment } from "../oracle/commitment.ts"
import { Prompt, Response } from "../oracle/handle.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { Journal, type JournalShape } from "../oracle/journal.ts"
import { BudgetExhausted } from "../oracle/ledger.ts"
import {
  type Problem,
  Prompts,
  ProperRewards,
  ResponseSpace,
  Rewards,
  StrongSampling,
  type TiltRequest,
  WeakSampling
} from "../oracle/services.ts"
import type { Prefix } from "../oracle/token/token-handle.ts"
import { TokenSampling } from "../oracle/token/token-services.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import { policyProblem } from "../policy/policy-problem.ts"
import type { Policy } from "../policy/policy.ts"
import {
  batchOf,
  describe,
  handle,
  list,
  Misbehaved,
  pairOf,
  refuse,
  requestOf,
  testOf,
  vector,
  whole
} from "./request-checks.ts"

const frozen = <A>(value: A): A => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}

/** A frozen copy of plain data. */
const copyOf = <A>(value: A): A => frozen(structuredClone(value))

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

/** Tokens have a feature dimension of their own, told by the problem. */
const guardedTokens = (
  tokens: TokenSampling["Service"],
  dimension: number,
  options: GuardOptions
): TokenSampling["Service"] => {
  const searched = (call: string, _: Prefix, test: EllipticTest, limit: number): void => {
    testOf(call, test, dimension)
    whole(call, "limit", limit)
  }
  const tilted = (call: string, _: Prefix, request: TiltRequest): void => requestOf(call, request, dimension)
  const now = tokens.immediate
  return {
    ...tokens,
    draw: operation("TokenSampling.draw", options, tokens.draw, () => {}),
    firstHit: operation("TokenSampling.firstHit", options, tokens.firstHit, searched),
    tilted: operation("TokenSampling.tilted", options, tokens.tilted, tilted),
    ...(now === undefined
      ? {}
      : {
          immediate: {
            ...now,
            draw: immediate("TokenSampling.draw", options, now.draw, () => {}),
            firstHit: immediate("TokenSampling.firstHit", options, now.firstHit, searched),
            tilted: immediate("TokenSampling.tilted", options, now.tilted, tilted)
          }
        })
  }
}

/** The services of a run, guarded. Those that are not known here pass through. */
const guardedServices = (
  context: Context.Context<OracleServices>,
  { dimension: d, tokens }: Problem,
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
    }),
    (services) =>
      tokens === undefined
        ? services
        : Context.add(
            services,
            TokenSampling,
            guardedTokens(Context.get(context, TokenSampling), tokens.dimension, options)
          )
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
      Effect.provideContext(
        Context.add(guardedServices(context, problem, options), Journal, guardedJournal(journal, d))
      ),
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
