/**
 * Policies as data: what an algorithm returns, a run record stores and a certificate carries. Evaluation and sampling are functions over these values.
 */
import type { EllipticTest } from "./elliptic-test.ts"

/** π_θ(y∣x) ∝ π_ref(y∣x)·exp(⟨θ, φ(x,y)⟩/β) (framework.md). */
export interface LinearSoftmaxPolicy {
  readonly kind: "linear-softmax"
  /** θ, length d. */
  readonly theta: Float64Array
}

/**
 * The output of SpannerSampling (t7-spanner-sampling.md): draw t uniformly and y′ ~ π_ref(·∣x), then
 * y ~ π_ref(·∣x)·exp(f_{θ^t}(x,·,y′)/β) with f_θ(x,y,y′) = clip(⟨θ,φ(x,y,y′)⟩, ±clip)·1{‖φ(x,y,y′)‖_{Σ^{-1}} ≤ ν}.
 */
export interface TruncatedMixturePolicy {
  readonly kind: "truncated-mixture"
  /** T ≥ 1 components. */
  readonly count: number
  /** θ^1 … θ^T, T×d row-major (the array may be longer: rows past `count` are not part of the policy). */
  readonly thetas: Float64Array
  /** R: rewards are clipped to ±clip. */
  readonly clip: number
  /** The truncation: where this test *passes* (norm above ν), f is 0. */
  readonly truncation: EllipticTest
}

/** π_ref itself. */
export interface BasePolicy {
  readonly kind: "reference"
}

/**
 * The output of MTSS (t8-mtss.md): at each prefix of layer h draw a′ ~ π_ref(·∣s), then a ~ π_ref(·∣s)·exp(f_h(s,·,a′)/β) with
 * f_h(s,a,a′) = clip(⟨θ_h, φ_h(s,a,a′)⟩, ±clip)·1{‖φ_h(s,a,a′)‖_{Σ_h^{-1}} ≤ ν}.
 */
export interface TokenTiltedPolicy {
  readonly kind: "token-tilted"
  /** H. */
  readonly horizon: number
  /** d of the token features. */
  readonly dimension: number
  /** θ_1 … θ_H, H×d row-major. */
  readonly thetas: Float64Array
  /** R: f_h is clipped to ±clip. */
  readonly clip: number
  /** The truncation of each layer, length H: where this test passes, f_h is 0. */
  readonly truncations: ReadonlyArray<EllipticTest>
}

/** What an algorithm may return. A policy is data: θ and what truncates it, never a function. */
export type Policy = LinearSoftmaxPolicy | TruncatedMixturePolicy | TokenTiltedPolicy | BasePolicy
