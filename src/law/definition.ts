/**
 * Policies of whole responses written out from their definitions, slowly and in log space: what the suite's fast evaluation is held against. No
 * code is shared with `policy/`. Those that draw token by token, and the evaluation of either: `token-definition.ts`, `evaluation-definition.ts`.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { LinearSoftmaxPolicy, Policy, TokenTiltedPolicy, TruncatedMixturePolicy } from "../policy/policy.ts"
import { dot, gramOf, inverseFactor, passes } from "./algebra.ts"

/** Policies that are functions of whole responses. */
export type ResponsePolicy = Exclude<Policy, TokenTiltedPolicy>

/** A response of positive π_ref-mass, or a class of responses that the policy cannot tell apart. */
export interface WrittenResponse {
  readonly prompt: number
  /** π_ref(y∣x). */
  readonly mass: number
  /** r*(x,y). */
  readonly reward: number
  /** log π(y∣x)/π_ref(y∣x). */
  readonly logRatio: number
  /** Its tokens' log-ratios, in order; empty where responses come whole. */
  readonly steps: ReadonlyArray<number>
}

/** log Σ w·e^v over rows with w > 0, for a law w: next to 0 from what the mean lacks of 1. */
export const logMean = (law: ReadonlyArray<number>, values: ReadonlyArray<number>): number => {
  const top = Math.max(...values.filter((_, i) => law[i] > 0))
  const sum = (f: (v: number) => number) => values.reduce((s, v, i) => (law[i] > 0 ? s + law[i] * f(v - top) : s), 0)
  const mean = sum(Math.exp)
  return top + (mean < 0.5 ? Math.log(mean) : Math.log1p(sum(Math.expm1)))
}

/** log q/p of the mixture q = Σ w·q_i, from the components' log q_i/p. */
export const mixedRatio = (
  law: ReadonlyArray<number>,
  components: ReadonlyArray<ReadonlyArray<number>>
): ReadonlyArray<number> =>
  components[0].map((_, i) =>
    logMean(
      law,
      components.map((ratio) => ratio[i])
    )
  )

/** Responses by prompt, or tokens by prefix, with their features. */
type Rows = Pick<FiniteInstance, "dimension" | "features" | "offsets">

/** Rows of prompt x, or of a node. */
export const rowsOf = ({ offsets }: Pick<Rows, "offsets">, x: number): ReadonlyArray<number> =>
  Array.from({ length: offsets[x + 1] - offsets[x] }, (_, i) => offsets[x] + i)

/** φ(x,a,b), length d. */
export const relative = ({ dimension: d, features }: Omit<Rows, "offsets">, a: number, b: number): Float64Array =>
  Float64Array.from({ length: d }, (_, j) => features[a * d + j] - features[b * d + j])

/** π_ref²-masses of the pairs of prompt x that pass, row-major; 0 of the others. */
export const passingPairs = (exact: FiniteInstance, test: EllipticTest, x: number): ReadonlyArray<number> => {
  const rows = rowsOf(exact, x)
  return rows.flatMap((a) =>
    rows.map((b) => (passes(test, relative(exact, a, b)) ? exact.reference[a] * exact.reference[b] : 0))
  )
}

/** p(x;Σ): the chance that a pair of π_ref² passes, by enumeration. */
export const passProbability = (exact: FiniteInstance, test: EllipticTest, x: number): number =>
  passingPairs(exact, test, x).reduce((sum, p) => sum + p, 0)

/** The truncated reward f_θ(x,·,y′) at every row of the prompt, in units of reward; f_h at every token of a node. */
export const truncatedReward = (
  table: Rows,
  { truncation, clip }: Pick<TruncatedMixturePolicy, "truncation" | "clip">,
  theta: ArrayLike<number>,
  x: number,
  anchor: number
): ReadonlyArray<number> =>
  rowsOf(table, x).map((y) => {
    const phi = relative(table, y, anchor)
    return passes(truncation, phi) ? 0 : Math.max(-clip, Math.min(clip, dot(theta, phi)))
  })

/** log q/p of q ∝ p·e^{v/β}: differences of v first, so that neither a large nor a small β costs digits. */
export const tiltedBy = (law: ReadonlyArray<number>, v: ReadonlyArray<number>, beta: number): ReadonlyArray<number> => {
  const top = Math.max(...v.filter((_, i) => law[i] > 0))
  const logits = v.map((one) => (one - top) / beta)
  const logZ = logMean(law, logits)
  return logits.map((one) => one - logZ)
}

/** log q/π_ref of q ∝ π_ref·e^{v/β} over the rows of prompt x. */
const tiltedRatio = (exact: FiniteInstance, x: number, v: ReadonlyArray<number>): ReadonlyArray<number> =>
  tiltedBy(
    rowsOf(exact, x).map((y) => exact.reference[y]),
    v,
    exact.beta
  )

/** log π*_β/π_ref at prompt x from rewards. */
export const optimalRatio = (exact: FiniteInstance, x: number): ReadonlyArray<number> =>
  tiltedRatio(
    exact,
    x,
    rowsOf(exact, x).map((y) => exact.meanReward[y])
  )

/** log p_{θ,y′}/π_ref: one component of the mixture against one anchor. */
export const componentRatio = (
  exact: FiniteInstance,
  policy: TruncatedMixturePolicy,
  t: number,
  x: number,
  anchor: number
): ReadonlyArray<number> => {
  const d = exact.dimension
  const f = truncatedReward(exact, policy, policy.thetas.subarray(t * d, (t + 1) * d), x, anchor)
  return tiltedRatio(exact, x, f)
}

/** log π/π_ref at prompt x, from the definition. Zero-mass rows carry no meaning. */
export const ratioByDefinition = (exact: FiniteInstance, policy: ResponsePolicy, x: number): ReadonlyArray<number> => {
  const rows = rowsOf(exact, x)
  if (policy.kind === "reference") return rows.map(() => 0)
  const d = exact.dimension
  if (policy.kind === "linear-softmax") {
    return tiltedRatio(
      exact,
      x,
      rows.map((y) => dot(policy.theta, exact.features.subarray(y * d, (y + 1) * d)))
    )
  }
  const anchors = rows.filter((y) => exact.reference[y] > 0)
  const parts = Array.from({ length: policy.count }, (_, t) =>
    anchors.map((a) => ({ weight: exact.reference[a] / policy.count, ratio: componentRatio(exact, policy, t, x, a) }))
  ).flat()
  return mixedRatio(
    parts.map((p) => p.weight),
    parts.map((p) => p.ratio)
  )
}

/** A direction of norm 1. */
export const direction = (stream: Stream, d: number): Float64Array => {
  const v = Float64Array.from({ length: d }, () => stream.nextNormal())
  const size = Math.sqrt(dot(v, v)) || 1
  return v.map((t) => t / size)
}

/** An elliptic test such as a spanner would leave: λI plus the relative features of a few pairs of the instance. */
export const someTest = (exact: FiniteInstance, stream: Stream): EllipticTest & { readonly sigma: Float64Array } => {
  const d = exact.dimension
  const lambda = [0.05, 1][stream.nextInteger(2)]
  const pairs = Array.from({ length: stream.nextInteger(12) }, () => {
    const rows = rowsOf(exact, stream.nextInteger(exact.promptProbabilities.length))
    return relative(exact, rows[stream.nextInteger(rows.length)], rows[stream.nextInteger(rows.length)])
  })
  const sigma = gramOf(pairs, d, lambda)
  return { dimension: d, sigma, whitening: inverseFactor(sigma, d), nu: [0.05, 0.3, 1, 5][stream.nextInteger(4)] }
}

/** θ with |⟨θ−θ*, φ⟩| ≤ share·β wherever the test finds φ good (norm ≤ ν): the event (b) of T7's proof. */
export const nearTheta = (exact: FiniteInstance, test: EllipticTest, share: number, stream: Stream): Float64Array => {
  const d = exact.dimension
  const z = direction(stream, d)
  return exact.thetaStar.map((t, j) => {
    let u = 0
    for (let i = 0; i < d; i++) u += test.whitening[i * d + j] * z[i]
    return t + ((share * exact.beta) / test.nu) * u
  })
}

/** Policies of whole responses on an instance: the base model, linear softmaxes from 0 to far outside Θ, truncated mixtures. */
export const somePolicies = (exact: FiniteInstance, stream: Stream): ReadonlyArray<ResponsePolicy> => {
  const d = exact.dimension
  const R = exact.rewardRange
  const theta = (scale: number): Float64Array => direction(stream, d).map((t) => scale * t)
  const linear = (theta: Float64Array): LinearSoftmaxPolicy => ({ kind: "linear-softmax", theta })
  const count = 1 + stream.nextInteger(3)
  const thetas = Array.from({ length: count }, () => theta(R * 3 * stream.next()))
  const mixture: TruncatedMixturePolicy = {
    kind: "truncated-mixture",
    count,
    thetas: Float64Array.from(thetas.flatMap((t) => [...t])),
    clip: R,
    truncation: someTest(exact, stream)
  }
  return [{ kind: "reference" }, linear(exact.thetaStar), linear(theta(R)), linear(theta(5 * R)), mixture]
}
