/** What the main job runs: sizes chosen so that all of it fits in under a minute on two cores, and every draw on the corpus is a real one. */
import { bestOfNElliptic } from "../../algorithm/best-of-n-elliptic.ts"
import { passive } from "../../algorithm/passive.ts"
import { spannerSamplingAdaptive } from "../../algorithm/spanner-sampling-adaptive.ts"
import { spannerSampling } from "../../algorithm/spanner-sampling.ts"
import type { AuditPlan } from "../../audit/audit.ts"
import type { CoveragePlan } from "../../compare/coverage-slopes.ts"
import { instanceDigest } from "../../instance/digest.ts"
import { rareGoodFamily } from "../../instance/families/rare-good.ts"
import { instantiate } from "../../instance/family.ts"
import type { Instance } from "../../instance/instance.ts"
import { CHECKPOINTS } from "../../language-model/checkpoints.ts"
import { corpusFamily } from "../../model/corpus-instance.ts"
import { problemOf } from "../../oracle/interpreter.ts"
import type { CheckpointPlan } from "./checkpoint-study.ts"
import { optimum } from "../../policy/optimum.ts"

/** Target suboptimality, in units of R: ε of every goal here. */
export const TARGET = 0.1
const DELTA = 0.02
const LEVEL = 0.01

/** Runs on the corpus, per algorithm. */
const CORPUS_TRIALS = 3
/** Phase 2 of SpannerSampling on the corpus: about 10⁵ literal draws a round. */
const CORPUS_ROUNDS = 40
/** Pairs of passive exploration on the corpus: enough to meet the rare word several times. */
const CORPUS_PAIRS = 20_000
const SWEEP_TRIALS = 24
const CURVE_TRIALS = 5
const SHOWN_QUESTIONS = 5
const CURVE_PAIRS = 500_000

const goalOf = (instance: Instance) => ({
  epsilon: TARGET * instance.exact.rewardRange,
  delta: DELTA,
  coverage: optimum(instance.exact).coverage
})

export interface PlannedAudit extends AuditPlan {
  readonly title: string
  readonly parametersFrom: string
  /** SPEC as a person would type it. */
  readonly asked: string
}

export interface DemoPlan {
  readonly corpus: Instance
  /** SpannerSampling on the corpus, passive on the corpus, SpannerSampling at T7's own constants on RareGood. */
  readonly audits: ReadonlyArray<PlannedAudit>
  /** Both algorithms with practical parameters on RareGood, run to their end for the curves. */
  readonly curves: ReadonlyArray<AuditPlan>
  readonly sweep: CoveragePlan
  readonly checkpoints: CheckpointPlan
}

/** The plan of a seed. @param corpus the English; a smaller one makes a quicker demo. Throws BackendUnavailable without the corpus. */
export const demoPlan = (seed: number, corpus: Instance = instantiate(corpusFamily)): DemoPlan => {
  const corpusDigest = instanceDigest(corpus)
  const goal = goalOf(corpus)
  const problem = problemOf(corpus)
  const rare = instantiate(rareGoodFamily, { C: 1e4, d: 2 })
  const rareGoal = goalOf(rare)
  const rareProblem = problemOf(rare)
  const onRare = {
    instance: rare,
    digest: instanceDigest(rare),
    goal: rareGoal,
    interpreter: "exact-law",
    seed,
    level: LEVEL
  } as const
  const onCorpus = {
    instance: corpus,
    digest: corpusDigest,
    goal,
    interpreter: "literal",
    seed,
    trials: CORPUS_TRIALS,
    level: LEVEL
  } as const
  return {
    corpus,
    audits: [
      {
        ...onCorpus,
        title: "English, SpannerSampling",
        asked: "corpus",
        algorithm: spannerSampling,
        parameters: { ...spannerSampling.practical(problem, goal), rounds: CORPUS_ROUNDS },
        parametersFrom: `practical,rounds=${CORPUS_ROUNDS}`
      },
      {
        ...onCorpus,
        title: "English, passive",
        asked: "corpus",
        algorithm: passive,
        parameters: { ...passive.practical(problem, goal), pairs: CORPUS_PAIRS },
        parametersFrom: `practical,pairs=${CORPUS_PAIRS}`
      },
      {
        ...onRare,
        title: "RareGood, T7's own constants",
        asked: "rare-good:C=1e4,d=2",
        algorithm: spannerSampling,
        parameters: spannerSampling.fromTheory(rareProblem, rareGoal),
        parametersFrom: "theory",
        trials: 2
      }
    ],
    curves: [spannerSampling, passive].map((algorithm) => ({
      ...onRare,
      algorithm,
      parameters:
        algorithm === passive
          ? { ...passive.practical(rareProblem, rareGoal), pairs: CURVE_PAIRS }
          : algorithm.practical(rareProblem, rareGoal),
      trials: CURVE_TRIALS
    })),
    sweep: {
      // The learner that is not told C_cov leads: of the one that is, T_comp in C_cov is put in by hand.
      algorithms: [spannerSamplingAdaptive, bestOfNElliptic, passive, spannerSampling],
      coverages: [10, 100, 1e3, 1e4, 1e5, 1e6],
      instance: (C) => instantiate(rareGoodFamily, { C, d: 2 }),
      target: TARGET,
      trials: SWEEP_TRIALS,
      seed,
      interpreter: "exact-law"
    },
    checkpoints: {
      checkpoints: CHECKPOINTS,
      algorithms: [spannerSampling, bestOfNElliptic, passive],
      strata: [
        { title: "16 held-out questions of arithmetic", options: {} },
        {
          title: "8 hard ones: p(right) from 1e-4 to 1e-3",
          options: { questions: 8, limit: 1000, least: 1e-4, most: 1e-3 }
        }
      ],
      target: TARGET,
      trials: SWEEP_TRIALS,
      seed,
      shown: "250k",
      questions: SHOWN_QUESTIONS
    }
  }
}
