/**
 * coverbound: algorithms for exploring with a language model, held against the theory of coverage (D. J. Foster, Z. Mhammedi and D. Rohatgi, COLT 2025,
 * arXiv:2503.07453). Define an algorithm, run it, audit it.
 *
 * What is explored, and exactly what is best there, is `coverbound/instance`; tests and fits are `coverbound/statistics`; dense kernels are `coverbound/kernel`;
 * language models and runs on them are `coverbound/lm`; the independent checker of certificates is `coverbound/checker`. Each is a barrel of exports and nothing else: src/public, src/checker/index.ts. What stands in them is
 * promised (CHANGELOG.md says what that means) and listed in reports/reference/api, which `npm run api` writes.
 *
 * @module coverbound
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { audit, problemOf, spannerSampling } from "coverbound"
 * import { finiteInstance, instanceDigest, optimum, rareGood } from "coverbound/instance"
 *
 * const instance = finiteInstance(rareGood({ C: 100, d: 2 }), "rare-good")
 * const goal = { epsilon: 0.1, delta: 0.1, coverage: optimum(instance.exact).coverage }
 * const { judgements } = await Effect.runPromise(
 *   audit({
 *     algorithm: spannerSampling,
 *     instance,
 *     digest: instanceDigest(instance),
 *     parameters: spannerSampling.practical(problemOf(instance), goal),
 *     goal,
 *     interpreter: "exact-law",
 *     seed: 1,
 *     trials: 1,
 *     level: 0.01
 *   })
 * )
 * const { theorem, part, verdict } = judgements[0]
 * console.log(theorem, part, verdict) // => T1 identity supported
 * ```
 */

// An algorithm
export {
  type Algorithm,
  algorithm,
  type AnyAlgorithm,
  type Goal,
  type OwnBounds,
  type ParameterRecord
} from "./algorithm/algorithm.ts"

// Effect's modules that a program and its parameters are written with: those this package runs on
export * as Effect from "effect/Effect"
export * as Schema from "effect/Schema"

// What it may touch
export {
  type CheckedTilt,
  type CheckedToken,
  type CheckedTokens,
  type PairBatch,
  type Problem,
  type ProblemConstants,
  Prompts,
  type PromptsOperations,
  ProperRewards,
  type ProperRewardsOperations,
  ResponseSpace,
  type ResponseSpaceOperations,
  type RewardedDraws,
  Rewards,
  type RewardsOperations,
  StrongSampling,
  type StrongSamplingOperations,
  type Sweep,
  type TiltedDraw,
  type TiltedPair,
  type TiltedToken,
  type TiltRequest,
  type TokenConstants,
  TokenSampling,
  type TokenSamplingOperations,
  WeakSampling,
  type WeakSamplingOperations
} from "./oracle/services.ts"
export {
  type Commitment,
  commit,
  features,
  type Pair,
  type Prefix,
  type Prompt,
  relativeFeature,
  type Response,
  type Token,
  type TokenPair
} from "./oracle/handle.ts"
export { type Budget, BudgetExhausted, type Charge, type Ledger, type LedgerSnapshot } from "./oracle/ledger.ts"
export type { TranscriptDigest } from "./oracle/transcript.ts"
export type { SamplerTally } from "./oracle/workbench.ts"
export { Journal, type JournalShape, nextCheckpoint } from "./oracle/journal.ts"
export { Randomness, type RandomnessShape } from "./oracle/randomness.ts"
export { ExactLawUnavailable } from "./oracle/exact-law.ts"
export { OutsideParameterSet, type ProperPlans } from "./oracle/strong.ts"
export { TokenSideMissing } from "./oracle/tokens.ts"
export {
  checkedTokens,
  drawToken,
  freshPrompt,
  freshPrompts,
  observeReward,
  observeRewards,
  runTokenProgram,
  searchTokens,
  tiltedToken,
  type TokenProgram
} from "./oracle/token-program.ts"

// What it returns
export type {
  BasePolicy,
  LinearSoftmaxPolicy,
  Policy,
  TokenTiltedPolicy,
  TruncatedMixturePolicy
} from "./policy/policy.ts"

// What it is made of
export { type EllipticTest, type TruncatedLinearTilt, whitenedNormSquared } from "./policy/elliptic-test.ts"
export { NotPositiveDefinite, RidgeRegression, whitening } from "./numeric/gram.ts"
export { Stream } from "./numeric/stream.ts"
export { inParameterSet, projectOnto } from "./policy/parameter-set.ts"
export { spannerSize } from "./policy/spanner-size.ts"
export { comparisonRounds, type ComparisonRounds } from "./oracle/comparison-rounds.ts"
export { withLearned } from "./algorithm/learned.ts"
export { softmaxSampler, type SoftmaxSampler } from "./algorithm/softmax-sampler.ts"
export { PaidDraws } from "./algorithm/paid-draws.ts"
export { leastSquares, optimisticFit, optimisticObjective, type OptimisticProblem } from "./algorithm/optimistic-fit.ts"
export { referencePairs, type ReferencePairs } from "./algorithm/reference-pairs.ts"
export { currentPolicy, exploreTilted, growSpanner, truncation } from "./algorithm/spanner-sampling.ts"
export {
  practicalParameters,
  SpannerSamplingParameters,
  theoryParameters
} from "./algorithm/spanner-sampling-parameters.ts"

// Those that are here
export { bestOfNElliptic, BestOfNParameters } from "./algorithm/best-of-n-elliptic.ts"
export { exhaustive, ExhaustiveParameters } from "./algorithm/exhaustive.ts"
export { type CorePair as MtssCorePair, Layer as MtssLayer, mtss } from "./algorithm/mtss.ts"
export {
  type MtssConstants,
  mtssConstants,
  MtssParameters,
  mtssParameters,
  practicalMtssParameters
} from "./algorithm/mtss-parameters.ts"
export { onlineDpo, OnlineDpoParameters } from "./algorithm/online-dpo.ts"
export { passive, PassiveParameters } from "./algorithm/passive.ts"
export { addGroupGradient, policyGradient, PolicyGradientParameters } from "./algorithm/policy-gradient.ts"
export { algorithms, sequenceAlgorithms } from "./algorithm/registry.ts"
export { spannerSampling } from "./algorithm/spanner-sampling.ts"
export { AdaptiveParameters, spannerSamplingAdaptive } from "./algorithm/spanner-sampling-adaptive.ts"
export { xpo, XpoParameters } from "./algorithm/xpo.ts"

// Running it
export {
  type Interpreter,
  type OracleOptions,
  openOracles,
  type OracleServices,
  type OracleSession,
  problemOf
} from "./oracle/interpreter.ts"
export { type RunOptions, runTrial } from "./run/run-trial.ts"
export {
  type Ground,
  groundOf,
  inThisProcess,
  sweep,
  type SweepJob,
  type SweepParts,
  type SweepPoint
} from "./run/sweep.ts"
export type { Checkpoint, LayersRecord, PolicyDigest, RunRecord, SpannerRecord } from "./run/run-record.ts"

// Auditing it
export { type Audit, audit, type AuditPlan, judge } from "./audit/audit.ts"
export { auditPlan } from "./audit/plan.ts"
export type { Finding, PlanOptions, PlanResult } from "./audit/plan-result.ts"
export type { Axis } from "./audit/axes.ts"
export type { PlannedCase } from "./audit/cases.ts"
export type { AlgorithmDescription } from "./audit/runner.ts"
export type { ClaimVerdict } from "./audit/claims.ts"
export { type Formula, type FormulaName, type FormulaValues, InvalidFormula, parseFormula } from "./theorem/formula.ts"
export { theorems } from "./theorem/registry.ts"
export type { Citation, Judgement, Nature, Subject, Theorem, TheoremId, Verdict } from "./theorem/theorem.ts"

// Certificates of what an audit found
export { type CertificateInput, type Environment, writeCertificates, type Written } from "./certificate/write.ts"
export { type Replay, replay, type ReplayOptions, ReplayUnavailable } from "./certificate/replay.ts"
