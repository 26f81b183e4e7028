/** The strong oracle and proper rewards: draws follow π_θ exactly, are charged, and leave the plans that L2 is judged on. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { describe, expect, it } from "vitest"
import { randomInstance } from "../instance/families/random-instance.ts"
import type { FiniteInstance, Instance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { exactCellTest, relativeEntropyTest } from "../statistics/goodness-of-fit.ts"
import { commit, Commitment, promptIndex, type Response, reveal } from "./handle.ts"
import { type Interpreter, openOracles, type OracleServices, type OracleSession } from "./interpreter.ts"
import type { Budget, BudgetExhausted } from "./ledger.ts"
import { Prompts, ProperRewards, type RewardedDraws, StrongSampling } from "./services.ts"
import { OutsideParameterSet } from "./strong.ts"

const INTERPRETERS: ReadonlyArray<Interpreter> = ["literal", "exact-law"]

const random = (options: Partial<Parameters<typeof randomInstance>[0]>): Instance =>
  finiteInstance(
    randomInstance({ seed: 31, prompts: 3, responses: 5, d: 3, zeros: 0.3, noise: "bernoulli", ...options }),
    "strong.test"
  )
const mild = random({ beta: 0.3 })
const sharp = random({ seed: 32, beta: 1e-6 })
const box = random({ seed: 33, set: "box", beta: 0.1, spread: 4 })

interface Opened {
  readonly instance?: Instance
  readonly interpreter?: Interpreter
  readonly seed?: number
  readonly budget?: Budget
  readonly batch?: number
}
const open = ({ instance = mild, interpreter = "literal", seed = 41, budget = {}, batch }: Opened = {}) =>
  openOracles(instance, {
    interpreter,
    stream: Stream.fromSeed(seed).split("strong.test"),
    budget,
    ...(batch === undefined ? {} : { batch })
  })

const exitOf = <A>(session: OracleSession, effect: Effect.Effect<A, BudgetExhausted, OracleServices>) =>
  Effect.runSyncExit(Effect.provideContext(effect, session.services))
const run = <A>(session: OracleSession, effect: Effect.Effect<A, BudgetExhausted, OracleServices>): A => {
  const exit = exitOf(session, effect)
  if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
  return exit.value
}
const explore = (session: OracleSession, commitment: Commitment, n: number): ReadonlyArray<RewardedDraws> =>
  run(
    session,
    Effect.flatMap(ProperRewards, (proper) => proper.explore(commitment, n))
  )

/** π_θ(y∣x) = 1/Σ_y′ π_ref(y′)/π_ref(y)·exp(⟨θ,φ′−φ⟩/β): term by term from the definition, without a normaliser that could overflow. */
const law = (exact: FiniteInstance, theta: Float64Array, x: number): Array<number> => {
  const { beta, dimension: d, features, offsets, reference } = exact
  const rows = Array.from({ length: offsets[x + 1] - offsets[x] }, (_, i) => offsets[x] + i)
  const score = (y: number): number => theta.reduce((s, t, j) => s + t * features[y * d + j], 0) / beta
  return rows.map((y) => {
    if (reference[y] === 0) return 0
    let sum = 0
    for (const other of rows)
      if (reference[other] > 0) sum += (reference[other] / reference[y]) * Math.exp(score(other) - score(y))
    return 1 / sum
  })
}

/** The parameters draws are tried at: 0, inside, on the boundary and between. */
const parameters = (exact: FiniteInstance): ReadonlyArray<Float64Array> => {
  const set = exact.parameterSet
  const unit = set.kind === "ball" ? Float64Array.of(2 / 3, -2 / 3, 1 / 3) : Float64Array.of(1, -1, 1)
  const size = set.kind === "ball" ? set.radius : set.halfWidth
  return [0, 0.1, -0.4, 1].map((scale) => unit.map((u) => scale * size * u))
}

/** Both exact tests, each at half the level. */
const fits = (counts: ReadonlyArray<number>, probabilities: ReadonlyArray<number>): number => {
  const total = probabilities.reduce((s, p) => s + p, 0)
  const normal = probabilities.map((p) => p / total)
  return 2 * Math.min(exactCellTest(counts, normal).pValue, relativeEntropyTest(counts, normal).pValue)
}

const onEach = [
  ["mild", mild],
  ["‖θ‖/β of 10⁶", sharp],
  ["box", box]
] as const

describe("strong draws", () => {
  it("follow π_θ exactly, zero masses and ‖θ‖/β of 10⁶ included", () => {
    const level = alpha("oracle/strong-law", 2 * onEach.length * 4)
    for (const interpreter of INTERPRETERS) {
      for (const [name, instance] of onEach) {
        const { exact } = instance
        expect(exact.reference.some((p) => p === 0)).toBe(true)
        for (const theta of parameters(exact)) {
          const session = open({ instance, interpreter })
          const responses = run(
            session,
            Effect.gen(function* () {
              // Where the law is wide, enough draws that a β off by a tenth shows.
              const prompts = yield* (yield* Prompts).draw(instance === mild ? 24_000 : 4000)
              const drawn = yield* (yield* StrongSampling).draw(theta, prompts)
              expect(drawn.every((y, i) => y.prompt === prompts[i])).toBe(true)
              return drawn
            })
          )
          const counts = new Array<number>(exact.reference.length).fill(0)
          for (const y of responses) counts[reveal(y).row]++
          const joint = Array.from(exact.promptProbabilities, (rho, x) => law(exact, theta, x).map((p) => rho * p))
          expect(fits(counts, joint.flat()), `${name}, ${interpreter}, ${[...theta].join()}`).toBeGreaterThan(level)
        }
      }
    }
  })

  it("are one query each, of their own kind, and leave no plan: only rewarded draws are committed to", () => {
    const session = open()
    run(
      session,
      Effect.gen(function* () {
        const prompts = yield* (yield* Prompts).draw(17)
        yield* (yield* StrongSampling).draw(new Float64Array(3), prompts)
      })
    )
    const { perOracle, samplingQueries, rewardQueries } = session.ledger.snapshot()
    expect([perOracle.strongSampling, samplingQueries, rewardQueries, perOracle.prompts]).toEqual([17n, 17n, 0n, 17n])
    expect(session.plans()).toBeUndefined()
  })
})

describe("proper rewards", () => {
  it("are of a fresh prompt of ρ, a draw of each committed parameter, and Bernoulli rewards, jointly", () => {
    const level = alpha("oracle/proper-law", 2 * 2 * 2)
    for (const interpreter of INTERPRETERS) {
      for (const instance of [mild, box]) {
        const { exact } = instance
        const [, inner, , outer] = parameters(exact)
        const groups = explore(open({ instance, interpreter, seed: 42 }), commit(outer, inner), 8000)
        const N = exact.reference.length
        const pairs = new Array<number>(N * N).fill(0)
        const rewards = new Array<number>(2 * N).fill(0)
        for (const { prompt, responses, rewards: r } of groups) {
          const [left, right] = responses.map((y) => reveal(y).row)
          expect(responses.every((y) => y.prompt === prompt)).toBe(true)
          pairs[left * N + right]++
          rewards[2 * left + (r[0] > 0 ? 1 : 0)]++
        }
        const pairLaw = new Array<number>(N * N).fill(0)
        const rewardLaw = new Array<number>(2 * N).fill(0)
        exact.promptProbabilities.forEach((rho, x) => {
          const second = law(exact, inner, x)
          law(exact, outer, x).forEach((p, i) => {
            const row = exact.offsets[x] + i
            second.forEach((q, k) => (pairLaw[row * N + exact.offsets[x] + k] = rho * p * q))
            const mean = exact.meanReward[row] / exact.rewardRange
            rewardLaw[2 * row] = rho * p * (1 - mean)
            rewardLaw[2 * row + 1] = rho * p * mean
          })
        })
        expect(fits(pairs, pairLaw), interpreter).toBeGreaterThan(level)
        expect(fits(rewards, rewardLaw), interpreter).toBeGreaterThan(level)
      }
    }
  })

  it("charge a strong query and a reward a draw, and keep the plans", () => {
    const session = open()
    const [zero, inner, negative, outer] = parameters(mild.exact)
    const groups = explore(session, commit(outer, zero), 5)
    explore(session, commit(inner), 4)
    explore(session, commit(negative, negative, negative, outer), 2)
    const { perOracle, rewardQueries } = session.ledger.snapshot()
    expect([perOracle.strongSampling, rewardQueries, perOracle.prompts, perOracle.weakSampling]).toEqual([
      22n,
      22n,
      11n,
      0n
    ])
    expect(groups.map((g) => [g.responses.length, g.rewards.length])).toEqual(groups.map(() => [2, 2]))
    expect(groups.length).toBe(5)
    const plans = session.plans()!
    // A parameter named several times in a row is one plan.
    expect([...plans.counts]).toEqual([5, 5, 4, 6, 2])
    expect([...plans.thetas]).toEqual([outer, zero, inner, negative, outer].flatMap((theta) => [...theta]))
    expect(plans.group).toBe(4)
    const seen = groups.flatMap((g) => g.responses).filter((y: Response) => featured(mild.exact, reveal(y).row)).length
    expect(seen).toBeGreaterThan(0)
    expect(Number(session.rewardedFeatures())).toBeGreaterThanOrEqual(seen)
  })

  it("commit to a copy: what happens to the array afterwards changes nothing", () => {
    const theta = parameters(mild.exact)[3].slice()
    const [a, b] = [open(), open()]
    const commitment = commit(theta)
    const before = explore(a, commit(theta.slice()), 50)
    theta.fill(Number.NaN)
    expect(rows(explore(b, commitment, 50))).toEqual(rows(before))
    expect(commitment.size).toBe(1)
  })

  it("take parameters only, at least one, and no commitment made by hand", () => {
    expect(() => commit()).toThrow(/no parameters/)
    const byHand = Commitment as unknown as new (...args: ReadonlyArray<unknown>) => Commitment
    expect(() => new byHand(Symbol("commitment"), [new Float64Array(3)])).toThrow(/made by hand/)
    const real = commit(new Float64Array(3))
    for (const forged of [
      {},
      { ...real },
      Object.create(real),
      structuredClone(real),
      new Proxy(real, {}),
      undefined,
      3
    ])
      expect(() => explore(open(), forged as Commitment, 1)).toThrow(/^commitment: made by hand/)
  })
})

const featured = ({ dimension: d, features }: FiniteInstance, row: number): boolean =>
  features.subarray(row * d, (row + 1) * d).some((v) => v !== 0)
const rows = (groups: ReadonlyArray<RewardedDraws>): unknown =>
  groups.map(({ prompt, responses, rewards }) => [
    promptIndex(prompt),
    responses.map((y) => reveal(y).row),
    [...rewards]
  ])

describe("a parameter outside Θ", () => {
  const outside = [
    ["beyond the ball", mild, parameters(mild.exact)[3].map((t) => t * (1 + 1e-9))],
    ["NaN", mild, Float64Array.of(0, Number.NaN, 0)],
    ["too short", mild, Float64Array.of(0, 0)],
    ["beyond the box", box, Float64Array.of(0, 0, 1 + 1e-9 + Math.abs(parameters(box.exact)[3][2]))],
    ["infinite", box, Float64Array.of(0, Infinity, 0)]
  ] as const
  it.each(outside)("%s: dies, is charged nothing, and is no plan", (_, instance, theta) => {
    const session = open({ instance })
    const fine = new Float64Array(3)
    const asked = [
      Effect.flatMap(ProperRewards, (proper) => proper.explore(commit(fine, theta), 3)),
      Effect.gen(function* () {
        const prompts = yield* (yield* Prompts).draw(1)
        return yield* (yield* StrongSampling).draw(theta, prompts)
      })
    ]
    for (const effect of asked) {
      const exit = exitOf(session, effect as Effect.Effect<unknown, BudgetExhausted, OracleServices>)
      expect(Exit.isFailure(exit)).toBe(true)
      if (!Exit.isFailure(exit)) return
      // A defect: no learner may catch it as it catches a spent budget.
      expect(Cause.hasDies(exit.cause) && !Cause.hasFails(exit.cause)).toBe(true)
      expect(Cause.squash(exit.cause)).toBeInstanceOf(OutsideParameterSet)
      expect((Cause.squash(exit.cause) as Error).message).toMatch(/^theta: .*expected 3 numbers of/)
    }
    expect(session.ledger.snapshot().samplingQueries).toBe(0n)
    expect(session.plans()).toBeUndefined()
  })
})

describe("a budget", () => {
  it("cuts a group where it falls, and the plans stand at what was drawn", () => {
    const [zero, inner] = parameters(mild.exact)
    for (const interpreter of INTERPRETERS) {
      const cases: ReadonlyArray<readonly [Budget, ReadonlyArray<number>, bigint, bigint]> = [
        // The eighth draw does not fit; seven were made and rewarded.
        [{ samplingQueries: 7n }, [4, 3], 7n, 7n],
        // The sixth draw was made under its commitment before its reward was refused.
        [{ rewardQueries: 5n }, [3, 3], 6n, 5n],
        [{ samplingQueries: 0n }, [0, 0], 0n, 0n],
        [{ rewardQueries: 0n }, [1, 0], 1n, 0n]
      ]
      for (const [budget, counts, sampling, rewards] of cases) {
        const session = open({ interpreter, budget })
        const exit = exitOf(
          session,
          Effect.flatMap(ProperRewards, (proper) => proper.explore(commit(inner, zero), 10))
        )
        expect(Exit.isFailure(exit) && Cause.hasFails(exit.cause)).toBe(true)
        expect([...session.plans()!.counts]).toEqual(counts)
        const { samplingQueries, rewardQueries } = session.ledger.snapshot()
        expect([samplingQueries, rewardQueries]).toEqual([sampling, rewards])
      }
    }
  })
})

describe("the same seed", () => {
  const [zero, inner, , outer] = parameters(mild.exact)
  it("gives the same draws under both interpreters, whatever the batch and how exploration is cut", () => {
    const whole = explore(open(), commit(outer, zero), 40)
    for (const interpreter of INTERPRETERS) {
      for (const batch of [1, 7]) {
        const session = open({ interpreter, batch })
        const parts = [3, 0, 30, 7].flatMap((n) => explore(session, commit(outer, zero), n))
        expect(rows(parts)).toEqual(rows(whole))
        expect(session.transcript.digest().sha256).not.toBe(open().transcript.digest().sha256)
      }
    }
    expect(rows(explore(open({ seed: 43 }), commit(outer, zero), 40))).not.toEqual(rows(whole))
  })

  it("gives planning draws that do not move what is explored", () => {
    const untouched = open()
    const session = open()
    const [, [prompt]] = [untouched, session].map((each) =>
      run(
        each,
        Effect.flatMap(Prompts, (p) => p.draw(1))
      )
    )
    run(
      session,
      Effect.flatMap(StrongSampling, (strong) => strong.draw(outer, new Array(25).fill(prompt)))
    )
    expect(rows(explore(session, commit(inner), 30))).toEqual(rows(explore(untouched, commit(inner), 30)))
  })
})
