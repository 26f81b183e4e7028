/**
 * How often the intervals of exponents that `npm start` publishes cover what they are for. For each algorithm a pool of runs at every C of the sweep is made once; sweeps are then drawn from it, run
 * by run with replacement, and fitted as the published one is. Truth is the pool's own: the exponent of its medians. Beside it stands what the interval used before covers: Student's
 * on logarithms of counts, for the exponent of the pool's means.
 */
import * as Effect from "effect/Effect"
import { bestOfNElliptic } from "../src/algorithm/best-of-n-elliptic.ts"
import { passive } from "../src/algorithm/passive.ts"
import { spannerSamplingAdaptive } from "../src/algorithm/spanner-sampling-adaptive.ts"
import { spannerSampling } from "../src/algorithm/spanner-sampling.ts"
import { coverageSweep } from "../src/compare/coverage-slopes.ts"
import { rareGood } from "../src/instance/families/rare-good.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import { Stream } from "../src/numeric/stream.ts"
import { queriesOf } from "../src/run/sweep.ts"
import { fitExponents } from "../src/statistics/exponent-fit.ts"
import { median } from "../src/statistics/median.ts"
import { slopeOf } from "./slope.ts"
import { covers, drawnSweep, exponentOfMedians, leastCoverage, medianCoverage } from "./sweep-coverage.ts"
import type { Suite, SuiteReport } from "./suite.ts"

/** As in `npm start` (src/cli/demo/demo-plan.ts). */
const SWEEP = { coverages: [10, 100, 1e3, 1e4, 1e5, 1e6], trials: 24, level: 0.01 } as const
const REPETITIONS = 4000

export const exponentCoverage: Suite = {
  name: "exponent-coverage",
  summary: "how often the intervals of published exponents cover what they are for",
  run: ({ log, quick }): Promise<SuiteReport> => {
    const pool = quick ? 60 : 1000
    const rows: Array<ReadonlyArray<string>> = []
    const series: SuiteReport["series"][number][] = []
    let held = true
    for (const algorithm of [spannerSampling, spannerSamplingAdaptive, bestOfNElliptic, passive]) {
      log(`${algorithm.name}: ${pool} runs at each of ${SWEEP.coverages.length} C`)
      const { points } = Effect.runSync(
        coverageSweep({
          algorithms: [algorithm],
          coverages: SWEEP.coverages,
          instance: (C) => finiteInstance(rareGood({ C, d: 2 }), `rare-good:C=${C},d=2`),
          target: 0.1,
          trials: pool,
          seed: 1,
          interpreter: "exact-law"
        })
      )
      for (const quantity of ["T_data", "T_comp"] as const) {
        const stands = SWEEP.coverages.map((C) => {
          const at = points.filter((p) => p.at === C)
          return { value: at[0].coverage, counts: at.map((p) => queriesOf(p, quantity)) }
        })
        const ofMedian = exponentOfMedians(stands)
        const ofMean = slopeOf(
          stands.map(({ value }) => Math.log(value)),
          stands.map(({ counts }) => Math.log(counts.reduce((s, c) => s + c, 0) / counts.length))
        )
        const stream = Stream.fromSeed(1).split(`${algorithm.name} ${quantity}`)
        const share = medianCoverage(stands, { ...SWEEP, repetitions: REPETITIONS }, stream)
        let coveredBefore = 0
        for (let repetition = 0; repetition < REPETITIONS; repetition++) {
          const drawn = drawnSweep(stands, SWEEP.trials, stream)
          const table = {
            response: drawn.map((run) => run.count),
            predictors: { C_cov: drawn.map((run) => run.value) }
          }
          const [before] = fitExponents(table, SWEEP.level).exponents
          if (covers(before, ofMean)) coveredBefore++
        }
        held &&= share >= leastCoverage(SWEEP.level, REPETITIONS)
        const dearest = stands.at(-1)!.counts
        rows.push([
          algorithm.name,
          quantity,
          ofMedian.toFixed(4),
          `${(100 * share).toFixed(2)} %`,
          ofMean.toFixed(4),
          `${(100 * coveredBefore) / REPETITIONS} %`,
          (Math.max(...dearest) / median(dearest)).toPrecision(3)
        ])
        series.push({ name: `${algorithm.name} ${quantity} covered`, unit: "share", samples: [share] })
      }
    }
    const level = `${100 * (1 - SWEEP.level)} %`
    return Promise.resolve({
      tables: [
        {
          title: `Coverage of ${level} intervals over ${REPETITIONS} sweeps of ${SWEEP.trials} runs at each of ${SWEEP.coverages.length} C, drawn from ${pool} runs each`,
          columns: [
            "algorithm",
            "",
            "exponent of medians",
            "covered",
            "exponent of means",
            "by Student's t",
            "dearest / median at C = 1e6"
          ],
          rows
        }
      ],
      series,
      notes: ["sweeps are drawn with replacement from one pool a C, so that truth is known: the exponent of the pool"],
      targets: [
        {
          claim: `every interval covers within three Monte Carlo errors of ${level}, or more`,
          measured: held ? "held" : "missed",
          held,
          kind: "result"
        }
      ]
    })
  }
}
