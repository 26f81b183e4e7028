/**
 * Measured exponents of an algorithm on RareGood: queries to a target suboptimality against C_cov and d (one run a point), and the fall of suboptimality with T_data along runs. Practical
 * parameters, exact suboptimality; the replication unit is the run.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { type ExponentEstimate, type ExponentInterval, fitExponentsWithinUnits } from "../statistics/exponent-fit.ts"
import type { ExponentJudgement } from "../statistics/exponent-judgement.ts"
import {
  groundOf,
  groundsBy,
  inThisProcess,
  queriesOf,
  sweep,
  type SweepJob,
  type SweepPoint,
  trialsOf
} from "../run/sweep.ts"
import { medianExponent } from "../statistics/median-exponent.ts"
import { type ExponentKey, judgedExponent } from "./predictions.ts"

/** One measured exponent, beside its prediction where there is one. */
export interface MeasuredExponent extends ExponentKey {
  readonly algorithm: string
  /** undefined: too few runs reached the target; `note` says which. */
  readonly fit: ExponentEstimate | ExponentInterval | undefined
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

/** Grounds of RareGood, with no digest but their name: nothing certifies these runs. */
const rareGrounds = () => {
  const specs = new Map<string, { readonly C: number; readonly d: number }>()
  return {
    specOf: (C: number, d: number): string => {
      const spec = `rare-good:C=${C},d=${d}`
      specs.set(spec, { C, d })
      return spec
    },
    ground: groundsBy((spec) => groundOf(finiteInstance(rareGood(specs.get(spec)!), spec), spec))
  }
}

/** An exponent beside what is predicted of it. */
const measured = (
  plan: ExponentPlan,
  key: ExponentKey,
  fit: ExponentEstimate | ExponentInterval | undefined,
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
  const { ground, specOf } = rareGrounds()
  const points: Array<SweepPoint> = []
  const missed = new Set<number>()
  for (const value of values) {
    const spec = variable === "C_cov" ? specOf(value, D) : specOf(C, value)
    const target = TARGET * ground(spec).problem.rewardRange
    const job = { algorithm: algorithm.name, spec, at: value, target, interpreter: "exact-law", seed } as const
    const budget = { rewardQueries: reach.rewardQueries }
    const made = yield* sweep(
      trialsOf(reach.trials).map((trial): SweepJob => ({ ...job, trial, budget })),
      {
        ground,
        make: inThisProcess(() => algorithm),
        onStart: () => progress?.(`${algorithm.name} on ${spec}`)
      }
    )
    points.push(...made)
    // Larger instances cost more and are missed as well.
    if (made.some(({ reached }) => !reached)) {
      missed.add(value)
      break
    }
  }
  const reached = points.filter(({ at }) => !missed.has(at))
  const stands = new Set(reached.map(({ at }) => at)).size
  const name = variable === "C_cov" ? "C" : "d"
  const where = `${name} = ${values[0]} … ${values[Math.max(0, stands - 1)]}`
  const short = missed.size > 0 ? `; not reached at ${name} = ${[...missed].join(", ")}` : ""
  return (["T_data", "T_comp"] as const).map((quantity) => {
    const counts = reached.map((point) => ({
      value: variable === "C_cov" ? point.coverage : point.at,
      count: queriesOf(point, quantity)
    }))
    const fit = stands < LEAST_VALUES ? undefined : medianExponent(variable, counts, level)
    return measured(
      plan,
      { quantity, variable },
      fit,
      fit === undefined ? `reached at ${stands} values of ${name} only` : `${where}, ${reach.trials} runs each${short}`
    )
  })
})

/** The tail of a run, as a share of its budget: before it the curve is a transient, not a rate. */
const TAIL = 1 / 16

/** How suboptimality falls with T_data along runs, from a sixteenth of the budget to the whole. */
const alongRuns = Effect.fnUntraced(function* (plan: ExponentPlan): Effect.fn.Return<MeasuredExponent> {
  const key = { quantity: "suboptimality", variable: "T_data" } as const
  const { algorithm, progress, reach, seed } = plan
  const budget = reach.curve
  const { ground, specOf } = rareGrounds()
  const spec = specOf(C, D)
  const target = CURVE_TARGET * ground(spec).problem.rewardRange
  const points = yield* sweep(
    trialsOf(reach.trials).map((trial): SweepJob => ({
      algorithm: algorithm.name,
      spec,
      at: budget,
      target,
      stop: false,
      interpreter: "exact-law",
      seed,
      trial,
      budget: { rewardQueries: BigInt(budget) }
    })),
    {
      ground,
      make: inThisProcess(() => algorithm),
      onStart: () => progress?.(`${algorithm.name} on ${spec}`)
    }
  )
  const rows = points.flatMap(({ curve, trial }) => {
    const tail = curve.filter((c) => c.rewardQueries >= TAIL * budget)
    if (tail.length < LEAST_POINTS || tail.some((c) => c.suboptimality <= 0)) return []
    return tail.map((c) => ({ unit: trial, x: c.rewardQueries, y: c.suboptimality }))
  })
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
