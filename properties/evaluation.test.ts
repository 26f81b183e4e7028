/**
 * Every way the suite has of evaluating a policy, held against the definition with all responses written out, for every kind of policy, on instances and policies that
 * differ from prompt to prompt and from layer to layer.
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { TokenTable } from "../src/instance/token-instance.ts"
import { inverseFactor } from "../src/law/algebra.ts"
import { evaluationByDefinition, evaluationFindings, writtenOut } from "../src/law/evaluation-definition.ts"
import { type Finding, near } from "../src/law/law.ts"
import { tokenResponses } from "../src/law/token-definition.ts"
import { Stream } from "../src/numeric/stream.ts"
import { type BothSides, evaluateOn } from "../src/policy/evaluate-instance.ts"
import { optimum } from "../src/policy/optimum.ts"
import type { Policy, TokenTiltedPolicy } from "../src/policy/policy.ts"
import { suboptimalityMeter } from "../src/policy/suboptimality.ts"
import { evaluateTokens } from "../src/policy/token-evaluate.ts"
import { assertFindings, SEED } from "./arbitrary/assert-law.ts"
import { instances } from "../src/arbitrary/instance.ts"
import { linearSoftmaxes, mixtures } from "../src/arbitrary/policy.ts"
import { tokenInstances } from "./arbitrary/token-instance.ts"
import { type TokenSide, tokenSides } from "./arbitrary/token-table.ts"

/** θ_h, Σ_h and ν_h of each layer by itself. */
const tokenPolicies = (
  { dimension: d, horizon }: TokenTable,
  { rewardRange: R }: { readonly rewardRange: number }
): fc.Arbitrary<TokenTiltedPolicy> => {
  const vector = (most: number) => fc.array(fc.integer({ min: -most, max: most }), { minLength: d, maxLength: d })
  const layer = fc.record({
    theta: vector(12),
    lambda: fc.constantFrom(1, 0.05),
    accepted: fc.array(vector(2), { maxLength: 3 }),
    // No norm of a pair on the lattice: which side of ν it falls on is then no matter of rounding.
    nu: fc.constantFrom(0.9731, 10.31, 0.3171, 0.0517)
  })
  return fc
    .record({
      clip: fc.constantFrom(R, R / 5),
      layers: fc.array(layer, { minLength: horizon, maxLength: horizon })
    })
    .map(({ clip, layers }) => ({
      kind: "token-tilted",
      horizon,
      dimension: d,
      clip,
      thetas: Float64Array.from(layers.flatMap(({ theta }) => theta.map((t) => (t * R) / 4))),
      truncations: layers.map(({ accepted, lambda, nu }) => {
        const sigma = new Float64Array(d * d)
        for (let i = 0; i < d; i++) sigma[i * d + i] = lambda
        for (const v of accepted)
          for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i * d + j] += (v[i] * v[j]) / 4
        return { dimension: d, whitening: inverseFactor(sigma, d), nu }
      })
    }))
}

interface Case {
  readonly both: BothSides
  readonly policies: ReadonlyArray<Policy>
}

const wholeResponses = (one: (exact: BothSides["exact"]) => fc.Arbitrary<Policy>): fc.Arbitrary<Case> =>
  instances().chain((exact) =>
    fc.array(one(exact), { minLength: 1, maxLength: 3 }).map((policies) => ({ both: { exact }, policies }))
  )

/** One generator a kind: a new kind of policy does not compile without its own. */
const CASES: Readonly<Record<Policy["kind"], fc.Arbitrary<Case>>> = {
  reference: wholeResponses(() => fc.constant<Policy>({ kind: "reference" })),
  "linear-softmax": wholeResponses(linearSoftmaxes),
  // The same θs and truncation again under another clip: a cache that forgets one of them shows.
  "truncated-mixture": wholeResponses(mixtures).map(({ both, policies }) => ({
    both,
    policies: policies.flatMap((policy) =>
      policy.kind === "truncated-mixture" ? [policy, { ...policy, clip: policy.clip / 3 }] : []
    )
  })),
  "token-tilted": tokenInstances.chain((both) =>
    fc
      .array(tokenPolicies(both.tokens!, both.exact), { minLength: 1, maxLength: 3 })
      .map((policies) => ({ both, policies }))
  )
}

/** Rounding of sums over responses: in units of reward, and of log coverage where logits are R/β. */
const tolerances = ({ beta, rewardRange: R }: TokenSide["exact"], horizon = 1) =>
  [1e-10 * Math.max(1, R), 1e-10 * horizon * Math.max(1, R / beta)] as const

describe("evaluation", () => {
  it.each(Object.entries(CASES))("of a %s policy is its definition, at once and along a run", (kind, cases) => {
    assertFindings(
      cases,
      ({ both, policies }) => {
        const best = optimum(both.exact)
        const meter = suboptimalityMeter(both.exact, best, Stream.fromSeed(SEED), 2, both.tokens)
        const [tolerance, logTolerance] = tolerances(both.exact, both.tokens?.horizon)
        return policies.flatMap((policy): ReadonlyArray<Finding> => {
          const defined = evaluationByDefinition(writtenOut(both, policy), both.exact)
          const measured = meter.measure(policy)
          expect(measured.kind).toBe("exact")
          return [
            ...evaluationFindings(
              evaluateOn(both, policy, best),
              defined,
              both.exact.beta,
              tolerance,
              logTolerance,
              kind
            ),
            near(measured.value, defined.suboptimality, tolerance, `${kind}: suboptimality as a run measures it`)
          ]
        })
      },
      400
    )
  })

  it("of token policies is their definition where no two layers, nodes or prompts are alike", () => {
    assertFindings(
      tokenSides.chain((side) =>
        fc
          .oneof(tokenPolicies(side.tokens, side.exact), fc.constant({ kind: "reference" as const }))
          .map((policy) => ({ ...side, policy }))
      ),
      ({ exact, policy, tokens }) =>
        evaluationFindings(
          evaluateTokens(tokens, exact, policy),
          evaluationByDefinition(tokenResponses(tokens, exact.beta, policy), exact),
          exact.beta,
          ...tolerances(exact, tokens.horizon),
          policy.kind
        ),
      1500
    )
  })

  it("does not read a layer's ν anywhere else: where layer 1 has one token its ν changes nothing", () => {
    // φ and rewards of layer 2 vary, and its ν = 1 truncates the pair of the outer two.
    const tokens: TokenTable = {
      horizon: 2,
      dimension: 1,
      roots: Int32Array.of(0),
      layers: Int32Array.of(0, 1),
      offsets: Int32Array.of(0, 1, 4),
      reference: Float64Array.of(1, 0.5, 0.3, 0.2),
      features: Float64Array.of(0, -0.9, 0, 0.9),
      next: Int32Array.of(1, -1, -1, -1),
      reward: Float64Array.of(0, 0.1, 0.5, 0.9),
      baseReward: 0,
      code: Int32Array.of(0, 0, 1, 2)
    }
    const exact = { beta: 0.5, promptProbabilities: Float64Array.of(1) }
    const evaluated = (first: number) =>
      evaluateTokens(tokens, exact, {
        kind: "token-tilted",
        horizon: 2,
        dimension: 1,
        clip: 1,
        thetas: Float64Array.of(0, 0.5),
        truncations: [first, 1].map((nu) => ({ dimension: 1, whitening: Float64Array.of(1), nu }))
      })
    expect(evaluated(10)).toEqual(evaluated(1))
  })
})
