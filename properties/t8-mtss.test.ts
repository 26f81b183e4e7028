/**
 * T8 (theory §6): of designs alone (restarts ≤ H·n_max, and what a layer's regression knows when it is told the truth), and of the program on arbitrary small instances.
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mtss } from "../src/algorithm/mtss.ts"
import type { MtssParameters } from "../src/algorithm/mtss-parameters.ts"
import { dot } from "../src/law/definition.ts"
import { eliminate, ellipticSquared, gramOf, type Sequence } from "../src/law/spanner-laws.ts"
import { runTrial } from "../src/run/run-trial.ts"
import type { Instance } from "../src/instance/instance.ts"
import type { TokenInstance } from "../src/instance/token-instance.ts"
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

/** log π̂_h/π_ref,h of the rows of a node, from the definition: the anchor averaged out. */
const ratiosByDefinition = (tokens: TokenInstance, beta: number, policy: TokenTiltedPolicy, node: number) => {
  const rows = Array.from(
    { length: tokens.offsets[node + 1] - tokens.offsets[node] },
    (_, i) => tokens.offsets[node] + i
  )
  const d = tokens.dimension
  const h = tokens.layers[node]
  const { nu, whitening } = policy.truncations[h]
  const tilt = (a: number, b: number): number => {
    const phi = Array.from({ length: d }, (_, j) => tokens.features[a * d + j] - tokens.features[b * d + j])
    const white = phi.map((_, i) => phi.reduce((s, v, j) => s + (j <= i ? whitening[i * d + j] * v : 0), 0))
    if (dot(white, white) > nu * nu) return 0
    const linear = phi.reduce((s, v, j) => s + v * policy.thetas[h * d + j], 0)
    return Math.max(-policy.clip, Math.min(policy.clip, linear)) / beta
  }
  return rows.map((a) => {
    let sum = 0
    for (const b of rows) {
      if (tokens.reference[b] === 0) continue
      const top = Math.max(...rows.filter((c) => tokens.reference[c] > 0).map((c) => tilt(c, b)))
      const z = rows.reduce(
        (s, c) => s + (tokens.reference[c] > 0 ? tokens.reference[c] * Math.exp(tilt(c, b) - top) : 0),
        0
      )
      sum += (tokens.reference[b] * Math.exp(tilt(a, b) - top)) / z
    }
    return sum
  })
}

/** Every response of positive mass: its rows, π_ref-mass and π̂/π_ref. */
const responses = ({ exact, tokens }: Instance, ratios: ReadonlyArray<ReadonlyArray<number>>) => {
  if (tokens === undefined) throw new TypeError("instance: no tokens")
  const out: Array<{ readonly mass: number; readonly ratio: number; readonly reward: number }> = []
  const walk = (node: number, mass: number, ratio: number, reward: number): void => {
    for (let row = tokens.offsets[node]; row < tokens.offsets[node + 1]; row++) {
      if (tokens.reference[row] === 0) continue
      const now = [
        mass * tokens.reference[row],
        ratio * ratios[node][row - tokens.offsets[node]],
        reward + tokens.reward[row]
      ] as const
      if (tokens.next[row] < 0) out.push({ mass: now[0], ratio: now[1], reward: now[2] })
      else walk(tokens.next[row], ...now)
    }
  }
  tokens.roots.forEach((root, x) => walk(root, exact.promptProbabilities[x], 1, tokens.baseReward))
  return out
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
        const tokens = instance.tokens!
        const { beta, rewardRange: R } = instance.exact
        const policy = tilted(await run(instance, parameters, interpreter, seed))
        const found = evaluateTokens(tokens, instance.exact, policy)
        const ratios = Array.from(tokens.layers, (_, node) => ratiosByDefinition(tokens, beta, policy, node))
        const all = responses(instance, ratios)
        const total = all.reduce((s, { mass, ratio }) => s + mass * ratio, 0)
        const kl = all.reduce((s, { mass, ratio }) => s + (ratio > 0 ? mass * ratio * Math.log(ratio) : 0), 0)
        const reward = all.reduce((s, y) => s + y.mass * y.ratio * y.reward, 0)
        const unit = Math.max(R, beta)
        expect(Math.abs(total - 1)).toBeLessThan(1e-9)
        expect(Math.abs(found.klToReference - kl)).toBeLessThan(1e-9 * Math.max(1, R / beta))
        expect(Math.abs(found.meanReward - reward)).toBeLessThan(1e-9 * unit)
        expect(Math.abs(found.suboptimality - (optimum(instance.exact).objective - reward + beta * kl))).toBeLessThan(
          1e-9 * unit
        )
        const top = Math.max(...all.map((y) => y.ratio))
        expect(Math.abs(Math.log(found.coverage) - Math.log(top))).toBeLessThan(1e-8 * Math.max(1, R / beta))
      }),
      { numRuns: 120, seed: SEED }
    )
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
      pairsPerPrefix: 4,
      rollouts: 3,
      precision: 0,
      certifyingRollouts: 4,
      promise: 2,
      rejectionLevel: 0.05
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
