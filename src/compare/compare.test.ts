import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { exhaustive } from "../algorithm/exhaustive.ts"
import { passive } from "../algorithm/passive.ts"
import { spannerSamplingAdaptive } from "../algorithm/spanner-sampling-adaptive.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { type ExponentPlan, rareGoodExponents } from "./exponents.ts"

const measure = (algorithm: AnyAlgorithm<OracleServices>, reach: Partial<ExponentPlan["reach"]> = {}) =>
  Effect.runPromise(
    rareGoodExponents({
      algorithm,
      reach: {
        coverages: [1e2, 1e3, 1e4],
        dimensions: [2, 4, 8],
        curve: 1600,
        trials: 16,
        rewardQueries: 200_000n,
        ...reach
      },
      seed: 1,
      level: 0.05
    })
  )

const found = (all: Awaited<ReturnType<typeof measure>>, quantity: string, variable: string) => {
  const one = all.find((m) => m.quantity === quantity && m.variable === variable)
  expect(one, `${quantity} in ${variable}`).toBeDefined()
  return one!
}

describe("exponents on RareGood", () => {
  it("of SpannerSampling are those of T7: T_data free of C_cov, T_comp linear", async () => {
    const all = await measure(spannerSampling)
    expect(found(all, "T_data", "C_cov").judgement?.verdict).toBe("supported")
    expect(found(all, "T_comp", "C_cov").judgement?.verdict).toBe("supported")
    expect(found(all, "T_data", "d").judgement?.verdict).toBe("supported")
    expect(found(all, "suboptimality", "T_data").fit?.estimate).toBeLessThan(-0.5)
  })

  it("of the others are what predictions.md says of them", async () => {
    const verdicts = async (algorithm: AnyAlgorithm<OracleServices>, over: Partial<ExponentPlan["reach"]>) =>
      (await measure(algorithm, { dimensions: [], ...over })).flatMap(({ judgement, quantity, variable }) =>
        judgement === undefined ? [] : [`${quantity} in ${variable}: ${judgement.verdict}`]
      )
    const linear = ["T_data in C_cov: supported", "T_comp in C_cov: supported"]
    const far = { coverages: [1e1, 1e2, 1e3, 1e4, 1e5, 1e6], rewardQueries: 100_000_000n }
    expect(await verdicts(exhaustive, {})).toEqual(linear.slice(0, 1))
    expect(await verdicts(passive, { ...far, trials: 48 })).toEqual(linear)
    expect(await verdicts(spannerSamplingAdaptive, { ...far, trials: 16 })).toEqual(linear)
  })

  it("refute a prediction that an algorithm does not keep", async () => {
    // Passive exploration under SpannerSampling's name: it pays for coverage in rewards.
    const all = await measure({ ...passive, name: "spanner-sampling" })
    expect(found(all, "T_data", "C_cov").judgement?.verdict).toBe("refuted")
    expect(found(all, "T_data", "C_cov").fit?.estimate).toBeGreaterThan(0.6)
  })

  it("say what was not reached, and fit nothing to it", async () => {
    const all = await measure(passive, { rewardQueries: 400n })
    const { fit, judgement, note } = found(all, "T_data", "C_cov")
    expect([fit, judgement]).toEqual([undefined, undefined])
    expect(note).toMatch(/reached at \d values of C only/)
    // A design that ends has no curve.
    const ended = found(await measure(exhaustive), "suboptimality", "T_data")
    expect(ended.fit).toBeUndefined()
    expect(ended.note).toMatch(/no curve/)
  })
})
