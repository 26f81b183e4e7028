/**
 * The run record: everything a reader, a judge or a checker could ask of one run. Judgements, certificates and reports are functions of records,
 * so nothing is measured twice.
 */
import type { ParameterRecord } from "../algorithm/algorithm.ts"
import type { Interpreter } from "../oracle/interpreter.ts"
import type { Budget, LedgerSnapshot } from "../oracle/ledger.ts"
import type { Problem } from "../oracle/services.ts"
import type { ProperPlans } from "../oracle/strong.ts"
import type { TranscriptDigest } from "../oracle/transcript.ts"
import type { SamplerTally } from "../oracle/workbench.ts"
import type { Policy } from "../policy/policy.ts"
import type { Suboptimality } from "../policy/suboptimality.ts"

/** The policy the learner held at one moment, evaluated. */
export interface Checkpoint {
  readonly rewardQueries: bigint
  readonly samplingQueries: bigint
  readonly suboptimality: Suboptimality
}

/** Mixtures up to this many components stay in the record. */
export const KEPT_COMPONENTS = 4096

/** A mixture too large to keep: 10⁶ parameters a run would fill memory and say no more than the seed that makes them again. */
export interface PolicyDigest {
  readonly kind: "mixture-digest"
  readonly count: number
  /** SHA-256 of the T×d parameters as little-endian float64, hex. */
  readonly sha256: string
  /** θ^T, the last component. */
  readonly last: Float64Array
}

/** Phase 1 as it happened: the accepted relative features in order. */
export interface SpannerRecord {
  /** n accepted. */
  readonly count: number
  /** n×d row-major. */
  readonly accepted: Float64Array
}

/** A multi-turn run as it happened: what T8 is judged on. */
export interface LayersRecord {
  /** Checks that fired: each accepted one relative feature and began the next pass. */
  readonly restarts: number
  /** Prefixes visited, in all passes together and in the longest one. */
  readonly prefixes: number
  readonly longestPass: number
  /** Layer (0 … H−1) of each accepted relative feature, in order. */
  readonly acceptedLayers: Int32Array
  /** The accepted relative features, n×d row-major in the dimension of the token features. */
  readonly accepted: Float64Array
}

/** One run: what it was made of, what it was charged, what it returned and how good that is, exactly. */
export interface RunRecord {
  readonly algorithm: string
  readonly oracle: Interpreter
  /**
   * What made the searches of a literal oracle: the kernel that made some of them, as it says itself, else `js`. Random words come from WebAssembly SIMD where there
   * is some, and are the same either way.
   */
  readonly backend: string
  /** Canonical SPEC of the instance. */
  readonly instance: string
  /** SHA-256 of the instance. */
  readonly digest: string
  readonly problem: Problem
  readonly parameters: ParameterRecord
  readonly seed: number
  readonly trial: number
  readonly budget: Budget
  /** `budget-exhausted`: the policy is what had been learned; `stopped`: the experiment's target was reached. */
  readonly outcome: "completed" | "stopped" | "budget-exhausted"
  readonly ledger: LedgerSnapshot
  /** The output policy; a mixture of more than 4096 components is kept as its digest and its last component only. */
  readonly policy: Policy | PolicyDigest
  readonly suboptimality: Suboptimality
  readonly checkpoints: ReadonlyArray<Checkpoint>
  readonly spanner: SpannerRecord
  readonly sampler: SamplerTally
  /** Absent where no algorithm worked layer by layer. */
  readonly layers?: LayersRecord
  /** Reward queries at responses with φ ≠ 0: in Needle the needle, in DnfPrompts the probes (L1, L2). */
  readonly rewardedFeatures: bigint
  /** Sampling queries charged when the first of those was made: in TokenLock and Needle, when y* was first held. Absent where none was. */
  readonly firstFeatureAt?: bigint
  /** The parameters a proper learner committed to and the draws rewarded with each; absent where nothing was committed to (L2). */
  readonly plans?: ProperPlans
  /** Digest chain over every oracle answer: what a replay is compared with. */
  readonly transcript: TranscriptDigest
}

/**
 * Whether the record shows that a response with φ ≠ 0 was held: an accepted relative feature that is not 0, or a reward queried at one. Draws that were
 * neither accepted nor rewarded leave no trace, so this may miss one; it never invents one.
 */
export const showsFeature = (run: RunRecord): boolean =>
  run.rewardedFeatures > 0n || run.spanner.accepted.some((v) => v !== 0)
