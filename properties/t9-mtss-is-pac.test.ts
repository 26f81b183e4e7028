/**
 * T9 (t9-mtss-is-pac.md): its parameters against values that another program computed, its inequalities (a) and (b) on random anchors, and the program at T9's own constants.
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mtss } from "../src/algorithm/mtss.ts"
import { mtssConstants, type MtssParameters } from "../src/algorithm/mtss-parameters.ts"
import { tokenChain } from "../src/instance/families/token-chain.ts"
import { tokenLock } from "../src/instance/families/token-lock.ts"
import type { Instance } from "../src/instance/instance.ts"
import { problemOf } from "../src/oracle/interpreter.ts"
import { optimum } from "../src/policy/optimum.ts"
import { goalFor } from "../src/run/goal.ts"
import type { RunRecord } from "../src/run/run-record.ts"
import { runTrial } from "../src/run/run-trial.ts"
import { layerErrors } from "../src/theorem/layer-error.ts"
import {
  mtssComputationBound,
  mtssDataBound,
  mtssIsPac,
  requiredMtssParameters
} from "../src/theorem/t9-mtss-is-pac.ts"
import type { Subject } from "../src/theorem/theorem.ts"
import { SEED } from "./arbitrary/assert-law.ts"
import { tokenInstances } from "./arbitrary/token-instance.ts"

const DELTA = 0.02

/** At ε = 0.1R. */
const subjectOf = (instance: Instance, change: Partial<MtssParameters> = {}): Subject => {
  const best = optimum(instance.exact)
  const problem = problemOf(instance)
  const goal = goalFor(instance, best, 0.1 * instance.exact.rewardRange, DELTA)
  const parameters = { ...mtssConstants(problem, goal).parameters, ...change }
  return { exact: instance.exact, tokens: instance.tokens!, best, problem, algorithm: mtss, parameters, goal }
}

/** λ from which on MTSS runs (its Schema). */
const LEAST_LAMBDA = 1e-9

const runOf = (instance: Instance, { parameters }: Subject, seed: number): Promise<RunRecord> =>
  Effect.runPromise(
    runTrial({ algorithm: mtss, instance, digest: "t9", parameters, interpreter: "exact-law", seed, trial: 0 })
  )

const chain = (H: number, noise: "none" | "bernoulli") => tokenChain({ H, C: 1.5, noise }, `token-chain:H=${H}`)
const lock = (H: number, noise: "none" | "bernoulli") => tokenLock({ A: 4, H, noise }, `token-lock:H=${H}`)

/** n, n_rew, n_roll, T_cert, T_span, N₂, T_data and T_comp at ε = 0.1R and δ = 0.02, by the Python program that came with T9's statement. */
const RECORDED = [
  [
    "TokenChain(4), noise-free",
    chain(4, "none"),
    {
      n: 23,
      n_rew: 1,
      n_roll: 18663,
      T_cert: 3041,
      T_span: 345383,
      N2: 434,
      T_data: 1.21906716e8,
      T_comp: 9.776917943153e13,
      lam: 8.794746196609872e-6,
      b: 0.05212860351426869,
      mu: 0.00010451505016722409
    }
  ],
  [
    "TokenChain(4), Bernoulli",
    chain(4, "bernoulli"),
    {
      n: 23,
      n_rew: 67,
      n_roll: 37072,
      T_cert: 3041,
      T_span: 355205,
      N2: 446,
      T_data: 1.6224338368e10,
      T_comp: 1.993335525194e14,
      lam: 8.794746196609872e-6,
      b: 0.05212860351426869,
      mu: 0.00010451505016722409
    }
  ],
  [
    "TokenChain(8), noise-free",
    chain(8, "none"),
    {
      n: 25,
      n_rew: 1,
      n_roll: 42505,
      T_cert: 6636,
      T_span: 1706296,
      N2: 493,
      T_data: 1.504677e9,
      T_comp: 1.281552264235e16,
      lam: 2.022791625220271e-6,
      b: 0.025,
      mu: 2.403846153846154e-5
    }
  ],
  [
    "TokenChain(8), Bernoulli",
    chain(8, "bernoulli"),
    {
      n: 25,
      n_rew: 576,
      n_roll: 84982,
      T_cert: 6636,
      T_span: 1749483,
      N2: 505,
      T_data: 1.7328169728e12,
      T_comp: 2.625245208755e16,
      lam: 2.022791625220271e-6,
      b: 0.025,
      mu: 2.403846153846154e-5
    }
  ],
  [
    "TokenChain(16), noise-free",
    chain(16, "none"),
    {
      n: 27,
      n_rew: 1,
      n_roll: 95031,
      T_cert: 14376,
      T_span: 8216156,
      N2: 549,
      T_data: 1.6708730544e10,
      T_comp: 1.417577698616e18,
      lam: 4.68238802134322e-7,
      b: 0.012028130608117204,
      mu: 5.56445868945869e-6
    }
  ],
  [
    "TokenChain(16), Bernoulli",
    chain(16, "bernoulli"),
    {
      n: 27,
      n_rew: 4978,
      n_roll: 190048,
      T_cert: 14376,
      T_span: 8402909,
      N2: 562,
      T_data: 1.663398677699e14,
      T_comp: 2.898548151848e18,
      lam: 4.68238802134322e-7,
      b: 0.012028130608117204,
      mu: 5.56445868945869e-6
    }
  ],
  [
    "TokenLock(4,8), noise-free",
    lock(8, "none"),
    {
      n: 32,
      n_rew: 1,
      n_roll: 48659,
      T_cert: 6812,
      T_span: 5957381,
      N2: 1343,
      T_data: 2.815215104e9,
      T_comp: 8.373623963843e16,
      lam: 1.55074073449195e-8,
      b: 0.0019924598566343544,
      mu: 1.8780048076923078e-5
    }
  ],
  [
    "TokenLock(4,8), Bernoulli",
    lock(8, "bernoulli"),
    {
      n: 32,
      n_rew: 1174,
      n_roll: 97294,
      T_cert: 6812,
      T_span: 6104850,
      N2: 1376,
      T_data: 6.608494913536e12,
      T_comp: 1.714902833317e17,
      lam: 1.55074073449195e-8,
      b: 0.0019924598566343544,
      mu: 1.8780048076923078e-5
    }
  ]
] as const

describe("T9's parameters", () => {
  it.each(RECORDED)("of %s are those that another program computed", (_, instance, expected) => {
    const subject = subjectOf(instance)
    const { constants, parameters: p } = mtssConstants(subject.problem, subject.goal)
    const { dimension: d, horizon } = instance.tokens!
    const data = mtssDataBound(p, d, horizon)
    const comp = mtssComputationBound(p, d, horizon)
    expect([constants.spannerSize, p.rewardsPerRollout, p.certifyingRollouts]).toEqual([
      expected.n,
      expected.n_rew,
      expected.T_cert
    ])
    // Counts that are rounded up from a float: two programs may differ in the last digit of it.
    for (const [found, value] of [
      [p.rollouts, expected.n_roll],
      [p.tokensPerPrefix, expected.T_span],
      [p.trials, expected.N2],
      [Number(data), expected.T_data],
      [Number(comp), expected.T_comp],
      [p.lambda, expected.lam],
      [constants.confidenceRadius, expected.b],
      [constants.missed, expected.mu]
    ])
      expect(Math.abs(found / value - 1)).toBeLessThan(1e-6)
  })

  it("are what the statement asks, and a hundredth less of any is not", () => {
    for (const instance of [chain(4, "bernoulli"), lock(4, "none")]) {
      expect(mtssIsPac.unmet(subjectOf(instance))).toEqual([])
      const { parameters: p } = subjectOf(instance)
      for (const name of ["rollouts", "certifyingRollouts", "tokensPerPrefix", "promise", "trials"] as const) {
        expect(
          mtssIsPac.unmet(
            subjectOf(instance, { [name]: name === "promise" ? 0.99 * p[name] : Math.floor(0.99 * p[name]) })
          )[0]
        ).toMatch(new RegExp(`^${name} = `))
        // More of one may ask more of others, which depend on it.
        const more = subjectOf(instance, { [name]: 2 * p[name] })
        const need = requiredMtssParameters(more)
        expect(mtssIsPac.unmet({ ...more, parameters: { ...more.parameters, ...need, [name]: 2 * p[name] } })).toEqual(
          []
        )
      }
      expect(mtssIsPac.unmet(subjectOf(instance, { precision: 0.1 }))[0]).toMatch(/^precision/)
      expect(mtssIsPac.unmet(subjectOf(instance, { lambda: 2 * p.lambda }))[0]).toMatch(/^lambda/)
      expect(mtssIsPac.unmet(subjectOf(instance, { nu: 0.9 }))[0]).toMatch(/^nu/)
    }
  })

  it("are refused where the goal says less than C_cond, or B is too small", () => {
    const subject = subjectOf(chain(4, "none"))
    const told = { ...subject, goal: { ...subject.goal, conditionalCoverage: 1.2 } }
    expect(mtssIsPac.unmet(told)[0]).toMatch(/^C_cond is told as 1.2 and is 1.5/)
    const tokens = { ...subject.problem.tokens!, parameterRadius: 0.1 }
    expect(mtssIsPac.unmet({ ...subject, problem: { ...subject.problem, tokens } })[0]).toMatch(/^B is told as 0.1/)
  })

  it("name the count that passes 2^53", () => {
    const { goal, problem } = subjectOf(lock(8, "bernoulli"))
    expect(() => mtssConstants(problem, { ...goal, epsilon: 1e-12 })).toThrow(
      /^parameters\.\w+: .*, expected at most 2\^53/
    )
  })
})

describe("T9, of the program at its own constants", () => {
  const verdicts = (subject: Subject, runs: ReadonlyArray<RunRecord>) =>
    mtssIsPac.judge(subject, runs, 0.01).map(({ part, verdict }) => [part, verdict])

  it.each([
    ["TokenChain(4) without noise", chain(4, "none")],
    ["TokenChain(4) with noise", chain(4, "bernoulli")],
    ["TokenLock(4,4) without noise", lock(4, "none")],
    ["TokenLock(4,4) with noise", lock(4, "bernoulli")]
  ] as const)("reaches ε on %s, within its costs, every layer within b", async (_, instance) => {
    const subject = subjectOf(instance)
    const radius = requiredMtssParameters(subject).radius
    const runs: Array<RunRecord> = []
    for (let seed = 0; seed < 3; seed++) runs.push(await runOf(instance, subject, seed))
    for (const run of runs) {
      expect(run.outcome).toBe("completed")
      expect(run.suboptimality.kind).toBe("exact")
      expect(run.suboptimality.value).toBeLessThan(subject.goal.epsilon)
      for (const { error } of layerErrors(subject, run)!) expect(error).toBeLessThan(radius)
    }
    // δ = 0.02: a layer is off with probability 3δ at most, the policy with 4δ.
    const bounds = mtssIsPac.judge(subject, runs, 0.01).map(({ bound, level, part }) => [part, bound, level])
    expect(bounds.slice(3)).toEqual([
      ["regression", 3 * DELTA, 0.005],
      ["epsilon", 4 * DELTA, 0.005]
    ])
    expect(verdicts(subject, runs)).toEqual([
      ["restarts", "supported"],
      ["T_data", "supported"],
      ["T_comp", "supported"],
      ["regression", "undecided"],
      ["epsilon", "undecided"]
    ])
  })

  it("reaches ε on random trees and bigrams, where many pairs of several features join a layer", async () => {
    let pairs = 0
    let dimension = 0
    await fc.assert(
      fc.asyncProperty(tokenInstances, fc.nat(1e6), async (instance, seed) => {
        const subject = subjectOf(instance)
        // So that a run takes a second or two.
        fc.pre(mtssConstants(subject.problem, subject.goal).constants.visits < 5_000_000_000n)
        // Below, no run is made: float64 does not tell elliptic norms apart.
        fc.pre(subject.parameters.lambda >= LEAST_LAMBDA)
        expect(mtssIsPac.unmet(subject)).toEqual([])
        const run = await runOf(instance, subject, seed)
        pairs = Math.max(pairs, run.layers!.restarts)
        dimension = Math.max(dimension, instance.tokens!.dimension)
        expect(run.suboptimality.value).toBeLessThanOrEqual(subject.goal.epsilon)
        const { radius } = requiredMtssParameters(subject)
        for (const { error } of layerErrors(subject, run)!) expect(error).toBeLessThanOrEqual(radius)
        expect(verdicts(subject, [run]).filter(([, verdict]) => verdict === "refuted")).toEqual([])
      }),
      { numRuns: 20, seed: SEED }
    )
    expect(pairs).toBeGreaterThan(3)
    expect(dimension).toBeGreaterThan(1)
  })

  it("is refuted by runs above ε, by a layer off by more than b, by queries past the bounds", async () => {
    const instance = chain(4, "none")
    const subject = subjectOf(instance)
    const honest = await runOf(instance, subject, 1)
    const many = (change: Partial<RunRecord>) => Array.from({ length: 40 }, () => ({ ...honest, ...change }))
    const refuted = (runs: ReadonlyArray<RunRecord>) =>
      verdicts(subject, runs).flatMap(([part, verdict]) => (verdict === "refuted" ? [part] : []))
    expect(refuted(many({}))).toEqual([])
    expect(refuted(many({ suboptimality: { ...honest.suboptimality, value: 2 * subject.goal.epsilon } }))).toEqual([
      "epsilon"
    ])
    if (honest.policy.kind !== "token-tilted") throw new TypeError(honest.policy.kind)
    const thetas = honest.policy.thetas.map((t, h) => (h === 2 ? t + 0.1 : t))
    expect(refuted(many({ policy: { ...honest.policy, thetas } }))).toEqual(["regression"])
    const bound = mtssDataBound(subject.parameters, 1, 4)
    expect(refuted(many({ ledger: { ...honest.ledger, rewardQueries: bound + 1n } }))).toEqual(["T_data"])
    const computation = mtssComputationBound(subject.parameters, 1, 4)
    expect(refuted(many({ ledger: { ...honest.ledger, samplingQueries: computation + 1n } }))).toEqual(["T_comp"])
    expect(refuted(many({ layers: { ...honest.layers!, restarts: 93 } }))).toEqual(["restarts"])
  })
})
