/** What a report is made of: plain data, so that the page is a function of it and of nothing else. */
import type { Judgement, Verdict } from "../src/theorem/theorem.ts"

/** One run to a target suboptimality, at one instance of a family. */
export interface ScalingPoint {
  readonly algorithm: string
  /** C_cov(π*_β). */
  readonly coverage: number
  readonly rewardQueries: number
  readonly samplingQueries: number
}

/** A fitted exponent in C_cov beside the predicted one. */
export interface ScalingSlope {
  readonly algorithm: string
  readonly quantity: "T_data" | "T_comp"
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  readonly level: number
  readonly predicted: number | undefined
  readonly margin: number | undefined
  readonly verdict: Verdict | undefined
}

export interface Scaling {
  /** What was swept, for people. */
  readonly setting: string
  /** Units of reward. */
  readonly target: number
  readonly points: ReadonlyArray<ScalingPoint>
  readonly slopes: ReadonlyArray<ScalingSlope>
}

/** T_data → suboptimality along runs of some algorithms on one instance. */
export interface Curves {
  readonly title: string
  readonly caption: string
  /** J* − J_β(π_ref). */
  readonly start: number
  /** Units of reward; undefined: none drawn. */
  readonly target: number | undefined
  /** Slope of log suboptimality in log T_data that theory predicts for the first algorithm. */
  readonly predictedSlope: number | undefined
  readonly runs: ReadonlyArray<{
    readonly algorithm: string
    readonly points: ReadonlyArray<{ readonly rewardQueries: number; readonly suboptimality: number }>
  }>
}

/** One audit, as the verdict table shows it. */
export interface AuditSummary {
  readonly algorithm: string
  readonly title: string
  readonly instance: string
  readonly digest: string
  /** Oracle, parameters, trials, seed: one line. */
  readonly setting: string
  /** The call that makes the same runs. */
  readonly command: string
  /** Path of its run.json, relative to the page. */
  readonly record: string
  readonly trials: number
  readonly worstSuboptimality: number
  readonly referenceSuboptimality: number
  readonly rewardQueries: bigint
  readonly samplingQueries: bigint
  readonly judgements: ReadonlyArray<Judgement>
}

export interface Continuation {
  readonly text: string
  /** r*(x,y). */
  readonly meanReward: number
}

/** What base model and learned policy write after the same openings. */
export interface Writing {
  readonly rewardRange: number
  /** Sampling queries that one continuation of the learned policy took, on average. */
  readonly drawsPerContinuation: number
  readonly openings: ReadonlyArray<{
    readonly opening: string
    readonly reference: ReadonlyArray<Continuation>
    readonly learned: ReadonlyArray<Continuation>
  }>
}

/** Queries to the target on real text: the sentence at the top of the page. */
export interface Headline {
  /** Units of reward. */
  readonly target: number
  readonly rewardRange: number
  /** Mean reward queries until the target was first met. */
  readonly rewardQueries: ReadonlyArray<{ readonly algorithm: string; readonly queries: number }>
}

/** Mean over runs, and half of its t interval where there are two or more. */
export interface MeanCount {
  readonly mean: number
  readonly half: number | undefined
}

/** A checkpoint on a stratum of questions. */
export interface CheckpointRow {
  readonly stratum: string
  /** Tokens of training, as people say it. */
  readonly checkpoint: string
  readonly questions: number
  /** Mean p(right). */
  readonly right: number
  /** C_cov(π*_β), exact. */
  readonly coverage: number
  /** To the target; undefined where a run did not reach it. */
  readonly costs: ReadonlyArray<{
    readonly algorithm: string
    readonly T_data: MeanCount | undefined
    readonly T_comp: MeanCount | undefined
  }>
}

/** A question, and how likely its right answer is before and after learning. */
export interface Answered {
  readonly question: string
  readonly right: string
  /** The likeliest wrong answer of the base model. */
  readonly wrong: string
  readonly reference: number
  readonly learned: number
}

export interface CheckpointStudy {
  /** In units of R. */
  readonly target: number
  readonly trials: number
  readonly rows: ReadonlyArray<CheckpointRow>
  readonly exponents: ReadonlyArray<{
    readonly algorithm: string
    readonly quantity: "T_data" | "T_comp"
    readonly estimate: number
    readonly lower: number
    readonly upper: number
    readonly level: number
  }>
  /** Whose answers are shown. */
  readonly shown: string
  readonly answers: ReadonlyArray<Answered>
}

export interface ReportData {
  readonly version: string
  readonly node: string
  readonly command: string
  readonly seed: number
  readonly headline: Headline
  readonly checkpoints: CheckpointStudy
  readonly scaling: Scaling
  readonly curves: ReadonlyArray<Curves>
  readonly writing: Writing
  readonly audits: ReadonlyArray<AuditSummary>
}
