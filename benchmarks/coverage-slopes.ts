/**
 * What coverage costs: T_data and T_comp to reach suboptimality 0.1R on RareGood for C = 10² … 10⁸, practical parameters, as fitted slopes in log C_cov beside
 * those of predictions.md. The counts are the ledger's: a result, not a timing.
 */
import * as Effect from "effect/Effect"
import { sequenceAlgorithms as algorithms } from "../src/algorithm/registry.ts"
import { coverageSweep } from "../src/compare/coverage-slopes.ts"
import type { SweepPoint } from "../src/run/sweep.ts"
import { rareGood } from "../src/instance/families/rare-good.ts"
import { finiteInstance } from "../src/instance/make-instance.ts"
import type { Suite, Table } from "./suite.ts"

const D = 4
const COVERAGES = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]
/** The strong oracle has nothing to answer in law: its learners draw one by one, so far and no farther. */
const DRAWN = COVERAGES.slice(0, 4)

/** What it costs not to know C_cov: queries of the adaptive variant over those of the run that is told, means over runs. */
const costOfNotKnowing = (points: ReadonlyArray<SweepPoint>): Table => {
  const mean = (name: string, rarity: number, pick: (point: SweepPoint) => bigint): number => {
    const runs = points.filter((p) => p.algorithm === name && p.at === rarity)
    return runs.reduce((sum, run) => sum + Number(pick(run)), 0) / runs.length
  }
  const ratio = (rarity: number, pick: (point: SweepPoint) => bigint): string =>
    (mean("spanner-sampling-adaptive", rarity, pick) / mean("spanner-sampling", rarity, pick)).toFixed(2)
  const rarities = [...new Set(points.filter((p) => p.algorithm === "spanner-sampling").map((p) => p.at))]
  return {
    title: "C_cov unknown: spanner-sampling-adaptive over spanner-sampling, means of 8 runs",
    columns: ["C", "T_data", "T_comp"],
    rows: rarities.map((C) => [
      String(C),
      ratio(C, (point) => point.rewardQueries),
      ratio(C, (point) => point.samplingQueries)
    ])
  }
}

export const coverageSlopes: Suite = {
  name: "coverage-slopes",
  summary: "queries to suboptimality 0.1R on RareGood against C_cov, exact-law oracle",
  run: async ({ quick, log }) => {
    const sweep = (strong: boolean, coverages: ReadonlyArray<number>) =>
      Effect.runPromise(
        coverageSweep({
          algorithms: algorithms.filter(({ oracle }) => (oracle === "strong") === strong),
          coverages,
          instance: (C) => finiteInstance(rareGood({ C, d: D }), `rare-good:C=${C},d=${D}`),
          target: 0.1,
          trials: 8,
          seed: 1,
          interpreter: "exact-law",
          progress: (done, total, what) => log(`coverage-slopes: ${done}/${total} ${what}`)
        })
      )
    const sweeps = [
      await sweep(false, quick ? COVERAGES.slice(0, 4) : COVERAGES),
      await sweep(true, quick ? DRAWN.slice(0, 3) : DRAWN)
    ]
    const points = sweeps.flatMap((one) => one.points)
    const slopes = sweeps.flatMap((one) => one.slopes)
    return {
      tables: [
        {
          title: `Slope in log C_cov, C = ${COVERAGES[0]} … ${quick ? COVERAGES[3] : COVERAGES.at(-1)} (strong oracle: … ${quick ? DRAWN[2] : DRAWN.at(-1)}), d = ${D}, 8 runs each`,
          columns: ["algorithm", "quantity", "slope", "99 % interval", "predicted"],
          rows: slopes.map(({ algorithm, quantity, fit, predicted }) => [
            algorithm,
            quantity,
            fit.estimate.toFixed(4),
            `${fit.lower.toFixed(4)} – ${fit.upper.toFixed(4)}`,
            predicted === undefined ? "–" : String(predicted)
          ])
        },
        costOfNotKnowing(points)
      ],
      targets: slopes.flatMap(({ algorithm, judgement, quantity }) =>
        judgement === undefined
          ? []
          : [
              {
                claim: `${algorithm}: ${quantity} slope ${judgement.predicted} ± ${judgement.margin}`,
                measured: `${judgement.estimate.toFixed(4)}, ${judgement.verdict}`,
                held: judgement.verdict === "supported",
                // Few coverages are too few for a verdict.
                kind: quick ? ("timing" as const) : ("result" as const)
              }
            ]
      ),
      series: points.flatMap(({ algorithm, coverage, rewardQueries, samplingQueries, trial }) => [
        {
          name: `${algorithm} C_cov=${coverage} trial ${trial} T_data`,
          unit: "queries",
          samples: [Number(rewardQueries)]
        },
        {
          name: `${algorithm} C_cov=${coverage} trial ${trial} T_comp`,
          unit: "queries",
          samples: [Number(samplingQueries)]
        }
      ]),
      notes: []
    }
  }
}
