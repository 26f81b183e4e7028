/**
 * The critical budget of an algorithm: the T_comp at which it reaches ε with probability ½ (reports/manual/critical.md). T7 and L1 together say that it is Θ(C), for a learner that is told C_cov and for one that is not.
 *
 * Each trial has a threshold of its own, the least budget of sampling queries with which it reaches ε, found by bisection: a budget cuts a run off and changes nothing
 * before, and a learner that is cut off gives what it has learned so far. The critical budget is the median of the thresholds, and their distribution is the success curve.
 *
 * *Scale.* What a search of pairs waits for is a pair of which exactly one has the largest coverage, and it meets one in every {@link meetingDraws} draws, whatever else it does. In that unit, not in
 * C_cov (which is up to 30 % below 1/m where m is not small), success is one curve for a learner that needs the same number of such pairs at every C.
 *
 * *What L1 forbids.* T draws of π_ref hold a response of mass m with chance at most T·m: no success curve of a learner that must hold one, and has no other way to it ({@link mustHold}), lies above min{1, T·m}.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, ParameterRecord } from "../algorithm/algorithm.ts"
import type { Instance } from "../instance/instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { referenceSuboptimality } from "../policy/optimum.ts"
import type { RunRecord } from "../run/run-record.ts"
import { runTrial } from "../run/run-trial.ts"
import { goalOnGround, groundOf, runOptionsOf, type SweepJob, trialsOf } from "../run/sweep.ts"
import { meetingDraws, mustHold } from "./rare-response.ts"
import { type TrialData, type trialMaker, trialUnit } from "../run/trial-unit.ts"
import { SearchBackend, type SearchChoice } from "../search/session-search.ts"
import type { ExponentInterval } from "../statistics/exponent-fit.ts"
import { medianExponent, medianOf } from "../statistics/median-exponent.ts"
import { computationBound } from "../theorem/t7-spanner-sampling.ts"
import { type Unit, type UnitContext, Workshop } from "../work/workshop.ts"

export interface CriticalPlan {
  readonly algorithm: AnyAlgorithm<OracleServices>
  /** The instances, and what of each varies: C, d, H. */
  readonly stands: ReadonlyArray<{ readonly value: number; readonly instance: Instance }>
  readonly variable: string
  /** In units of R; half of J* − J_β(π_ref) where π_ref is already that close. */
  readonly target: number
  /** Trials an instance. */
  readonly trials: number
  readonly level: number
  readonly seed: number
  readonly progress?: (done: number, of: number, what: string) => void
}

/** One instance's. */
export interface CriticalPoint {
  readonly spec: string
  /** Of what varies. */
  readonly value: number
  /** Draws in which a pair is met of which exactly one has the largest coverage. */
  readonly meeting: number
  /** The largest chance that one draw has it. */
  readonly mass: number
  readonly coverage: number
  readonly target: number
  /** Median threshold, and its enclosure at the plan's level; undefined where too few trials reached ε. */
  readonly critical: number | undefined
  readonly lower: number | undefined
  readonly upper: number | undefined
  /** In ascending order; ∞ where a trial never reached ε. */
  readonly thresholds: ReadonlyArray<number>
  /** {@link mustHold}: only then does L1 speak of the success curve. */
  readonly needed: boolean
  /** T7's bound on T_comp at its own parameters, over the critical budget; undefined where T7 is not claimed. */
  readonly slack: number | undefined
}

/** Whether the curves of success against T_comp/{@link meetingDraws} are one. */
export interface Collapse {
  readonly verdict: "one curve" | "different curves"
  /** The largest difference of two success curves at one budget over its unit, and between which. */
  readonly distance: number
  readonly between: readonly [string, string]
  /** What a difference must pass at this level for some pair of curves. */
  readonly allowed: number
  /** The curves of this and all later points are one; undefined where not even the last two are. */
  readonly from: number | undefined
}

/** How the success curves lie to what L1 forbids. */
export interface Forbidden {
  readonly verdict: "not broken" | "broken"
  /** The largest excess of a success curve over min{1, T·m}; negative where all lie below. */
  readonly excess: number
  readonly on: string
  /** What an excess must pass at this level for some curve. */
  readonly allowed: number
}

export interface Critical {
  readonly points: ReadonlyArray<CriticalPoint>
  readonly exponent: ExponentInterval | undefined
  readonly collapse: Collapse | undefined
  /** Of learners that draw whole responses from π_ref alone, where one must be held. undefined for the others: tilted draws, names and tokens reach a response of mass m otherwise than with chance m a query. */
  readonly forbidden: Forbidden | undefined
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
  const { algorithm, level, seed, trials } = plan
  const ground = groundOf(instance)
  const start = referenceSuboptimality(instance.exact, ground.best)
  const asked = plan.target * instance.exact.rewardRange
  const target = start <= asked ? start / 2 : asked
  const goal = goalOnGround(ground, target)
  const optionsOf = (trial: number) => {
    const job: SweepJob = {
      algorithm: algorithm.name,
      spec: instance.spec,
      at: value,
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
      for (const trial of trialsOf(trials)) yield thresholdUnit(optionsOf(trial), searches)
    })()
  )
  const found: Array<number> = []
  for (const trial of trialsOf(trials)) {
    onTrial(trial)
    found.push(yield* threshold(trial))
  }
  callOff?.()
  const enclosed = medianOf(found, level)
  const known = enclosed !== undefined && Number.isFinite(enclosed.upper) ? enclosed : undefined
  const bound = algorithm.claims.includes("T7")
    ? Number(computationBound(algorithm.fromTheory(ground.problem, goal) as ParameterRecord))
    : undefined
  return {
    spec: instance.spec,
    value,
    ...meetingDraws(ground),
    needed: mustHold(ground, target),
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

/** Success at a budget of so many times {@link meetingDraws}. */
export const successAt = ({ meeting, thresholds }: CriticalPoint, units: number): number =>
  shareBelow(thresholds, units * meeting)

/**
 * What the distance of two empirical distribution functions of one law passes with chance at most `level`: for equal sizes by Wei and Dudley's two-sample bound, P ≤ 2.17·exp(−n·D²); else by
 * Massart's for each.
 *
 * Source: F. Wei and R. M. Dudley, Two-sample Dvoretzky–Kiefer–Wolfowitz inequalities, doi:10.1016/j.spl.2011.11.012.
 */
const allowedDistance = (n: number, m: number, level: number): number =>
  n === m
    ? Math.sqrt(Math.log(2.17 / level) / n)
    : Math.sqrt(Math.log(4 / level) / (2 * n)) + Math.sqrt(Math.log(4 / level) / (2 * m))

/** Whether the success curves of all pairs of points agree, and from which point on they do. undefined for fewer than two points. */
export const collapseOf = (points: ReadonlyArray<CriticalPoint>, level: number): Collapse | undefined => {
  const pairs = points.flatMap((one, i) => points.slice(i + 1).map((other) => [one, other] as const))
  if (pairs.length === 0) return undefined
  const compared = pairs.map(([one, other]) => {
    const at = [one, other].flatMap(({ meeting, thresholds }) => thresholds.map((t) => t / meeting))
    const distance = at.reduce((most, x) => Math.max(most, Math.abs(successAt(one, x) - successAt(other, x))), 0)
    const [n, m] = [one.thresholds.length, other.thresholds.length]
    const allowed = allowedDistance(n, m, level / pairs.length)
    return { distance, allowed, between: [one.spec, other.spec] as const, first: points.indexOf(one) }
  })
  const farthest = compared.reduce((most, one) =>
    one.distance - one.allowed > most.distance - most.allowed ? one : most
  )
  // All pairs share the level: what is said of some of them holds with what is said of all.
  const apart = compared.filter(({ allowed, distance }) => distance > allowed)
  const from = points[Math.max(-1, ...apart.map(({ first }) => first)) + 1]
  const { first: _, ...pair } = farthest
  return {
    verdict: apart.length > 0 ? "different curves" : "one curve",
    ...pair,
    from: from === points.at(-1) ? undefined : from.value
  }
}

/** Whether a success curve lies above what L1 allows, by Massart's one-sided bound, P ≤ exp(−2n·D²) each. undefined where L1 speaks of none. */
export const forbiddenOf = (all: ReadonlyArray<CriticalPoint>, level: number): Forbidden | undefined => {
  const points = all.filter(({ needed }) => needed)
  if (points.length === 0) return undefined
  const each = points.map(({ mass, spec, thresholds }) => {
    const n = thresholds.length
    const excess = thresholds.reduce((most, t, i) => Math.max(most, (i + 1) / n - Math.min(1, t * mass)), -1)
    return { excess, on: spec, allowed: Math.sqrt(Math.log(points.length / level) / (2 * n)) }
  })
  const worst = each.reduce((most, one) => (one.excess - one.allowed > most.excess - most.allowed ? one : most))
  return { verdict: worst.excess > worst.allowed ? "broken" : "not broken", ...worst }
}

/** Finds the critical budget on every instance. Each that misses ε is left out of the exponent, which then is undefined. */
export const criticalBudgets = Effect.fnUntraced(function* (plan: CriticalPlan): Effect.fn.Return<Critical> {
  const points: Array<CriticalPoint> = []
  for (const [i, stand] of plan.stands.entries())
    points.push(
      yield* pointOn(plan, stand, (trial) =>
        plan.progress?.(i + trial / plan.trials, plan.stands.length, `${plan.algorithm.name} on ${stand.instance.spec}`)
      )
    )
  const whole = plan.algorithm.oracle !== "token"
  const counts = points.flatMap(({ thresholds, value }) =>
    thresholds.map((t) => ({ value, count: Number.isFinite(t) ? t : undefined }))
  )
  return {
    points,
    exponent: medianExponent(plan.variable, counts, plan.level),
    collapse: whole ? collapseOf(points, plan.level) : undefined,
    forbidden: plan.algorithm.oracle === "weak" ? forbiddenOf(points, plan.level) : undefined
  }
})
