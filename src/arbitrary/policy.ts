/** Policies for fast-check, on a given instance: parameters from 0 to far outside Θ, truncations from everything to nothing. */
import fc from "fast-check"
import type { FiniteInstance } from "../instance/instance.ts"
import { gramOf, inverseFactor } from "../law/algebra.ts"
import { relative, rowsOf } from "../law/definition.ts"
import type { LinearSoftmaxPolicy, Policy, TruncatedMixturePolicy } from "../policy/policy.ts"

/** θ as multiples of R/4, to ‖θ‖_∞ ≤ 5R. */
const theta = ({ dimension, rewardRange: R }: FiniteInstance): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.array(
    fc.integer({ min: -20, max: 20 }).map((q) => (q * R) / 4),
    { minLength: dimension, maxLength: dimension }
  )

/** Linear softmax policies on an instance: ‖θ‖_∞ from 0 to 5R. */
export const linearSoftmaxes = (exact: FiniteInstance): fc.Arbitrary<LinearSoftmaxPolicy> =>
  theta(exact).map((t) => ({ kind: "linear-softmax", theta: Float64Array.from(t) }))

/** Σ = λI plus the relative features of up to six pairs of one prompt. */
const sigma = (exact: FiniteInstance): fc.Arbitrary<Float64Array> => {
  const pair = fc.tuple(fc.nat(), fc.nat(), fc.nat())
  return fc.tuple(fc.constantFrom(1, 0.05), fc.array(pair, { maxLength: 6 })).map(([lambda, pairs]) => {
    const features = pairs.map(([x, a, b]) => {
      const rows = rowsOf(exact, x % exact.promptProbabilities.length)
      return relative(exact, rows[a % rows.length], rows[b % rows.length])
    })
    return gramOf(features, exact.dimension, lambda)
  })
}

/** Truncated mixtures of one to three components on an instance, their Σ from up to six pairs. */
export const mixtures = (exact: FiniteInstance): fc.Arbitrary<TruncatedMixturePolicy> =>
  fc
    .record({
      thetas: fc.array(theta(exact), { minLength: 1, maxLength: 3 }),
      sigma: sigma(exact),
      nu: fc.constantFrom(1, 0.3, 0.05, 5),
      clip: fc.constantFrom(1, 0.2).map((share) => share * exact.rewardRange)
    })
    .map(({ thetas, sigma, nu, clip }) => ({
      kind: "truncated-mixture",
      count: thetas.length,
      thetas: Float64Array.from(thetas.flat()),
      clip,
      truncation: { dimension: exact.dimension, whitening: inverseFactor(sigma, exact.dimension), nu }
    }))

/** Policies of every kind. */
export const policies = (exact: FiniteInstance): fc.Arbitrary<Policy> =>
  fc.oneof(fc.constant<Policy>({ kind: "reference" }), linearSoftmaxes(exact), mixtures(exact))
