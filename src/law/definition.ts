/**
 * Policies of whole responses written out from their definitions, slowly and in log space: what the suite's fast evaluation is held against. No
 * code is shared with `policy/`. Those that draw token by token, and the evaluation of either: `token-definition.ts`, `evaluation-definition.ts`.
 */
import type { FiniteInstance } from "../instance/instance.ts"
import type { Stream } from "../numeric/stream.ts"
import type { EllipticTest } from "../policy/elliptic-test.ts"
import type { LinearSoftmaxPolicy, Policy, TokenTiltedPolicy, TruncatedMixturePolicy } from "../policy/policy.ts"

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
const logMean = (law: ReadonlyArray<number>, values: ReadonlyArray<number>): number => {
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

/** Rows of prompt x. */
export const rowsOf = (exact: FiniteInstance, x: number): ReadonlyArray<number> =>
  Array.from({ length: exact.offsets[x + 1] - exact.offsets[x] }, (_, i) => exact.offsets[x] + i)

/** φ(x,a,b), length d. */
export const relative = (exact: FiniteInstance, a: number, b: number): Float64Array => {
  const d = exact.dimension
  return Float64Array.from({ length: d }, (_, j) => exact.features[a * d + j] - exact.features[b * d + j])
}

export const dot = (u: ArrayLike<number>, v: ArrayLike<number>): number => {
  let s = 0
  for (let j = 0; j < u.length; j++) s += u[j] * v[j]
  return s
}

/** ‖φ‖²_{Σ^{-1}} of a test's Σ = (WᵀW)^{-1}. */
export const normSquared = ({ dimension: d, whitening }: EllipticTest, phi: ArrayLike<number>): number => {
  let q = 0
  for (let i = 0; i < d; i++) q += dot(whitening.subarray(i * d, (i + 1) * d), phi) ** 2
  return q
}

/** The truncated reward f_θ(x,·,y′) at every row of the prompt, in units of reward. */
export const truncatedReward = (
  exact: FiniteInstance,
  { truncation, clip }: Pick<TruncatedMixturePolicy, "truncation" | "clip">,
  theta: ArrayLike<number>,
  x: number,
  anchor: number
): ReadonlyArray<number> =>
  rowsOf(exact, x).map((y) => {
    const phi = relative(exact, y, anchor)
    if (normSquared(truncation, phi) > truncation.nu ** 2) return 0
    return Math.max(-clip, Math.min(clip, dot(theta, phi)))
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
  const sigma = new Float64Array(d * d)
  const lambda = [0.05, 1][stream.nextInteger(2)]
  for (let i = 0; i < d; i++) sigma[i * d + i] = lambda
  const pairs = stream.nextInteger(12)
  for (let k = 0; k < pairs; k++) {
    const rows = rowsOf(exact, stream.nextInteger(exact.promptProbabilities.length))
    const phi = relative(exact, rows[stream.nextInteger(rows.length)], rows[stream.nextInteger(rows.length)])
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sigma[i * d + j] += phi[i] * phi[j]
  }
  return { dimension: d, sigma, whitening: inverseFactor(sigma, d), nu: [0.05, 0.3, 1, 5][stream.nextInteger(4)] }
}

/** W lower triangular with WᵀW = A^{-1}: rows are Gram–Schmidt in the inner product of A^{-1}'s dual, O(d³), no shared code. */
export const inverseFactor = (a: Float64Array, d: number): Float64Array => {
  // Row i of W is e_i minus its A-projections on the rows before, scaled to wᵀAw = 1: then WAWᵀ = I.
  const w = new Float64Array(d * d)
  const product = (u: Float64Array, v: Float64Array): number => {
    let s = 0
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) s += u[i] * a[i * d + j] * v[j]
    return s
  }
  for (let i = 0; i < d; i++) {
    const row = w.subarray(i * d, (i + 1) * d)
    row[i] = 1
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        const before = w.subarray(k * d, (k + 1) * d)
        const along = product(row, before)
        for (let j = 0; j <= k; j++) row[j] -= along * before[j]
      }
    }
    const size = Math.sqrt(product(row, row))
    for (let j = 0; j <= i; j++) row[j] /= size
  }
  return w
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
