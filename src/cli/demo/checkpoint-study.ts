/**
 * A transformer along its training: how well it covers right answers at each checkpoint, what learning the rest costs in rewards and in draws, and what it
 * answers before and after. All questions, then hard ones, whose right answer has between one chance in ten thousand and one in a thousand.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../../algorithm/algorithm.ts"
import { instantiate, type OptionValues } from "../../instance/family.ts"
import { arithmeticFamily } from "../../language-model/arithmetic-instance.ts"
import type { CheckpointName } from "../../language-model/checkpoints.ts"
import type { OracleServices } from "../../oracle/interpreter.ts"
import { logRatio } from "../../policy/evaluate.ts"
import { exponentsOfQueries, isFitted } from "../../compare/measured-exponent.ts"
import { runsOn } from "../../compare/stands.ts"
import { type Ground, groundOf, queriesOf, type SweepPoint } from "../../run/sweep.ts"
import { learnedPolicy } from "./learned-policy.ts"
import type { RunRecord } from "../../run/run-record.ts"
import { meanInterval } from "../../statistics/mean-interval.ts"

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

export interface CheckpointPlan {
  readonly checkpoints: ReadonlyArray<CheckpointName>
  readonly algorithms: ReadonlyArray<AnyAlgorithm<OracleServices>>
  /** Options of `arithmetic` for each stratum. */
  readonly strata: ReadonlyArray<{ readonly title: string; readonly options: OptionValues }>
  /** Suboptimality to reach, in units of R = 1. */
  readonly target: number
  readonly trials: number
  readonly seed: number
  /** Whose answers are shown: of the first stratum, after the first algorithm. */
  readonly shown: CheckpointName
  readonly questions: number
}

/** Level of the intervals. */
const LEVEL = 0.05

/** Mean over runs; undefined where one did not reach the target. */
const meanOf = (points: ReadonlyArray<SweepPoint>, quantity: "T_data" | "T_comp"): MeanCount | undefined =>
  points.every(({ reached }) => reached)
    ? meanInterval(
        points.map((point) => queriesOf(point, quantity)),
        LEVEL
      )
    : undefined

/** p(right) of prompt x under π_ref·e^{ratio}. */
const rightMass = ({ instance: { exact } }: Ground, x: number, ratio?: Float64Array): number => {
  let mass = 0
  for (let row = exact.offsets[x]; row < exact.offsets[x + 1]; row++)
    if (exact.meanReward[row] === 1) mass += exact.reference[row] * (ratio === undefined ? 1 : Math.exp(ratio[row]))
  return mass
}

/** The likeliest answer that is wrong, and the right one, under π_ref and the learned policy. */
const answersOf = (ground: Ground, record: RunRecord, questions: number): ReadonlyArray<Answered> => {
  const { exact } = ground.instance
  const ratio = logRatio(exact, learnedPolicy(record))
  return Array.from({ length: Math.min(questions, exact.offsets.length - 1) }, (_, x) => {
    let [right, wrong] = [-1, -1]
    for (let row = exact.offsets[x]; row < exact.offsets[x + 1]; row++) {
      if (exact.meanReward[row] === 1) right = row
      else if (wrong < 0 || exact.reference[row] > exact.reference[wrong]) wrong = row
    }
    // A class is called by its likeliest member.
    const nameOf = (row: number): string => (exact.responseLabels?.[row] ?? "").replace(/ and \d+ more$/, "")
    return {
      question: ground.instance.describePrompt(x),
      right: nameOf(right),
      wrong: nameOf(wrong),
      reference: rightMass(ground, x),
      learned: rightMass(ground, x, ratio)
    }
  })
}

/** Measures a plan. Runs are drawn in law. */
export const studyCheckpoints = Effect.fnUntraced(function* (
  plan: CheckpointPlan,
  progress: (made: number, total: number, what: string) => void = () => {}
): Effect.fn.Return<CheckpointStudy> {
  const { algorithms, checkpoints, questions, seed, shown, strata, target, trials } = plan
  const rows: Array<CheckpointRow> = []
  const points: Array<SweepPoint> = []
  let answers: ReadonlyArray<Answered> = []
  const total = strata.length * checkpoints.length
  for (const { options, title } of strata)
    for (const checkpoint of checkpoints) {
      progress(rows.length, total, `checkpoint ${checkpoint}`)
      const ground = groundOf(instantiate(arithmeticFamily, { ...options, checkpoint }))
      const { best, digest, instance } = ground
      const own = yield* runsOn({
        algorithms,
        stands: [{ value: best.coverage, instance, digest }],
        trials,
        seed,
        ask: () => ({ target, interpreter: "exact-law" }),
        onPoint: ({ algorithm, trial }, record) => {
          if (algorithm === algorithms[0].name && trial === 0 && checkpoint === shown && title === strata[0].title)
            answers = answersOf(ground, record, questions)
        }
      })
      points.push(...own)
      const X = instance.exact.promptProbabilities.length
      rows.push({
        stratum: title,
        checkpoint,
        questions: X,
        right: Array.from({ length: X }, (_, x) => rightMass(ground, x)).reduce((sum, p) => sum + p, 0) / X,
        coverage: best.coverage,
        costs: algorithms.map(({ name }) => {
          const of = own.filter(({ algorithm }) => algorithm === name)
          return { algorithm: name, T_data: meanOf(of, "T_data"), T_comp: meanOf(of, "T_comp") }
        })
      })
    }
  return {
    target,
    trials,
    shown,
    rows,
    answers,
    exponents: algorithms.flatMap(({ name }) =>
      exponentsOfQueries(name, "C_cov", points, ({ coverage }) => coverage, LEVEL)
        .filter(isFitted)
        .map(({ algorithm, fit: { estimate, lower, upper }, quantity }) => ({
          algorithm,
          quantity,
          estimate,
          lower,
          upper,
          level: LEVEL
        }))
    )
  }
})
