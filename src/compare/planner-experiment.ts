/**
 * What proper exploration costs on DnfPrompts as terms grow wider: reward queries to a target for learners that differ in their planner alone, beside
 * SpannerSampling, which plans nothing (proper-exploration/statement.md). Every run is held against L2.
 *
 * Sharpness c and the number of variables stay fixed over k, so that d does, while C_cov = Θ(e^{(k−1)c}) grows. θ* satisfies one term drawn at random and is fair
 * on the other variables: nothing in the formula says which term pays, so a learner must come to know them all.
 */
import * as Effect from "effect/Effect"
import type { AnyAlgorithm, Goal } from "../algorithm/algorithm.ts"
import { spannerSampling } from "../algorithm/spanner-sampling.ts"
import {
  goalOnGround,
  groundOf,
  groundsBy,
  inThisProcess,
  sweep,
  type SweepJob,
  type SweepPoint,
  trialsOf
} from "../run/sweep.ts"
import type { AlgorithmReference } from "../run/trial-unit.ts"
import type { Instance } from "../instance/instance.ts"
import { finiteInstance } from "../instance/make-instance.ts"
import { Stream } from "../numeric/stream.ts"
import type { OracleServices } from "../oracle/interpreter.ts"
import { referenceSuboptimality } from "../policy/optimum.ts"
import { properExploration } from "../theorem/l2-proper-exploration.ts"
import type { Judgement } from "../theorem/theorem.ts"
import { type DnfFormula, termCount } from "../instance/families/dnf-formula.ts"
import { balancedDnf, plantedDnf } from "../instance/families/dnf-generators.ts"
import { dnfPrompts } from "../instance/families/dnf-prompts.ts"
import { exponentOfMedian, type FittedExponent, isFitted } from "./measured-exponent.ts"
import { dnfPlanner } from "./planners/dnf-planner.ts"
import { exhaustivePlanner } from "./planners/exhaustive-planner.ts"
import { gradientPlanner } from "./planners/gradient-planner.ts"
import { localSearchPlanner } from "./planners/local-search-planner.ts"
import { fairAssignment, type Planner } from "./planners/planner.ts"
import { randomPlanner } from "./planners/random-planner.ts"
import { probeRate } from "../../lower-bounds/proper-exploration/inequality.ts"
import { satisfiedTerms, signRounding } from "../../lower-bounds/proper-exploration/rounding.ts"

/** `balanced`: no assignment satisfies much, and less as k grows. `planted`: one satisfies half, and majorities show it. */
export type FormulaKind = "balanced" | "planted"

export interface PlannerExperiment {
  readonly formula: FormulaKind
  readonly variables: number
  readonly terms: number
  readonly widths: ReadonlyArray<number>
  /** c. */
  readonly sharpness: number
  /** Formulas for each width, one run of each learner on each. */
  readonly formulas: number
  readonly seed: number
  /** Target as a fraction of J* − J_β(π_ref). */
  readonly target: number
  /** Largest number of pairs of a proper learner. */
  readonly pairs: number
  /** Level of all counts of probes of the experiment together; every run has an equal share. */
  readonly level: number
  readonly progress?: (what: string) => void
}

export const plannerExperiment: Omit<PlannerExperiment, "progress"> = {
  formula: "balanced",
  variables: 16,
  terms: 48,
  widths: [2, 3, 4, 5, 6, 7, 8, 9, 10],
  sharpness: 3,
  formulas: 11,
  seed: 1,
  target: 0.25,
  pairs: 2 ** 21,
  level: 1e-3
}

/** One run. */
export interface PlannerRun {
  readonly algorithm: string
  readonly formula: FormulaKind
  /** k. */
  readonly width: number
  readonly trial: number
  readonly coverage: number
  readonly reached: boolean
  readonly rewardQueries: number
  readonly samplingQueries: number
  /** Suboptimality reached, in units of J* − J_β(π_ref). */
  readonly suboptimality: number
  /** Mean over planned draws of the chance of a probe and of the fraction of terms that sign rounding satisfies; absent where nothing was committed to. */
  readonly probeChance: number | undefined
  readonly satisfied: number | undefined
  /** Rewarded probes and Σ q_t over all committed draws. */
  readonly probes: number
  readonly expectedProbes: number | undefined
  /** L2's clauses on this run. */
  readonly judgements: ReadonlyArray<Judgement>
}

export interface PlannerResult {
  readonly runs: ReadonlyArray<PlannerRun>
  /** Of the median T_data over formulas, in 2^k. */
  readonly slopes: ReadonlyArray<FittedExponent>
}

export const planners: ReadonlyArray<Planner> = [randomPlanner, gradientPlanner, localSearchPlanner, exhaustivePlanner]

/** A learner of a formula by the name of its planner. */
export const dnfLearner = ({ formula, planner }: Exclude<AlgorithmReference, string>): AnyAlgorithm<OracleServices> =>
  dnfPlanner(
    formula as DnfFormula,
    planners.find(({ name }) => name === planner)!
  )

const formulaOf = (plan: PlannerExperiment, width: number, stream: Stream): DnfFormula => {
  const size = { variables: plan.variables, terms: plan.terms, width }
  return plan.formula === "balanced" ? balancedDnf(size, stream) : plantedDnf(size, 0.5, stream).formula
}

/** The instance of a width and trial. */
export const plannerInstance = (
  plan: PlannerExperiment,
  width: number,
  trial: number
): { readonly formula: DnfFormula; readonly instance: Instance } => {
  const stream = Stream.fromSeed(plan.seed).split(`${plan.formula} ${width}`, trial)
  const formula = formulaOf(plan, width, stream.split("formula"))
  const pays = stream.split("theta-star")
  const thetaStar = fairAssignment(plan.variables, pays)
  const term = pays.nextInteger(termCount(formula))
  for (const literal of formula.literals.subarray(term * width, (term + 1) * width))
    thetaStar[Math.abs(literal) - 1] = Math.sign(literal)
  const beta = 1 / (plan.sharpness * Math.sqrt(width))
  const spec = `dnf-prompts ${plan.formula} k=${width} trial=${trial} seed=${plan.seed}`
  return { formula, instance: finiteInstance(dnfPrompts(formula, { beta, thetaStar }), spec) }
}

/** Runs SpannerSampling and a learner for each planner on every formula. */
export const runPlanners = Effect.fnUntraced(function* (plan: PlannerExperiment): Effect.fn.Return<PlannerResult> {
  const { formulas, level, pairs, progress, seed, sharpness, target, widths } = plan
  const fields = widths.flatMap((width) =>
    trialsOf(formulas).map((trial) => ({ width, trial, ...plannerInstance(plan, width, trial) }))
  )
  const fieldOf = (spec: string) => fields.find(({ instance }) => instance.spec === spec)!
  const ground = groundsBy((spec) => groundOf(fieldOf(spec).instance))
  const learnersOf = (formula: DnfFormula): ReadonlyArray<AnyAlgorithm<OracleServices>> => [
    spannerSampling,
    ...planners.map((planner) => dnfPlanner(formula, planner))
  ]
  const gapOf = (spec: string): number => referenceSuboptimality(fieldOf(spec).instance.exact, ground(spec).best)
  const goalOf = (spec: string): Goal => goalOnGround(ground(spec), 0.1 * ground(spec).problem.rewardRange)
  const jobs = fields.flatMap(({ formula, instance: { spec }, trial, width }) =>
    learnersOf(formula).map((learner): SweepJob => {
      const practical = learner.practical(ground(spec).problem, goalOf(spec))
      const parameters = learner.proper ? { ...practical, pairs, seed: seed * 2 ** 20 + trial } : practical
      const reach = target * gapOf(spec)
      const { name } = learner
      return { algorithm: name, spec, at: width, target: reach, parameters, interpreter: "exact-law", seed, trial }
    })
  )
  const named = ({ algorithm, spec }: SweepJob) =>
    learnersOf(fieldOf(spec).formula).find(({ name }) => name === algorithm)!
  const runs: Array<PlannerRun> = []
  yield* sweep(jobs, {
    ground,
    make: inThisProcess(named, ({ algorithm, spec }) => {
      const { formula } = fieldOf(spec)
      const planner = planners.find((one) => dnfPlanner(formula, one).name === algorithm)
      return planner === undefined ? algorithm : { planner: planner.name, formula }
    }),
    onPoint: (point, record) => {
      const { spec } = point
      const { best, instance, problem } = ground(spec)
      const { parameters } = record
      const subject = { exact: instance.exact, best, problem, algorithm: named(point), parameters, goal: goalOf(spec) }
      const judgements = properExploration.judge(subject, [record], level / jobs.length)
      runs.push(plannerRun(plan.formula, point, gapOf(spec), fieldOf(spec).formula, sharpness, judgements))
      progress?.(`${point.algorithm}, ${plan.formula}, k = ${point.at}`)
    }
  })
  return { runs, slopes: plannerSlopes(runs) }
})

const plannerRun = (
  kind: FormulaKind,
  { algorithm, at: width, coverage, plans, reached, trial, ...point }: SweepPoint,
  gap: number,
  formula: DnfFormula,
  c: number,
  judgements: ReadonlyArray<Judgement>
): PlannerRun => ({
  algorithm,
  formula: kind,
  width,
  trial,
  coverage,
  reached,
  rewardQueries: Number(point.rewardQueries),
  samplingQueries: Number(point.samplingQueries),
  suboptimality: point.suboptimality / gap,
  probes: Number(point.rewardedFeatures),
  ...planned(plans, formula, c),
  judgements
})

/** Averages over the draws of a run's plans: those that are not π_ref's. */
const planned = (
  plans: { readonly thetas: Float64Array; readonly counts: Float64Array } | undefined,
  formula: DnfFormula,
  c: number
): Pick<PlannerRun, "probeChance" | "satisfied" | "expectedProbes"> => {
  if (plans === undefined) return { probeChance: undefined, satisfied: undefined, expectedProbes: undefined }
  const n = formula.variables
  let [draws, chance, satisfied, expected] = [0, 0, 0, 0]
  plans.counts.forEach((count, p) => {
    const theta = plans.thetas.subarray(p * n, (p + 1) * n)
    const rate = probeRate(formula, c, theta)
    expected += count * rate
    if (theta.every((t) => t === 0)) return
    draws += count
    chance += count * rate
    satisfied += (count * satisfiedTerms(formula, signRounding(theta))) / termCount(formula)
  })
  return { probeChance: chance / draws, satisfied: satisfied / draws, expectedProbes: expected }
}

/** 99 % intervals, which take 11 formulas at each of 9 widths. */
const LEVEL = 0.01

/** Exponents of T_data by learner; learners with a run that missed the target are left out, as their counts are only lower bounds. */
export const plannerSlopes = (runs: ReadonlyArray<PlannerRun>): ReadonlyArray<FittedExponent> =>
  [...new Set(runs.map((r) => r.algorithm))]
    .map((algorithm) => {
      const counts = runs
        .filter((r) => r.algorithm === algorithm)
        .map((r) => ({ value: 2 ** r.width, count: r.reached ? r.rewardQueries : undefined }))
      return exponentOfMedian(algorithm, { quantity: "T_data", variable: "2^k" }, counts, LEVEL)
    })
    .filter(isFitted)
