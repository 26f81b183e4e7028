/**
 * The critical budget of an algorithm: the T_comp at which it reaches ε with probability ½ (src/statistics/evidence.md). T7 and L1 together say that it is Θ(C), for a learner that is told C_cov and for
 * one that is not; success against T_comp/C_cov is then one curve.
 *
 * Each trial has a threshold of its own, the least budget of sampling queries with which it reaches ε, found by bisection: a budget cuts a run off and changes nothing
 * before, and a learner that is cut off gives what it has learned so far. The critical budget is the median of the thresholds, and their distribution is the success curve. Trials are added until the
 * median is enclosed within a stated factor, or there are no more.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { referenceSuboptimality } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { runTrial } from "../run/run-trial.ts"
import { goalOnGround, groundOf, runOptionsOf, type SweepJob, trialsOf } from "../run/sweep.ts"
import { type TrialData, type trialMaker, trialUnit } from "../run/trial-unit.ts"
import { SearchBackend, type SearchChoice } from "../search/session-search.ts"
import type { ExponentInterval } from "../statistics/exponent-fit.ts"
import { medianExponent, medianOf } from "../statistics/median-exponent.ts"
import { computationBound } from "../theorem/t7-spanner-sampling.ts"
import { type Unit, type UnitContext, Workshop } from "../work/workshop.ts"

export interface CriticalPlan {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** The instances, and what of each the budget is plotted against: C_cov, d, H. */
  readonly stands: ReadonlyArray<{ readonly value: number | undefined; readonly instance: Instance }>
  readonly variable: string
  /** In units of R; half of J* − J_β(π_ref) where π_ref is already that close. */
  readonly target: number
  /** At least and at most this many trials an instance. */
  readonly trials: readonly [least: number, most: number]
  /** Trials are enough where the enclosure of the median is at most this factor wide. */
  readonly within: number
  readonly level: number
  readonly seed: number
  readonly progress?: (done: number, of: number, what: string) => void
}

/** One instance's. */
export interface CriticalPoint {
  readonly spec: string
  /** Of the variable: C_cov itself where none was given. */
  readonly value: number
  readonly coverage: number
  readonly target: number
  /** Median threshold, and its enclosure at the plan's level; undefined where too few trials reached ε. */
  readonly critical: number | undefined
  readonly lower: number | undefined
  readonly upper: number | undefined
  /** In ascending order; ∞ where a trial never reached ε. */
  readonly thresholds: ReadonlyArray<number>
  /** T7's bound on T_comp at its own parameters, over the critical budget; undefined where T7 is not claimed. */
  readonly slack: number | undefined
}

/** Whether the curves of success against budget/value are one. */
export interface Collapse {
  readonly verdict: "one curve" | "different curves"
  /** The largest difference of two success curves at one budget/value, and between which. */
  readonly distance: number
  readonly between: readonly [string, string]
  /** What a difference must pass at this level, by the two-sample bound 2·exp(−2·nm/(n+m)·D²) for every pair. */
  readonly allowed: number
}

export interface Critical {
  readonly points: ReadonlyArray<CriticalPoint>
  readonly exponent: ExponentInterval | undefined
  readonly collapse: Collapse | undefined
}

/** Ratio at which a bisection ends. */
const RESOLUTION = 1.01

/** The least budget with which a trial reaches its target, to {@link RESOLUTION}. */
const thresholdOf = Effect.fnUntraced(function* (
  reaches: (budget: bigint | undefined) => Effect.Effect<{ readonly reached: boolean; readonly spent: number }>
) {
  const whole = yield* reaches(undefined)
  if (!whole.reached) return Infinity
  let [low, high] = [1, whole.spent]
  while (high > RESOLUTION * low) {
    const middle = Math.sqrt(low * high)
    const { reached } = yield* reaches(BigInt(Math.max(1, Math.round(middle))))
    if (reached) high = middle
    else low = middle
  }
  return high
})

/** Whether a run reached its target, and what it was charged. */
const outcomeOf =
  (target: number) =>
  ({ ledger, suboptimality }: RunRecord) => ({
    reached: suboptimality.value <= target,
    spent: Number(ledger.samplingQueries)
  })

export const THRESHOLD = "threshold"

/** A trial's threshold as a unit of work: the trial it is of says everything. */
const thresholdUnit = (options: Parameters<typeof trialUnit>[0], searches: SearchChoice): Unit => {
  const { key, ...unit } = trialUnit(options, searches)
  return { ...unit, kind: THRESHOLD, key: `${THRESHOLD} ${RESOLUTION} ${key}` }
}

/** Finds thresholds in a thread that makes trials. */
export const thresholdMaker =
  (trial: ReturnType<typeof trialMaker>) =>
  (data: unknown, context: UnitContext): Effect.Effect<number> => {
    const whole = data as TrialData & { readonly target: number }
    return thresholdOf((budget) =>
      Effect.map(
        trial(budget === undefined ? whole : { ...whole, budget: { samplingQueries: budget } }, context),
        outcomeOf(whole.target)
      )
    )
  }

const pointOn = Effect.fnUntraced(function* (
  plan: CriticalPlan,
  { instance, value }: CriticalPlan["stands"][number],
  onTrial: (trial: number) => void
): Effect.fn.Return<CriticalPoint> {
  const { algorithm, level, seed, trials, within } = plan
  const ground = groundOf(instance)
  const start = referenceSuboptimality(instance.exact, ground.best)
  const asked = plan.target * instance.exact.rewardRange
  const target = start <= asked ? start / 2 : asked
  const goal = goalOnGround(ground, target)
  const optionsOf = (trial: number) => {
    const job: SweepJob = {
      algorithm: algorithm.name,
      spec: instance.spec,
      at: value ?? ground.best.coverage,
      target,
      interpreter: "exact-law",
      seed,
      trial
    }
    return runOptionsOf(job, ground, algorithm)
  }
  const [workshop, searches] = [yield* Workshop, yield* SearchBackend]
  const threshold = (trial: number): Effect.Effect<number> =>
    workshop === undefined
      ? thresholdOf((budget) =>
          Effect.map(
            runTrial({
              ...optionsOf(trial),
              ...(budget === undefined ? {} : { budget: { samplingQueries: budget } })
            }),
            outcomeOf(target)
          )
        )
      : Effect.map(workshop.make(thresholdUnit(optionsOf(trial), searches)), (found) => found as number)
  const callOff = workshop?.ahead(
    (function* () {
      for (const trial of trialsOf(trials[1])) yield thresholdUnit(optionsOf(trial), searches)
    })()
  )
  const found: Array<number> = []
  let enclosed: ReturnType<typeof medianOf>
  for (let trial = 0; trial < trials[1]; trial++) {
    onTrial(trial)
    found.push(yield* threshold(trial))
    enclosed = medianOf(found, level)
    if (found.length >= trials[0] && enclosed !== undefined && enclosed.upper <= within * enclosed.lower) break
  }
  callOff?.()
  const known = enclosed !== undefined && Number.isFinite(enclosed.upper) ? enclosed : undefined
  const bound = algorithm.claims.includes("T7")
    ? Number(computationBound(algorithm.fromTheory(ground.problem, goal) as ParameterRecord))
    : undefined
  return {
    spec: instance.spec,
    value: value ?? ground.best.coverage,
    coverage: ground.best.coverage,
    target,
    critical: known?.median,
    lower: known?.lower,
    upper: known?.upper,
    thresholds: found.toSorted((a, b) => a - b),
    slack: known === undefined || bound === undefined ? undefined : bound / known.median
  }
})

/** Share of sorted values at most x. */
const shareBelow = (sorted: ReadonlyArray<number>, x: number): number => {
  let n = 0
  while (n < sorted.length && sorted[n] <= x) n++
  return n / sorted.length
}

/** Success at a budget of `perValue` times the point's value. */
export const successAt = ({ thresholds, value }: CriticalPoint, perValue: number): number =>
  shareBelow(thresholds, perValue * value)

/** Whether the success curves of all pairs of points agree. undefined for fewer than two points. */
export const collapseOf = (points: ReadonlyArray<CriticalPoint>, level: number): Collapse | undefined => {
  const pairs = points.flatMap((one, i) => points.slice(i + 1).map((other) => [one, other] as const))
  if (pairs.length === 0) return undefined
  const compared = pairs.map(([one, other]) => {
    const at = [one, other].flatMap(({ thresholds, value }) => thresholds.map((t) => t / value))
    const distance = at.reduce((most, x) => Math.max(most, Math.abs(successAt(one, x) - successAt(other, x))), 0)
    const [n, m] = [one.thresholds.length, other.thresholds.length]
    const allowed = Math.sqrt((Math.log((2 * pairs.length) / level) * (n + m)) / (2 * n * m))
    return { distance, allowed, between: [one.spec, other.spec] as const }
  })
  const farthest = compared.reduce((most, one) =>
    one.distance - one.allowed > most.distance - most.allowed ? one : most
  )
  return { verdict: farthest.distance > farthest.allowed ? "different curves" : "one curve", ...farthest }
}

/** Finds the critical budget on every instance. Each that misses ε is left out of the exponent, which then is undefined. */
export const criticalBudgets = Effect.fnUntraced(function* (plan: CriticalPlan): Effect.fn.Return<Critical> {
  const points: Array<CriticalPoint> = []
  for (const [i, stand] of plan.stands.entries())
    points.push(
      yield* pointOn(plan, stand, (trial) =>
        plan.progress?.(
          i + trial / plan.trials[1],
          plan.stands.length,
          `${plan.algorithm.name} on ${stand.instance.spec}`
        )
      )
    )
  const counts = points.flatMap(({ thresholds, value }) =>
    thresholds.map((t) => ({ value, count: Number.isFinite(t) ? t : undefined }))
  )
  return {
    points,
    exponent: medianExponent(plan.variable, counts, plan.level),
    collapse: collapseOf(points, plan.level)
  }
})
