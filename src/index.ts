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
export { type CorpusInstance, corpusInstance } from "./model/corpus-instance.ts"

// What a learner may touch
export { Commitment, commit } from "./oracle/commitment.ts"
export { comparisonRounds } from "./oracle/comparison-rounds.ts"
export { ExactLawUnavailable } from "./oracle/exact-law.ts"
export { features, type Pair, Prompt, relativeFeature, Response } from "./oracle/handle.ts"
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
  type TiltedPair,
  type TiltRequest,
  WeakSampling
} from "./oracle/services.ts"

export { OutsideParameterSet, type ProperPlans } from "./oracle/strong.ts"

// Policies and their exact evaluation
export type { EllipticTest, TruncatedLinearTilt } from "./policy/elliptic-test.ts"
export { evaluate, type Evaluation } from "./policy/evaluate.ts"
export { type Optimum, optimum, referenceSuboptimality } from "./policy/optimum.ts"
export type { BasePolicy, LinearSoftmaxPolicy, Policy, TruncatedMixturePolicy } from "./policy/policy.ts"
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
export { BACKEND_CHOICES, type BackendChoice, openKernels } from "./kernel/open.ts"
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
export { exhaustive } from "./algorithm/exhaustive.ts"
export { passive } from "./algorithm/passive.ts"
export { algorithms } from "./algorithm/registry.ts"
export { softmaxSampler } from "./algorithm/softmax-sampler.ts"
export { spannerSampling } from "./algorithm/spanner-sampling.ts"
export { spannerSamplingConstants, theoryParameters } from "./algorithm/spanner-sampling-parameters.ts"

// Theorems, runs and judgements
export { type Audit, audit, type AuditPlan, judge } from "./audit/audit.ts"
export { coverageSweep, type Sweep as CoverageSweep } from "./audit/coverage-sweep.ts"
export { runTrial } from "./audit/run.ts"
export type { Checkpoint, RunRecord } from "./record/run-record.ts"
export { theorems } from "./theorem/registry.ts"
export type { Citation, Judgement, Subject, Theorem, TheoremId, Verdict } from "./theorem/theorem.ts"
