/** Parameters for fast-check: SoftmaxSampler on two classes, and SpannerSampling with counts small enough to run literally. */
import fc from "fast-check"
import type { TwoClasses } from "../../src/law/sampler-laws.ts"
import type { SpannerSamplingParameters } from "../../src/algorithm/spanner-sampling-parameters.ts"

/** Mass to 10⁻³, logits to ±5, δ to 10⁻⁶; the promise is kept. */
export const twoClasses: fc.Arbitrary<TwoClasses> = fc.record({
  mass: fc.oneof(
    fc.constantFrom(0.5, 0.9, 0.99),
    fc.integer({ min: 0, max: 12 }).map((q) => 0.9 * 10 ** (-q / 4))
  ),
  logit: fc.integer({ min: -20, max: 20 }).map((q) => q / 4),
  slack: fc.constantFrom(1, 1.5, 4),
  delta: fc.integer({ min: 1, max: 24 }).map((q) => 10 ** (-q / 4))
})

/** Any parameters at all: no theorem's hypothesis is assumed of them. */
export const spannerParameters: fc.Arbitrary<SpannerSamplingParameters> = fc.record({
  lambda: fc.constantFrom(1, 0.05, 4),
  nu: fc.constantFrom(1, 0.1, 0.5, 1.8),
  prompts: fc.integer({ min: 1, max: 25 }),
  pairsPerPrompt: fc.integer({ min: 1, max: 12 }),
  rounds: fc.integer({ min: 1, max: 12 }),
  promise: fc.constantFrom(1, 1.2, 3, 10),
  rejectionLevel: fc.constantFrom(0.5, 0.05, 0.9)
})
