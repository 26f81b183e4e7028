/** What the demo measured, as its record: demo.json, which the page is made from, with the run.json of each audit beside it. */
import type { Audit } from "../../audit/audit.ts"
import type { CoverageSweep } from "../../compare/coverage-slopes.ts"
import type { JsonInput } from "../../run/json-text.ts"
import { computationBound, dataBound } from "../../theorem/t7-spanner-sampling.ts"
import { VERSION } from "../version.ts"
import { type DemoResults, folderOf } from "./demo-measure.ts"
import { TARGET } from "./demo-plan.ts"
import { queriesToTarget } from "./queries-to-target.ts"

/** Level of the slopes' intervals and judgements (coverage-slopes.ts). */
const LEVEL = 0.01

/** T7's counts at the parameters of one run at each C; they hold whatever the parameters are. */
const boundsOf = ({ plan, points }: CoverageSweep) => {
  const told = points.filter(({ algorithm, trial }) => algorithm === "spanner-sampling" && trial === 0)
  return told.map(({ at, coverage, parameters }) => ({
    C: at,
    coverage,
    T_data: `${dataBound(plan.instance(at).exact.dimension, parameters)}`,
    T_comp: `${computationBound(parameters)}`
  }))
}

const sweepOf = (sweep: CoverageSweep) => ({
  setting: "RareGood, d = 2, practical parameters",
  target: sweep.plan.target,
  trials: sweep.plan.trials,
  level: LEVEL,
  points: sweep.points.map(({ algorithm, at, coverage, reached, rewardQueries, samplingQueries, trial }) => ({
    algorithm,
    C: at,
    coverage,
    trial,
    reached,
    rewardQueries,
    samplingQueries
  })),
  slopes: sweep.slopes.map(({ algorithm, fit, judgement, quantity }) => ({
    algorithm,
    quantity,
    estimate: fit.estimate,
    lower: fit.lower,
    upper: fit.upper,
    claim: judgement?.claim,
    predicted: judgement?.predicted,
    margin: judgement?.margin,
    verdict: judgement?.verdict
  })),
  bounds: boundsOf(sweep)
})

/** A run's checkpoints; before the first one, which comes with the first exploration round, the learner still holds the base model. */
const runsOf = ({ plan, records, referenceSuboptimality }: Audit) =>
  records.map(({ checkpoints }) => {
    const points = checkpoints.map(({ rewardQueries, samplingQueries, suboptimality }) => ({
      rewardQueries: Number(rewardQueries),
      samplingQueries: Number(samplingQueries),
      suboptimality: suboptimality.value
    }))
    const before = (rewardQueries: number) => ({
      rewardQueries,
      samplingQueries: rewardQueries,
      suboptimality: referenceSuboptimality
    })
    const first = points[0]
    return {
      algorithm: plan.algorithm.name,
      points:
        first.rewardQueries > 2
          ? [before(2), { ...before(first.rewardQueries), samplingQueries: first.samplingQueries }, ...points]
          : points
    }
  })

/** demo.json. */
export const demoDocument = (
  { audits, checkpoints, continuations, curves, plan, sweep }: DemoResults,
  seed: number
): JsonInput => {
  const [spanner, passive] = audits
  const [practical] = curves
  const { rewardRange } = plan.corpus.exact
  const target = TARGET * rewardRange
  const paid = [spanner, passive].map((one) => ({
    algorithm: one.plan.algorithm.name,
    T_data: undefined,
    ...queriesToTarget(one.records, target)
  }))
  return {
    format: "coverbound-demo",
    version: 1,
    suite: VERSION,
    node: process.versions.node,
    command: seed === 1 ? "npm start" : `npm start -- --seed ${seed}`,
    seed,
    /** Of its audits. */
    records: plan.audits.map(({ title }) => `${folderOf(title)}/run.json`),
    headline: {
      target,
      rewardRange,
      rewardQueries: paid.flatMap(({ algorithm, T_data }) =>
        T_data === undefined ? [] : [{ algorithm, queries: T_data.reduce((sum, n) => sum + n, 0) / T_data.length }]
      ),
      paid
    },
    checkpoints: {
      target: checkpoints.target,
      trials: checkpoints.trials,
      shown: checkpoints.shown,
      rows: checkpoints.rows.map(({ costs, ...row }) => ({
        ...row,
        costs: costs.map(({ algorithm, T_comp, T_data }) => ({
          algorithm,
          T_data: T_data && { ...T_data },
          T_comp: T_comp && { ...T_comp }
        }))
      })),
      exponents: checkpoints.exponents.map((one) => ({ ...one })),
      answers: checkpoints.answers.map((one) => ({ ...one }))
    },
    sweep: sweepOf(sweep),
    curves: [
      {
        title: "English",
        caption:
          "Literal draws from the bigram model. SpannerSampling holds the base model until its spanner is complete, then falls at once; passive exploration learns when it first happens on the rare word.",
        start: spanner.referenceSuboptimality,
        target,
        runs: [...runsOf(spanner), ...runsOf(passive)]
      },
      {
        title: "RareGood, C = 10⁴",
        caption: `d = 2, practical parameters, ${practical.plan.trials} runs each, drawn in law. Dashes: the slope −1 that T7 predicts (the regulariser makes the loss quadratic).`,
        start: practical.referenceSuboptimality,
        target: TARGET * practical.subject.problem.rewardRange,
        predictedSlope: -1,
        runs: curves.flatMap(runsOf)
      }
    ],
    writing: {
      rewardRange,
      drawsPerContinuation: continuations.drawsPerContinuation,
      openings: continuations.openings.map(({ learned, opening, reference }) => ({
        opening,
        reference: reference.map((one) => ({ ...one })),
        learned: learned.map((one) => ({ ...one }))
      }))
    }
  }
}
