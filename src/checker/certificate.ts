/**
 * What a certificate says, as types, and what a check comes to. The shape of a document is held against the published JSON Schema
 * (`certificate.schema.json`), which a test compares with these types; what makes a document of that shape *true* is `check.ts`'s business.
 *
 * Numbers are JSON numbers and mean the double they read as; counts are decimal strings, since they pass 2⁵³; features are dyadic rationals `MpE` =
 * M·2^E, exactly the doubles they were.
 */

/** A count of any size: decimal digits, `"0"` or without a leading zero, at most 60. */
export type Count = string
/** A double, exactly: `"MpE"` = M·2^E with M odd, or `"0p0"`. */
export type Dyadic = string
/** A SHA-256, in 64 hexadecimal digits. */
export type Sha256 = string

/** Doubles in a row. */
export type Numbers = ReadonlyArray<number>

/** An instance in its JSON form, its θ* stated. */
export type InstanceData = {
  readonly format: "coverbound-instance"
  readonly version: 1
  readonly name: string
  /** d ≥ 1. */
  readonly dimension: number
  /** β > 0. */
  readonly beta: number
  /** R > 0: mean rewards lie in [0, R]. */
  readonly rewardRange: number
  /** Θ: a ball around 0, or a cube. */
  readonly parameterSet:
    | { readonly kind: "ball"; readonly radius: number }
    | { readonly kind: "box"; readonly halfWidth: number }
  /** d numbers in Θ. */
  readonly thetaStar: Numbers
  /** Above 0, in units of reward: how far rewards may be from what θ* says, where no θ realizes them. */
  readonly misspecification?: number
  /** Of the rewards that are observed. */
  readonly noise: { readonly kind: "none" | "bernoulli" | "two-point" }
  /** Prompts with their probabilities, which sum to 1. */
  readonly prompts: ReadonlyArray<{
    readonly label?: string
    readonly probability: number
    /** Responses with their probabilities under π_ref, which sum to 1; d features of norm at most 1. */
    readonly responses: ReadonlyArray<{
      readonly label?: string
      readonly probability: number
      readonly features: Numbers
      readonly meanReward: number
    }>
  }>
}

/** Queries that were charged, by oracle. */
export type PerOracle = {
  readonly [
    oracle in "prompts" | "weakSampling" | "strongSampling" | "tokenSampling" | "enumeration" | "rewards"
  ]: Count
}

/** One seeded trial: what its run record says, and the digest of every answer its oracles gave. */
export type TrialRow = {
  readonly trial: number
  readonly outcome: "completed" | "budget-exhausted"
  readonly ledger: PerOracle
  /** J* − J(π) of the policy put out, in units of reward; of a sampled average, with its standard error. */
  readonly suboptimality: { readonly value: number; readonly kind: "exact" | "average"; readonly standardError: number }
  /** Accepted pairs of phase 1. */
  readonly accepted: number
  /** Calls of SoftmaxSampler: how many, how they ended, and the most they drew, might draw, and were allowed to fail. */
  readonly sampler: {
    readonly [what in "calls" | "promiseBroken" | "unaccepted" | "maxDraws" | "maxEntitled" | "maxDelta"]: number
  }
  /** Of a multi-turn run: every restart accepted one pair of tokens and ended a pass. */
  readonly layers?: {
    /** Accepted pairs of layers 1 … H. */
    readonly accepted: Numbers
    /** Prefixes visited, in all passes that ended. */
    readonly prefixes: number
    /** Prefixes visited in the longest of them. */
    readonly longestPass: number
  }
  readonly transcript: { readonly sha256: Sha256; readonly records: number }
}

/** Trials 0 … n−1 of one seed, and what a replay must set to repeat them. */
export type Runs = {
  readonly budget: { readonly rewardQueries: Count | null; readonly samplingQueries: Count | null }
  readonly checkpoints: boolean
  readonly trials: ReadonlyArray<TrialRow>
}

/** Trials alone: claims about their costs and outcomes. */
export type TrialsEvidence = {
  readonly kind: "trials"
  readonly runs: Runs
}

/** The accepted relative features of some trials, as far as they are carried: `order` may be a prefix of what was accepted. */
export type SpannerEvidence = {
  readonly kind: "spanner"
  readonly runs: Runs
  /** The threshold that the chain passes exactly: ν, or ν less the rounding of a float64 norm. */
  readonly nu: Dyadic
  readonly lambda: Dyadic
  /** Of trials 0, 1, …; of multi-turn runs (T8), of their layers 1 … H, trial after trial. `order` counts `features` from 0. */
  readonly chains: ReadonlyArray<{
    readonly features: ReadonlyArray<ReadonlyArray<Dyadic>>
    readonly order: Numbers
  }>
}

/** T1: policies, and the two sides of the identity. */
export type SuboptimalityIdentity = {
  readonly kind: "suboptimality"
  readonly runs: Runs
  /** J*. */
  readonly optimum: number
  /** β·E_ρ log Z, computed from normalisers. */
  readonly normaliser: number
  /** Policies that trials 0, 1, … put out (of a large mixture: its last component), as log π/π_ref response after response. */
  readonly policies: ReadonlyArray<{
    readonly logRatio: Numbers
    readonly objective: number
    readonly suboptimality: number
  }>
}
/** T2: about the instance alone. */
export type CoverageIdentity = {
  readonly kind: "coverage"
}
/** T5: every response as tokens, prompt after prompt. */
export type PathIdentity = {
  readonly kind: "path"
  readonly tokens: ReadonlyArray<Numbers>
}
/** T8 without noise: what the last layer was fitted on. */
export type RegressionIdentity = {
  readonly kind: "regression"
  readonly runs: Runs
  /** θ*_H of the last layer. */
  readonly star: Numbers
  /** Of some trials, by their place in `runs`: θ_H of the policy put out, and the relative features it was fitted on. */
  readonly fits: ReadonlyArray<{
    readonly trial: number
    readonly theta: Numbers
    readonly features: ReadonlyArray<Numbers>
  }>
}

/** T9: what every layer was fitted on, of every trial. */
export type LayersIdentity = {
  readonly kind: "layers"
  readonly runs: Runs
  /** θ*_h of layers 1 … H. */
  readonly stars: ReadonlyArray<Numbers>
  /** One a trial: θ_h of the policy put out, and the relative features of layer h's pairs. */
  readonly fits: ReadonlyArray<{
    readonly thetas: ReadonlyArray<Numbers>
    readonly features: ReadonlyArray<ReadonlyArray<Numbers>>
  }>
}

/** Numbers that an identity speaks of, beside what makes them again. */
export type IdentityEvidence = {
  readonly kind: "identity"
  readonly identity: SuboptimalityIdentity | CoverageIdentity | PathIdentity | RegressionIdentity | LayersIdentity
}

/** Rounds of SoftmaxSampler drawn with one tilt, counted by (prompt, anchor, response), and the law they should have. */
export type LawEvidence = {
  readonly kind: "law"
  readonly counts: Numbers
  readonly law: Numbers
  /** What makes them again: the truncated linear tilt (`whitening` is d×d, row after row), the promise M and the level δ. */
  readonly request: {
    readonly theta: Numbers
    readonly clip: number
    readonly whitening: Numbers
    readonly nu: number
    readonly promise: number
    readonly delta: number
  }
}

/** Queries to a target suboptimality on instances of growing coverage. */
export type ScalingEvidence = {
  readonly kind: "scaling"
  /** Suboptimality at which a run was stopped. */
  readonly target: number
  /** Options of the instances' one family in whose values alone their SPECs differ: the rule by which they were chosen. */
  readonly varies: ReadonlyArray<string>
  readonly instances: ReadonlyArray<{
    readonly spec: string
    readonly digest: Sha256
    /** C_cov: recomputed where the instance is carried. */
    readonly coverage: number
    readonly parameters: Readonly<Record<string, number>>
    readonly data: InstanceData | null
  }>
  /** One a run; `instance` counts `instances` from 0. */
  readonly points: ReadonlyArray<{
    readonly instance: number
    readonly trial: number
    readonly rewardQueries: Count
    readonly samplingQueries: Count
    readonly suboptimality: number
  }>
}

/** A counterexample that anyone can replay: one trial, its instance carried along. */
export type RefutationEvidence = {
  readonly kind: "refutation"
  readonly of: TrialsEvidence | SpannerEvidence | IdentityEvidence
}

/** What a verdict rests on. */
export type Evidence =
  | TrialsEvidence
  | SpannerEvidence
  | IdentityEvidence
  | LawEvidence
  | ScalingEvidence
  | RefutationEvidence

/** Whether the evidence shows the claim, its opposite, or neither. */
export type Verdict = "supported" | "refuted" | "undecided"

/** What a verdict rests on: `accounting` holds by construction, `checked` was recomputed on the runs, `evidence` could have come out otherwise. */
export type Nature = "accounting" | "checked" | "evidence"

/** What is claimed. */
export type Claim = {
  /** Numbered as in the suite's theory; `theory-7` is its section 7, predicted exponents. */
  readonly theorem: "T1" | "T2" | "T3" | "T4" | "T5" | "T6" | "T7" | "T8" | "T9" | "theory-7" | "own"
  readonly part: string
  /** The checker comes to the same or rejects. Certificates written before December 2026 leave it out. */
  readonly nature?: Nature
  /** What holds, against what bound, and what was measured: the checker comes to the same sentence or rejects. */
  readonly statement: string
  /** Of the algorithm, or of the test. */
  readonly parameters: Readonly<Record<string, number>>
  /** What was asked of the algorithm, where the claim depends on it: ε, δ, and C_cov (of token by token: C_cond) at most. */
  readonly goal: {
    readonly epsilon: number
    readonly delta: number
    readonly coverage: number
    readonly conditionalCoverage?: number
  } | null
  /** Probability that the verdict is wrong; 0 for a deterministic claim. */
  readonly level: number
}

/** The constants of an instance that bounds depend on. */
export type Problem = {
  /** d ≥ 1. */
  readonly dimension: number
  /** β > 0. */
  readonly beta: number
  /** R > 0. */
  readonly rewardRange: number
  /** B: the largest norm in Θ. */
  readonly parameterRadius: number
  /** H, and the dimension of token features, where responses are made of tokens; B ≥ max_h ‖θ*_h‖, and whether rewards are free of noise. */
  readonly tokens?: {
    readonly horizon: number
    readonly dimension: number
    readonly parameterRadius?: number
    readonly noiseFree?: boolean
  }
}

/** A certificate, version 1. */
export type Certificate = {
  readonly format: "coverbound-certificate"
  readonly version: 1
  readonly claim: Claim
  readonly instance: {
    readonly spec: string
    readonly digest: Sha256
    readonly problem: Problem
    /** The instance itself, where it is small. */
    readonly data: InstanceData | null
  } | null
  readonly algorithm: {
    readonly name: string
    readonly oracle: "weak" | "strong" | "enumeration" | "token"
    readonly interpreter: "literal" | "exact-law"
    /** Of the module it came from, where it is none of the suite's own. Declared, not checked: a replay needs that module. */
    readonly module?: Sha256
  } | null
  /** Declared, not checked. */
  readonly environment: { readonly package: string; readonly node: string; readonly backend: string }
  readonly seeds: { readonly seed: number; readonly trials: number } | null
  /** Totals over the trials. */
  readonly ledger: {
    readonly rewardQueries: Count
    readonly samplingQueries: Count
    readonly perOracle: PerOracle
  } | null
  readonly evidence: Evidence
  readonly verdict: Verdict
  /** SHA-256 over the canonical JSON (RFC 8785) of all the rest. */
  readonly digest: Sha256
}

/** `size` to `digest` are about the text, the rest about what it claims; `internal`: the checker failed, which is not a proof either. */
export const REJECTION_CODES = [
  "size",
  "syntax",
  "duplicate-key",
  "shape",
  "digest",
  "unsupported",
  "instance",
  "evidence",
  "hypothesis",
  "statement",
  "verdict",
  "internal"
] as const

/** Why a certificate is not accepted, and where in it. */
export type CertificateRejected = {
  readonly _tag: "CertificateRejected"
  readonly code: (typeof REJECTION_CODES)[number]
  /** Path of the field, `""` for the text itself. */
  readonly path: string
  readonly message: string
}

/** A certificate whose verdict follows from its evidence. */
export type CertificateAccepted = {
  readonly status: "accepted"
  readonly certificate: Certificate
  /** Of the claim, whether or not the certificate states it. */
  readonly nature: Nature
  /** What was taken as stated, one line each. */
  readonly assumed: ReadonlyArray<string>
}

/** What a check comes to. */
export type CheckResult = CertificateAccepted | { readonly status: "rejected"; readonly reason: CertificateRejected }
