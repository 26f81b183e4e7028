/** Online DPO, XPO and policy gradient: what each commits to and what it returns. What they pay is in proper-costs.test.ts. */
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { candidateOf, observe, type Observation } from "../law/candidate.ts"
import { addOuter, eliminate, gramOf } from "../law/algebra.ts"
import { runTrial } from "../run/run-trial.ts"
import { randomInstance } from "../instance/families/random-instance.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import type { Instance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { mintPrompt, mintResponse, relativeFeature } from "../oracle/handle.ts"
import { type OracleServices, problemOf } from "../oracle/interpreter.ts"
import { evaluate } from "../policy/evaluate.ts"
import { optimum, referenceSuboptimality } from "../policy/optimum.ts"
import { inParameterSet, projectOnto } from "../policy/parameter-set.ts"
import type { AnyAlgorithm } from "./algorithm.ts"
import { onlineDpo } from "./online-dpo.ts"
import { addGroupGradient, policyGradient } from "./policy-gradient.ts"
import { xpo } from "./xpo.ts"

const learners: ReadonlyArray<AnyAlgorithm<OracleServices>> = [onlineDpo, xpo, policyGradient]
const each = learners.map((a) => [a.name, a] as const)

const goalOn = (instance: Instance) => ({
  epsilon: 0.1 * instance.exact.rewardRange,
  delta: 0.02,
  coverage: optimum(instance.exact).coverage
})

describe("each learner", () => {
  const cases: ReadonlyArray<readonly [string, Instance]> = [
    ...[10, 50].flatMap((C) =>
      [1, 4].map((d) => [`RareGood C = ${C}, d = ${d}`, finiteInstance(rareGood({ C, d }), "rare-good")] as const)
    ),
    ...[1, 2, 3, 4].map((seed) => {
      const options = { seed, prompts: 4, responses: 6, d: 3, zeros: 0.2, ties: 0.2, noise: "bernoulli" } as const
      const set = seed % 2 === 0 ? "box" : "ball"
      return [
        `random ${seed}, ${set}`,
        finiteInstance(randomInstance({ ...options, set, beta: 0.2 }), "random")
      ] as const
    })
  ]
  it.each(each)(
    "%s: ends well below ε on RareGood and on random instances, inside Θ, with practical parameters",
    (_, learner) => {
      for (const [name, instance] of cases) {
        const problem = problemOf(instance)
        const record = Effect.runSync(
          runTrial({
            algorithm: learner,
            instance,
            digest: "test",
            parameters: learner.practical(problem, goalOn(instance)),
            interpreter: "literal",
            seed: 61,
            trial: 0,
            checkpoints: false
          })
        )
        const reference = referenceSuboptimality(instance.exact, optimum(instance.exact))
        expect(record.suboptimality.value, name).toBeLessThan(0.1 * Math.min(problem.rewardRange, 2 * reference))
        expect(record.policy.kind).toBe("linear-softmax")
        if (record.policy.kind === "linear-softmax")
          expect(inParameterSet(record.policy.theta, problem.parameterSet)).toBe(true)
      }
    }
  )
})

/** One recorded run on a box instance of three prompts. */
const taped = (learner: AnyAlgorithm<OracleServices>, change: Record<string, number>): Observation => {
  const instance = finiteInstance(
    randomInstance({ seed: 62, prompts: 3, responses: 4, d: 2, set: "box", noise: "bernoulli" }),
    "random"
  )
  const parameters = { ...learner.practical(problemOf(instance), goalOn(instance)), ...change }
  return Effect.runSync(observe(candidateOf(learner), { instance, parameters, interpreter: "literal", seed: 63 }))
}

const thetaOf = ({ policy }: Observation): Float64Array => {
  if (policy.kind !== "linear-softmax") throw new TypeError(policy.kind)
  return policy.theta
}

/** Ridge regression of reward differences over the tape's first `events` events, from the definition. */
const ridge = ({ events, record }: Observation, until: number): Float64Array => {
  const d = record.problem.dimension
  const sigma = gramOf([], d, record.parameters.lambda)
  const moment = new Float64Array(d)
  for (const event of events.slice(0, until)) {
    if (event.kind !== "explore") continue
    for (const { responses, rewards } of event.groups) {
      const phi = relativeFeature(responses[0], responses[1])
      addOuter(sigma, phi, 1)
      phi.forEach((v, j) => (moment[j] += v * (rewards[0] - rewards[1])))
    }
  }
  return Float64Array.from(eliminate(sigma, moment, d).x)
}

const closeTo = (a: Float64Array, b: Float64Array): void => {
  expect(a.length).toBe(b.length)
  a.forEach((v, j) => expect(v).toBeCloseTo(b[j], 9))
}

describe("online DPO", () => {
  it("commits to its projected ridge estimate against π_ref, and returns the last one", () => {
    const run = taped(onlineDpo, { pairs: 60 })
    let pairs = 0
    run.events.forEach((event, at) => {
      expect(event.kind).toBe("explore")
      if (event.kind !== "explore") return
      expect(event.thetas.length).toBe(2)
      closeTo(event.thetas[0], projectOnto(ridge(run, at), run.record.problem.parameterSet))
      expect([...event.thetas[1]]).toEqual([0, 0])
      pairs += event.groups.length
    })
    expect(pairs).toBe(60)
    closeTo(thetaOf(run), projectOnto(ridge(run, run.events.length), run.record.problem.parameterSet))
  })
})

describe("XPO", () => {
  it("pays for planning draws of π_ref once a prompt, after the prompt was drawn, and rewards none of them", () => {
    const run = taped(xpo, { pairs: 80, planningDraws: 25 })
    let met = 0
    run.events.forEach((event, at) => {
      if (event.kind === "explore") return
      expect(event.kind).toBe("strong")
      if (event.kind !== "strong") return
      met++
      expect([...event.theta]).toEqual([0, 0])
      expect(event.responses.length).toBe(25)
      expect(new Set(event.prompts).size).toBe(1)
      const before = run.events.slice(0, at).flatMap((e) => (e.kind === "explore" ? e.groups.map((g) => g.prompt) : []))
      expect(before).toContain(event.prompts[0])
    })
    expect(met).toBe(3)
    const { rewardQueries, samplingQueries } = run.record.ledger
    expect([rewardQueries, samplingQueries]).toEqual([160n, 160n + 75n])
  })

  it("returns least squares, not the optimistic plan: the last plan has a lower squared loss plus optimism, not a lower loss", () => {
    const run = taped(xpo, { pairs: 200, optimism: 0.4, planningDraws: 40 })
    const plans = run.events.flatMap((event) => (event.kind === "explore" ? [event.thetas[0]] : []))
    const theta = thetaOf(run)
    // The instance's Θ leaves least squares free here.
    const free = ridge(run, run.events.length)
    expect(inParameterSet(free, run.record.problem.parameterSet)).toBe(true)
    closeTo(theta, free)
    const last = plans.at(-1)!
    expect(Math.hypot(...last.map((v, j) => v - theta[j]))).toBeGreaterThan(0.02)
  })

  it("without optimism commits to least squares", () => {
    const run = taped(xpo, { pairs: 60, optimism: 0, planningDraws: 5 })
    let compared = 0
    run.events.forEach((event, at) => {
      if (event.kind !== "explore") return
      const free = ridge(run, at)
      // Outside Θ the nearest point is not the best one: those plans are the quadratic's own test.
      if (!inParameterSet(free, run.record.problem.parameterSet)) return
      closeTo(event.thetas[0], free)
      compared++
    })
    expect(compared).toBeGreaterThan(20)
  })
})

describe("policy gradient", () => {
  const exact = randomInstance({ seed: 64, prompts: 1, responses: 4, d: 2, noise: "none", beta: 0.3 })
  const prompt = mintPrompt({ exact }, 0)
  const group = (rows: ReadonlyArray<number>) => ({
    prompt,
    responses: rows.map((row) => mintResponse(prompt, row, undefined)),
    rewards: Float64Array.from(rows, (row) => exact.meanReward[row])
  })

  it("stands still at θ* where rewards have no noise", () => {
    const out = new Float64Array(2)
    addGroupGradient(group([0, 1, 2, 3, 3]), exact.thetaStar, 0.1, 1, out)
    expect(Math.hypot(...out)).toBeLessThan(1e-12)
  })

  it("climbs J_β: its mean over groups is ∇J_β·β(1 − 1/G)/ς where ς drowns the deviation", () => {
    const theta = Float64Array.of(0.2, -0.3)
    const at = (t: Float64Array): number => evaluate(exact, { kind: "linear-softmax", theta: t }).objective
    const score = Array.from({ length: 4 }, (_, y) => {
      const s = theta.reduce((sum, t, j) => sum + t * exact.features[y * 2 + j], 0)
      return exact.reference[y] * Math.exp(s / exact.beta)
    })
    const z = score.reduce((s, v) => s + v, 0)
    const mean = new Float64Array(2)
    for (let a = 0; a < 4; a++)
      for (let b = 0; b < 4; b++)
        for (let c = 0; c < 4; c++)
          addGroupGradient(group([a, b, c]), theta, 1e9, (1e9 * score[a] * score[b] * score[c]) / z ** 3, mean)
    for (let j = 0; j < 2; j++) {
      const moved = (h: number): number => at(theta.map((t, i) => (i === j ? t + h : t)))
      const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5
      expect(mean[j]).toBeCloseTo(exact.beta * (2 / 3) * slope, 6)
      expect(Math.abs(slope)).toBeGreaterThan(0.01)
    }
  })

  it("weighs a group by its own deviation, and is finite where all rewards are equal", () => {
    const [small, large] = [new Float64Array(2), new Float64Array(2)]
    const one = group([0, 1, 2])
    const ten = { ...one, rewards: one.rewards.map((r) => 10 * r) }
    const still = new Float64Array(2)
    addGroupGradient(one, still, 1e-9, 1, small)
    addGroupGradient(ten, still, 1e-9, 1, large)
    small.forEach((v, j) => expect(large[j]).toBeCloseTo(v, 6))
    // Only how a draw did within its group counts.
    const shifted = new Float64Array(2)
    addGroupGradient({ ...one, rewards: one.rewards.map((r) => r + 7) }, still, 1e-9, 1, shifted)
    small.forEach((v, j) => expect(shifted[j]).toBeCloseTo(v, 6))
    const equal = new Float64Array(2)
    addGroupGradient({ ...one, rewards: new Float64Array(3).fill(0.5) }, Float64Array.of(1, 1), 0.1, 1, equal)
    expect(equal.every(Number.isFinite)).toBe(true)
    expect(Math.hypot(...equal)).toBeGreaterThan(0)
  })

  it("commits to θ for the whole group, a plan an update", () => {
    const run = taped(policyGradient, { updates: 6, prompts: 2, group: 3 })
    expect(run.events.length).toBe(6)
    for (const event of run.events) {
      expect(event.kind).toBe("explore")
      if (event.kind !== "explore") return
      expect([event.thetas.length, event.groups.length]).toEqual([3, 2])
      for (const theta of event.thetas) expect(theta).toEqual(event.thetas[0])
    }
    expect(run.record.ledger.rewardQueries).toBe(36n)
  })
})
