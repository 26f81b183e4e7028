/** What the demo measured, as the report's data. */
import type { AuditSummary, Curves, ReportData, Scaling } from "../../../reports/report-data.ts"
import type { Audit } from "../../audit/audit.ts"
import type { CoverageSweep } from "../../compare/coverage-slopes.ts"
import { dearest, worst } from "../audit/audit-document.ts"
import { type PlannedAudit, TARGET } from "./demo-plan.ts"
import { meanQueriesToTarget } from "./queries-to-target.ts"
import { type DemoResults, folderOf } from "./demo-measure.ts"
import { VERSION } from "../version.ts"

const scalingOf = ({ plan, points, slopes }: CoverageSweep): Scaling => ({
  setting: `RareGood, d = 2, C = 10 … 10⁶, practical parameters, to a suboptimality of ${plan.target} R; ${plan.trials} runs each.`,
  target: plan.target,
  points: points
    .filter((point) => point.reached)
    .map(({ algorithm, coverage, rewardQueries, samplingQueries }) => ({
      algorithm,
      coverage,
      rewardQueries: Number(rewardQueries),
      samplingQueries: Number(samplingQueries)
    })),
  slopes: slopes.map(({ algorithm, fit, judgement, predicted, quantity }) => ({
    algorithm,
    quantity,
    estimate: fit.estimate,
    lower: fit.lower,
    upper: fit.upper,
    level: 0.01,
    predicted,
    margin: judgement?.margin,
    verdict: judgement?.verdict
  }))
})

const summaryOf = (audit: Audit, { asked, parametersFrom, title }: PlannedAudit): AuditSummary => {
  const { judgements, plan, records, referenceSuboptimality } = audit
  const { algorithm, interpreter, seed, trials } = plan
  return {
    algorithm: algorithm.name,
    title,
    instance: plan.instance.spec,
    digest: plan.digest,
    setting: `${interpreter} oracle, parameters ${parametersFrom}, ${trials} trials, seed ${seed}`,
    command: `coverbound audit ${algorithm.name} --instance ${asked} --oracle ${interpreter} --parameters ${parametersFrom} --trials ${trials} --seed ${seed}`,
    record: `${folderOf(title)}/run.json`,
    trials,
    worstSuboptimality: worst(records),
    referenceSuboptimality,
    rewardQueries: dearest(records, (run) => run.ledger.rewardQueries),
    samplingQueries: dearest(records, (run) => run.ledger.samplingQueries),
    judgements
  }
}

/** A run's checkpoints; before the first one, which comes with the first exploration round, the learner still holds the base model. */
const runsOf = ({ plan, records, referenceSuboptimality }: Audit): Curves["runs"] =>
  records.map(({ checkpoints }) => {
    const points = checkpoints.map(({ rewardQueries, suboptimality }) => ({
      rewardQueries: Number(rewardQueries),
      suboptimality: suboptimality.value
    }))
    const before = (rewardQueries: number) => ({ rewardQueries, suboptimality: referenceSuboptimality })
    return {
      algorithm: plan.algorithm.name,
      points: points[0].rewardQueries > 2 ? [before(2), before(points[0].rewardQueries), ...points] : points
    }
  })

/** The page's data. */
export const reportData = (
  { audits, checkpoints, continuations, curves, plan, sweep }: DemoResults,
  seed: number
): ReportData => {
  const [spanner, passive] = audits
  const [practical] = curves
  const { rewardRange } = plan.corpus.exact
  const target = TARGET * rewardRange
  return {
    version: VERSION,
    node: process.versions.node,
    command: seed === 1 ? "npm start" : `npm start -- --seed ${seed}`,
    seed,
    headline: {
      target,
      rewardRange,
      rewardQueries: [spanner, passive].flatMap((one) => {
        const met = meanQueriesToTarget(one.records, target)
        return met === undefined ? [] : [{ algorithm: one.plan.algorithm.name, queries: met.rewardQueries }]
      })
    },
    checkpoints,
    scaling: scalingOf(sweep),
    curves: [
      {
        title: "English",
        caption:
          "Literal draws from the bigram model. SpannerSampling holds the base model until its spanner is complete, then falls at once; passive exploration learns when it first happens on the rare word.",
        start: spanner.referenceSuboptimality,
        target,
        predictedSlope: undefined,
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
    writing: { rewardRange, ...continuations },
    audits: audits.map((one, i) => summaryOf(one, plan.audits[i]))
  }
}
