/**
 * T8 (t8-mtss.md): of designs alone (restarts ≤ H·n_max, and what a layer's regression knows when it is told the truth), and of the program on arbitrary small instances.
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mtss } from "../src/algorithm/mtss.ts"
import type { MtssParameters } from "../src/algorithm/mtss-parameters.ts"
import { dot, eliminate, ellipticSquared, gramOf } from "../src/law/algebra.ts"
import { evaluationByDefinition, evaluationFindings, writtenOut } from "../src/law/evaluation-definition.ts"
import { candidateOf, observe } from "../src/law/candidate.ts"
import { firstBroken, near } from "../src/law/law.ts"
import { multiTurnLaws } from "../src/law/multi-turn-laws.ts"
import type { Sequence } from "../src/law/spanner-laws.ts"
import { runTrial } from "../src/run/run-trial.ts"
import { tokenBigramFamily } from "../src/instance/families/token-bigram.ts"
import { instantiate } from "../src/instance/family.ts"
import type { Instance } from "../src/instance/instance.ts"
import { RidgeRegression } from "../src/numeric/gram.ts"
import { type Interpreter, problemOf } from "../src/oracle/interpreter.ts"
import { optimum } from "../src/policy/optimum.ts"
import type { TokenTiltedPolicy } from "../src/policy/policy.ts"
import { spannerSize } from "../src/policy/spanner-size.ts"
import { evaluateTokens } from "../src/policy/token-evaluate.ts"
import type { RunRecord } from "../src/run/run-record.ts"
import { suboptimalityIsKl } from "../src/theorem/t1-suboptimality-is-kl.ts"
import { mtssCounts } from "../src/theorem/t8-mtss.ts"
import type { Subject } from "../src/theorem/theorem.ts"
import { SEED } from "./arbitrary/assert-law.ts"
import { sequences } from "./arbitrary/sequence.ts"
import { instanceOfTree, mtssParameterSets, tokenInstances } from "./arbitrary/token-instance.ts"

const thetas = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 5, maxLength: 5 })

/** Noise-free regression of ⟨θ*, φ⟩ on φ at ridge λ. */
const fitted = ({ dimension: d, vectors }: Sequence, lambda: number, theta: ReadonlyArray<number>): Float64Array => {
  const design = new RidgeRegression(d, lambda)
  for (const v of vectors) design.add(v, dot(v, theta))
  const out = new Float64Array(d)
  design.solve(out)
  return out
}

describe("T8", () => {
  it("restarts at most H·n_max times: every restart is an acceptance of one layer's spanner", () => {
    fc.assert(
      fc.property(fc.array(sequences, { minLength: 1, maxLength: 4 }), fc.constantFrom(0.1, 0.5, 1), (layers, nu) => {
        let restarts = 0
        let most = 0
        for (const { dimension: d, lambda, vectors } of layers) {
          const sigma = gramOf([], d, lambda)
          for (const v of vectors) {
            if (ellipticSquared(sigma, v) <= nu * nu) continue
            restarts++
            for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i * d + j] += v[i] * v[j]
          }
          most += spannerSize(d, nu, lambda)
        }
        expect(restarts).toBeLessThanOrEqual(most)
      }),
      { numRuns: 150, seed: SEED }
    )
  })

  it("at fixed λ errs by at most ν√λ·B on good features when targets are exact", () => {
    fc.assert(
      fc.property(
        sequences,
        thetas,
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 }),
        (sequence, theta, entries) => {
          const { dimension: d, lambda, vectors } = sequence
          const truth = theta.slice(0, d)
          const B = Math.sqrt(dot(truth, truth))
          const estimate = fitted(sequence, lambda, truth)
          const gap = estimate.map((t, j) => t - truth[j])
          const phi = Float64Array.from(entries.slice(0, d), (e) => e / 3)
          const norm = Math.sqrt(ellipticSquared(gramOf(vectors, d, lambda), phi))
          expect(Math.abs(dot(gap, phi))).toBeLessThanOrEqual(norm * Math.sqrt(lambda) * B * (1 + 1e-8) + 1e-9)
        }
      ),
      { numRuns: 250, seed: SEED }
    )
  })

  it("is exact on the span of the core set as λ → 0", () => {
    fc.assert(
      fc.property(sequences, thetas, (sequence, theta) => {
        const { dimension: d } = sequence
        const vectors = sequence.vectors.filter((v) => dot(v, v) > 0.01)
        const truth = theta.slice(0, d)
        const lambda = 1e-9
        const moment = Float64Array.from({ length: d }, (_, j) => vectors.reduce((s, v) => s + dot(v, truth) * v[j], 0))
        const { x } = eliminate(gramOf(vectors, d, lambda), moment, d)
        for (const v of vectors) expect(dot(x, v)).toBeCloseTo(dot(truth, v), 4)
      }),
      { numRuns: 150, seed: SEED }
    )
  })
})

const subjectOf = (instance: Instance, parameters: MtssParameters): Subject => ({
  exact: instance.exact,
  tokens: instance.tokens!,
  best: optimum(instance.exact),
  problem: problemOf(instance),
  algorithm: mtss,
  parameters,
  goal: { epsilon: 0.1, delta: 0.02, coverage: 1 }
})

const run = (
  instance: Instance,
  parameters: MtssParameters,
  interpreter: Interpreter,
  seed: number,
  samplingQueries?: bigint
): Promise<RunRecord> =>
  Effect.runPromise(
    runTrial({
      algorithm: mtss,
      instance,
      digest: "property",
      parameters,
      interpreter,
      seed,
      trial: 0,
      ...(samplingQueries === undefined ? {} : { budget: { samplingQueries } })
    })
  )

const tilted = ({ policy }: RunRecord): TokenTiltedPolicy => {
  if (policy.kind !== "token-tilted") throw new TypeError(`policy: ${policy.kind}, expected token-tilted`)
  return policy
}

describe("T8, of the program", () => {
  const runs = fc.record({
    instance: tokenInstances,
    parameters: mtssParameterSets,
    interpreter: fc.constantFrom("literal" as const, "exact-law" as const),
    seed: fc.nat(1e6)
  })

  it("holds on every run, and T1 of its policy, on arbitrary trees under both interpreters", async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ instance, interpreter, parameters, seed }) => {
        const record = await run(instance, parameters, interpreter, seed)
        const subject = subjectOf(instance, parameters)
        for (const one of [
          ...mtssCounts.judge(subject, [record], 0.01),
          ...suboptimalityIsKl.judge(subject, [record], 0.01)
        ])
          expect(one.verdict === "refuted" ? `${one.theorem} ${one.part}: ${one.note}` : "").toBe("")
        const exactness = mtssCounts.judge(subject, [record], 0.01).find((one) => one.part === "exactness")!
        expect(exactness.verdict).toBe(instance.exact.noise.kind === "none" ? "supported" : "undecided")
        expect(await run(instance, parameters, interpreter, seed)).toEqual(record)
      }),
      { numRuns: 120, seed: SEED }
    )
  })

  it("holds when a budget cuts the run off anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        runs,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async ({ instance, interpreter, parameters, seed }, share) => {
          const whole = await run(instance, parameters, interpreter, seed)
          const budget = BigInt(Math.floor(share * Number(whole.ledger.samplingQueries)))
          const cut = await run(instance, parameters, interpreter, seed, budget)
          expect(cut.outcome).toBe(budget < whole.ledger.samplingQueries ? "budget-exhausted" : "completed")
          expect(cut.ledger.samplingQueries).toBe(budget)
          const verdicts = mtssCounts.judge(subjectOf(instance, parameters), [cut], 0.01).map((one) => one.verdict)
          expect(verdicts).not.toContain("refuted")
        }
      ),
      { numRuns: 60, seed: SEED }
    )
  })

  it("evaluates its policy as enumerating every response does", async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ instance, interpreter, parameters, seed }) => {
        const { exact, tokens } = instance
        const { beta, rewardRange: R } = exact
        const policy = tilted(await run(instance, parameters, interpreter, seed))
        const defined = evaluationByDefinition(writtenOut(instance, policy), exact)
        const unit = Math.max(R, beta)
        const logUnit = Math.max(1, R / beta)
        expect(
          firstBroken([
            ...evaluationFindings(
              evaluateTokens(tokens!, exact, policy),
              defined,
              beta,
              1e-9 * unit,
              1e-8 * logUnit,
              "token-tilted"
            ),
            near(optimum(exact).objective - defined.objective, defined.suboptimality, 1e-9 * unit, "T1")
          ])
        ).toBeUndefined()
      }),
      { numRuns: 120, seed: SEED }
    )
  })

  it("has laws that see an output truncated or clipped otherwise than the tokens it was certified by", async () => {
    const instance = instantiate(tokenBigramFamily, { H: 2, classes: 2, shares: 2, prompts: 1, beta: 0.5, seed: 4 })
    const parameters: MtssParameters = {
      lambda: 0.01,
      nu: 1,
      tokensPerPrefix: 40,
      rollouts: 4,
      rewardsPerRollout: 2,
      precision: 0,
      certifyingRollouts: 6,
      promise: 4,
      trials: 60
    }
    const seen = await Effect.runPromise(
      observe(candidateOf(mtss), { instance, parameters, interpreter: "literal", seed: 1 })
    )
    const certified = multiTurnLaws.find(({ id }) => id === "T8/certified")!
    const policy = tilted(seen.record)
    const broken = (policy: TokenTiltedPolicy) => firstBroken(certified.check({ ...seen, policy }))
    expect(broken(policy)).toBeUndefined()
    expect(broken({ ...policy, clip: 2 * policy.clip })?.what).toMatch(/not the policy's/)
    for (const h of policy.truncations.keys())
      expect(
        broken({ ...policy, truncations: policy.truncations.map((t, k) => (k === h ? { ...t, nu: 2 * t.nu } : t)) })
          ?.what
      ).toMatch(new RegExp(`drew layer ${h + 1} by a tilt`))
  })

  it("refutes a run that broke one of its counts", async () => {
    const instance = instanceOfTree({
      actions: 2,
      depth: 2,
      beta: 0.5,
      rewardRange: 1,
      conditionals: [
        [0.5, 0.5],
        [0.5, 0.5, 0.5, 0.5]
      ],
      rewards: [0, 0.25, 0.5, 1]
    })
    const parameters: MtssParameters = {
      lambda: 0.01,
      nu: 1,
      tokensPerPrefix: 8,
      rollouts: 3,
      rewardsPerRollout: 1,
      precision: 0,
      certifyingRollouts: 4,
      promise: 2,
      trials: 30
    }
    const honest = await run(instance, parameters, "literal", 1)
    const layers = honest.layers!
    const policy = tilted(honest)
    expect(layers.restarts).toBeGreaterThan(0)
    const verdict = (record: RunRecord): ReadonlyArray<string> =>
      mtssCounts
        .judge(subjectOf(instance, parameters), [record], 0.01)
        .filter((one) => one.verdict === "refuted")
        .map((one) => one.part)
    const spend = (samplingQueries: bigint): RunRecord => ({ ...honest, ledger: { ...honest.ledger, samplingQueries } })
    expect(verdict(honest)).toEqual([])
    // One Check fired and gave no pair; a layer that accepted what it knew; one that is not there; tokens nobody visited; a pass too long; an estimate that is not the regression's.
    expect(verdict({ ...honest, layers: { ...layers, restarts: layers.restarts + 1 } })).toEqual(["restarts"])
    const again = {
      ...layers,
      restarts: layers.restarts + 1,
      acceptedLayers: Int32Array.of(...layers.acceptedLayers, layers.acceptedLayers[0]),
      accepted: Float64Array.of(...layers.accepted, layers.accepted[0])
    }
    expect(verdict({ ...honest, layers: again })).toContain("spanner")
    expect(verdict({ ...honest, layers: { ...layers, acceptedLayers: layers.acceptedLayers.map(() => 2) } })).toContain(
      "spanner"
    )
    expect(verdict(spend(honest.ledger.samplingQueries * 10n))).toEqual(["T_comp"])
    expect(verdict({ ...honest, layers: { ...layers, longestPass: 10_000 } })).toEqual(["pass"])
    const off = policy.thetas.map((t, h) => (h === 1 ? t + 0.3 : t))
    expect(verdict({ ...honest, policy: { ...policy, thetas: off } })).toEqual(["exactness"])
  })
})
