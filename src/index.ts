/**
 * coverbound: algorithms for exploring with a language model, held against the theory of coverage (D. J. Foster, Z. Mhammedi and D. Rohatgi, COLT 2025,
 * arXiv:2503.07453). This file is the public surface; rooms are described in README.
 */

// What is explored
export { decodeInstance, encodeInstance, type InstanceJson } from "./instance/finite-json.ts"
export { instanceDigest } from "./instance/digest.ts"
export { finiteFamilies } from "./instance/families/finite-families.ts"
export { needle, type NeedleOptions } from "./instance/families/needle.ts"
export { randomInstance, type RandomInstanceOptions } from "./instance/families/random-instance.ts"
export { rareGood, type RareGoodOptions } from "./instance/families/rare-good.ts"
export { type Family, family, parseSpec, resolveInstance } from "./instance/family.ts"
export type { FiniteInstance, Instance, Noise, ParameterSet, ResponseSource } from "./instance/instance.ts"
export { InvalidInstance } from "./instance/invalid-instance.ts"
export { finiteInstance } from "./instance/make-instance.ts"
export { autoregressiveInstance, type SequenceSide } from "./instance/autoregressive.ts"
export { tokenChain, type TokenChainOptions } from "./instance/families/token-chain.ts"
export { tokenLock, type TokenLockOptions } from "./instance/families/token-lock.ts"
export type { TokenInstance, TokenTable } from "./instance/token-instance.ts"
export { type TokenValues, valuesOf } from "./instance/token-values.ts"
export { arithmeticFamily } from "./language-model/arithmetic-family.ts"
export { CHECKPOINTS, type CheckpointName } from "./language-model/checkpoints.ts"
export { type CorpusInstance, corpusInstance } from "./model/corpus-instance.ts"

// What a learner may touch
export { comparisonRounds } from "./oracle/comparison-rounds.ts"
export { ExactLawUnavailable } from "./oracle/exact-law.ts"
export {
  Commitment,
  commit,
  features,
  type Pair,
  Prefix,
  Prompt,
  relativeFeature,
  Response,
  Token,
  type TokenPair
} from "./oracle/handle.ts"
export {
  type Interpreter,
  openOracles,
  type OracleServices,
  type OracleSession,
  problemOf
} from "./oracle/interpreter.ts"
export { Journal, type JournalShape, nextCheckpoint } from "./oracle/journal.ts"
export { type Budget, BudgetExhausted, type LedgerSnapshot } from "./oracle/ledger.ts"
export {
  type PairBatch,
  type Problem,
  type ProblemConstants,
  Prompts,
  ProperRewards,
  ResponseSpace,
  type RewardedDraws,
  Rewards,
  StrongSampling,
  type Sweep,
  type TiltedDraw,
  type TiltedToken,
  type TiltedPair,
  type TiltRequest,
  TokenSampling,
  WeakSampling
} from "./oracle/services.ts"

export { OutsideParameterSet, type ProperPlans } from "./oracle/strong.ts"
export { TokenSideMissing } from "./oracle/tokens.ts"
export {
  drawToken,
  freshPrompt,
  observeReward,
  runTokenProgram,
  searchTokens,
  tiltedToken,
  type TokenProgram
} from "./oracle/token-program.ts"

// Policies and their exact evaluation
export { type EllipticTest, type TruncatedLinearTilt, whitenedNormSquared } from "./policy/elliptic-test.ts"
export { evaluate, type Evaluation } from "./policy/evaluate.ts"
export { evaluateOn } from "./policy/evaluate-instance.ts"
export { evaluateTokens, type TokenEvaluation } from "./policy/token-evaluate.ts"
export { type Optimum, optimum, referenceSuboptimality } from "./policy/optimum.ts"
export type {
  BasePolicy,
  LinearSoftmaxPolicy,
  Policy,
  TokenTiltedPolicy,
  TruncatedMixturePolicy
} from "./policy/policy.ts"
export { inParameterSet, projectOnto } from "./policy/parameter-set.ts"
export { spannerSize } from "./policy/spanner-size.ts"
export type { Suboptimality } from "./policy/suboptimality.ts"

// Kernels
export {
  type Backend,
  BACKENDS,
  describeRan,
  type Eventually,
  type KernelSet,
  type Ran,
  type Rows,
  rows,
  type TiltedLaw32
} from "./kernel/backend.ts"
export { BACKEND_CHOICES, type BackendChoice } from "./kernel/open.ts"
export { openKernels } from "./search/open-kernels.ts"
export type { AcceptanceSearches, PairSearches } from "./kernel/reference.ts"

// Algorithms
export {
  type Algorithm,
  algorithm,
  type Goal,
  isAlgorithm,
  type OwnBounds,
  type ParameterRecord
} from "./algorithm/algorithm.ts"
export { bestOfNElliptic } from "./algorithm/best-of-n-elliptic.ts"
export { exhaustive } from "./algorithm/exhaustive.ts"
export { withLearned } from "./algorithm/learned.ts"
export { mtss } from "./algorithm/mtss.ts"
export { type MtssParameters, mtssParameters } from "./algorithm/mtss-parameters.ts"
export { onlineDpo } from "./algorithm/online-dpo.ts"
export { passive } from "./algorithm/passive.ts"
export { policyGradient } from "./algorithm/policy-gradient.ts"
export { algorithms, sequenceAlgorithms } from "./algorithm/registry.ts"
export { softmaxSampler } from "./algorithm/softmax-sampler.ts"
export { currentPolicy, exploreTilted, growSpanner, spannerSampling } from "./algorithm/spanner-sampling.ts"
export { spannerSamplingAdaptive } from "./algorithm/spanner-sampling-adaptive.ts"
export {
  practicalParameters,
  spannerSamplingConstants,
  SpannerSamplingParameters,
  theoryParameters
} from "./algorithm/spanner-sampling-parameters.ts"
export { xpo } from "./algorithm/xpo.ts"

// What an algorithm is made of
export { NotPositiveDefinite, RidgeRegression, whitening } from "./numeric/gram.ts"
export { Stream } from "./numeric/stream.ts"

// Auditing an algorithm of one's own
export { type Axis, axes } from "./audit/axes.ts"
export { plannedCases, type PlannedCase } from "./audit/cases.ts"
export { auditPlan, type PlanOptions, type PlanResult } from "./audit/plan.ts"
export { type Formula, InvalidFormula, parseFormula } from "./theorem/formula.ts"

// Certificates, and the checker that shares no code with what made them (certificate.schema.json is the published JSON Schema)
export { check, statementOf as inTotoStatement } from "./checker/check.ts"
export { type LawRequest, sampleLaw } from "./certificate/law-sample.ts"
export { rejectionLine } from "./checker/rejection-line.ts"
export { type Replay, replay, ReplayUnavailable } from "./certificate/replay.ts"
export type { Certificate, CertificateRejected, CheckResult } from "./checker/certificate.ts"
export { lawCertificate, pathCertificate, scalingCertificate } from "./certificate/single-claims.ts"
export { type CertificateInput, type Written, writeCertificates } from "./certificate/write.ts"

// Theorems, runs and judgements
export { type Audit, audit, type AuditPlan, judge } from "./audit/audit.ts"
export { coverageSweep, type CoverageSweep } from "./compare/coverage-slopes.ts"
export { runTrial } from "./run/run-trial.ts"
export { sweep, type SweepJob, type SweepParts, type SweepPoint } from "./run/sweep.ts"
export {
  compareOnChains,
  compareOnLocks,
  type ComparisonOptions,
  type Contestant,
  type HorizonFit,
  type TokenComparison
} from "./compare/token-comparisons.ts"
export type { Checkpoint, LayersRecord, RunRecord } from "./run/run-record.ts"
export { theorems } from "./theorem/registry.ts"
export type { Citation, Judgement, Subject, Theorem, TheoremId, Verdict } from "./theorem/theorem.ts"
