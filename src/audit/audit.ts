/**
 * An audit: independent seeded trials of one algorithm on one instance, each theorem it claims held against the records. Beside the records and verdicts it
 * keeps what the base model itself scores, so that a promise is seen not to be vacuous.
 */
import * as Effect from "effect/Effect"
import type { Goal } from "../algorithm/algorithm.ts"
import { type Optimum, optimum, referenceSuboptimality } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { failureOf, judgementsOf, undecided } from "../theorem/judging.ts"
import { judgeOwnClaims } from "../theorem/own-claims.ts"
import { theorems } from "../theorem/registry.ts"
import { subjectOf } from "../theorem/subject.ts"
import type { Judgement, Subject } from "../theorem/theorem.ts"
import { requireCount, requireLevel, requirePositive } from "../statistics/domain.ts"
import { type RunOptions, runTrial } from "../run/run-trial.ts"

/** What to audit: an algorithm on an instance, with the parameters of a goal, for so many seeded trials. */
export interface AuditPlan extends Omit<RunOptions, "best" | "progress" | "target" | "trial"> {
  readonly goal: Goal
  readonly trials: number
  /** Level of each probabilistic verdict. */
  readonly level: number
  readonly progress?: (trial: number, phase: string, done: number, total: number) => void
  /** Called with each finished trial, so that what was computed outlives an interruption. */
  readonly onTrial?: (record: RunRecord) => void
  /** Makes a trial; undefined where it failed and that has been said. Default: in this process. */
  readonly run?: (options: RunOptions) => Effect.Effect<RunRecord | undefined>
}

/** What an audit found: its records, and a judgement for each clause of each claim. */
export interface Audit {
  readonly plan: AuditPlan
  readonly subject: Subject
  readonly best: Optimum
  /** J* − J_β(π_ref): where an algorithm starts. */
  readonly referenceSuboptimality: number
  readonly records: ReadonlyArray<RunRecord>
  readonly judgements: ReadonlyArray<Judgement>
}

/**
 * Judges records against every theorem the algorithm claims, against the impossibilities, claimed or not, and against what it claims for itself.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { audit, judge, passive, problemOf } from "coverbound"
 * import { instanceDigest, namedInstance } from "coverbound/instance"
 *
 * const instance = namedInstance("rare-good:C=10,d=2")
 * const goal = { epsilon: 0.1, delta: 0.1, coverage: 10 }
 * const { records, subject } = await Effect.runPromise(
 *   audit({
 *     algorithm: passive,
 *     instance,
 *     digest: instanceDigest(instance),
 *     parameters: passive.practical(problemOf(instance), goal),
 *     goal,
 *     interpreter: "literal",
 *     seed: 1,
 *     trials: 2,
 *     level: 0.01
 *   })
 * )
 * // The same runs at another level.
 * for (const { theorem, part, verdict } of judge(subject, records, 1e-6)) console.log(theorem, part, verdict) // => T1 identity supported
 * // => T2 bound supported
 * ```
 */
export const judge = (subject: Subject, records: ReadonlyArray<RunRecord>, level: number): ReadonlyArray<Judgement> => [
  ...theorems
    .filter((t) => t.universal === true || subject.algorithm.claims.includes(t.id))
    .flatMap((t) => judgementsOf(t, subject, records, level)),
  ...ownJudgements(subject, records, level)
]

/** As {@link judgementsOf} for what the algorithm claims for itself: a judge that throws loses no run. */
const ownJudgements: typeof judgeOwnClaims = (subject, records, level) => {
  try {
    return judgeOwnClaims(subject, records, level)
  } catch (error) {
    return [undecided("evidence", "own", "judge", failureOf(error))]
  }
}

/** The audit of a plan by these trials of it. @param best the instance's optimum, if already at hand */
export const auditOf = (
  plan: AuditPlan,
  records: ReadonlyArray<RunRecord>,
  best = optimum(plan.instance.exact)
): Audit => {
  const subject = subjectOf(plan, best)
  return {
    plan,
    subject,
    best,
    referenceSuboptimality: referenceSuboptimality(plan.instance.exact, best),
    records,
    judgements: judge(subject, records, plan.level)
  }
}

/** The runs of a plan, one a trial. */
export function* runsOf(plan: AuditPlan, best: Optimum): Generator<RunOptions> {
  const { goal: _, level: __, onTrial: ___, progress: ____, run: _____, trials, ...options } = plan
  for (let trial = 0; trial < trials; trial++) yield { ...options, best, trial }
}

/**
 * Runs a plan's trials one after another, and judges them: every theorem that the algorithm claims, every impossibility that applies, and what it claims for itself.
 *
 * A spent budget ends a trial and is an outcome. Dies of a RangeError for trials, a level, ε or δ out of range, with ExactLawUnavailable or TokenSideMissing where the
 * interpreter or the algorithm cannot serve the instance.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { audit, problemOf, spannerSampling } from "coverbound"
 * import { instanceDigest, namedInstance, optimum } from "coverbound/instance"
 *
 * const instance = namedInstance("rare-good:C=1e4,d=2")
 * const goal = { epsilon: 0.1, delta: 0.02, coverage: optimum(instance.exact).coverage }
 * const { judgements, records } = await Effect.runPromise(
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
 * console.log(records[0].suboptimality.value < goal.epsilon) // => true
 * const t3 = judgements.find(({ theorem }) => theorem === "T3")
 * console.log(t3?.part, t3?.verdict, t3?.relation) // => size supported <=
 * ```
 */
export const audit = Effect.fnUntraced(function* (plan: AuditPlan): Effect.fn.Return<Audit> {
  requireCount("trials", plan.trials)
  requirePositive("goal.epsilon", plan.goal.epsilon)
  requireLevel("goal.delta", plan.goal.delta)
  requireLevel("level", plan.level)
  const best = optimum(plan.instance.exact)
  const records: Array<RunRecord> = []
  const { onTrial, progress, run = runTrial } = plan
  for (const options of runsOf(plan, best)) {
    const record = yield* run({
      ...options,
      ...(progress === undefined
        ? {}
        : { progress: (phase, done, total) => progress(options.trial, phase, done, total) })
    })
    if (record === undefined) continue
    records.push(record)
    onTrial?.(record)
  }
  return auditOf(plan, records, best)
})
