/**
 * Measured exponents of an algorithm on RareGood: queries to a target suboptimality against C_cov and d (one run a point), and the fall of suboptimality with T_data along runs. Practical
 * parameters, exact suboptimality; the replication unit is the run.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import type { RunRecord } from "../run/run-record.ts"
import { type ExponentEstimate, fitExponentsWithinUnits } from "../statistics/exponent-fit.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import { runTrial } from "../run/run-trial.ts"
import { exponentOf, goalOnGround, type Ground, groundOf, queriesOf, runToTarget } from "../run/target-run.ts"
import { type ExponentKey, judgedExponent } from "./predictions.ts"

/** One measured exponent, beside its prediction where there is one. */
export interface MeasuredExponent extends ExponentKey {
  readonly algorithm: string
  /** undefined: too few runs reached the target; `note` says which. */
  readonly fit: ExponentEstimate | undefined
  readonly judgement: ExponentJudgement | undefined
  /** What was varied, and what was left out. */
  readonly note: string
}

/** How far an algorithm is followed. */
export interface Reach {
  /** C of RareGood. */
  readonly coverages: ReadonlyArray<number>
  readonly dimensions: ReadonlyArray<number>
  /** T_data of the runs whose curve is followed. */
  readonly curve: number
  readonly trials: number
  /** Reward queries after which a run is given up. */
  readonly rewardQueries: bigint
}

export interface ExponentPlan {
  readonly algorithm: AnyAlgorithm<OracleServices>
  readonly reach: Reach
  readonly seed: number
  /** Of each interval and judgement. */
  readonly level: number
  readonly progress?: (what: string) => void
}

/** Suboptimality to reach, in units of R, where C_cov or d varies. */
const TARGET = 0.1
/** Values of C or d that make a fit. */
const LEAST_VALUES = 3
/** Checkpoints that make a curve's tail: their schedule has a ratio of 1.1, so that a factor 16 has about 29. */
const LEAST_POINTS = 12
/** ε told to a run whose curve is followed, in units of R. */
const CURVE_TARGET = 1e-4
/** RareGood's d where C varies, and its C where d or ε varies. */
const [D, C] = [4, 100]

/** RareGood at C, with no digest but its name: nothing certifies these runs. */
const rareGround = (C: number, d: number): Ground => {
  const spec = `rare-good:C=${C},d=${d}`
  return groundOf(finiteInstance(rareGood({ C, d }), spec), spec)
}

/** An exponent beside what is predicted of it. */
const measured = (
  plan: ExponentPlan,
  key: ExponentKey,
  fit: ExponentEstimate | undefined,
  note: string
): MeasuredExponent => {
  const { algorithm, level } = plan
  return { algorithm: algorithm.name, ...key, fit, judgement: judgedExponent(algorithm.name, key, fit, level), note }
}

/** Exponents in a variable that differs between instances. */
const acrossInstances = Effect.fnUntraced(function* (
  plan: ExponentPlan,
  variable: "C_cov" | "d",
  values: ReadonlyArray<number>
): Effect.fn.Return<ReadonlyArray<MeasuredExponent>> {
  const { algorithm, level, progress, reach, seed } = plan
  const rows: Array<{ readonly value: number; readonly x: number; readonly run: RunRecord }> = []
  const missed = new Set<number>()
  for (const value of values) {
    const ground = variable === "C_cov" ? rareGround(value, D) : rareGround(C, value)
    for (let trial = 0; trial < reach.trials; trial++) {
      progress?.(`${algorithm.name} on ${ground.instance.spec}`)
      const { reached, record } = yield* runToTarget(ground, {
        algorithm,
        interpreter: "exact-law",
        seed,
        trial,
        budget: { rewardQueries: reach.rewardQueries },
        target: TARGET * ground.problem.rewardRange
      })
      if (reached) rows.push({ value, x: variable === "C_cov" ? ground.best.coverage : value, run: record })
      else missed.add(value)
    }
    // Larger instances cost more and are missed as well.
    if (missed.has(value)) break
  }
  const reached = rows.filter(({ value }) => !missed.has(value))
  const points = new Set(reached.map(({ value }) => value)).size
  const name = variable === "C_cov" ? "C" : "d"
  const where = `${name} = ${values[0]} … ${values[Math.max(0, points - 1)]}`
  const short = missed.size > 0 ? `; not reached at ${name} = ${[...missed].join(", ")}` : ""
  return (["T_data", "T_comp"] as const).map((quantity) => {
    const counts = reached.map(({ run, x }) => ({ value: x, count: queriesOf(run.ledger, quantity) }))
    const fit = exponentOf(variable, counts, level, LEAST_VALUES)
    return measured(
      plan,
      { quantity, variable },
      fit,
      fit === undefined ? `reached at ${points} values of ${name} only` : `${where}, ${reach.trials} runs each${short}`
    )
  })
})

/** The tail of a run, as a share of its budget: before it the curve is a transient, not a rate. */
const TAIL = 1 / 16

/** How suboptimality falls with T_data along runs, from a sixteenth of the budget to the whole. */
const alongRuns = Effect.fnUntraced(function* (plan: ExponentPlan): Effect.fn.Return<MeasuredExponent> {
  const key = { quantity: "suboptimality", variable: "T_data" } as const
  const budget = plan.reach.curve
  const ground = rareGround(C, D)
  const goal = goalOnGround(ground, CURVE_TARGET * ground.problem.rewardRange)
  const rows: Array<{ readonly unit: number; readonly x: number; readonly y: number }> = []
  for (let trial = 0; trial < plan.reach.trials; trial++) {
    plan.progress?.(`${plan.algorithm.name} on ${ground.instance.spec}`)
    const run = yield* runTrial({
      ...ground,
      algorithm: plan.algorithm,
      parameters: plan.algorithm.practical(ground.problem, goal),
      interpreter: "exact-law",
      seed: plan.seed,
      trial,
      budget: { rewardQueries: BigInt(budget) }
    })
    const tail = run.checkpoints.filter((c) => Number(c.rewardQueries) >= TAIL * budget)
    if (tail.length < LEAST_POINTS || tail.some((c) => c.suboptimality.value <= 0)) continue
    for (const c of tail) rows.push({ unit: trial, x: Number(c.rewardQueries), y: c.suboptimality.value })
  }
  const units = new Set(rows.map(({ unit }) => unit)).size
  if (units < 2) return measured(plan, key, undefined, `no curve over ${TAIL * budget} … ${budget} rewards`)
  const [fit] = fitExponentsWithinUnits(
    {
      response: rows.map(({ y }) => y),
      predictors: { T_data: rows.map(({ x }) => x) },
      unit: rows.map(({ unit }) => unit)
    },
    plan.level
  ).exponents
  return measured(plan, key, fit, `T_data = ${TAIL * budget} … ${budget} along ${units} runs, C = ${C}, d = ${D}`)
})

/** All five exponents of one algorithm. */
export const rareGoodExponents = Effect.fnUntraced(function* (
  plan: ExponentPlan
): Effect.fn.Return<ReadonlyArray<MeasuredExponent>> {
  return [
    ...(yield* acrossInstances(plan, "C_cov", plan.reach.coverages)),
    ...(yield* acrossInstances(plan, "d", plan.reach.dimensions)),
    yield* alongRuns(plan)
  ]
})
