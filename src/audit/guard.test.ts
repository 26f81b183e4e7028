/** The guard changes nothing that keeps to the framework, and names what does not. */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { algorithm, type AnyAlgorithm } from "../algorithm/algorithm.ts"
import { algorithms } from "../algorithm/registry.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { tokenChain } from "../instance/families/token-chain.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { asWhole, comparisonRounds, roundOracles } from "../oracle/comparison-rounds.ts"
import { openOracles, type OracleServices, problemOf } from "../oracle/interpreter.ts"
import { Journal } from "../oracle/journal.ts"
import { BudgetExhausted } from "../oracle/ledger.ts"
import { Prompts, Rewards, type TiltRequest, WeakSampling } from "../oracle/services.ts"
import { optimum } from "../policy/optimum.ts"
import { runTrial } from "../run/run-trial.ts"
import { goalFor } from "../run/goal.ts"
import { guarded } from "./guard.ts"
import { failureOf } from "./outcome.ts"

const instance = finiteInstance(rareGood({ C: 10, d: 2, prompts: 2 }), "rare-good:test")
const problem = problemOf(instance)
const chain = tokenChain({ H: 3, C: 1.5, beta: 1, noise: "none" }, "token-chain:test")

/** A trial on an instance of the kind that the algorithm draws from. */
const trial = (one: AnyAlgorithm<OracleServices>) => {
  const here = one.oracle === "token" ? chain : instance
  const parameters = one.practical(problemOf(here), goalFor(here, optimum(here.exact), 0.2, 0.1))
  const interpreter = one.oracle === "token" ? "literal" : "exact-law"
  return Effect.runPromiseExit(
    runTrial({ algorithm: one, instance: here, digest: "", parameters, interpreter, seed: 3, trial: 0 })
  )
}

type Program = Effect.Effect<unknown, unknown, OracleServices>

/** An algorithm that JavaScript would let through. */
const program = (run: (p: typeof problem) => unknown) =>
  algorithm({
    name: "hostile",
    summary: "breaks a promise",
    proper: false,
    oracle: "weak",
    claims: [],
    parameters: Schema.Struct({}),
    fromTheory: () => ({}),
    practical: () => ({}),
    run: run as never
  }) as unknown as AnyAlgorithm<OracleServices>

const failureFrom = async (run: (p: typeof problem) => unknown) => {
  const exit = await trial(guarded(program(run)))
  return Exit.isSuccess(exit) ? undefined : failureOf(Cause.squash(exit.cause))
}

describe("an algorithm that keeps to the framework", () => {
  it.each(algorithms.map((one) => [one.name, one] as const))("%s runs as without the guard", async (_, one) => {
    const [bare, held] = [await trial(one), await trial(guarded(one))]
    expect(Exit.isSuccess(bare) && Exit.isSuccess(held)).toBe(true)
    if (Exit.isSuccess(bare) && Exit.isSuccess(held)) expect(held.value).toEqual(bare.value)
  })
})

const theta = (value: number) => ({ kind: "linear-softmax", theta: new Float64Array(2).fill(value) })

const asking = (ask: () => Program): (() => Program) => ask

/** A tilt of T7's kind with something changed. */
const tilt = (over: object, tilted: object = {}): TiltRequest => ({
  tilt: {
    theta: new Float64Array(2),
    clip: 1,
    beta: problem.beta,
    truncation: { dimension: 2, whitening: Float64Array.of(1, 0, 0, 1), nu: 0.3 },
    ...tilted
  },
  promise: 2,
  delta: 0.1,
  ...over
})

const tiltedWith = (request: TiltRequest) =>
  asking(() =>
    Effect.gen(function* () {
      const weak = yield* WeakSampling
      const [prompt] = yield* (yield* Prompts).draw(1)
      return yield* weak.tiltedPair(prompt, request)
    })
  )

const differencesWith = (counts: (given: Float64Array) => Float64Array) =>
  asking(() =>
    Effect.gen(function* () {
      const batch = yield* (yield* WeakSampling).pairs(4)
      return yield* (yield* Rewards).queryDifferences({ pairs: batch.pairs, counts: counts(batch.counts) })
    })
  )

describe("an algorithm that does not", () => {
  const cases: ReadonlyArray<readonly [what: string, run: (p: typeof problem) => unknown, kind: string, note: RegExp]> =
    [
      ["no Effect", () => theta(0), "result", /run returned an object of Object, expected an Effect/],
      ["a promise", () => Promise.resolve(theta(0)), "result", /an object of Promise/],
      ["NaN", () => Effect.succeed(theta(Number.NaN)), "policy", /theta\[0\]: NaN/],
      ["nothing", () => Effect.succeed(undefined), "policy", /policy: undefined/],
      ["an error of its own", () => Effect.fail("no idea"), "threw", /no idea/],
      [
        "writing to the problem",
        (p) =>
          Effect.sync(() => {
            ;(p as { beta: number }).beta = 9
          }),
        "inputs",
        /wrote to its input: Cannot assign to read only property 'beta'/
      ],
      [
        "writing to an answer",
        asking(() =>
          Effect.gen(function* () {
            const prompts = yield* (yield* Prompts).draw(2)
            ;(prompts as Array<unknown>)[0] = prompts[1]
          })
        ),
        "inputs",
        /Cannot assign to read only property '0'/
      ],
      ["rewards at a negative multiplicity", differencesWith((c) => c.map(() => -3)), "request", /counts\[0\] is -3/],
      ["half a reward", differencesWith((c) => c.map(() => 0.5)), "request", /counts\[0\] is 0\.5/],
      [
        "too few multiplicities",
        differencesWith(() => new Float64Array(0)),
        "request",
        /counts is .*expected a Float64/
      ],
      [
        "a made-up response",
        asking(() => Effect.flatMap(Rewards, (rewards) => rewards.query([{ prompt: 0 } as never]))),
        "request",
        /responses\[0\] is an object of Object, expected a Response that an oracle answered/
      ],
      ["a promise below 1", tiltedWith(tilt({ promise: 0.5 })), "request", /promise is 0\.5/],
      [
        "a test that is not lower triangular",
        tiltedWith(tilt({}, { truncation: { dimension: 2, whitening: Float64Array.of(1, 0.5, 0, 1), nu: 0.3 } })),
        "request",
        /whitening\[0\]\[1\] is 0\.5, expected 0 \(W is lower triangular/
      ],
      ["δ = 0", tiltedWith(tilt({ delta: 0 })), "request", /delta is 0/],
      [
        "a tilt by NaN",
        tiltedWith(tilt({}, { theta: Float64Array.of(0, Number.NaN) })),
        "request",
        /theta\[1\] is NaN/
      ],
      [
        "an endless search",
        asking(() =>
          Effect.gen(function* () {
            const [prompt] = yield* (yield* Prompts).draw(1)
            return yield* (yield* WeakSampling).firstHit(prompt, tilt({}).tilt.truncation, Infinity)
          })
        ),
        "request",
        /limit is Infinity/
      ],
      [
        "a checkpoint that is no policy",
        asking(() => Effect.map(Journal, (journal) => journal.checkpoint(() => theta(Number.NaN) as never))),
        "policy",
        /theta\[0\]: NaN/
      ],
      [
        "a spent budget that learned no policy",
        () =>
          Effect.fail(
            new BudgetExhausted({
              resource: "rewardQueries",
              limit: 0n,
              requested: "rewards",
              learned: theta(Infinity) as never
            })
          ),
        "policy",
        /theta\[0\]: Infinity/
      ]
    ]
  it.each(cases)("%s", async (_, run, kind, note) => {
    const failure = await failureFrom(run)
    expect(failure?.kind).toBe(kind)
    expect(failure?.note).toMatch(note)
    expect(failure?.note).not.toContain("\n")
  })
})

describe("a round that is one question", () => {
  it("is one under guard too, its three operations named, its tilt looked at, its pair not to be written to", async () => {
    const calls: Array<string> = []
    let whole = 0
    const instead: Array<TiltRequest> = []
    let pair: object | undefined
    const honest = program(({ beta, dimension }) => {
      const request = {
        tilt: {
          theta: new Float64Array(dimension),
          clip: 1,
          truncation: { dimension, whitening: Float64Array.of(1, 0, 0, 1), nu: 9 },
          beta
        },
        promise: 20,
        delta: 0.1
      }
      return comparisonRounds({
        rounds: 3,
        request: () => instead[0] ?? request,
        observe: (seen) => ((pair = seen), "continue")
      }).pipe(Effect.as({ kind: "linear-softmax", theta: new Float64Array(dimension) }))
    })
    const run = () => {
      const { services } = openOracles(instance, { interpreter: "exact-law", stream: Stream.fromSeed(4) })
      const oracles = roundOracles(
        Context.get(services, Prompts),
        Context.get(services, WeakSampling),
        Context.get(services, Rewards)
      )!
      asWhole(oracles, (asked) => {
        whole++
        const { pair: drawn } = oracles.tiltedPair(oracles.draw(1)[0], asked)
        return { pair: drawn, difference: oracles.queryDifference(drawn) }
      })
      return Effect.runPromiseExit(
        guarded(honest, { onCall: (name) => calls.push(name) })
          .run(problem, {})
          .pipe(Effect.provideContext(services))
      )
    }
    expect(Exit.isSuccess(await run())).toBe(true)
    const round = ["Prompts.draw", "WeakSampling.tiltedPair", "Rewards.queryDifference"]
    expect([whole, calls]).toEqual([3, [...round, ...round, ...round]])
    expect(Object.isFrozen(pair)).toBe(true)
    instead.push({ tilt: 7 } as never)
    const refused = await run()
    expect(Exit.isFailure(refused) && failureOf(Cause.squash(refused.cause))).toMatchObject({ kind: "request" })
    expect(whole).toBe(3)
  })
})
