/** Mistakes in SpannerSampling, each with the law that must find it. */
import { fault, type Fault, spanner } from "./fault.ts"

const identity = (_: Float64Array, d: number, lambda: number): Float64Array =>
  Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? lambda : 0))

const trace = (sigma: Float64Array, d: number): Float64Array => {
  let t = 0
  for (let i = 0; i < d; i++) t += sigma[i * d + i] / d
  return Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? t : 0))
}

export const spannerSamplingFaults: ReadonlyArray<Fault> = [
  // SpannerSampling, phase 1
  fault(
    spanner("threshold-wrong-side", { search: "draws", takes: (q, nu) => q <= nu * nu }),
    "pairs are taken when their norm is at most ν",
    "T3/accepted-pairs"
  ),
  fault(
    spanner("threshold-unsquared", { search: "draws", takes: (q, nu) => q > nu ** 3 }),
    "the squared norm is compared with the wrong power of ν",
    "T3/accepted-pairs"
  ),
  fault(
    spanner("sigma-not-updated", { testMatrix: identity }),
    "Σ stays λI: what was learned never makes a pair old",
    "T3/accepted-pairs"
  ),
  fault(
    spanner("sigma-isotropic", { testMatrix: trace }),
    "Σ is replaced by its mean eigenvalue",
    "T3/accepted-pairs",
    "T7/search"
  ),
  fault(
    spanner("span-too-short", { limit: (n) => Math.max(1, Math.ceil(n / 8)) }),
    "an eighth of T_span pairs are drawn per prompt",
    "T7/search"
  ),
  fault(
    spanner("gives-up", { search: "first-hit", afterMiss: () => 0 }),
    "phase 1 ends at the first prompt without a hit",
    "T7/search",
    "T7/step-a"
  ),
  // SpannerSampling, phase 2
  fault(spanner("missing-truncation", { truncation: () => 1e9 }), "the tilt is never truncated", "T7/tilt"),
  fault(spanner("clip-half", { clip: (R) => R / 2 }), "the reward is clipped to ±R/2", "T7/tilt"),
  fault(
    spanner("difference-clipped", { difference: (v) => Math.max(0, v) }),
    "reward differences are clipped to [0, R]",
    "T7/regression",
    "T7/step-b"
  ),
  fault(
    spanner("wrong-ridge", { ridge: (lambda) => 100 * lambda }),
    "the design begins with a hundred times λ",
    "T7/regression"
  ),
  fault(spanner("stale-theta", { refitEvery: 16 }), "θ is refitted every 16 rounds", "T7/regression"),
  fault(
    spanner("spanner-data-dropped", { keepsSpannerData: false }),
    "the spanner's rewards are not heard: its pairs enter the regression with 0",
    "T7/regression"
  ),
  fault(
    spanner("one-prompt", { rounds: "one prompt" }),
    "every round reuses the first round's prompt",
    "T7/fresh-rounds"
  ),
  fault(
    spanner("chained-anchors", { rounds: "chained anchors" }),
    "the anchor is the last round's tilted draw, not a fresh one",
    "T7/fresh-rounds"
  ),
  fault(spanner("last-member", { output: "last" }), "the last component is returned for the mixture", "T7/output")
]
