/** Every built-in algorithm against Needle: none may beat L1. Implementations that peek are caught. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { algorithm } from "../src/algorithm/algorithm.ts"
import { passive } from "../src/algorithm/passive.ts"
import { sequenceAlgorithms as algorithms } from "../src/algorithm/registry.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import type { Instance } from "../src/instance/instance.ts"
import { Stream } from "../src/numeric/stream.ts"
import { features, mintResponse, type Response, reveal } from "../src/oracle/handle.ts"
import { openOracles } from "../src/oracle/interpreter.ts"
import { Journal } from "../src/oracle/journal.ts"
import { Prompts, Rewards, WeakSampling } from "../src/oracle/services.ts"
import type { LinearSoftmaxPolicy, Policy } from "../src/policy/policy.ts"
import { alpha } from "./alpha/alpha-ledger.ts"
import { binomialTails } from "../src/statistics/incomplete-beta.ts"
import { coverageNecessary } from "../src/theorem/l1-coverage-necessary.ts"
import type { Judgement, Theorem } from "../src/theorem/theorem.ts"
import { showsFeature } from "../src/run/run-record.ts"
import { type Contestant, type NeedleRuns, needleRuns, type NeedleTrials } from "./arbitrary/needle-runs.ts"

const needle = { N: 1024, d: 8 }
const plan: NeedleTrials = { needle, trials: 120, seed: 71, samplingQueries: 128n, interpreter: "exact-law" }
const play = (contestant: Contestant, change: Partial<NeedleTrials> = {}): NeedleRuns =>
  Effect.runSync(needleRuns(contestant, { ...plan, ...change }))

const held = (theorem: Theorem, { subject, runs }: NeedleRuns, level: number): Record<string, Judgement> =>
  Object.fromEntries(theorem.judge(subject, runs, level).map((j) => [j.part, j]))
const verdicts = (of: Record<string, Judgement>): Record<string, string> =>
  Object.fromEntries(Object.entries(of).map(([part, { verdict }]) => [part, verdict]))

/** Parameters of the test's own algorithms: none. */
const bare = {
  parameters: Schema.Struct({}),
  fromTheory: () => ({}),
  practical: () => ({}),
  claims: ["L1"],
  proper: false,
  oracle: "weak"
} as const
const REFERENCE: Policy = { kind: "reference" }

/** The policy of one who has seen the needle and knows R. */
const knowing = (needle: Response, rewardRange: number): LinearSoftmaxPolicy => ({
  kind: "linear-softmax",
  theta: features(needle).map((v) => rewardRange * v)
})

/** Draws once, looks inside the handle, and forges the needle's with the answer. */
const peek = (instance: Instance) =>
  algorithm({
    ...bare,
    name: "peek",
    summary: "reads the instance",
    run: Effect.fnUntraced(function* (problem) {
      const journal = yield* Journal
      const weak = yield* WeakSampling
      const rewards = yield* Rewards
      const [prompt] = yield* (yield* Prompts).draw(1)
      const [drawn] = yield* weak.draw([prompt])
      const { row } = reveal(drawn)
      const other = instance.exact.meanReward[row] > 0 ? row : 1 - row
      const forged = mintResponse(prompt, other, undefined)
      yield* rewards.query([forged])
      journal.accepted(features(forged))
      return knowing(forged, problem.rewardRange)
    })
  })

/** Draws `free` responses past the ledger for each one it pays, and keeps what it finds. */
const uncharged = (free: number) => (instance: Instance) =>
  algorithm({
    ...bare,
    name: "uncharged",
    summary: "draws without paying",
    run: Effect.fnUntraced(function* (problem) {
      const journal = yield* Journal
      const weak = yield* WeakSampling
      const prompts = yield* Prompts
      const key = Math.floor(instance.exact.thetaStar[0] * 2 ** 40)
      const behind = openOracles(instance, { interpreter: "literal", stream: new Stream(key | 0, 5) })
      for (let paid = 0; paid < 16; paid++) {
        const [prompt] = yield* prompts.draw(1)
        yield* weak.draw([prompt])
        // A session answers for its own handles only: the free draws are at a prompt of the one behind.
        const found = yield* Effect.gen(function* () {
          const [own] = yield* (yield* Prompts).draw(1)
          return yield* (yield* WeakSampling).draw(Array.from({ length: free }, () => own))
        }).pipe(Effect.provideContext(behind.services))
        const hit = found.find((y) => features(y).some((v) => v !== 0))
        if (hit === undefined) continue
        journal.accepted(features(hit))
        return knowing(hit, problem.rewardRange)
      }
      return REFERENCE
    })
  })

/** Pays for what it draws, says so, and stops when it holds the needle: entitled to all it gets. */
const stopsAtNeedle = algorithm({
  ...bare,
  name: "stops-at-needle",
  summary: "draws until it holds a feature",
  run: Effect.fnUntraced(function* (problem) {
    const journal = yield* Journal
    const weak = yield* WeakSampling
    const [prompt] = yield* (yield* Prompts).draw(1)
    for (let t = 0; t < 120; t++) {
      const [y] = yield* weak.draw([prompt])
      if (features(y).every((v) => v === 0)) continue
      journal.accepted(features(y))
      return knowing(y, problem.rewardRange)
    }
    return REFERENCE
  })
})

describe("built-in algorithms on Needle", () => {
  const budgets = [16n, 128n, 400n]
  const level = alpha("lower-bounds/no-algorithm-beats-needle", 4 * (algorithms.length * budgets.length + 1))
  it.each(algorithms.map((a) => [a.name, a] as const))("%s does not beat L1", (_, contestant) => {
    for (const samplingQueries of budgets) {
      const judged = held(coverageNecessary, play(contestant, { samplingQueries }), 2 * level)
      expect(judged.holding.verdict, judged.holding.note).not.toBe("refuted")
      expect(judged.output.verdict, judged.output.note).not.toBe("refuted")
    }
  })

  it("nor does a learner that stops when it holds the needle, without a budget to go by", () => {
    const { subject, runs } = play(stopsAtNeedle, { trials: 400 })
    const open = { subject, runs: runs.map((run) => ({ ...run, budget: {} })) }
    for (const seen of [{ subject, runs }, open]) {
      const judged = held(coverageNecessary, seen, 2 * level)
      // Its hits are worth exactly what it pays: neither account can grow.
      expect(judged.holding.verdict).toBe("undecided")
      expect(judged.output.verdict).not.toBe("refuted")
      expect(Number(judged.holding.measured)).toBeGreaterThan(0)
    }
  })

  it("hold it exactly as often as their charged draws say: L1 is met with near equality", () => {
    const level = alpha("lower-bounds/needle-hits-are-exact", 6)
    const { N } = needle
    for (const interpreter of ["exact-law", "literal"] as const) {
      for (const contestant of [spannerSampling, passive, stopsAtNeedle]) {
        const { runs } = play(contestant, { interpreter, trials: 300, seed: 72, samplingQueries: 120n })
        // Passive's pairs leave θ ≠ 0 exactly when one of a pair is the needle; the budget cuts its first batch unless the batch fits.
        const hits = runs.filter(
          (run) => showsFeature(run) || (run.policy.kind === "linear-softmax" && run.policy.theta.some((t) => t !== 0))
        ).length
        const pair = (2 / N) * (1 - 1 / N)
        const pairs = contestant === passive ? Number(runs[0].ledger.rewardQueries) / 2 : 60
        const p = contestant === stopsAtNeedle ? 1 - (1 - 1 / N) ** 120 : 1 - (1 - pair) ** pairs
        const { logAtLeast, logAtMost } = binomialTails(hits, runs.length, p)
        expect(Math.min(logAtLeast, logAtMost), `${contestant.name} ${hits} of ${runs.length} at ${p}`).toBeGreaterThan(
          Math.log(level / 2)
        )
      }
    }
  })
})

describe("implementations that peek", () => {
  it("are refuted on both clauses, after a few trials", () => {
    const judged = held(coverageNecessary, play(peek, { trials: 12 }), 1e-9)
    expect(verdicts(judged)).toMatchObject({ holding: "refuted", output: "refuted" })
    expect(judged.holding.measured).toBe(1)
    expect(judged.cost.verdict).toBe("undecided")
    expect(judged.cost.note).toMatch(/no such promise/)
  })

  it("are refuted when they draw past the ledger: 40 free draws for each paid one", () => {
    // A trial holds the needle with p = 1 − (1−1/N)^640 ≈ 0.46 against a price of 16/1024. At stake ⅛ and cap 2/64 a hit multiplies the account by 4.9, a
    // miss by 15/16: with 41 hits in 200 trials it is above 10²². P(Binomial(200, p) ≤ 40) is below the ledger's level.
    const p = 1 - (1 - 1 / needle.N) ** 640
    expect(binomialTails(40, 200, p).logAtMost).toBeLessThan(Math.log(alpha("lower-bounds/cheats-are-caught")))
    const { subject, runs } = play(uncharged(40), { trials: 200 })
    expect(runs.filter(showsFeature).length).toBeGreaterThan(40)
    expect(verdicts(held(coverageNecessary, { subject, runs }, 1e-9)).holding).toBe("refuted")
    // Paying for all of them, it is entitled to what it found.
    const honest = runs.map((run) => ({
      ...run,
      budget: {},
      ledger: {
        ...run.ledger,
        perOracle: { ...run.ledger.perOracle, weakSampling: run.ledger.perOracle.weakSampling * 41n }
      }
    }))
    expect(verdicts(held(coverageNecessary, { subject, runs: honest }, 1e-9)).holding).not.toBe("refuted")
  })
})

describe("what L1 is judged on", () => {
  const few = play(spannerSampling, { trials: 6 })
  const note = (change: (r: NeedleRuns) => NeedleRuns, part = "holding"): string =>
    held(coverageNecessary, change(few), 1e-3)[part].note
  const strong = { ...few.subject, algorithm: { ...few.subject.algorithm, oracle: "strong" } }

  it("names its unmet hypotheses", () => {
    expect(coverageNecessary.unmet(few.subject)).toEqual([])
    const exact = { ...few.subject.exact, noise: { kind: "bernoulli" } } as const
    expect(coverageNecessary.unmet({ ...few.subject, exact })[0]).toMatch(/not a Needle: noise/)
    expect(coverageNecessary.judge({ ...few.subject, exact }, few.runs, 1e-3)).toEqual([])
    const token = { ...few.subject, algorithm: { ...few.subject.algorithm, oracle: "token" } }
    expect(coverageNecessary.unmet(token)).toHaveLength(1)
  })

  it("is undecided, and says why, where the bound would not be sound", () => {
    const runs = few.runs.map((r) => ({ ...r, digest: "one" }))
    expect(note((r) => ({ ...r, runs }), "output")).toMatch(/share a Needle/)
    expect(note((r) => ({ ...r, runs }))).not.toMatch(/share a Needle/)
    expect(note((r) => ({ ...r, subject: strong, runs }))).toMatch(/share a Needle/)
    expect(note((r) => ({ subject: strong, runs: r.runs.map((run) => ({ ...run, budget: {} })) }))).toMatch(
      /need a budget/
    )
    expect(note((r) => ({ ...r, runs: [] }))).toMatch(/no trials/)
    const other = few.runs.map((r) => ({ ...r, problem: { ...r.problem, beta: 1 } }))
    expect(note((r) => ({ ...r, runs: other }))).toMatch(/another Needle/)
    const dear = few.runs.map((r) => ({
      ...r,
      budget: {},
      ledger: { ...r.ledger, perOracle: { ...r.ledger.perOracle, enumeration: 1024n } }
    }))
    expect(note((r) => ({ ...r, runs: dear }))).toMatch(/L1 says nothing/)
  })

  it("prices what was drawn at 1/N and what was named at 2/N, and splits its level over its two clauses", () => {
    const perOracle = { ...few.runs[0].ledger.perOracle, weakSampling: 20n, enumeration: 10n }
    const runs = few.runs.map((r) => ({ ...r, ledger: { ...r.ledger, perOracle } }))
    const judged = held(coverageNecessary, { ...few, runs }, 1e-3)
    expect(judged.holding.bound).toBeCloseTo(40 / 1024, 12)
    // The output adds h/x, h = 0.01006 and x = ¼ (and a little).
    expect(judged.output.bound).toBeCloseTo(40 / 1024 + 0.0401, 3)
    expect([judged.holding.level, judged.output.level]).toEqual([5e-4, 5e-4])
  })

  it("counts a good output only where every θ of it is in Θ and can be looked at", () => {
    const { exact } = few.subject
    const good = { value: 0, kind: "exact", standardError: 0 } as const
    const outputOf = (policy: NeedleRuns["runs"][number]["policy"]): unknown =>
      held(coverageNecessary, { ...few, runs: few.runs.map((r) => ({ ...r, policy, suboptimality: good })) }, 1e-3)
        .output.measured
    const mixture = {
      kind: "truncated-mixture",
      count: 1,
      clip: 1,
      truncation: { dimension: 8, whitening: new Float64Array(64), nu: 1 }
    } as const
    const far = exact.thetaStar.map((t) => 2 * t)
    expect(outputOf({ kind: "linear-softmax", theta: exact.thetaStar })).toBe(1)
    expect(outputOf({ kind: "linear-softmax", theta: far })).toBe(0)
    expect(outputOf({ ...mixture, thetas: exact.thetaStar })).toBe(1)
    expect(outputOf({ ...mixture, thetas: far })).toBe(0)
    expect(outputOf({ kind: "mixture-digest", count: 9999, sha256: "", last: exact.thetaStar })).toBe(0)
    expect(outputOf({ kind: "reference" })).toBe(1)
  })

  it("counts a run given twice once, and prices strong runs by their budget", () => {
    const twice = held(coverageNecessary, { ...few, runs: [...few.runs, ...few.runs] }, 1e-3)
    expect(twice).toEqual(held(coverageNecessary, few, 1e-3))
    const judged = held(coverageNecessary, { ...few, subject: strong }, 1e-3)
    // h(1024, 8, log 1023) = 0.01006: 128 queries are worth more than 1.
    expect(judged.holding.bound).toBe(1)
    const frugal = few.runs.map((r) => ({ ...r, budget: { samplingQueries: 10n } }))
    expect(Number(held(coverageNecessary, { subject: strong, runs: frugal }, 1e-3).holding.bound)).toBeCloseTo(
      0.1006,
      4
    )
  })
})
