/**
 * Measured exponents of an algorithm on RareGood: queries to a target suboptimality against C_cov and d (one run a point), and the fall of suboptimality with T_data along runs. Practical
 * parameters, exact suboptimality; the replication unit is the run.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm } from "../algorithm/algorithm.ts"
import { rareGood } from "../instance/families/rare-good.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { fitExponentsWithinUnits } from "../statistics/exponent-fit.ts"
import { exponentsOfQueries, type MeasuredExponent } from "./measured-exponent.ts"
import { judgedExponent } from "./predictions.ts"
import { runsOn, type Stand } from "./stands.ts"

/** One measured exponent, and what was varied and what was left out: which runs did not reach the target. */
export interface NotedExponent extends MeasuredExponent {
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

/** With no digest but its name: nothing certifies these runs. */
const standAt = (value: number, { C, d }: { readonly C: number; readonly d: number }): Stand => {
  const spec = `rare-good:C=${C},d=${d}`
  return { value, instance: finiteInstance(rareGood({ C, d }), spec), digest: spec }
}

/** Exponents in a variable that differs between instances. */
const acrossInstances = Effect.fnUntraced(function* (
  plan: ExponentPlan,
  variable: "C_cov" | "d",
  values: ReadonlyArray<number>
): Effect.fn.Return<ReadonlyArray<NotedExponent>> {
  const { algorithm, level, reach } = plan
  const { rewardQueries, trials } = reach
  const points = yield* runsOn({
    ...plan,
    algorithms: [algorithm],
    stands: values.map((value) => standAt(value, variable === "C_cov" ? { C: value, d: D } : { C, d: value })),
    trials,
    ask: (_, { problem }) => ({
      target: TARGET * problem.rewardRange,
      interpreter: "exact-law",
      budget: { rewardQueries }
    }),
    // Larger instances cost more and are missed as well.
    onPoint: ({ reached }) => reached
  })
  const missed = points.find(({ reached }) => !reached)?.at
  const counted = points.filter(({ at }) => at !== missed)
  const stands = new Set(counted.map(({ at }) => at)).size
  const name = variable === "C_cov" ? "C" : "d"
  const where = `${name} = ${values[0]} … ${values[Math.max(0, stands - 1)]}, ${trials} runs each`
  const short = missed === undefined ? "" : `; not reached at ${name} = ${missed}`
  const value = ({ at, coverage }: { readonly at: number; readonly coverage: number }): number =>
    variable === "C_cov" ? coverage : at
  return exponentsOfQueries(algorithm.name, variable, stands < LEAST_VALUES ? [] : counted, value, level).map(
    (found) => ({
      ...found,
      note: found.fit === undefined ? `reached at ${stands} values of ${name} only` : `${where}${short}`
    })
  )
})

/** The tail of a run, as a share of its budget: before it the curve is a transient, not a rate. */
const TAIL = 1 / 16

/** How suboptimality falls with T_data along runs, from a sixteenth of the budget to the whole. */
const alongRuns = Effect.fnUntraced(function* (plan: ExponentPlan): Effect.fn.Return<NotedExponent> {
  const { algorithm, level, reach } = plan
  const budget = reach.curve
  const points = yield* runsOn({
    ...plan,
    algorithms: [algorithm],
    stands: [standAt(budget, { C, d: D })],
    trials: reach.trials,
    ask: (_, { problem }) => ({
      target: CURVE_TARGET * problem.rewardRange,
      stop: false,
      interpreter: "exact-law",
      budget: { rewardQueries: BigInt(budget) }
    })
  })
  const rows = points.flatMap(({ curve, trial }) => {
    const tail = curve.filter((c) => c.rewardQueries >= TAIL * budget)
    if (tail.length < LEAST_POINTS || tail.some((c) => c.suboptimality <= 0)) return []
    return tail.map((c) => ({ unit: trial, x: c.rewardQueries, y: c.suboptimality }))
  })
  const units = new Set(rows.map(({ unit }) => unit)).size
  const key = { quantity: "suboptimality", variable: "T_data" } as const
  const found = { algorithm: algorithm.name, ...key }
  const span = `${TAIL * budget} … ${budget}`
  if (units < 2) return { ...found, fit: undefined, judgement: undefined, note: `no curve over ${span} rewards` }
  const [fit] = fitExponentsWithinUnits(
    {
      response: rows.map(({ y }) => y),
      predictors: { T_data: rows.map(({ x }) => x) },
      unit: rows.map(({ unit }) => unit)
    },
    level
  ).exponents
  const judgement = judgedExponent(algorithm.name, key, fit, level)
  return { ...found, fit, judgement, note: `T_data = ${span} along ${units} runs, C = ${C}, d = ${D}` }
})

/** All five exponents of one algorithm. */
export const rareGoodExponents = Effect.fnUntraced(function* (
  plan: ExponentPlan
): Effect.fn.Return<ReadonlyArray<NotedExponent>> {
  return [
    ...(yield* acrossInstances(plan, "C_cov", plan.reach.coverages)),
    ...(yield* acrossInstances(plan, "d", plan.reach.dimensions)),
    yield* alongRuns(plan)
  ]
})
