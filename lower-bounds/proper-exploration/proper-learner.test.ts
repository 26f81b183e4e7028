/** The judge of L2, and counts of probes of simulated proper learners. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { passive } from "../../src/algorithm/passive.ts"
import { spannerSampling } from "../../src/algorithm/spanner-sampling.ts"
import { runTrial } from "../../src/run/run-trial.ts"
import { instantiate } from "../../src/instance/family.ts"
import { categorical } from "../../src/numeric/random-variates.ts"
import { Stream } from "../../src/numeric/stream.ts"
import { problemOf } from "../../src/oracle/interpreter.ts"
import { optimum } from "../../src/policy/optimum.ts"
import { alpha } from "../../properties/alpha/alpha-ledger.ts"
import { properExploration } from "../../src/theorem/l2-proper-exploration.ts"
import type { Judgement, Subject } from "../../src/theorem/theorem.ts"
import type { RunRecord } from "../../src/run/run-record.ts"
import { dnfFamily, dnfPrompts, dnfShape, sharpness } from "../../src/instance/families/dnf-prompts.ts"
import { type DnfFormula, dnfFormula, termCount } from "../../src/instance/families/dnf-formula.ts"
import { logistic } from "../../src/numeric/logistic.ts"
import { freedmanExcess, logProbeEvidence, refutingProbes } from "./probe-count.ts"

const instance = instantiate(dnfFamily, { n: 10, k: 3, m: 40, beta: 0.4, seed: 11 })
const formula = dnfShape(instance.exact) as DnfFormula
const problem = problemOf(instance)
const best = optimum(instance.exact)
const goal = { epsilon: 0.3, delta: 0.1, coverage: best.coverage }

const recordOf = (algorithm: typeof passive | typeof spannerSampling, trial: number): RunRecord =>
  Effect.runSync(
    runTrial({
      algorithm,
      instance,
      digest: "dnf",
      parameters: algorithm.practical(problem, goal),
      interpreter: "exact-law",
      seed: 5,
      trial,
      checkpoints: false,
      best
    })
  )
const subject = (algorithm: Subject["algorithm"]): Subject => ({
  exact: instance.exact,
  best,
  problem,
  algorithm,
  parameters: {},
  goal
})

/**
 * A proper learner: it commits to θ, then a prompt and y ~ π_θ are drawn. It climbs: a random coordinate is redrawn, and kept while probes come.
 * `peeks`: it commits after seeing the prompt, to the term's own literals, which is what "committed to before the prompt was drawn" forbids.
 */
const simulate = (queries: number, seed: number, peeks = false): Pick<RunRecord, "plans" | "rewardedFeatures"> => {
  const stream = Stream.fromSeed(seed).split("proper")
  const d = formula.variables
  const m = termCount(formula)
  const c = sharpness(formula.width, instance.exact.beta)
  const uniform = new Float64Array(m).fill(1 / m)
  const thetas = new Float64Array(queries * d)
  const theta = new Float64Array(d)
  let probes = 0n
  for (let t = 0; t < queries; t++) {
    const x = categorical(stream, uniform, 0, m, 1)
    const term = formula.literals.subarray(x * formula.width, (x + 1) * formula.width)
    const committed = theta.slice()
    // What it claims to have committed to stays θ.
    if (peeks) for (const l of term) committed[Math.abs(l) - 1] = Math.sign(l)
    let tau = 0
    for (const l of term) tau += 1 - Math.sign(l) * committed[Math.abs(l) - 1]
    const probe = stream.next() < logistic(c * (1 - tau))
    thetas.set(theta, t * d)
    if (probe) {
      probes++
      for (const l of term) theta[Math.abs(l) - 1] = 0.5 * theta[Math.abs(l) - 1] + 0.5 * Math.sign(l)
    } else theta[stream.nextInteger(d)] = 2 * stream.next() - 1
  }
  return { plans: { thetas, counts: new Float64Array(queries).fill(1), group: 1 }, rewardedFeatures: probes }
}

const judged = (of: Subject, runs: ReadonlyArray<RunRecord>, level: number): Record<string, Judgement> =>
  Object.fromEntries(properExploration.judge(of, runs, level).map((j) => [j.part, j]))

describe("the judge of L2", () => {
  const base = recordOf(passive, 0)

  it("supports the inequality at every parameter of built-in runs", () => {
    for (const algorithm of [passive, spannerSampling]) {
      const parts = judged(subject(algorithm), [recordOf(algorithm, 1), recordOf(algorithm, 2)], 1e-9)
      expect([parts.parameter.verdict, parts.rounding.verdict, parts.optimum.verdict]).toEqual([
        "supported",
        "supported",
        "supported"
      ])
      expect(parts.probes.verdict).toBe("undecided")
      expect(parts.probes.note).toMatch(algorithm.proper ? /probes in 2 proper runs/ : /no run says/)
    }
  })

  it("counts the probes of a learner that never tilts: θ = 0 throughout", () => {
    const proper = subject({ ...passive, claims: ["L2"] })
    const expected = Number(base.ledger.rewardQueries) * instance.exact.reference[1]
    const honest = judged(proper, [{ ...base, rewardedFeatures: BigInt(Math.round(expected)) }], 1e-9).probes
    expect(honest.verdict).toBe("undecided")
    expect(Number(honest.bound) / expected).toBeCloseTo(1, 9)
    expect(
      judged(proper, [{ ...base, rewardedFeatures: BigInt(refutingProbes(expected, 1e-9, 2)) }], 1e-9).probes.verdict
    ).toBe("refuted")
  })

  it("does not refute proper learners, and refutes one that commits after seeing the prompt", () => {
    const level = alpha("lower-bounds/proper-learner-probes")
    const runs = Array.from({ length: 8 }, (_, i): RunRecord => ({ ...base, ...simulate(300, 900 + i) }))
    const parts = judged(subject(passive), runs, level)
    expect(parts.probes.verdict).toBe("undecided")
    expect(Number(parts.probes.measured)).toBeGreaterThan(0)
    expect([parts.parameter.verdict, parts.rounding.verdict, parts.optimum.verdict]).toEqual([
      "supported",
      "supported",
      "supported"
    ])
    const cheats = [{ ...base, ...simulate(300, 1000, true) }]
    expect(judged(subject(passive), cheats, level).probes.verdict).toBe("refuted")
  })

  it("supports L2 where it holds with equality: F = {x, ¬x}, every θ, to the last ulp and at any β", () => {
    const of = subject(passive)
    const both = dnfFormula(1, [[1], [-1]])
    for (const beta of [0.01, 0.03, 0.1, 0.21, 0.7, 1, 3, 11, 50, 100]) {
      const exact = dnfPrompts(both, { beta, thetaStar: [0.3] })
      const runs = Array.from({ length: 40 }, (_, i): RunRecord => ({
        ...base,
        policy: { kind: "linear-softmax", theta: Float64Array.of(i / 20 - 1) }
      }))
      const parts = judged({ ...of, exact }, runs, 1e-9)
      expect([parts.parameter.verdict, parts.rounding.verdict, parts.optimum.verdict]).toEqual([
        "supported",
        "supported",
        "supported"
      ])
      expect(Number(parts.optimum.measured) / Number(parts.optimum.bound)).toBeCloseTo(1, 12)
    }
  })

  it("says nothing of parameters outside Θ, NaN among them", () => {
    const of = subject(passive)
    const far: RunRecord = { ...base, policy: { kind: "linear-softmax", theta: new Float64Array(10).fill(3) } }
    expect(judged(of, [far], 1e-9).parameter.note).toMatch(/1 outside Θ/)
    const broken = { ...of, exact: { ...of.exact, thetaStar: of.exact.thetaStar.map(() => Number.NaN) } }
    expect(judged(broken, [], 1e-9).parameter).toMatchObject({
      verdict: "undecided",
      note: "0 parameters; 1 outside Θ, of which L2 says nothing"
    })
  })

  it("names its unmet hypothesis", () => {
    const of = subject(passive)
    const ball = { ...of, exact: { ...of.exact, parameterSet: { kind: "ball", radius: 1 } } } as const
    expect(properExploration.unmet(ball)[0]).toMatch(/not a DnfPrompts/)
    expect(properExploration.unmet(of)).toEqual([])
    expect(properExploration.judge(ball, [], 1e-9)).toEqual([])
  })
})

describe("probe counts", () => {
  it("are an e-process: exact mean at most 1 under adaptive chances", () => {
    // Two-stage exact expectation: the next chance depends on what was seen; six steps.
    const mean = (seen: number, expected: number, left: number): number => {
      if (left === 0) return Math.exp(logProbeEvidence(seen, expected))
      const q = seen === 0 ? 0.3 : 0.02
      return q * mean(seen + 1, expected + q, left - 1) + (1 - q) * mean(seen, expected + q, left - 1)
    }
    expect(mean(0, 0, 1)).toBeLessThanOrEqual(1)
    expect(mean(0, 0, 6)).toBeLessThanOrEqual(1)
    expect(logProbeEvidence(0, 0)).toBeCloseTo(0, 12)
    // Pairs that share a prompt hit together or not at all: the worst case of a group of two.
    const together = (seen: number, expected: number, left: number): number => {
      if (left === 0) return Math.exp(logProbeEvidence(seen, expected, 2))
      const q = seen === 0 ? 0.3 : 0.02
      return q * together(seen + 2, expected + 2 * q, left - 1) + (1 - q) * together(seen, expected + 2 * q, left - 1)
    }
    expect(together(0, 0, 6)).toBeLessThanOrEqual(1)
    expect(logProbeEvidence(1, 0)).toBeGreaterThan(10)
  })

  it("refute a little above Freedman's own excess, whatever Σq", () => {
    for (const expected of [1e-6, 0.1, 1, 30, 1e4, 1e8]) {
      const freedman = expected + freedmanExcess(expected, 1e-9)
      const needed = refutingProbes(expected, 1e-9)
      expect(needed).toBeLessThan(expected + 1.35 * (freedman - expected) + 2)
      expect(logProbeEvidence(needed - 1, expected)).toBeLessThan(-Math.log(1e-9))
    }
    expect(() => logProbeEvidence(-1, 1)).toThrow(/probes/)
    expect(() => logProbeEvidence(1, Number.NaN)).toThrow(/expected/)
  })
})
