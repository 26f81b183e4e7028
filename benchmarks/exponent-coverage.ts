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
import { exponentOf } from "../src/statistics/exponent-of-counts.ts"
import { medianExponent } from "../src/statistics/median-exponent.ts"
import type { Suite, SuiteReport } from "./suite.ts"

/** As in `npm start` (src/cli/demo/demo-plan.ts). */
const SWEEP = { coverages: [10, 100, 1e3, 1e4, 1e5, 1e6], trials: 24, level: 0.01 } as const
const REPETITIONS = 4000

const slopeOf = (x: ReadonlyArray<number>, y: ReadonlyArray<number>): number => {
  const centre = x.reduce((sum, v) => sum + v, 0) / x.length
  return x.reduce((sum, v, i) => sum + (v - centre) * y[i], 0) / x.reduce((sum, v) => sum + (v - centre) ** 2, 0)
}

const middle = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  return (sorted[Math.floor((n - 1) / 2)] + sorted[Math.ceil((n - 1) / 2)]) / 2
}

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
        const x = stands.map(({ value }) => Math.log(value))
        const ofMedian = slopeOf(
          x,
          stands.map(({ counts }) => Math.log(middle(counts)))
        )
        const ofMean = slopeOf(
          x,
          stands.map(({ counts }) => Math.log(counts.reduce((s, c) => s + c, 0) / counts.length))
        )
        const stream = Stream.fromSeed(1).split(`${algorithm.name} ${quantity}`)
        let [covered, coveredBefore] = [0, 0]
        for (let repetition = 0; repetition < REPETITIONS; repetition++) {
          const drawn = stands.flatMap(({ counts, value }) =>
            Array.from({ length: SWEEP.trials }, () => ({ value, count: counts[stream.nextInteger(counts.length)] }))
          )
          const fit = medianExponent("C_cov", drawn, SWEEP.level)!
          const before = exponentOf("C_cov", drawn, SWEEP.level, 2)!
          const slack = 1e-12
          if (fit.lower - slack <= ofMedian && ofMedian <= fit.upper + slack) covered++
          if (before.lower - slack <= ofMean && ofMean <= before.upper + slack) coveredBefore++
        }
        const share = covered / REPETITIONS
        const error = Math.sqrt((SWEEP.level * (1 - SWEEP.level)) / REPETITIONS)
        held &&= share >= 1 - SWEEP.level - 3 * error
        const spread = stands.at(-1)!.counts.toSorted((a, b) => a - b)
        rows.push([
          algorithm.name,
          quantity,
          ofMedian.toFixed(4),
          `${(100 * share).toFixed(2)} %`,
          ofMean.toFixed(4),
          `${(100 * coveredBefore) / REPETITIONS} %`,
          (spread.at(-1)! / middle(spread)).toPrecision(3)
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
