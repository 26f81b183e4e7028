/** Queries to a target along the axes of the plan, and the exponents fitted to them beside those that were promised. */
import * as Effect from "effect/Effect"
import type { RunRecord } from "../run/run-record.ts"
import { type ExponentInterval, fitExponents } from "../statistics/exponent-fit.ts"
import { type FormulaValues, parseFormula } from "../theorem/formula.ts"
import { formulaValues } from "../theorem/own-claims.ts"
import { type Axis, T7_EXPONENTS } from "./axes.ts"
import { goalOnGround, groundOf, queriesOf, sweep, type SweepJob, type SweepPoint, trialsOf } from "../run/sweep.ts"
import { medianExponent } from "../statistics/median-exponent.ts"
import type { TrialJob, TrialOutcome } from "./outcome.ts"
import { type AlgorithmDescription, announced, type Making } from "./runner.ts"

/** Runs to one target on one instance. */
export interface PointRuns {
  readonly spec: string
  /** ε in units of R. */
  readonly epsilon: number
  readonly coverage: number
  readonly values: FormulaValues
  readonly runs: ReadonlyArray<SweepPoint>
  /** Whether every run ended at or below ε; false also where none was made. */
  readonly reached: boolean
  readonly note: string | undefined
}

export interface ScalingSettings extends Making {
  /** The SPEC that stands for a point's where the learner must not know it. Default: its own. */
  readonly hide?: (spec: string) => string
  readonly trials: number
  readonly onTrial: (what: string, outcome: TrialOutcome) => boolean
}

const DELTA = 0.1

/** Why there are no more runs where there is no budget for them: then they may be asked for again. */
export const SPENT = "the budget was spent"

/**
 * Runs to targets, each point once however many axes and comparisons ask for it: a sweep whose runs the runner makes, which may be another process, and so with its
 * failures and skipped trials.
 */
export class TargetRuns {
  /** Every run made so far. */
  readonly records: Array<RunRecord> = []
  private readonly settings: ScalingSettings
  private readonly done = new Map<string, PointRuns>()

  constructor(settings: ScalingSettings) {
    this.settings = settings
  }

  /** Points some run of which ended above its target. */
  get missed(): ReadonlyArray<Pick<PointRuns, "spec" | "epsilon">> {
    return [...this.done.values()].filter(({ runs }) => runs.some((run) => !run.reached))
  }

  /** The runs of a point. */
  at = Effect.fnUntraced(function* (
    this: TargetRuns,
    plain: string,
    epsilon: number,
    interpreter: TrialJob["interpreter"]
  ): Effect.fn.Return<PointRuns> {
    const spec = this.settings.hide?.(plain) ?? plain
    const key = `${spec} ${epsilon}`
    const known = this.done.get(key)
    if (known !== undefined) return known
    const { onTrial, over, resolve, runner, seed, trials } = this.settings
    const ground = groundOf(resolve(spec), spec)
    const { best, problem } = ground
    const target = epsilon * problem.rewardRange
    const goal = goalOnGround(ground, target, DELTA)
    let note: string | undefined
    let goesOn = true
    const jobOf = (trial: number) =>
      ({ spec, goal, parameters: "practical", interpreter, seed, trial, target, checkpoints: true }) as const
    const make = Effect.fnUntraced(function* ({ trial }: SweepJob) {
      if (over()) {
        note = SPENT
        return undefined
      }
      const outcome = yield* runner.trial(jobOf(trial))
      goesOn = onTrial(`${spec}, ε = ${epsilon} R`, outcome)
      if (outcome.kind === "finished") return outcome.record
      note = outcome.kind === "failed" ? outcome.failure.note : outcome.why
      return undefined
    })
    const { name } = runner.description
    const callOff = yield* announced(runner, trialsOf(trials).map(jobOf))
    const runs = yield* sweep(
      trialsOf(trials).map((trial) => ({ algorithm: name, spec, at: epsilon, target, interpreter, seed, trial })),
      {
        ground: () => ground,
        make,
        onPoint: ({ reached, suboptimality }, record) => {
          this.records.push(record)
          if (!reached) note = `ended ${suboptimality.toPrecision(2)} above the optimum, ε = ${target}`
          return reached && goesOn
        }
      }
    )
    callOff()
    const point: PointRuns = {
      spec,
      epsilon,
      coverage: best.coverage,
      values: formulaValues({ problem, goal }),
      runs,
      reached: runs.length === trials && note === undefined,
      note
    }
    if (note !== SPENT) this.done.set(key, point)
    return point
  })
}

export interface ExponentRow {
  readonly quantity: "T_data" | "T_comp"
  readonly of: Axis["of"]
  /** Of the medians over runs, with a 95 % interval; undefined where there is none. */
  readonly fit: ExponentInterval | undefined
  /** The largest exponent promised, and by what. */
  readonly predicted: { readonly exponent: number; readonly by: string } | undefined
  /**
   * How the interval lies to what was promised. Not a verdict: what is promised bounds the queries of whole runs, which each case holds it to; queries to a target
   * are fewer, and may grow faster below the bound.
   */
  readonly stands: "within" | "above" | "open" | undefined
  /** Why there is no fit. */
  readonly note: string | undefined
  readonly points: ReadonlyArray<{ readonly value: number; readonly queries: number }>
}

const INTERVAL = 0.05
/** Room for the logarithmic factors of a promise up to Õ. */
const MARGIN = 0.1

/** What the algorithm promises of an exponent: its own bound's where it states one, else T7's where it claims that. */
const promised = (
  { bounds, claims }: AlgorithmDescription,
  quantity: ExponentRow["quantity"],
  axis: Axis,
  points: ReadonlyArray<PointRuns>,
  values: ReadonlyArray<number>
): ExponentRow["predicted"] => {
  const text = bounds?.[quantity]
  if (text !== undefined) {
    const formula = parseFormula(text)
    const response = points.map((point) => formula.value(point.values))
    if (!response.every((v) => v > 0 && v < Infinity)) return undefined
    const [fit] = fitExponents({ response, predictors: { x: values } }, INTERVAL).exponents
    return { exponent: Math.round(1000 * fit.estimate) / 1000, by: `own ${quantity}` }
  }
  const exponent = T7_EXPONENTS[`${quantity} in ${axis.of}`]
  return claims.includes("T7") && exponent !== undefined ? { exponent, by: "T7" } : undefined
}

/** Fits the exponents of one axis. */
export const exponentRows = Effect.fnUntraced(function* (
  axis: Axis,
  runs: TargetRuns,
  description: AlgorithmDescription
): Effect.fn.Return<ReadonlyArray<ExponentRow>> {
  const points: Array<PointRuns> = []
  for (const { epsilon, spec } of axis.points) points.push(yield* runs.at(spec, epsilon, axis.interpreter))
  const missed = points.find((point) => !point.reached)
  const values = points.map((point, i) => axis.points[i].value ?? point.coverage)
  return axis.quantities.map((quantity): ExponentRow => {
    const rows = points.flatMap((point, i) =>
      point.runs.map((run) => ({ value: values[i], queries: queriesOf(run, quantity) }))
    )
    const row = { quantity, of: axis.of, points: rows }
    const unfitted = (why: string): ExponentRow => ({
      ...row,
      fit: undefined,
      predicted: undefined,
      stands: undefined,
      note: `not fitted: ${why}`
    })
    if (missed !== undefined)
      return unfitted(`at ${missed.spec}, ε = ${missed.epsilon} R: ${missed.note ?? "too few runs"}`)
    if (rows.some(({ queries }) => queries === 0)) return unfitted("it made no such query")
    const counts = rows.map(({ queries, value }) => ({ value, count: queries }))
    const fit = medianExponent(axis.of, counts, INTERVAL)
    if (fit === undefined) return unfitted(`${rows.length} runs are too few for an interval of medians`)
    const predicted = promised(description, quantity, axis, points, values)
    const most = (predicted?.exponent ?? Infinity) + MARGIN
    const stands =
      predicted === undefined ? undefined : fit.upper < most ? "within" : fit.lower > most ? "above" : "open"
    return { ...row, fit, predicted, stands, note: undefined }
  })
})
